package shop

import (
	"strings"
	"testing"
)

// Every kind has a message of its own, a whole sentence, with what its params say in it.
func TestAlarmsSayWhatIsWrong(t *testing.T) {
	p := AlarmParams{Name: "clip.stl", OrderID: "o", Order: "ORD-1001", Task: "clean.carts", Amount: 1500, Currency: "AUD", Files: 512, Of: 600}
	admin, helper := Actor{ID: "1", Role: RoleAdmin}, Actor{ID: "2", Role: RoleStaff}
	seen := map[string]AlarmKind{}
	for kind, parts := range map[AlarmKind][]string{
		AlarmFileMissing: {"clip.stl", "ORD-1001", "missing"},
		AlarmFileDamaged: {"clip.stl", "ORD-1001", "damaged"},
		AlarmTask:        {TaskTitle("clean.carts")},
		AlarmPayment:     {"ORD-1001", "$15.00"},
		AlarmRefundDue:   {"ORD-1001", "$15.00"},
		AlarmRefund:      {"ORD-1001: $15.00", "refunded", "order’s page"},
		AlarmDispute:     {"ORD-1001: a cardholder", "$15.00", "Stripe"},
		AlarmDisputeLost: {"ORD-1001: the cardholder’s bank", "$15.00", "again", "loss"},
		AlarmOverpaid:    {"ORD-1001: $15.00", "more"},
		AlarmEvent:       {"Stripe", "clean.carts"},
		AlarmClock:       {"clock"},
		AlarmDisk:        {"disk"},
		AlarmSweep:       {"512", "600"},
		AlarmDeletion:    {"512", "600", "terms"},
		"unheard of":     {"attention"},
	} {
		text := Alarm{Kind: kind, Params: p}.Message(admin)
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s says nothing of %q: %s", kind, part, text)
			}
		}
		if other, taken := seen[text]; taken || !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
			t.Errorf("%s, like %s: %s", kind, other, text)
		}
		seen[text] = kind
		if strings.Contains(text, "n admin") {
			t.Errorf("an admin reads of %s who else can: %s", kind, text)
		}
	}
	for kind, needs := range map[AlarmKind]Permission{
		AlarmPayment: DecidePayment, AlarmRefundDue: DecidePayment, AlarmRefund: DecidePayment, AlarmDispute: DecidePayment, AlarmDisputeLost: DecidePayment, AlarmOverpaid: DecidePayment,
		AlarmClock: AcceptClock, AlarmSweep: ConfirmSweep, AlarmDeletion: ConfirmDelete,
	} {
		for _, params := range []AlarmParams{p, {Amount: 1500, Currency: "AUD"}, {Order: "ORD-1001", Amount: 1500, Currency: "AUD", Twice: true}, {Order: "ORD-1001", Amount: 1500, Currency: "AUD", Twice: true, Owed: 5_00}} {
			if text := (Alarm{Kind: kind, Params: params}).Message(helper); helper.Can(needs, TheShop) || !strings.Contains(strings.ToLower(text), "an admin") {
				t.Errorf("whoever cannot end %s is not told who can: %s", kind, text)
			}
		}
	}
	twice := p
	twice.Twice = true
	if (Alarm{Kind: AlarmPayment, Params: twice}).Message(admin) == (Alarm{Kind: AlarmPayment, Params: p}).Message(admin) {
		t.Error("a duplicate reads like a mismatch")
	}
	// What is refunded in Stripe is noted by itself: nobody is sent to a page that does not ask for it.
	if text := (Alarm{Kind: AlarmPayment, Params: AlarmParams{Order: "ORD-1001", Amount: 1500, Currency: "AUD", Twice: true}}).Message(admin); !strings.Contains(text, "automatically") || strings.Contains(text, "page") {
		t.Errorf("a payment that came a second time: %s", text)
	}
	if text := (Alarm{Kind: AlarmPayment, Params: AlarmParams{Amount: 1500, Currency: "AUD"}}).Message(admin); !strings.Contains(text, "$15.00") || strings.Contains(text, "page") {
		t.Errorf("a payment of no order: %s", text)
	}
	if text := (Alarm{Kind: AlarmFileDamaged, Params: AlarmParams{Name: "clip.stl"}}).Message(admin); strings.Contains(text, " of ") {
		t.Errorf("a file of no order: %s", text)
	}
}
