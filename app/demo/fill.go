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

// filler fills the sample shop.
type filler struct {
	Shop
	now       time.Time // the present, in the shop's time zone
	admin     shop.Actor
	staff     shop.Actor
	menu      []menuEntry
	terms     string
	printers  []string    // ids
	free      []time.Time // when each printer is, as far as planned
	agenda    []planned   // by time
	at        time.Time   // what is done now was planned for; the clock may be a moment on
	delivered int         // events of the stand-in
	filled    Filled
}

type menuEntry struct{ material, colour, materialID, colourID string }

// planned is what happens at a time.
type planned struct {
	at time.Time
	do func(context.Context) error
}

// plan puts something on the agenda, behind what happens at the same time. Nothing lies in the future.
func (f *filler) plan(at time.Time, do func(context.Context) error) {
	if at.After(f.now) {
		at = f.now
	}
	i := len(f.agenda)
	for i > 0 && f.agenda[i-1].at.After(at) {
		i--
	}
	f.agenda = slices.Insert(f.agenda, i, planned{at, do})
}

// past is how long ago the sample shop opened.
const past = 21 * 24 * time.Hour

// Fill makes the sample shop: people, and three weeks of orders, each by the use cases that people use. It is the same
// every time, as many days before the day it is made. When it fails half a shop is left, which must not open.
func Fill(ctx context.Context, s Shop) (Filled, error) {
	f := &filler{Shop: s}
	offered, err := s.App.Catalog.Shop(ctx)
	if err != nil {
		return Filled{}, err
	}
	zone, err := time.LoadLocation(offered.TimeZone)
	if err != nil {
		return Filled{}, err
	}
	f.now, f.terms = s.Clock.Now().In(zone), offered.Terms.Version
	for _, m := range offered.Materials {
		for _, c := range m.Colours {
			f.menu = append(f.menu, menuEntry{m.Name, c.Name, m.ID, c.ID})
		}
	}
	s.Clock.begin(f.now.Add(-past))
	defer s.Clock.present()
	if err := f.employ(ctx); err != nil {
		return Filled{}, fmt.Errorf("people: %w", err)
	}
	if err := f.sliceAll(ctx); err != nil {
		return Filled{}, fmt.Errorf("slice: %w", err)
	}
	for _, s := range sampleOrders() {
		f.plan(s.at.before(f.now), func(ctx context.Context) error { return f.begin(ctx, s) })
	}
	for len(f.agenda) > 0 {
		next := f.agenda[0]
		f.agenda = f.agenda[1:]
		f.at = next.at
		s.Clock.forward(next.at)
		if err := next.do(ctx); err != nil {
			return Filled{}, err
		}
	}
	return f.filled, f.settle(ctx)
}

// employ sets the shop up, invites the staff, and finds the printers.
func (f *filler) employ(ctx context.Context) error {
	link, err := f.App.Accounts.SetupLink(ctx)
	if err != nil {
		return err
	}
	admin, session, err := f.App.Accounts.Setup(ctx, "", account.SetupRequest{Token: tokenOf(link), Name: Admin.Name, Email: Admin.Email, Password: Admin.Password})
	if err != nil {
		return err
	}
	invitation, err := f.App.Accounts.Invite(ctx, admin, account.InviteRequest{Name: Staff.Name, Email: Staff.Email, Role: Staff.Role})
	if err != nil {
		return err
	}
	staff, other, err := f.App.Accounts.UseLink(ctx, "", account.UseLinkRequest{Token: tokenOf(invitation.Path), Name: Staff.Name, Password: Staff.Password})
	if err != nil {
		return err
	}
	f.admin, f.staff = admin, staff
	board, err := f.App.Jobs.List(ctx, admin, job.ListFilter{})
	for _, p := range board.Printers {
		f.printers, f.free = append(f.printers, p.ID), append(f.free, time.Time{})
	}
	return errors.Join(err, f.App.Accounts.Logout(ctx, session), f.App.Accounts.Logout(ctx, other))
}

func tokenOf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// begin places a sample order and plans what happens to it.
func (f *filler) begin(ctx context.Context, s sampleOrder) error {
	o := &placedOrder{sampleOrder: s}
	if err := f.place(ctx, o); err != nil {
		return fmt.Errorf("the order of %s: %w", s.who.name, err)
	}
	failpoint.Reach("demo.placed")
	if o.number == shown {
		f.filled.Order = o.link
	}
	for _, step := range s.then {
		f.plan(step.at.before(f.now), func(ctx context.Context) error {
			if err := step.do(ctx, f, o); err != nil {
				return fmt.Errorf("order %s: %w", o.number, err)
			}
			return nil
		})
	}
	return nil
}

func (f *filler) place(ctx context.Context, o *placedOrder) error {
	id, _, err := f.App.Carts.BeginCart(ctx, "")
	if err != nil {
		return err
	}
	who := shop.Visitor(id)
	if o.counter {
		who = f.staff
		who.CartID = id
	}
	if err := f.drop(ctx, who, o.parts); err != nil {
		return err
	}
	delivery := o.who.delivery(o.ship)
	price, err := f.App.Carts.PriceFor(ctx, who, delivery)
	if err != nil {
		return err
	}
	if o.counter {
		placed, err := f.App.Orders.TakeCounterOrder(ctx, who, order.CounterOrderRequest{
			Contact: o.who.contact(), Delivery: delivery, Note: o.note, Payment: o.pay, ExpectedTotal: price.Price.Total,
		})
		o.id, o.number, o.link = placed.OrderID, placed.OrderNumber, placed.OrderURL
		return err
	}
	placed, err := f.App.Orders.Checkout(ctx, who, order.CheckoutRequest{
		Contact: o.who.contact(), Delivery: delivery, Note: o.note, TermsVersion: f.terms, TermsAccepted: true, Payment: o.pay, ExpectedTotal: price.Price.Total,
	}, nil)
	if err != nil {
		return err
	}
	guest, err := f.App.Accounts.GuestByLink(ctx, tokenOf(placed.OrderURL))
	o.id, o.number, o.link, o.payURL = guest.OrderID, placed.OrderNumber, placed.OrderURL, placed.PayURL
	return err
}

// drop puts files into a cart with what is chosen for them, and waits until they are sliced.
func (f *filler) drop(ctx context.Context, who shop.Actor, parts []part) error {
	for _, p := range parts {
		file := sampleFiles()[p.file]
		id, err := f.App.Carts.CreateUpload(ctx, who, p.file, int64(len(file)))
		if err == nil {
			_, err = f.App.Carts.AppendUpload(ctx, who, id, 0, bytes.NewReader(file))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
	}
	v, err := f.App.Carts.Get(ctx, who)
	if err != nil {
		return err
	}
	if len(v.Parts) != len(parts) {
		return fmt.Errorf("%d files became %d parts", len(parts), len(v.Parts))
	}
	for i, p := range parts {
		patch := shop.ChoicesPatch{Copies: &p.copies}
		for _, e := range f.menu {
			if e.material == p.material && (p.colour == "" || e.colour == p.colour) {
				patch.MaterialID, patch.ColourID = &e.materialID, &e.colourID
				break
			}
		}
		if _, err := f.App.Carts.PatchParts(ctx, who, v.Version, []string{v.Parts[i].ID}, patch); err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
	}
	return f.laidOut(ctx, who)
}

// laidOut waits until a cart is not worked on any more. Nobody changes its copies again, so they are laid out at once.
func (f *filler) laidOut(ctx context.Context, who shop.Actor) error {
	return await(ctx, func() (bool, error) {
		v, err := f.App.Carts.Get(ctx, who)
		for _, p := range v.Parts {
			if err == nil && v.Busy && p.Choices.Copies > 1 {
				err = f.App.Carts.LayOut(ctx, who.CartID, p.ID)
			}
		}
		return !v.Busy, err
	})
}

// pace is how often it is asked whether the background work is done.
const pace = 5 * time.Millisecond

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

// sliceAll slices everything that the sample orders ask for, all at once, so that each order finds its slices. The cart is left
// empty.
func (f *filler) sliceAll(ctx context.Context) error {
	var parts []part
	for _, s := range sampleOrders() {
		for _, p := range s.parts {
			if p.colour = ""; p.material != "" && !slices.Contains(parts, p) {
				parts = append(parts, p)
			}
		}
	}
	id, _, err := f.App.Carts.BeginCart(ctx, "")
	if err != nil {
		return err
	}
	who := shop.Visitor(id)
	if err := f.drop(ctx, who, parts); err != nil {
		return err
	}
	v, err := f.App.Carts.Get(ctx, who)
	for _, p := range v.Parts {
		if err == nil {
			_, err = f.App.Carts.DeletePart(ctx, who, 0, p.ID)
		}
	}
	return err
}

// settle returns to the present and waits until the work that they left behind is done.
func (f *filler) settle(ctx context.Context) error {
	f.Clock.present()
	if err := f.deliverEvents(ctx); err != nil {
		return err
	}
	return errors.Join(f.App.Tasks.RunDue(ctx), f.App.Files.Drain(ctx))
}
