package account

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// office is a service with people in it, by their first names; the password of each is "correct horse battery".
func office(t *testing.T, people ...shop.User) (*Service, *db.DB) {
	t.Helper()
	return officeAt(t, dbtest.Open(t), people...)
}

func officeAt(t *testing.T, d *db.DB, people ...shop.User) (*Service, *db.DB) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	bus := &event.Bus{}
	s := New(d, setting.New(d, setting.Config{}, log), bus, task.New(d, bus, log))
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := tx.SaveSettings(t.Context(), shop.DefaultSettings("UTC"), true, ""); err != nil {
			return err
		}
		for _, u := range people {
			u.Email, u.Password = strings.ToLower(u.Name)+"@example.com", weakArgon
			if u.ID == "" {
				u.ID = u.Name
			}
			if u.State == "" {
				u.State = shop.UserActive
			}
			if u.State == shop.UserInvited {
				u.Password = ""
			}
			if err := tx.InsertUser(t.Context(), u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, d
}

func stored(t *testing.T, d *db.DB, id string) (u shop.User) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		u, err = tx.User(t.Context(), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Two admins who demote, disable or remove each other at the same moment: one of them is left.
func TestOneAdminIsAlwaysLeft(t *testing.T) {
	both := []shop.User{{ID: "Ada", Name: "Ada", Role: shop.RoleAdmin}, {ID: "Grace", Name: "Grace", Role: shop.RoleAdmin}}
	ada, grace := both[0], both[1]
	var s *Service
	ctx := t.Context()
	acts := map[string]func(by, who shop.User) error{
		"demote": func(by, who shop.User) error {
			_, err := s.Edit(ctx, by.Actor(), who.ID, PersonRequest{Name: who.Name, Role: shop.RoleStaff, Version: 1})
			return err
		},
		"disable": func(by, who shop.User) error { _, err := s.Disable(ctx, by.Actor(), who.ID, 1); return err },
		"remove":  func(by, who shop.User) error { return s.Remove(ctx, by.Actor(), who.ID, 1) },
	}
	for name, act := range acts {
		s, _ = office(t, both...)
		var at sync.WaitGroup
		errs := make([]error, 2)
		at.Go(func() { errs[0] = act(ada, grace) })
		at.Go(func() { errs[1] = act(grace, ada) })
		at.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || (!shop.IsCode(errs[0], "last_admin") && !shop.IsCode(errs[1], "last_admin")) {
			t.Errorf("%s: %v, %v", name, errs[0], errs[1])
		}
	}
	// What admins may, the others may not, whatever the door says.
	for name, err := range map[string]error{
		"list":   func() error { _, err := s.People(ctx, shop.Actor{ID: "Ada", Role: shop.RoleStaff}); return err }(),
		"invite": func() error { _, err := s.Invite(ctx, shop.Actor{Role: shop.RoleStaff}, InviteRequest{}); return err }(),
		"edit":   acts["demote"](shop.User{ID: "x", Role: shop.RoleStaff}, ada),
		"remove": acts["remove"](shop.User{ID: "x", Role: shop.RoleStaff}, ada),
		"link":   func() error { _, err := s.NewLink(ctx, shop.Actor{Role: shop.RoleStaff}, "Ada"); return err }(),
	} {
		if !shop.IsCode(err, "admin_only") {
			t.Errorf("staff %s: %v", name, err)
		}
	}
}

// A link that two open at once gives one of them a password and a session.
func TestALinkWorksOnce(t *testing.T) {
	s, d := office(t, shop.User{Name: "Ada", Role: shop.RoleAdmin}, shop.User{Name: "Ben", Role: shop.RoleStaff, State: shop.UserInvited})
	link, err := s.LinkByEmail(t.Context(), shop.System("the command line"), " BEN@example.com ")
	if err != nil || link.Purpose != shop.LinkInvitation || link.Person.ChangedBy != "" {
		t.Fatalf("%+v, %v", link, err)
	}
	token := strings.TrimPrefix(link.Path, linkPath)
	passwords := []string{"the first password", "the second password"}
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i := range passwords {
		both.Go(func() {
			_, _, errs[i] = s.UseLink(t.Context(), "", UseLinkRequest{Token: token, Name: "Ben Lee", Password: passwords[i]})
		})
	}
	both.Wait()
	for i, password := range passwords {
		_, _, err := s.Login(t.Context(), From{Console: true}, "ben@example.com", password)
		if (errs[i] == nil) != (err == nil) || (errs[i] != nil && !shop.IsCode(errs[i], "link_used")) {
			t.Errorf("%q: %v, then logging in: %v", password, errs[i], err)
		}
	}
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("both or none: %v", errs)
	}
	if u := stored(t, d, "Ben"); u.State != shop.UserActive || u.Name != "Ben Lee" {
		t.Errorf("%+v", u)
	}
}

// The command line finds those who work here and nobody else, and ends a wait.
func TestLinksByEmail(t *testing.T) {
	s, _ := office(t, shop.User{Name: "Ada", Role: shop.RoleAdmin}, shop.User{Name: "Ben", Role: shop.RoleStaff},
		shop.User{Name: "Gus", Role: shop.RoleStaff, State: shop.UserRemoved}, shop.User{Name: "Dot", Role: shop.RoleStaff, State: shop.UserDisabled})
	console, waits := shop.System("the command line"), From{Address: "192.0.2.1"}
	for range freeFailures {
		_, _, _ = s.Login(t.Context(), waits, "Ben@example.com", "wrong")
	}
	if _, _, err := s.Login(t.Context(), waits, "ben@example.com", "correct horse battery"); !shop.IsCode(err, "login_locked") {
		t.Fatal(err)
	}
	for email, code := range map[string]shop.Code{"ben@example.com": "", "ada@example.com": "", "gus@example.com": "user_not_found", "eve@example.com": "user_not_found", "": "user_not_found", "dot@example.com": "user_disabled"} {
		v, err := s.LinkByEmail(t.Context(), console, email)
		if (err == nil) != (code == "") || (err != nil && !shop.IsCode(err, code)) || (err == nil && v.Purpose != shop.LinkReset) {
			t.Errorf("%q: %+v, %v", email, v, err)
		}
	}
	if _, _, err := s.Login(t.Context(), waits, "ben@example.com", "correct horse battery"); err != nil {
		t.Errorf("the old password, while the link waits: %v", err)
	}
}

// Logins that meet while an old hash is made anew all come in.
func TestLoginsAtOnceWithAnOldHash(t *testing.T) {
	s, _ := office(t, shop.User{Name: "Ada", Role: shop.RoleAdmin})
	var all sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		all.Go(func() {
			_, _, errs[i] = s.Login(t.Context(), From{Console: true}, "ada@example.com", "correct horse battery")
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
}

// By night old links and sessions go; a link that ended lately stays, since its page says why it does not work.
func TestOldLinksAreForgotten(t *testing.T) {
	s, d := office(t, shop.User{Name: "Ada", Role: shop.RoleAdmin})
	at := time.Now()
	d.SetNow(func() time.Time { return at })
	link, err := s.NewLink(t.Context(), shop.System("x"), "Ada")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		later time.Duration
		code  shop.Code
	}{{25 * time.Hour, "link_expired"}, {25 * 24 * time.Hour, "link_expired"}, {8 * 24 * time.Hour, "link_unknown"}} {
		at = at.Add(c.later)
		err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.AcceptClock(t.Context()) })
		if err != nil {
			t.Fatal(err)
		}
		if err := s.cleanSessions(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.OpenLink(t.Context(), strings.TrimPrefix(link.Path, linkPath)); !shop.IsCode(err, c.code) {
			t.Errorf("after %s more: %v, want %s", c.later, err, c.code)
		}
	}
}

// Whatever is done to people stands in the activity log, under the name of whoever did it.
func TestWhatIsDoneToPeopleIsLogged(t *testing.T) {
	s, d := office(t, shop.User{Name: "Ada", Role: shop.RoleAdmin})
	ctx, ada := t.Context(), stored(t, d, "Ada").Actor()
	link, err := s.Invite(ctx, ada, InviteRequest{Name: "Ben", Email: "ben@example.com", Role: shop.RoleStaff})
	if err != nil {
		t.Fatal(err)
	}
	id := link.Person.ID
	ben, _, err := s.UseLink(ctx, "203.0.113.9", UseLinkRequest{Token: strings.TrimPrefix(link.Path, linkPath), Name: "Ben Lee", Password: "the first password"})
	if err != nil {
		t.Fatal(err)
	}
	version := func() int { return stored(t, d, id).Version }
	steps := []error{
		func() error {
			_, err := s.ChangePassword(ctx, ben, PasswordRequest{Current: "the first password", Password: "the second password"})
			return err
		}(),
		func() error {
			_, err := s.Rename(ctx, ben, RenameRequest{Name: "Benjamin", Version: version()})
			return err
		}(),
		func() error {
			_, err := s.Edit(ctx, ada, id, PersonRequest{Name: "Ben", Role: shop.RoleAdmin, Version: version()})
			return err
		}(),
		func() error {
			_, err := s.Edit(ctx, ada, id, PersonRequest{Name: "Ben", Role: shop.RoleAdmin, Version: version()})
			return err
		}(), // nothing
		func() error { _, err := s.LogOut(ctx, ada, id); return err }(),
		func() error { _, err := s.LinkByEmail(ctx, shop.System("Command line"), "ben@example.com"); return err }(),
		func() error { _, err := s.Disable(ctx, ada, id, version()); return err }(),
		func() error { _, err := s.Enable(ctx, ada, id, version()); return err }(),
		s.Remove(ctx, ada, id, version()),
		s.LogOutEverywhere(ctx, ada),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	var got []string
	err = d.Read(ctx, func(tx *db.Tx) error {
		log, _, err := tx.ActivityPage(ctx, "", "", 100)
		for _, a := range slices.Backward(log) {
			got = append(got, strings.ReplaceAll(fmt.Sprintf("%s (%s): %s %s %s: %s", a.Who, a.UserID, a.Verb, a.ObjectKind, a.ObjectID, a.Message()), id, "ben"))
			if (a.Address == "203.0.113.9") != (a.Verb == shop.VerbInvitationAccepted) {
				t.Errorf("%s was done from %q", a.Verb, a.Address)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Ada (Ada): user_invited user ben: Invited Ben as staff.",
		"Ben Lee (ben): invitation_accepted user ben: Accepted the invitation.",
		"Ben Lee (ben): password_changed user ben: Changed their password.",
		"Ben Lee (ben): user_edited user ben: Renamed Ben Lee to Benjamin.",
		"Ada (Ada): user_edited user ben: Renamed Benjamin to Ben and made them an admin.",
		"Ada (Ada): user_logged_out user ben: Logged Ben out everywhere.",
		"Command line (): password_linked user ben: Made a link for Ben to choose a new password.",
		"Ada (Ada): user_disabled user ben: Disabled Ben.",
		"Ada (Ada): user_enabled user ben: Enabled Ben.",
		"Ada (Ada): user_removed user ben: Removed Ben.",
		"Ada (Ada): sessions_ended user Ada: Logged out everywhere.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("logged:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
