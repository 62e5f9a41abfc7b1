package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/account"
	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
)

// colleague is a new member of staff, in a browser of theirs, and as an admin's list shows them.
func (s *stage) colleague(t *testing.T, name string) (*apptest.Client, account.PersonView) {
	t.Helper()
	email := shop.NewID() + "@example.com"
	s.Employ(name, email, shop.RoleStaff)
	return s.browser(t, email), s.person(t, email)
}

// stranger is a new browser in which nobody is logged in. How often people log in is not what these scenarios are about.
func (s *stage) stranger() *apptest.Client {
	s.Server.ForgetVisits()
	return apptest.NewClient(s.Address().Shop)
}

// browser is a new browser in which somebody logs in.
func (s *stage) browser(t *testing.T, email string) *apptest.Client {
	t.Helper()
	c := s.stranger()
	post[account.UserView](t, c, "/api/auth/login", map[string]string{"email": email, "password": apptest.AdminPassword})
	return c
}

// person finds somebody on the admin's list.
func (s *stage) person(t *testing.T, email string) account.PersonView {
	t.Helper()
	all := get[account.PeopleView](t, s.admin.Client, "/api/users").People
	at := slices.IndexFunc(all, func(p account.PersonView) bool { return p.Email == email })
	if at < 0 {
		t.Fatalf("%s is not on the list", email)
	}
	return all[at]
}

func (s *stage) user(t *testing.T, id string) (u shop.User) {
	t.Helper()
	s.read(t, func(ctx context.Context, tx *db.Tx) (err error) {
		u, err = tx.User(ctx, id)
		return err
	})
	return u
}

// isOut says whether a browser is logged in no more.
func isOut(t *testing.T, c *apptest.Client) bool {
	t.Helper()
	_, err := apptest.Get[account.UserView](t.Context(), c, "/api/auth/me")
	if err != nil && apptest.StatusOf(err) != http.StatusUnauthorized {
		t.Fatal(err)
	}
	return err != nil
}

type versionBody struct {
	Version int `json:"version"`
}

// Who works here, and how an admin changes that.
var peopleScenarios = map[string]scenario{
	"GET /api/users": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		if who.Name != "Ben Lee" || who.State != shop.UserActive || who.Sessions != 1 || who.LastSeen.IsZero() || !slices.Contains(who.Actions, shop.DisableUser) {
			t.Errorf("%+v", who)
		}
		if me := s.person(t, apptest.AdminEmail); slices.Contains(me.Actions, shop.RemoveUser) || slices.Contains(me.Actions, shop.DisableUser) {
			t.Errorf("an admin may do to themselves: %v", me.Actions)
		}
		if _, err := apptest.Get[account.PeopleView](t.Context(), c, "/api/users"); apptest.CodeOf(err) != "admin_only" {
			t.Errorf("staff read the list: %v", err)
		}
	},
	"POST /api/users": func(t *testing.T, s *stage) {
		email := shop.NewID() + "@example.com"
		invited := post[account.OneTimeLinkView](t, s.admin.Client, "/api/users", account.InviteRequest{Name: " Ben Lee ", Email: email, Role: shop.RoleStaff})
		if p := invited.Person; p.Name != "Ben Lee" || p.State != shop.UserInvited || p.LinkExpires != invited.Expires || invited.Purpose != shop.LinkInvitation || p.ChangedBy != "Grace Hopper" {
			t.Errorf("%+v", invited)
		}
		if left := invited.Expires.Sub(shop.TimeOf(s.Now())); left < 7*24*time.Hour-time.Minute || left > 7*24*time.Hour {
			t.Errorf("the link works for %s", left)
		}
		_, err := apptest.Post[account.OneTimeLinkView](t.Context(), s.admin.Client, "/api/users", account.InviteRequest{Name: "Else", Email: strings.ToUpper(email), Role: shop.RoleStaff})
		if apptest.CodeOf(err) != "email_taken" {
			t.Errorf("the same address again: %v", err)
		}
		_, err = apptest.Post[account.UserView](t.Context(), s.stranger(), "/api/auth/login", map[string]string{"email": email, "password": ""})
		if apptest.CodeOf(err) != "login_wrong" {
			t.Errorf("who has no password logs in without: %v", err)
		}
	},
	"POST /api/auth/link": func(t *testing.T, s *stage) {
		invited := post[account.OneTimeLinkView](t, s.admin.Client, "/api/users", account.InviteRequest{Name: "Ben Lee", Email: shop.NewID() + "@example.com", Role: shop.RoleAdmin})
		c := s.stranger()
		v := post[account.OpenLinkView](t, c, "/api/auth/link", map[string]string{"token": apptest.Token(invited.Path)})
		if v.Purpose != shop.LinkInvitation || v.Name != "Ben Lee" || v.Email != invited.Person.Email || v.Expires != invited.Expires {
			t.Errorf("%+v", v)
		}
		post[account.OneTimeLinkView](t, s.admin.Client, "/api/users/"+invited.Person.ID+"/link", struct{}{})
		for token, code := range map[string]string{apptest.Token(invited.Path): "link_expired", shop.NewToken(): "link_unknown", s.Address().SetupToken: "link_unknown"} {
			if _, err := apptest.Post[account.OpenLinkView](t.Context(), c, "/api/auth/link", map[string]string{"token": token}); apptest.CodeOf(err) != code {
				t.Errorf("want %s: %v", code, err)
			}
		}
	},
	"POST /api/auth/link/use": func(t *testing.T, s *stage) {
		invited := post[account.OneTimeLinkView](t, s.admin.Client, "/api/users", account.InviteRequest{Name: "Ben", Email: shop.NewID() + "@example.com", Role: shop.RoleStaff})
		c := s.stranger()
		use := account.UseLinkRequest{Token: apptest.Token(invited.Path), Name: "Ben Lee", Password: apptest.AdminPassword}
		short := use
		short.Password = "short"
		if _, err := apptest.Post[account.UserView](t.Context(), c, "/api/auth/link/use", short); apptest.StatusOf(err) != 422 {
			t.Errorf("a short password: %v", err)
		}
		me := post[account.UserView](t, c, "/api/auth/link/use", use)
		if me.Name != "Ben Lee" || me.Role != shop.RoleStaff || isOut(t, c) {
			t.Errorf("%+v", me)
		}
		if u := s.user(t, me.ID); u.State != shop.UserActive || u.Version != 2 || u.ChangedBy != me.ID || !strings.HasPrefix(u.Password, "$argon2id$") {
			t.Errorf("%+v", u)
		}
		if _, err := apptest.Post[account.UserView](t.Context(), s.stranger(), "/api/auth/link/use", use); apptest.CodeOf(err) != "link_used" {
			t.Errorf("the link a second time: %v", err)
		}
		// A new password ends what was open with the old one.
		reset := post[account.OneTimeLinkView](t, s.admin.Client, "/api/users/"+me.ID+"/link", struct{}{})
		again := s.stranger()
		post[account.UserView](t, again, "/api/auth/link/use", account.UseLinkRequest{Token: apptest.Token(reset.Path), Password: "another long password"})
		if reset.Purpose != shop.LinkReset || isOut(t, again) || !isOut(t, c) {
			t.Errorf("after a reset: %+v", reset)
		}
	},
	"PATCH /api/users/{id}": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben")
		var now account.PersonView
		path := "/api/users/" + who.ID
		if err := s.admin.JSON(t.Context(), http.MethodPatch, path, account.PersonRequest{Name: "Ben Lee", Role: shop.RoleStaff, Version: who.Version}, &now); err != nil || now.Name != "Ben Lee" || now.Version != 2 || isOut(t, c) {
			t.Errorf("%+v, %v", now, err)
		}
		err := s.admin.JSON(t.Context(), http.MethodPatch, path, account.PersonRequest{Name: "Benny", Role: shop.RoleStaff, Version: who.Version}, nil)
		if apptest.StatusOf(err) != 409 || apptest.ChangedBy(err) != "Grace Hopper" || s.user(t, who.ID).Name != "Ben Lee" {
			t.Errorf("a stale change: %v", err)
		}
		if err := s.admin.JSON(t.Context(), http.MethodPatch, path, account.PersonRequest{Name: "Ben Lee", Role: shop.RoleAdmin, Version: 2}, &now); err != nil || now.Role != shop.RoleAdmin || !isOut(t, c) {
			t.Errorf("another role, and still logged in with the old one: %+v, %v", now, err)
		}
		me := s.person(t, apptest.AdminEmail)
		err = s.admin.JSON(t.Context(), http.MethodPatch, "/api/users/"+me.ID, account.PersonRequest{Name: me.Name, Role: shop.RoleStaff, Version: me.Version}, nil)
		if apptest.CodeOf(err) != "user_is_you" {
			t.Errorf("an admin who makes themselves staff: %v", err)
		}
	},
	"POST /api/users/{id}/link": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		v := post[account.OneTimeLinkView](t, s.admin.Client, "/api/users/"+who.ID+"/link", struct{}{})
		if v.Purpose != shop.LinkReset || v.Expires.Sub(shop.TimeOf(s.Now())) > 24*time.Hour {
			t.Errorf("%+v", v)
		}
		if isOut(t, c) {
			t.Error("a link that nobody used ends a session")
		}
	},
	"POST /api/users/{id}/log-out": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		stream, lines, leave := s.listen(s.shop, staffEventsPath, "Cookie: "+c.Cookies())
		defer leave()
		if stream.StatusCode != http.StatusOK {
			t.Fatalf("the stream answers %d", stream.StatusCode)
		}
		if v := post[account.PersonView](t, s.admin.Client, "/api/users/"+who.ID+"/log-out", struct{}{}); v.Sessions != 0 || !isOut(t, c) {
			t.Errorf("%+v", v)
		}
		for range lines { // the stream ends, or the test does
		}
		if isOut(t, s.browser(t, who.Email)) {
			t.Error("they cannot log in again")
		}
	},
	"POST /api/users/{id}/disable": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		link := post[account.OneTimeLinkView](t, s.admin.Client, "/api/users/"+who.ID+"/link", struct{}{})
		v := post[account.PersonView](t, s.admin.Client, "/api/users/"+who.ID+"/disable", versionBody{who.Version})
		if v.State != shop.UserDisabled || !isOut(t, c) || slices.Contains(v.Actions, shop.LinkUser) {
			t.Errorf("%+v", v)
		}
		_, err := apptest.Post[account.UserView](t.Context(), c, "/api/auth/login", map[string]string{"email": who.Email, "password": apptest.AdminPassword})
		if apptest.CodeOf(err) != "login_disabled" {
			t.Errorf("disabled, with the right password: %v", err)
		}
		_, err = apptest.Post[account.UserView](t.Context(), c, "/api/auth/link/use", account.UseLinkRequest{Token: apptest.Token(link.Path), Password: apptest.AdminPassword})
		if apptest.CodeOf(err) != "link_expired" {
			t.Errorf("disabled, with a link from before: %v", err)
		}
		me := s.person(t, apptest.AdminEmail)
		if _, err := apptest.Post[account.PersonView](t.Context(), s.admin.Client, "/api/users/"+me.ID+"/disable", versionBody{me.Version}); apptest.CodeOf(err) != "user_is_you" {
			t.Errorf("oneself: %v", err)
		}
	},
	"POST /api/users/{id}/enable": func(t *testing.T, s *stage) {
		_, who := s.colleague(t, "Ben Lee")
		v := post[account.PersonView](t, s.admin.Client, "/api/users/"+who.ID+"/disable", versionBody{who.Version})
		v = post[account.PersonView](t, s.admin.Client, "/api/users/"+who.ID+"/enable", versionBody{v.Version})
		if v.State != shop.UserActive || isOut(t, s.browser(t, who.Email)) {
			t.Errorf("%+v", v)
		}
	},
	"POST /api/users/{id}/remove": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		send(t, s.admin.Client, http.MethodPost, "/api/users/"+who.ID+"/remove", `{"version":1}`, 204)
		if u := s.user(t, who.ID); u.State != shop.UserRemoved || u.Name != "Ben Lee" || !isOut(t, c) {
			t.Errorf("%+v", u)
		}
		_, err := apptest.Post[account.UserView](t.Context(), c, "/api/auth/login", map[string]string{"email": who.Email, "password": apptest.AdminPassword})
		if apptest.CodeOf(err) != "login_wrong" {
			t.Errorf("removed, with the right password: %v", err)
		}
		if _, err := apptest.Post[account.OneTimeLinkView](t.Context(), s.admin.Client, "/api/users/"+who.ID+"/link", struct{}{}); apptest.CodeOf(err) != "user_not_found" {
			t.Errorf("a link for who was removed: %v", err)
		}
		post[account.OneTimeLinkView](t, s.admin.Client, "/api/users", account.InviteRequest{Name: "Ben Lee", Email: who.Email, Role: shop.RoleStaff})
	},
	"GET /api/account": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		s.browser(t, who.Email)
		if me := get[account.PersonView](t, c, "/api/account"); me.ID != who.ID || me.Sessions != 2 || me.Version != 1 {
			t.Errorf("%+v", me)
		}
	},
	"PATCH /api/account": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben")
		var now account.PersonView
		if err := c.JSON(t.Context(), http.MethodPatch, "/api/account", account.RenameRequest{Name: "Ben Lee", Version: 1}, &now); err != nil || now.Name != "Ben Lee" || s.user(t, who.ID).ChangedBy != who.ID {
			t.Errorf("%+v, %v", now, err)
		}
		if err := c.JSON(t.Context(), http.MethodPatch, "/api/account", account.RenameRequest{Name: "Benny", Version: 1}, nil); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("a stale change: %v", err)
		}
	},
	"POST /api/account/password": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		other := s.browser(t, who.Email)
		before := c.Cookies()
		_, err := apptest.Post[account.UserView](t.Context(), c, "/api/account/password", account.PasswordRequest{Current: "not the password", Password: "another long password"})
		if apptest.CodeOf(err) != "password_wrong" || isOut(t, c) {
			t.Errorf("with a wrong one: %v", err)
		}
		post[account.UserView](t, c, "/api/account/password", account.PasswordRequest{Current: apptest.AdminPassword, Password: "another long password"})
		if isOut(t, c) || !isOut(t, other) || c.Cookies() == before {
			t.Error("this browser stays with a new session, all others are out")
		}
		post[account.UserView](t, other, "/api/auth/login", map[string]string{"email": who.Email, "password": "another long password"})
	},
	"POST /api/account/log-out": func(t *testing.T, s *stage) {
		c, who := s.colleague(t, "Ben Lee")
		other := s.browser(t, who.Email)
		send(t, c, http.MethodPost, "/api/account/log-out", "", 204)
		if !isOut(t, c) || !isOut(t, other) || c.Cookies() != "" {
			t.Error("a session is left")
		}
	},
}
