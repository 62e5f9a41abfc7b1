package apptest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
)

// walk is a shop in which anything happens that can, in any order.
type walk struct {
	*Scenario
	t       *testing.T
	dice    *rand.Rand
	orders  []string
	at      string // the order that the step is about
	carts   []walkedCart
	links   []walkedLink
	refused int            // orders whose files are never taken again: others are sent from then on
	guests  int            // people who were invited
	stale   bool           // the step named an old version
	done    map[string]int // how often each step went through
	none    map[string]int // and how often there was nothing to do it to
	no      map[string]int // and how often it was refused, with the code

	admin, helper shop.Actor
}

// A step is something that somebody can do. It may be refused, by what use cases say of themselves and by what it says here.
type step struct {
	name   string
	weight int
	act    func(context.Context) error
	may    []shop.Kind
}

// errNothing says that there is nothing to do a step to just now.
var errNothing = errors.New("nothing to do it to")

// flaky is a stub that fails now and then.
type flaky struct {
	slicertest.Stub
	count *atomic.Int64
}

func (f flaky) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	if f.count.Add(1)%9 == 0 {
		return slicer.Report{}, &slicer.Error{Code: slicer.CodeNothingToPrint, Message: "Nothing of this part would be printed."}
	}
	return f.Stub.Slice(ctx, j)
}

// seedOf is where a walk begins: BUILDPLATE_SEED says again which one failed.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("BUILDPLATE_SEED")
	if text == "" {
		return rand.Uint64()
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// No sequence of what customers, staff and Stripe can do breaks what the rows promise each other, and nothing is refused but
// by what a use case says: what the database would not take is a fault, even where nothing was kept of it.
func TestRandomStepsKeepThePromises(t *testing.T) {
	steps, seed := 10_000, seedOf(t)
	if testing.Short() {
		steps = 1_000
	}
	setup := Setup{Quiet: true, Engine: flaky{count: &atomic.Int64{}}}
	w := &walk{Scenario: NewScenario(t, setup), t: t, dice: rand.New(rand.NewPCG(seed, 7)), done: map[string]int{}, none: map[string]int{}, no: map[string]int{}}
	t.Logf("seed %d", seed)
	w.admin, w.helper = w.employed("Ada", shop.RoleAdmin), w.employed("Flo", shop.RoleStaff)
	all := slices.Concat(w.cartSteps(), w.orderSteps(), w.moneySteps(), w.jobSteps(), w.remakeSteps(), w.keepSteps(), w.peopleSteps(), w.machineSteps(), w.shopSteps())
	total := 0
	for _, s := range all {
		total += s.weight
	}
	missing := func() bool {
		return slices.ContainsFunc(all, func(s step) bool { return w.done[s.name] == 0 })
	}
	// A whole walk goes on, up to three times as long, until everybody could do everything.
	for n := 0; n < steps || !testing.Short() && n < 3*steps && missing(); n++ {
		at := w.dice.IntN(total)
		i := slices.IndexFunc(all, func(s step) bool { at -= s.weight; return at < 0 })
		s := all[i]
		w.stale, w.at = false, ""
		err := s.act(t.Context())
		switch {
		case errors.Is(err, errNothing):
			w.none[s.name]++
		case err == nil && w.stale:
			t.Errorf("%s went through from an old version", s.name)
		case err == nil:
			w.done[s.name]++
		default:
			w.sound(err, s.may...)
			w.no[s.name+": "+string(shop.CodeOf(err))]++
		}
		w.stands()
		if w.Stripe.Wait(); n%200 == 0 {
			w.agrees()
		}
		if t.Failed() {
			t.Fatalf("seed %d, after step %d: %s", seed, n, s.name)
		}
	}
	w.agrees()
	for _, s := range all {
		if w.done[s.name] == 0 && !testing.Short() {
			t.Errorf("nobody could %s", s.name)
		}
	}
	t.Logf("%d orders: %v\nnothing to do: %v\nrefused: %v", len(w.orders), w.done, w.none, w.no)
	if _, err := w.Ops.AcceptClock(t.Context(), w.admin); err != nil { // or what is left over would wait
		t.Fatal(err)
	}
	w.FilesAgree()
}

// agrees holds all rows against each other.
func (w *walk) agrees() {
	w.t.Helper()
	if dbtest.Check(w.t, w.DB); !w.t.Failed() {
		w.AlarmsAgree()
		w.StandingsAgree()
	}
}

// stands holds the order that a step was about against what no order comes to.
func (w *walk) stands() {
	w.t.Helper()
	if w.at == "" {
		return
	}
	w.Read(func(ctx context.Context, tx *db.Tx) error {
		found, err := standsOddly(ctx, tx, w.at)
		if found != "" {
			w.t.Error(found)
		}
		return err
	})
}

// sound fails the test for an error that is no refusal: one is of a kind that a use case may give, or that the step says, and
// has a code, which the database's own have not.
func (w *walk) sound(err error, may ...shop.Kind) {
	w.t.Helper()
	if err == nil || errors.Is(err, errNothing) {
		return
	}
	kind := shop.KindOf(err)
	expected := slices.Contains([]shop.Kind{shop.Invalid, shop.Forbidden, shop.NotFound, shop.Conflict}, kind) || slices.Contains(may, kind)
	if !expected || shop.CodeOf(err) == shop.Code(kind.String()) {
		w.t.Errorf("no refusal, but a fault: %v", err)
	}
}

// The walk's own rule tells a refusal from a fault: what constraints and the machine say is none.
func TestFaultsAreNoRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		may   []shop.Kind
		fault bool
	}{
		"a refusal":              {shop.Conflictf("order_closed", "It is closed."), nil, false},
		"a refusal with a cause": {shop.Conflictf("email_taken", "Taken.").Because(&shop.Error{Kind: shop.Conflict, Err: errors.New("UNIQUE constraint failed")}), nil, false},
		"nothing to do":          {errNothing, nil, false},
		"a kind that is meant":   {shop.TooManyf("wait", "Wait."), []shop.Kind{shop.TooMany}, false},
		"a kind that is not":     {shop.TooManyf("wait", "Wait."), nil, true},
		"a constraint":           {&shop.Error{Kind: shop.Conflict, Err: errors.New("UNIQUE constraint failed: plates.id")}, nil, true},
		"a check":                {fmt.Errorf("saving: %w", &shop.Error{Kind: shop.Invalid, Err: errors.New("CHECK constraint failed")}), nil, true},
		"no such row":            {&shop.Error{Kind: shop.NotFound}, nil, true},
		"a foreign key":          {errors.New("FOREIGN KEY constraint failed"), nil, true},
		"the machine":            {shop.Unavailablef("disk", "The disk."), nil, true},
	} {
		inner := &testing.T{}
		(&walk{t: inner}).sound(c.err, c.may...)
		if inner.Failed() != c.fault {
			t.Errorf("%s: a fault %v, want %v", name, inner.Failed(), c.fault)
		}
	}
}

// employed is somebody who works here, with an account.
func (w *walk) employed(name string, role shop.Role) shop.Actor {
	u := w.Employ(name, name+"@example.com", role)
	return shop.Actor{ID: u.ID, Name: u.Name, Email: u.Email, Role: role}
}

func (w *walk) anybody() shop.Actor {
	if w.dice.IntN(2) == 0 {
		return w.helper
	}
	return w.admin
}

// from is the version that a step names: that of what was read, and now and then the one before.
func (w *walk) from(version int) int {
	if version > 1 && w.dice.IntN(12) == 0 {
		w.stale = true
		return version - 1
	}
	return version
}

// one is one of several, at random.
func one[T any](w *walk, of ...T) T { return of[w.dice.IntN(len(of))] }

// some is one of a list, and whether there is any.
func some[T any](w *walk, of []T) (v T, found bool) {
	if len(of) == 0 {
		return v, false
	}
	return of[w.dice.IntN(len(of))], true
}

// on is an act on an order that there is something to do to: mostly a late one, since most early ones are done with.
func (w *walk) on(act func(context.Context, order.StaffOrderView) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for range 6 {
			if len(w.orders) == 0 {
				break
			}
			at := w.dice.IntN(len(w.orders))
			if w.dice.IntN(4) > 0 {
				at = len(w.orders) - 1 - w.dice.IntN(min(len(w.orders), 8))
			}
			o, err := w.Orders.StaffOrder(ctx, w.anybody(), w.orders[at])
			if shop.IsCode(err, "order_not_found") { // it was deleted
				w.orders = slices.Delete(w.orders, at, at+1)
				continue
			}
			if err != nil {
				return err
			}
			w.at = o.ID
			if err := act(ctx, o); !errors.Is(err, errNothing) {
				return err
			}
		}
		return errNothing
	}
}

// placed remembers the order of a number.
func (w *walk) placed(cartID, number string) {
	w.Read(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.OrderByCart(ctx, cartID)
		if err == nil {
			w.orders = append(w.orders, o.ID)
		}
		if o != nil && o.Number != number {
			w.t.Errorf("%s became %s", number, o.Number)
		}
		return err
	})
}
