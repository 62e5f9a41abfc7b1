package shop

import (
	"strings"
	"testing"
)

// A part that is not printed says how to go on.
func TestWhatIsNotAccepted(t *testing.T) {
	for _, c := range []struct{ phone, says string }{{"", ", or ask us if"}, {"0400", ", or call 0400 if"}} {
		if m := (Settings{Phone: c.phone}).NotAccepted("gun.stl"); !strings.Contains(m, "gun.stl") || !strings.Contains(m, c.says) {
			t.Error(m)
		}
	}
}

// An order is refused where too many wait, with how the shop is reached, as far as it has said that.
func TestSoManyOrdersMayWait(t *testing.T) {
	for _, c := range []struct {
		own, all     int
		phone, email string
		code         Code
		says         string
	}{
		{0, 0, "", "", "", ""},
		{MaxVisitorOrders - 1, MaxWaitingOrders - 1, "", "", "", ""},
		{MaxVisitorOrders, MaxVisitorOrders, "", "", "orders_waiting", "once some of them are."},
		{MaxVisitorOrders, 25, "0400", "", "orders_waiting", " If it is urgent, call 0400."},
		{0, MaxWaitingOrders, "", "a@b.c", "orders_full", " If it is urgent, write to a@b.c."},
		{1, MaxWaitingOrders, "0400", "a@b.c", "orders_full", " If it is urgent, call 0400 or write to a@b.c."},
	} {
		err := Settings{Phone: c.phone, Email: c.email}.CheckWaiting(c.own, c.all)
		if (err != nil) != (c.code != "") || err != nil && (!IsCode(err, c.code) || !strings.HasSuffix(MessageOf(err), c.says)) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// A refused part in the cart has to be taken out; one that is in none has not.
func TestWhatIsNotPrinted(t *testing.T) {
	s := Settings{}
	if got := s.NotAccepted("a.stl"); got != "We do not print a.stl. Remove it to go on, or ask us if you think that is a mistake." {
		t.Error(got)
	}
	if got := s.DoesNotPrint("a.stl"); got != "We do not print a.stl. Ask us if you think that is a mistake." {
		t.Error(got)
	}
}
