package shop

// PartStanding is what decides whether a part may be paid without a review.
type PartStanding struct {
	Name        string
	ReviewFile  bool
	Watertight  bool
	UnitsSure   bool
	Fits        bool
	Sliced      bool
	Failed      bool
	FailMessage string
	Hours       float64 // one copy
	Copies      int
}

// ReviewReasons says in messages why a person must review a part; none means it may be paid at once.
func (p PartStanding) ReviewReasons() []string {
	var why []string
	add := func(s string) { why = append(why, s) }
	switch {
	case p.ReviewFile:
		add(p.Name + " is a file that we have to review.")
	case p.Failed:
		add(p.Name + ": " + p.FailMessage)
	default:
		if !p.UnitsSure {
			add("We need to know in which unit " + p.Name + " was drawn.")
		}
		if !p.Watertight {
			add("The surface of " + p.Name + " is not closed.")
		}
		if !p.Fits {
			add(p.Name + " does not fit our printer as it stands.")
		}
	}
	return why
}

// CanPay says whether an order may be paid at once: every part sliced and sound, under the shop's limits.
func (s Settings) CanPay(parts []PartStanding, total Cents) (ok bool, reasons []string) {
	ready := len(parts) > 0
	var hours float64
	for _, p := range parts {
		reasons = append(reasons, p.ReviewReasons()...)
		hours += p.Hours * float64(p.Copies)
		ready = ready && p.Sliced
	}
	if total > s.PayLimit {
		reasons = append(reasons, "We review orders over "+s.PayLimit.In(s.Currency)+" first.")
	}
	if hours > s.PayLimitHours {
		reasons = append(reasons, "We review orders of more than "+Plain(s.PayLimitHours)+" hours of printing first.")
	}
	return ready && len(reasons) == 0, reasons
}

// PaymentMethods lists how an order of this total may be paid by a guest.
func (s Settings) PaymentMethods(total Cents, d DeliveryMethod, cardReady bool) []PaymentMethod {
	out := []PaymentMethod{}
	if cardReady {
		out = append(out, ByCard)
	}
	if s.BankDetails != "" {
		out = append(out, ByTransfer)
	}
	if d == Pickup && total <= s.PickupLimit {
		out = append(out, AtPickup)
	}
	return out
}
