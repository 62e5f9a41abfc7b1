package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/app/demo"
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
	return s.claim(files)
}

// A fresh demonstration is filled, once; one that was cut off meanwhile is removed and filled anew; all others are left
// as they are, and a real shop's folder is never a demonstration's.
func TestClaim(t *testing.T) {
	for name, c := range map[string]struct {
		serve        Serve
		before       map[string]string // files in the folder
		want         fillState
		gone, refuse bool
	}{
		"fresh":                      {serve: Serve{Demo: true}, want: filling},
		"empty":                      {serve: Serve{Demo: true, Empty: true}, want: unfilled},
		"a stand-in elsewhere":       {serve: Serve{Demo: true, Stripe: "http://127.0.0.1:1"}, want: unfilled},
		"of an earlier release":      {serve: Serve{Demo: true}, before: map[string]string{demoMark: "", databaseName: "rows"}, want: unfilled},
		"filled":                     {serve: Serve{Demo: true}, before: map[string]string{demoMark: `{"state":"filled","order":"/order/x"}`, databaseName: "rows"}, want: filled},
		"filled, now with --empty":   {serve: Serve{Demo: true, Empty: true}, before: map[string]string{demoMark: `{"state":"filled"}`, databaseName: "rows"}, want: filled},
		"cut off":                    {serve: Serve{Demo: true}, before: map[string]string{demoMark: `{"state":"filling"}`, databaseName: "rows", databaseName + "-wal": "rows"}, want: filling, gone: true},
		"cut off, now with --empty":  {serve: Serve{Demo: true, Empty: true}, before: map[string]string{demoMark: `{"state":"filling"}`, databaseName: "rows"}, want: unfilled, gone: true},
		"cut off before its rows":    {serve: Serve{Demo: true}, before: map[string]string{demoMark: `{"state":"filling"}`}, want: filling},
		"a real shop's":              {serve: Serve{Demo: true}, before: map[string]string{shopMark: "", databaseName: "rows"}, refuse: true},
		"a demonstration's":          {serve: Serve{}, before: map[string]string{demoMark: `{"state":"filled"}`, databaseName: "rows"}, refuse: true},
		"a demonstration's, cut off": {serve: Serve{}, before: map[string]string{demoMark: `{"state":"filling"}`, databaseName: "rows"}, refuse: true},
		"a mark that nobody made":    {serve: Serve{Demo: true}, before: map[string]string{demoMark: "x", databaseName: "rows"}, refuse: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.serve
			s.Data = t.TempDir()
			for file, text := range c.before {
				if err := os.WriteFile(filepath.Join(s.Data, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			m, err := claimed(t, s)
			if (err != nil) != c.refuse || err == nil && m.State != c.want {
				t.Errorf("claimed as %q, %v", m.State, err)
			}
			_, had := c.before[databaseName]
			if _, err := os.Stat(s.databasePath()); (err == nil) != (had && !c.gone) {
				t.Errorf("the database: %v", err)
			}
			if c.refuse {
				return
			}
			if again, err := s.readMark(); s.Demo && (err != nil || again != m) {
				t.Errorf("the mark says %+v, %v", again, err)
			}
		})
	}
}

// What was uploaded goes with a demonstration that was cut off.
func TestClaimClearsFiles(t *testing.T) {
	s := Serve{Data: t.TempDir(), Demo: true}
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
	if _, err := s.claim(files); err != nil {
		t.Fatal(err)
	}
	for info, err := range files.List(storage.OrderFiles) {
		t.Errorf("%s is left, %v", info.ID, err)
	}
	if _, err := files.Put(t.Context(), storage.OrderFiles, id, strings.NewReader("G28")); err != nil {
		t.Errorf("the store cannot be used any more: %v", err)
	}
}

// The greeting of a sample shop says how to log in, and shows an order.
func TestGreetSample(t *testing.T) {
	var b strings.Builder
	greetSample(&b, mark{State: filled, Order: "/order/abc"}, "http://localhost:8081")
	for _, want := range []string{demo.Admin.Email, demo.Admin.Password, demo.Staff.Email, demo.Staff.Password, "http://localhost:8081/order/abc"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}
