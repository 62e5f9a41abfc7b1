package order_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// lost is an order of five copies for $40.00, paid by card, of which three left and the rest was cancelled: it costs $24.00, and
// $16.00 is due back. What is done to its money is a list of steps.
type lost struct {
	*apptest.Scenario
	t       *testing.T
	o       order.StaffOrderView
	card    string // its payment
	pi      string // as Stripe calls it
	dispute string
}

func newLost(t *testing.T, c *apptest.Scenario) *lost {
	t.Helper()
	o, item := fiveCopies(t, c, 3)
	o = cancelsRest(t, c, grace, threeLeave(t, c, byCard(t, c, o), item))
	return &lost{Scenario: c, t: t, o: o, card: o.Payments[0].ID, pi: o.Payments[0].Reference}
}

func (l *lost) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
	l.Stripe.Wait()
	l.o = seen(l.t, l.Scenario, l.o.ID)
}

func (l *lost) refund(amount shop.Cents) { l.must(l.Stripe.Refund(l.pi, int64(amount))) }

// loses has the cardholder dispute the payment, and the bank take what is left of it.
func (l *lost) loses() {
	var err error
	l.dispute, err = l.Stripe.Dispute(l.pi)
	l.must(err)
	l.must(l.Stripe.CloseDispute(l.dispute, false))
}

func (l *lost) wins() {
	l.Pass(2e9) // Stripe's times are whole seconds
	l.must(l.Stripe.CloseDispute(l.dispute, true))
}

func (l *lost) answer(a shop.DisputeAnswer) {
	l.must(l.Billing.AnswerDispute(l.t.Context(), grace, l.card, 0, a, "as agreed"))
}

func (l *lost) undo() {
	l.must(l.Billing.UndoDisputeAnswer(l.t.Context(), grace, l.card, 0, "a mistake"))
}

func (l *lost) pays(amount shop.Cents) {
	l.must(l.Billing.TakePayment(l.t.Context(), helper, l.o.InvoiceID, 0, shop.ByTransfer, amount, ""))
}

func (l *lost) settles(owed bool) {
	l.must(l.Billing.AnswerRefund(l.t.Context(), grace, l.o.ID, 0, owed))
}

// Whatever was refunded of a lowered price, and in whatever order things came: once the rest was lost and is asked for again, all that
// the order costs is owed, and what is answered, paid or won afterwards changes it by just that.
func TestWhatWasLostOfALoweredOrderIsOwed(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	ask := func(l *lost) { l.answer(shop.AskAgain) }
	refund := func(amount shop.Cents) func(l *lost) { return func(l *lost) { l.refund(amount) } }
	pays := func(amount shop.Cents) func(l *lost) { return func(l *lost) { l.pays(amount) } }
	settles := func(owed bool) func(l *lost) { return func(l *lost) { l.settles(owed) } }
	fails := func(amount shop.Cents) func(l *lost) {
		return func(l *lost) { l.must(l.Stripe.FailRefund(l.pi, int64(amount))) }
	}
	loses, wins, undo := (*lost).loses, (*lost).wins, (*lost).undo
	for name, row := range map[string]struct {
		steps              []func(l *lost)
		owed, open, due    shop.Cents
		undecided, missing shop.Cents
	}{
		"refunded, lost, asked again":                         {steps: []func(*lost){refund(16_00), loses, ask}, owed: 24_00},
		"a part refunded, lost, asked again":                  {steps: []func(*lost){refund(6_00), loses, ask}, owed: 24_00},
		"lost, asked again":                                   {steps: []func(*lost){loses, ask}, owed: 24_00},
		"too much refunded, lost, asked again":                {steps: []func(*lost){refund(20_00), loses, ask}, owed: 20_00, open: 4_00, missing: 4_00},
		"too much refunded, settled, lost, asked again":       {steps: []func(*lost){refund(20_00), settles(false), loses, ask}, owed: 20_00},
		"too much refunded, owed, lost, asked again":          {steps: []func(*lost){refund(20_00), settles(true), loses, ask}, owed: 24_00},
		"too much refunded, lost, asked again, paid":          {steps: []func(*lost){refund(20_00), loses, ask, pays(20_00)}, open: 4_00, missing: 4_00},
		"and what was too much is owed":                       {steps: []func(*lost){refund(20_00), loses, ask, pays(20_00), settles(true)}, owed: 4_00},
		"refunded, lost, asked again, paid":                   {steps: []func(*lost){refund(16_00), loses, ask, pays(24_00)}},
		"refunded, lost, asked again, a part paid":            {steps: []func(*lost){refund(16_00), loses, ask, pays(10_00)}, owed: 14_00},
		"refunded, lost, asked again, undone":                 {steps: []func(*lost){refund(16_00), loses, ask, undo}, undecided: 40_00, missing: 24_00},
		"refunded, lost, asked again, undone, asked again":    {steps: []func(*lost){refund(16_00), loses, ask, undo, ask}, owed: 24_00},
		"lost, asked again, undone":                           {steps: []func(*lost){loses, ask, undo}, undecided: 40_00, missing: 24_00},
		"refunded, lost, carried by the shop":                 {steps: []func(*lost){refund(16_00), loses, func(l *lost) { l.answer(shop.BearsLoss) }}},
		"refunded, lost, asked again, won":                    {steps: []func(*lost){refund(16_00), loses, ask, wins}},
		"a part refunded, lost, asked again, won":             {steps: []func(*lost){refund(6_00), loses, ask, wins}, due: 10_00},
		"lost, asked again, won":                              {steps: []func(*lost){loses, ask, wins}, due: 16_00},
		"refunded, lost, asked again, paid, won":              {steps: []func(*lost){refund(16_00), loses, ask, pays(24_00), wins}, due: 24_00},
		"refunded, lost, asked again, paid, won, refunded":    {steps: []func(*lost){refund(16_00), loses, ask, pays(24_00), wins, refund(24_00)}},
		"refunded, lost, asked again, the refund failed":      {steps: []func(*lost){refund(16_00), loses, ask, fails(16_00)}, owed: 24_00},
		"refunded, lost, asked again, paid, the refund fails": {steps: []func(*lost){refund(16_00), loses, ask, pays(24_00), fails(16_00)}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLost(t, c)
			l.t = t
			for _, step := range row.steps {
				step(l)
			}
			o := l.o
			if max(o.Balance, 0) != row.owed || o.OpenRefunds != row.open || o.DueBack != row.due || o.Undecided != row.undecided || o.Missing != row.missing ||
				(o.InvoiceState == shop.Paid) != (row.owed == 0) {
				t.Errorf("%s, %s owed, %s open, %s due back, %s undecided, %s missing", o.InvoiceState, o.Balance, o.OpenRefunds, o.DueBack, o.Undecided, o.Missing)
			}
			if v := customerOf(t, c, o); v.Balance != row.owed || v.DueBack != row.due {
				t.Errorf("the customer owes %s and gets %s", v.Balance, v.DueBack)
			}
		})
	}
}

// What was owed again of a lowered price's refunds with the rest that was lost is a question again once that is taken back and the order
// costs what it did.
func TestAnAnswerThatIsTakenBackOwesNoRefund(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	l := newLost(t, c)
	l.refund(16_00)
	l.loses()
	l.answer(shop.AskAgain)
	l.undo()
	o, err := putsBack(t, c, grace, l.o, len(l.o.Jobs)-1)
	if err != nil || o.Adjusted != 0 || o.OpenRefunds != 16_00 || o.Balance != 0 || o.OwedAgain != 0 {
		t.Errorf("%s less, %s open, %s owed, %s of it refunds, %v", o.Adjusted, o.OpenRefunds, o.Balance, o.OwedAgain, err)
	}
}
