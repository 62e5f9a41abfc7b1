package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"buildplate/app"
	"buildplate/app/account"
	"buildplate/app/cart"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/storage/failpoint"
)

// Shop is a demonstration that nobody has seen yet: its background work runs, its doors are shut, and nothing comes by
// the clock. The database and the stand-in go by Clock, and the stand-in delivers nothing.
type Shop struct {
	App   *app.App
	Cards *stripetest.Server
	Clock *Clock
}

// Filled is what to show of a shop that was filled.
type Filled struct {
	Order string // path of a customer's page
}

// teller tells the stories.
type teller struct {
	Shop
	now      time.Time // the present, in the shop's time zone
	admin    shop.Actor
	staff    shop.Actor
	menu     []menuEntry
	terms    string
	printers []string    // ids
	free     []time.Time // when each printer is, as far as planned
	agenda   []planned   // by time
	at       time.Time   // what is done now was planned for; the clock may be a moment on
	heard    int         // events of the stand-in
	filled   Filled
}

type menuEntry struct{ material, colour, materialID, colourID string }

// planned is what happens at a time.
type planned struct {
	at time.Time
	do func(context.Context) error
}

// plan puts something on the agenda, behind what happens at the same time. Nothing lies in the future.
func (t *teller) plan(at time.Time, do func(context.Context) error) {
	if at.After(t.now) {
		at = t.now
	}
	i := len(t.agenda)
	for i > 0 && t.agenda[i-1].at.After(at) {
		i--
	}
	t.agenda = slices.Insert(t.agenda, i, planned{at, do})
}

// past is how long ago the sample shop opened.
const past = 21 * 24 * time.Hour

// Fill makes the sample shop: people, and three weeks of orders, each by the use cases that people use. It is the same
// every time, as many days before the day it is made. When it fails half a shop is left, which must not open.
func Fill(ctx context.Context, s Shop) (Filled, error) {
	t := &teller{Shop: s}
	offered, err := s.App.Catalog.Shop(ctx)
	if err != nil {
		return Filled{}, err
	}
	zone, err := time.LoadLocation(offered.TimeZone)
	if err != nil {
		return Filled{}, err
	}
	t.now, t.terms = s.Clock.Now().In(zone), offered.Terms.Version
	for _, m := range offered.Materials {
		for _, c := range m.Colours {
			t.menu = append(t.menu, menuEntry{m.Name, c.Name, m.ID, c.ID})
		}
	}
	s.Clock.begin(t.now.Add(-past))
	defer s.Clock.present()
	if err := t.employ(ctx); err != nil {
		return Filled{}, fmt.Errorf("people: %w", err)
	}
	if err := t.sliceAll(ctx); err != nil {
		return Filled{}, fmt.Errorf("slice: %w", err)
	}
	for _, s := range stories() {
		t.plan(s.at.before(t.now), func(ctx context.Context) error { return t.begin(ctx, s) })
	}
	for len(t.agenda) > 0 {
		next := t.agenda[0]
		t.agenda = t.agenda[1:]
		t.at = next.at
		s.Clock.forward(next.at)
		if err := next.do(ctx); err != nil {
			return Filled{}, err
		}
	}
	return t.filled, t.settle(ctx)
}

// employ sets the shop up, invites the staff, and finds the printers.
func (t *teller) employ(ctx context.Context) error {
	link, err := t.App.Accounts.SetupLink(ctx)
	if err != nil {
		return err
	}
	admin, session, err := t.App.Accounts.Setup(ctx, "", account.SetupRequest{Token: tokenOf(link), Name: Admin.Name, Email: Admin.Email, Password: Admin.Password})
	if err != nil {
		return err
	}
	invitation, err := t.App.Accounts.Invite(ctx, admin, account.InviteRequest{Name: Staff.Name, Email: Staff.Email, Role: Staff.Role})
	if err != nil {
		return err
	}
	staff, other, err := t.App.Accounts.UseLink(ctx, "", account.UseLinkRequest{Token: tokenOf(invitation.Path), Name: Staff.Name, Password: Staff.Password})
	if err != nil {
		return err
	}
	t.admin, t.staff = admin, staff
	board, err := t.App.Jobs.List(ctx, admin, job.ListFilter{})
	for _, p := range board.Printers {
		t.printers, t.free = append(t.printers, p.ID), append(t.free, time.Time{})
	}
	return errors.Join(err, t.App.Accounts.Logout(ctx, session), t.App.Accounts.Logout(ctx, other))
}

func tokenOf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// begin places the order of a story and plans what happens to it.
func (t *teller) begin(ctx context.Context, s story) error {
	o := &told{story: s}
	if err := t.place(ctx, o); err != nil {
		return fmt.Errorf("the order of %s: %w", s.who.name, err)
	}
	failpoint.Reach("demo.placed")
	if o.number == shown {
		t.filled.Order = o.link
	}
	for _, step := range s.then {
		t.plan(step.at.before(t.now), func(ctx context.Context) error {
			if err := step.do(ctx, t, o); err != nil {
				return fmt.Errorf("order %s: %w", o.number, err)
			}
			return nil
		})
	}
	return nil
}

func (t *teller) place(ctx context.Context, o *told) error {
	id, _, err := t.App.Carts.BeginCart(ctx, "")
	if err != nil {
		return err
	}
	who := shop.Visitor(id)
	if o.counter {
		who = t.staff
		who.CartID = id
	}
	if err := t.drop(ctx, who, o.parts); err != nil {
		return err
	}
	delivery := o.who.delivery(o.ship)
	price, err := t.App.Carts.PriceFor(ctx, who, delivery)
	if err != nil {
		return err
	}
	if o.counter {
		placed, err := t.App.Orders.TakeCounterOrder(ctx, who, order.CounterOrderRequest{
			Contact: o.who.contact(), Delivery: delivery, Note: o.note, Payment: o.pay, ExpectedTotal: price.Price.Total,
		})
		o.id, o.number, o.link = placed.OrderID, placed.OrderNumber, placed.OrderURL
		return err
	}
	placed, err := t.App.Orders.Checkout(ctx, who, order.CheckoutRequest{
		Contact: o.who.contact(), Delivery: delivery, Note: o.note, TermsVersion: t.terms, TermsAccepted: true, Payment: o.pay, ExpectedTotal: price.Price.Total,
	}, nil)
	if err != nil {
		return err
	}
	guest, err := t.App.Accounts.GuestByLink(ctx, tokenOf(placed.OrderURL))
	o.id, o.number, o.link, o.payURL = guest.OrderID, placed.OrderNumber, placed.OrderURL, placed.PayURL
	return err
}

// drop puts files into a cart with what is chosen for them, and waits until they are sliced.
func (t *teller) drop(ctx context.Context, who shop.Actor, parts []part) error {
	for _, p := range parts {
		file := goods()[p.file]
		id, err := t.App.Carts.CreateUpload(ctx, who, p.file, int64(len(file)))
		if err == nil {
			_, err = t.App.Carts.AppendUpload(ctx, who, id, 0, bytes.NewReader(file))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
	}
	v, err := t.App.Carts.Get(ctx, who)
	if err != nil {
		return err
	}
	if len(v.Parts) != len(parts) {
		return fmt.Errorf("%d files became %d parts", len(parts), len(v.Parts))
	}
	for i, p := range parts {
		patch := shop.ChoicesPatch{Copies: &p.copies}
		for _, e := range t.menu {
			if e.material == p.material && (p.colour == "" || e.colour == p.colour) {
				patch.MaterialID, patch.ColourID = &e.materialID, &e.colourID
				break
			}
		}
		if _, err := t.App.Carts.PatchParts(ctx, who, v.Version, []string{v.Parts[i].ID}, patch); err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
	}
	_, err = t.sliced(ctx, who)
	return err
}

// pace is how often it is asked whether the background work is done.
const pace = 5 * time.Millisecond

// sliced waits until a cart is not worked on any more.
func (t *teller) sliced(ctx context.Context, who shop.Actor) (v cart.View, err error) {
	err = await(ctx, func() (bool, error) {
		v, err = t.App.Carts.Get(ctx, who)
		return !v.Busy, err
	})
	return v, err
}

// await asks until it is told yes.
func await(ctx context.Context, ask func() (bool, error)) error {
	for {
		if done, err := ask(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pace):
		}
	}
}

// sliceAll slices everything that the stories order, all at once, so that each order finds its slices. The cart is left
// empty.
func (t *teller) sliceAll(ctx context.Context) error {
	seen := map[[2]string]bool{}
	var parts []part
	for _, s := range stories() {
		for _, p := range s.parts {
			if key := [2]string{p.file, p.material}; p.material != "" && !seen[key] {
				seen[key] = true
				parts = append(parts, part{p.file, p.material, "", 1})
			}
		}
	}
	id, _, err := t.App.Carts.BeginCart(ctx, "")
	if err != nil {
		return err
	}
	who := shop.Visitor(id)
	if err := t.drop(ctx, who, parts); err != nil {
		return err
	}
	v, err := t.App.Carts.Get(ctx, who)
	for _, p := range v.Parts {
		if err == nil {
			_, err = t.App.Carts.DeletePart(ctx, who, 0, p.ID)
		}
	}
	return err
}

// settle returns to the present and waits until the work that the stories left behind is done.
func (t *teller) settle(ctx context.Context) error {
	t.Clock.present()
	if err := t.tellCards(ctx); err != nil {
		return err
	}
	return errors.Join(t.App.Tasks.RunDue(ctx), t.App.Files.Drain(ctx))
}
