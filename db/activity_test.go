package db

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"buildplate/app/shop"
)

func openToday(t *testing.T) *DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "shop.db"), readFile(t, "../schema.sql"), Options{})
}

// What is written is what is read, newest first, on its order's page and page by page.
func TestActivityIsReadAsItWasWritten(t *testing.T) {
	d := openToday(t)
	ctx := t.Context()
	did := shop.ActivityParams{Order: "ORD-1", Amount: 1500, Currency: "AUD", LeftOut: []string{"a.stl"}}
	want := []shop.Activity{
		shop.Visitor("c").From("203.0.113.9").Activity(shop.VerbOrderPlaced, "o", did),
		shop.System("Stripe").Activity(shop.VerbPaymentReceived, "p", shop.ActivityParams{Amount: 1500, Currency: "AUD"}).On("o"),
		shop.System("cron").Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{}),
	}
	undo := errors.New("undo")
	err := d.Write(ctx, func(tx *Tx) error {
		for _, a := range want {
			if err := tx.Log(ctx, a); err != nil {
				return err
			}
		}
		var read []shop.Activity
		for next := ""; ; {
			page, after, err := tx.ActivityPage(ctx, "", next, 2)
			if read = append(read, page...); err != nil || after == "" {
				if err != nil || len(page) != 1 {
					t.Errorf("the last page has %d, %v", len(page), err)
				}
				break
			}
			next = after
		}
		ofOrder, _, err := tx.ActivityPage(ctx, "o", "", 200)
		if err != nil || len(ofOrder) != 2 || len(read) != 3 || !reflect.DeepEqual(ofOrder, read[1:]) {
			t.Errorf("%+v of the order, %+v of all, %v", ofOrder, read, err)
		}
		for i, a := range read {
			w := want[len(want)-1-i]
			if w.ID, w.At = a.ID, tx.Now; a.ID == "" || !reflect.DeepEqual(a, w) {
				t.Errorf("%+v, want %+v", a, w)
			}
		}
		if _, _, err := tx.ActivityPage(ctx, "", "nowhere", 2); !shop.IsCode(err, "cursor_malformed") {
			t.Errorf("a page that is none: %v", err)
		}
		if err := tx.Log(ctx, shop.System("cron").Activity("flown", "", shop.ActivityParams{})); err == nil {
			t.Error("a verb that is not known was written")
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Error(err)
	}
}

// Addresses go by age, so many at a time, and nothing else of the rows does.
func TestOldAddressesAreForgotten(t *testing.T) {
	d := openToday(t)
	ctx := t.Context()
	at := time.UnixMilli(1_000_000)
	for i := range 5 {
		d.SetNow(func() time.Time { return at.Add(time.Duration(i) * time.Second) })
		err := d.Write(ctx, func(tx *Tx) error {
			return tx.Log(ctx, shop.System("cron").From("203.0.113.9").Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{}))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	before := shop.TimeOf(at).Add(3 * time.Second)
	for _, want := range []int64{2, 1, 0} {
		err := d.Write(ctx, func(tx *Tx) error {
			n, err := tx.ForgetAddresses(ctx, before, 2)
			if n != want {
				t.Errorf("%d were forgotten, want %d", n, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.Read(ctx, func(tx *Tx) error {
		log, _, err := tx.ActivityPage(ctx, "", "", 10)
		for _, a := range log {
			if (a.Address == "") != (a.At < before) || a.Verb != shop.VerbSettingsChanged {
				t.Errorf("%+v", a)
			}
		}
		if len(log) != 5 {
			t.Errorf("%d rows are left", len(log))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What was written down before there were verbs keeps its sentence, and is about what it named. That of a job's move names
// states by their codes, and reads plainly.
func TestOldActivityKeepsItsSentence(t *testing.T) {
	path := oldShop(t, 9, `
		INSERT INTO activity (id, at, who, order_id, job_id, message) VALUES ('a', 1, 'Flo', NULL, NULL, 'Changed the settings.'),
			('b', 2, 'Customer', 'o', NULL, 'Placed order ORD-1 for “Ada” & "Ben".'), ('c', 3, 'Flo', 'o', 'j', 'clip.stl: queued → printing.')`)
	d := openAt(t, path, "", Options{})
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("after the migration: %v, %v", found, err)
	}
	note := func(id string, at shop.Time, who string, kind shop.ObjectKind, object, order, message string) shop.Activity {
		return shop.Activity{ID: id, At: at, Who: who, Verb: shop.VerbNoted, ObjectKind: kind, ObjectID: object, OrderID: order, Params: shop.ActivityParams{Message: message}}
	}
	want := []shop.Activity{
		note("c", 3, "Flo", shop.ObjectJob, "j", "o", "clip.stl: queued → printing."),
		note("b", 2, "Customer", shop.ObjectOrder, "o", "o", `Placed order ORD-1 for “Ada” & "Ben".`),
		note("a", 1, "Flo", shop.ObjectShop, "", "", "Changed the settings."),
	}
	err := d.Read(t.Context(), func(tx *Tx) error {
		log, _, err := tx.ActivityPage(t.Context(), "", "", 10)
		if !reflect.DeepEqual(log, want) {
			t.Errorf("%+v", log)
		}
		for i, a := range log {
			reads := want[i].Params.Message
			if a.ObjectKind == shop.ObjectJob {
				reads = "Started printing clip.stl."
			}
			if a.Message() != reads {
				t.Errorf("it reads %q", a.Message())
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A row whose object is not there is found, but for what goes by itself or with its order.
func TestActivityWithoutItsObjectIsFound(t *testing.T) {
	d := openToday(t)
	who := shop.System("cron")
	for name, c := range map[string]struct {
		log    []shop.Activity
		faults int
	}{
		"the shop":         {[]shop.Activity{who.Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{})}, 0},
		"a task":           {[]shop.Activity{who.Activity(shop.VerbTaskRetried, "t", shop.ActivityParams{})}, 0},
		"no such user":     {[]shop.Activity{who.Activity(shop.VerbUserInvited, "u", shop.ActivityParams{})}, 1},
		"no such order":    {[]shop.Activity{who.Activity(shop.VerbOrderPlaced, "o", shop.ActivityParams{})}, 1},
		"a deleted order":  {[]shop.Activity{who.Activity(shop.VerbOrderPlaced, "o", shop.ActivityParams{}), who.Activity(shop.VerbOrderDeleted, "o", shop.ActivityParams{})}, 0},
		"of another order": {[]shop.Activity{who.Activity(shop.VerbJobMoved, "j", shop.ActivityParams{}).On("x"), who.Activity(shop.VerbOrderDeleted, "o", shop.ActivityParams{})}, 1},
	} {
		err := d.Write(t.Context(), func(tx *Tx) error {
			if _, err := tx.exec(t.Context(), "DELETE FROM activity"); err != nil {
				return err
			}
			for _, a := range c.log {
				if err := tx.Log(t.Context(), a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if found, err := d.Check(t.Context()); err != nil || len(found) != c.faults {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
}
