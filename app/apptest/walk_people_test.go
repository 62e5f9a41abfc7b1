package apptest

import (
	"context"
	"fmt"
	"strings"

	"buildplate/app/account"
	"buildplate/app/shop"
)

func (w *walk) peopleSteps() []step {
	closed := []shop.Kind{shop.Unauthenticated, shop.TooMany}
	return []step{
		{"invite somebody", 1, w.invite, nil},
		{"change somebody", 4, w.changePerson, nil},
		{"change oneself", 2, w.changeOneself, closed},
		{"log in and out", 1, w.logIn, closed},
	}
}

func (w *walk) invite(ctx context.Context) error {
	w.guests++
	req := account.InviteRequest{Name: "Guest", Email: fmt.Sprintf("guest%d@example.com", w.guests-w.dice.IntN(3)), Role: one(w, shop.RoleStaff, shop.RoleAdmin, shop.RoleClient)}
	v, err := w.Accounts.Invite(ctx, w.admin, req)
	if err != nil {
		return err
	}
	return w.use(ctx, v)
}

// use spends a one-time link now and then: a password costs a while to hash.
func (w *walk) use(ctx context.Context, v account.OneTimeLinkView) error {
	if w.dice.IntN(3) > 0 {
		return nil
	}
	token := v.Path[strings.LastIndexByte(v.Path, '/')+1:]
	if _, err := w.Accounts.OpenLink(ctx, token); err != nil {
		return err
	}
	if _, _, err := w.Accounts.UseLink(ctx, "203.0.113.7", account.UseLinkRequest{Token: token, Name: "Guest", Password: AdminPassword}); err != nil {
		return err
	}
	if _, _, err := w.Accounts.UseLink(ctx, "203.0.113.7", account.UseLinkRequest{Token: token, Name: "Guest", Password: AdminPassword}); err == nil {
		w.t.Error("a one-time link was used twice")
	}
	return nil
}

// changePerson does one of the things that an admin does with people. Nobody takes the walk's own two out of the shop.
func (w *walk) changePerson(ctx context.Context) (err error) {
	all, err := w.Accounts.People(ctx, w.admin)
	if err != nil {
		return err
	}
	p, _ := some(w, all.People)
	mine := p.ID == w.admin.ID || p.ID == w.helper.ID
	version := w.from(p.Version)
	switch w.dice.IntN(7) {
	case 0:
		if p.ID == w.helper.ID {
			return errNothing
		}
		req := account.PersonRequest{Name: one(w, p.Name, "Guest the second", " "), Role: one(w, shop.RoleStaff, shop.RoleAdmin), Version: version}
		now, err := w.Accounts.Edit(ctx, w.admin, p.ID, req)
		if err == nil && now.Version > p.Version+1 {
			w.t.Errorf("version %d of %s became %d", p.Version, p.Name, now.Version)
		}
		return err
	case 1:
		if mine {
			return errNothing
		}
		_, err = w.Accounts.Disable(ctx, w.admin, p.ID, version)
	case 2:
		_, err = w.Accounts.Enable(ctx, w.admin, p.ID, version)
	case 3:
		if mine || w.dice.IntN(3) > 0 {
			w.stale = false
			return errNothing
		}
		err = w.Accounts.Remove(ctx, w.admin, p.ID, version)
	case 4:
		w.stale = false
		_, err = w.Accounts.LogOut(ctx, w.admin, p.ID)
	case 5:
		w.stale = false
		if mine {
			return errNothing
		}
		v, err := w.Accounts.NewLink(ctx, w.admin, p.ID)
		if err != nil {
			return err
		}
		return w.use(ctx, v)
	case 6:
		w.stale = false
		if mine {
			return errNothing
		}
		v, err := w.Accounts.LinkByEmail(ctx, shop.System("Command line"), p.Email)
		if err != nil {
			return err
		}
		return w.use(ctx, v)
	}
	return err
}

func (w *walk) changeOneself(ctx context.Context) error {
	me := w.anybody()
	v, err := w.Accounts.Own(ctx, me)
	if err != nil {
		return err
	}
	switch w.dice.IntN(3) {
	case 0:
		_, err = w.Accounts.Rename(ctx, me, account.RenameRequest{Name: one(w, me.Name, me.Name+" B.", ""), Version: w.from(v.Version)})
	case 1:
		_, err = w.Accounts.ChangePassword(ctx, me, account.PasswordRequest{Current: one(w, AdminPassword, AdminPassword, "a wrong password"), Password: AdminPassword})
	case 2:
		err = w.Accounts.LogOutEverywhere(ctx, me)
	}
	return err
}

func (w *walk) logIn(ctx context.Context) error {
	me := w.anybody()
	p, token, err := w.Accounts.Login(ctx, account.From{Address: "203.0.113.7"}, me.Email, one(w, AdminPassword, AdminPassword, "a wrong password"))
	if err != nil {
		return err
	}
	if p.ID != me.ID {
		w.t.Errorf("%s logged in as %s", me.Name, p.Name)
	}
	if _, err := w.Accounts.Session(ctx, token, shop.ShopDoor); err != nil {
		return err
	}
	if _, err := w.Accounts.Device(ctx, me.ID, ""); err != nil {
		return err
	}
	if err := w.Accounts.Logout(ctx, token); err != nil {
		return err
	}
	if _, err := w.Accounts.Session(ctx, token, shop.ShopDoor); !shop.IsKind(err, shop.Unauthenticated) && !shop.IsKind(err, shop.NotFound) {
		w.t.Errorf("a session after it ended: %v", err)
	}
	return nil
}
