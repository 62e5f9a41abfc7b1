package cli

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"buildplate/app/demo"
	"buildplate/app/ops"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/storage"
)

// claimed claims a data folder as a start does.
func claimed(t *testing.T, s Serve) (mark, error) {
	t.Helper()
	files, err := storage.Open(s.Data, storage.Options{Reserve: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	return s.claim(t.Context(), files)
}

// begin makes the database of a shop or of a demonstration in a data folder.
func begin(t *testing.T, data string, demo bool) {
	t.Helper()
	d, err := db.Open(t.Context(), filepath.Join(data, databaseName), dbtest.Schema(t), db.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ops.FirstStart(t.Context(), d, demo), d.Close()); err != nil {
		t.Fatal(err)
	}
}

// What a database is, in TestClaim.
const (
	noDatabase   = ""
	demoDatabase = "demo"
	shopDatabase = "shop"
	blank        = "blank" // cut off before its first row
	foreign      = "foreign"
)

// A fresh demonstration is filled, once; one that was cut off meanwhile is removed and filled anew; all others are left
// as they are, and a real shop's folder is never a demonstration's.
func TestClaim(t *testing.T) {
	const cutOff, full = `{"state":"filling"}`, `{"state":"filled","order":"/order/x"}`
	for name, c := range map[string]struct {
		serve        Serve
		database     string
		marks        map[string]string
		want         fillState
		gone, refuse bool
	}{
		"fresh":                                {serve: Serve{Demo: true}, want: filling},
		"empty":                                {serve: Serve{Demo: true, Empty: true}},
		"a stand-in elsewhere":                 {serve: Serve{Demo: true, Stripe: "http://127.0.0.1:1"}},
		"of an earlier release":                {serve: Serve{Demo: true}, database: demoDatabase, marks: map[string]string{demoMark: ""}},
		"filled":                               {serve: Serve{Demo: true}, database: demoDatabase, marks: map[string]string{demoMark: full}, want: filled},
		"filled, now with --empty":             {serve: Serve{Demo: true, Empty: true}, database: demoDatabase, marks: map[string]string{demoMark: full}, refuse: true},
		"without its mark":                     {serve: Serve{Demo: true}, database: demoDatabase},
		"cut off":                              {serve: Serve{Demo: true}, database: demoDatabase, marks: map[string]string{demoMark: cutOff}, want: filling, gone: true},
		"cut off, now with --empty":            {serve: Serve{Demo: true, Empty: true}, database: demoDatabase, marks: map[string]string{demoMark: cutOff}, gone: true},
		"cut off before its database":          {serve: Serve{Demo: true}, marks: map[string]string{demoMark: cutOff}, want: filling},
		"cut off before its rows":              {serve: Serve{Demo: true}, database: blank, marks: map[string]string{demoMark: cutOff}, want: filling},
		"a real shop's":                        {serve: Serve{Demo: true}, database: shopDatabase, marks: map[string]string{shopMark: ""}, refuse: true},
		"a real shop's without its mark":       {serve: Serve{Demo: true}, database: shopDatabase, refuse: true},
		"a real shop's put where one was":      {serve: Serve{Demo: true}, database: shopDatabase, marks: map[string]string{demoMark: cutOff}, refuse: true},
		"a real shop's put where a full was":   {serve: Serve{Demo: true}, database: shopDatabase, marks: map[string]string{demoMark: full}, refuse: true},
		"a demonstration's in a shop's folder": {serve: Serve{Demo: true}, database: demoDatabase, marks: map[string]string{shopMark: ""}, refuse: true},
		"something else":                       {serve: Serve{Demo: true}, database: foreign, marks: map[string]string{demoMark: cutOff}, refuse: true},
		"a mark that nobody made":              {serve: Serve{Demo: true}, database: demoDatabase, marks: map[string]string{demoMark: "x"}, refuse: true},

		"real, fresh":                             {},
		"real":                                    {database: shopDatabase, marks: map[string]string{shopMark: ""}},
		"real, without its mark":                  {database: shopDatabase},
		"real, put where a demonstration was":     {database: shopDatabase, marks: map[string]string{demoMark: cutOff}},
		"real, on a demonstration's":              {database: demoDatabase, marks: map[string]string{demoMark: full}, refuse: true},
		"real, on one cut off":                    {database: demoDatabase, marks: map[string]string{demoMark: cutOff}, refuse: true},
		"real, on one without its mark":           {database: demoDatabase, refuse: true},
		"real, on one with a shop's mark":         {database: demoDatabase, marks: map[string]string{shopMark: ""}, refuse: true},
		"real, where a demonstration has no rows": {marks: map[string]string{demoMark: ""}, refuse: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.serve
			s.Data = t.TempDir()
			switch c.database {
			case noDatabase:
			case blank:
				dbtest.OpenUnchecked(t, s.databasePath())
			case foreign:
				if err := os.WriteFile(s.databasePath(), []byte("rows of something else"), 0o600); err != nil {
					t.Fatal(err)
				}
			default:
				begin(t, s.Data, c.database == demoDatabase)
			}
			for file, text := range c.marks {
				if err := os.WriteFile(filepath.Join(s.Data, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			m, err := claimed(t, s)
			if (err != nil) != c.refuse || err == nil && m.State != c.want {
				t.Errorf("claimed as %q, %v", m.State, err)
			}
			if _, err := os.Stat(s.databasePath()); (err == nil) != (c.database != noDatabase && !c.gone) {
				t.Errorf("the database: %v", err)
			}
			if c.refuse {
				return
			}
			again, err := s.readMark()
			if s.Demo && (err != nil || again != m) || !s.Demo && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the mark says %+v, %v", again, err)
			}
			if _, err := os.Stat(filepath.Join(s.Data, shopMark)); (err == nil) == s.Demo {
				t.Errorf("the shop's mark: %v", err)
			}
		})
	}
}

// The database is asked again where it gets its first values, in their own transaction.
func TestFirstStartKeepsTheKind(t *testing.T) {
	for _, demo := range []bool{true, false} {
		data := t.TempDir()
		begin(t, data, demo)
		d := dbtest.OpenAt(t, filepath.Join(data, databaseName))
		if err := ops.FirstStart(t.Context(), d, !demo); !shop.IsKind(err, shop.Conflict) {
			t.Errorf("of a demonstration: %v, started as the other: %v", demo, err)
		}
		if err := ops.FirstStart(t.Context(), d, demo); err != nil {
			t.Error(err)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			key, err := tx.Secret(t.Context(), setting.SecretStripeKey)
			if (key != "") != demo {
				t.Errorf("of a demonstration: %v, its key is %q", demo, key)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// What was put into a folder where a demonstration was cut off stays there.
func TestClaimLeavesARealShopsFiles(t *testing.T) {
	s := Serve{Data: t.TempDir(), Demo: true}
	begin(t, s.Data, false)
	files, err := storage.Open(s.Data, storage.Options{Reserve: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	if err := s.writeMark(mark{State: filling}); err != nil {
		t.Fatal(err)
	}
	const id = "01890a5d-ac96-774b-bcce-b302099a8057"
	if _, err := files.Put(t.Context(), storage.OrderFiles, id, strings.NewReader("G28")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.claim(t.Context(), files); err == nil {
		t.Error("a real shop's folder became a demonstration's")
	}
	if _, err := files.Stat(storage.OrderFiles, id); err != nil {
		t.Errorf("its file: %v", err)
	}
}

// What was uploaded goes with a demonstration that was cut off.
func TestClaimClearsFiles(t *testing.T) {
	s := Serve{Data: t.TempDir(), Demo: true}
	begin(t, s.Data, true)
	files, err := storage.Open(s.Data, storage.Options{Reserve: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	if err := s.writeMark(mark{State: filling}); err != nil {
		t.Fatal(err)
	}
	const id = "01890a5d-ac96-774b-bcce-b302099a8057"
	if _, err := files.Put(t.Context(), storage.OrderFiles, id, strings.NewReader("G28")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.claim(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	for info, err := range files.List(storage.OrderFiles) {
		t.Errorf("%s is left, %v", info.ID, err)
	}
	if _, err := files.Put(t.Context(), storage.OrderFiles, id, strings.NewReader("G28")); err != nil {
		t.Errorf("the store cannot be used any more: %v", err)
	}
}

// A flag that does nothing without --demo is refused, before anything is made; so is another clock for a real shop.
func TestEmptyAndAheadGoWithDemo(t *testing.T) {
	for name, s := range map[string]Serve{"--empty": {Empty: true}, "--ahead": {Ahead: time.Hour}} {
		s.Data, s.LogLevel, s.LogFormat = filepath.Join(t.TempDir(), "data"), "info", "text"
		err := s.Run(t.Context(), Streams{}, Embedded{})
		if _, wrong := errors.AsType[wrongCall](err); !wrong || !strings.Contains(err.Error(), "--demo") {
			t.Errorf("%s without --demo: %v", name, err)
		}
		if _, err := os.Stat(s.Data); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the data folder: %v", name, err)
		}
	}
}

// The greeting of a sample shop says how to log in, and shows an order.
func TestGreetSample(t *testing.T) {
	var b strings.Builder
	(&Serve{Demo: true}).greetSample(&b, mark{State: filled, Order: "/order/abc"}, "http://localhost:8081")
	for _, want := range []string{demo.Admin.Email, demo.Admin.Password, demo.Staff.Email, demo.Staff.Password, "http://localhost:8081/order/abc"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	for want, serve := range map[string]Serve{
		"There is no sample shop": {Demo: true, Stripe: "http://127.0.0.1:1"},
		"":                        {Demo: true, Empty: true, Stripe: "http://127.0.0.1:1"},
	} {
		b.Reset()
		if serve.greetSample(&b, mark{}, "http://localhost:8081"); !strings.Contains(b.String(), want) || (b.Len() > 0) != (want != "") {
			t.Errorf("%q, want %q", b.String(), want)
		}
	}
}
