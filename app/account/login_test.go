package account

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// A hash of an earlier release lets in, is replaced by one of today's that lets in too, and a wrong password replaces
// nothing.
func TestAnOldHashIsMadeAnew(t *testing.T) {
	d := dbtest.Open(t)
	log := slog.New(slog.DiscardHandler)
	s := New(d, setting.New(d, setting.Config{}, log), &event.Bus{}, task.New(d, &event.Bus{}, log))
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.InsertUser(t.Context(), shop.User{ID: shop.NewID(), Email: "ada@example.com", Name: "Ada", Role: shop.RoleAdmin, State: shop.UserActive, Password: storedPBKDF2})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		password string
		code     shop.Code
		prefix   string
	}{
		{"wrong", "login_wrong", "pbkdf2-sha256$"}, {"correct horse battery", "", "$argon2id$v=19$m=19456,t=2,p=1$"},
		{"wrong", "login_wrong", "$argon2id$"}, {"correct horse battery", "", "$argon2id$"},
	} {
		_, _, err := s.Login(t.Context(), From{Console: true}, "ada@example.com", c.password)
		if (c.code == "") != (err == nil) || (err != nil && !shop.IsCode(err, c.code)) {
			t.Errorf("%q: %v", c.password, err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			u, err := tx.UserByEmail(t.Context(), "ada@example.com")
			if !strings.HasPrefix(u.Password, c.prefix) {
				t.Errorf("after %q: %+v", c.password, u)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A client's user has no login yet: the right password is as wrong as any.
func TestAClientsUserCannotLogIn(t *testing.T) {
	s, d := office(t, shop.User{Name: "Ada", Role: shop.RoleAdmin})
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return errors.Join(tx.InsertClient(t.Context(), "ann", shop.Contact{Name: "Ann", Email: "ann@example.com"}), tx.IndexClient(t.Context(), "ann"),
			tx.InsertUser(t.Context(), shop.User{
				ID: shop.NewID(), Email: "ann@example.com", Name: "Ann", Role: shop.RoleClient, ClientID: "ann", State: shop.UserActive, Password: storedPBKDF2,
			}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Login(t.Context(), From{Console: true}, "ann@example.com", "correct horse battery"); !shop.IsCode(err, "login_wrong") {
		t.Error(err)
	}
}

// However many sessions ended, one night forgets them all, a few in each transaction, and none that goes on.
func TestOldSessionsAreForgottenInBatches(t *testing.T) {
	s, d := office(t, shop.User{Name: "Ada", Role: shop.RoleAdmin})
	most, reads, ada := cleanBatch+1, 0, stored(t, d, "Ada")
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for i := range most + 1 {
			seen := tx.Now.Add(-shop.SessionIdle - time.Hour)
			if i == most {
				seen = tx.Now
			}
			session := shop.Session{TokenHash: fmt.Sprint(i), User: ada, Door: shop.ShopDoor, Created: seen, Seen: seen, Expires: tx.Now.Add(time.Hour)}
			if err := tx.InsertSession(t.Context(), session); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d.SetNow(func() time.Time { reads++; return time.Now() }) // once in each transaction
	if err := s.cleanSessions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if reads != 3 { // a full batch, the rest, and the one that finds nothing
		t.Errorf("%d transactions", reads)
	}
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		for i := range most + 1 {
			if _, err := tx.Session(t.Context(), fmt.Sprint(i), shop.ShopDoor); shop.IsKind(err, shop.NotFound) != (i < most) {
				t.Errorf("session %d: %v", i, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
