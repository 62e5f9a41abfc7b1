package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// A link for somebody who forgot their password, printed beside a shop that runs; for nobody else there is none.
func TestAdminReset(t *testing.T) {
	data := t.TempDir()
	running := dbtest.OpenAt(t, filepath.Join(data, "buildplate.db"))
	people := []shop.User{
		{ID: "a", Name: "Ada Byron", Email: "ada@example.com", Role: shop.RoleStaff, State: shop.UserActive, Password: "x"},
		{ID: "b", Name: "Ben Lee", Email: "ben@example.com", Role: shop.RoleAdmin, State: shop.UserInvited},
		{ID: "g", Name: "Gus", Email: "gus@example.com", Role: shop.RoleAdmin, State: shop.UserRemoved},
		{ID: "d", Name: "Dot", Email: "dot@example.com", Role: shop.RoleStaff, State: shop.UserDisabled, Password: "x"},
	}
	err := running.Write(t.Context(), func(tx *db.Tx) error {
		for _, u := range people {
			if err := tx.InsertUser(t.Context(), u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for email, purpose := range map[string]shop.LinkPurpose{"ADA@example.com": shop.LinkReset, "ben@example.com": shop.LinkInvitation} {
		o := run(t, "admin", "reset", email, "--data", data, "--shop", "0.0.0.0:8090").want(t, 0)
		m := regexp.MustCompile(`(?m)^  http://localhost:8090/staff/link/([A-Za-z0-9_-]{43})$`).FindStringSubmatch(o.stdout)
		if m == nil || o.stderr != "" {
			t.Fatalf("%s: %s%s", email, o.stdout, o.stderr)
		}
		err := running.Read(t.Context(), func(tx *db.Tx) error {
			link, err := tx.OneTimeLink(t.Context(), shop.HashToken(m[1]))
			if link.Purpose != purpose || link.CreatedBy != "" {
				t.Errorf("%s: %+v", email, link)
			}
			if err != nil {
				return err
			}
			u, err := tx.User(t.Context(), link.UserID)
			if !strings.EqualFold(u.Email, email) {
				t.Errorf("%s: %+v", email, u)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	zone := func() string {
		o := run(t, "admin", "reset", "ada@example.com", "--data", data).want(t, 0)
		m := regexp.MustCompile(`http://localhost:(\d+)/[\s\S]*until \w{3} \d+ \w{3} \d{4} \d\d:\d\d (\S+)\.`).FindStringSubmatch(o.stdout)
		if m == nil {
			t.Fatal(o.stdout)
		}
		return m[1] + " " + m[2]
	}
	if got := zone(); !strings.HasPrefix(got, "8080 ") {
		t.Errorf("of a shop that never ran: %s", got)
	}
	err = running.Write(t.Context(), func(tx *db.Tx) error {
		return tx.SaveSettings(t.Context(), shop.DefaultSettings("Australia/Brisbane"), true, "")
	})
	if err := errors.Join(err, os.WriteFile(filepath.Join(data, "door"), []byte("[::]:8097"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if got := zone(); got != "8097 AEST" {
		t.Errorf("of a shop in Brisbane at another door: %s", got)
	}
	for name, args := range map[string][]string{
		"nobody":       {"eve@example.com", "--data", data},
		"removed":      {"gus@example.com", "--data", data},
		"disabled":     {"dot@example.com", "--data", data},
		"another shop": {"ada@example.com", "--data", t.TempDir()},
	} {
		o := run(t, append([]string{"admin", "reset"}, args...)...).want(t, 1)
		if o.stdout != "" || !regexp.MustCompile(`^buildplate: [A-Z][^_]+\.\n$`).MatchString(o.stderr) {
			t.Errorf("%s: %q, %q", name, o.stdout, o.stderr)
		}
	}
	run(t, "admin", "reset").want(t, 2)
}
