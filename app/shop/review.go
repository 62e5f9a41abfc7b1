package shop

import (
	"encoding/json"
	"slices"
)

// PartStanding is what decides whether a part may be paid without a review.
type PartStanding struct {
	ID          string // of the part in a cart, of the item in an order
	Name        string
	ReviewFile  bool
	Watertight  bool
	PrintAnyway bool // though it is not
	UnitsSure   bool
	Fits        bool
	Sliced      bool
	Failed      bool
	FailMessage string
	Hours       float64 // of all runs
	LongestRun  float64 // hours
}

// ReviewReason is why a person must look at an order first. What it is about is known by the code and the item, never by its
// words: customers choose the names that stand in them.
type ReviewReason struct {
	Code    Code   `json:"code,omitempty"` // "" of those that were written down when they were words alone
	Message string `json:"message"`
	Item    string `json:"item,omitempty"` // the id of the part or item that it is about, "" where it is the whole order
}

// The codes of reasons that are about no model as it came: limits, ways and wishes; and that staff put another in its place.
const (
	reasonOverLimit  Code = "over_pay_limit"
	reasonOverHours  Code = "over_pay_hours"
	reasonOverRun    Code = "over_pay_run"
	reasonNoDelivery Code = "no_delivery_price"
	reasonNoWay      Code = "no_way_to_pay"
	reasonRemade     Code = "remade"
)

// UnmarshalJSON also reads a reason of which only the words were written down.
func (r *ReviewReason) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		*r = ReviewReason{}
		return json.Unmarshal(text, &r.Message)
	}
	type plain ReviewReason
	return json.Unmarshal(text, (*plain)(r))
}

// Messages are those of the reasons, for people: each is said once, though it is so of several parts of the same name.
func Messages(reasons []ReviewReason) []string {
	out := []string{}
	for _, r := range reasons {
		if !slices.Contains(out, r.Message) {
			out = append(out, r.Message)
		}
	}
	return out
}

// ReviewReasons are why a person must review a part; none means it may be paid at once.
func (p PartStanding) ReviewReasons() []ReviewReason {
	var why []ReviewReason
	add := func(c Code, message string) { why = append(why, ReviewReason{c, message, p.ID}) }
	switch {
	case p.ReviewFile && WebLink(p.Name) != "":
		add("review_file", "We need to look at "+p.Name+" first: it is a link.")
	case p.ReviewFile:
		add("review_file", "We need to look at "+p.Name+" first.")
	case p.Failed:
		add("failed", p.Name+": "+p.FailMessage)
	default:
		if !p.UnitsSure {
			add("unit_unknown", "We need to know which unit "+p.Name+" was drawn in.")
		}
		if !p.Watertight && !p.PrintAnyway {
			add("not_watertight", "The surface of "+p.Name+" is not closed.")
		}
		if !p.Fits {
			add("does_not_fit", p.Name+" does not fit our printer as it stands.")
		}
	}
	return why
}

// The reasons that rest on a limit, around it.
const (
	overPayLimit, first           = "We review orders over ", " first."
	overPayHours, overPayHoursEnd = "We review orders of more than ", " hours of printing first."
	overPayRun, overPayRunEnd     = "We review prints that run for more than ", " hours in one go first."
)

// CanPay says whether an order may be paid at once: every part sliced and sound, under the shop's limits.
func (s Settings) CanPay(parts []PartStanding, total Cents) (ok bool, reasons []ReviewReason) {
	ready := len(parts) > 0
	var hours, longest float64
	for _, p := range parts {
		reasons = append(reasons, p.ReviewReasons()...)
		hours, longest = hours+p.Hours, max(longest, p.LongestRun)
		ready = ready && p.Sliced
	}
	if total > s.PayLimit {
		reasons = append(reasons, ReviewReason{Code: reasonOverLimit, Message: overPayLimit + s.PayLimit.In(s.Currency) + first})
	}
	if hours > s.PayLimitAllHours {
		reasons = append(reasons, ReviewReason{Code: reasonOverHours, Message: overPayHours + Plain(s.PayLimitAllHours) + overPayHoursEnd})
	}
	if longest > s.PayLimitHours {
		reasons = append(reasons, ReviewReason{Code: reasonOverRun, Message: overPayRun + Plain(s.PayLimitHours) + overPayRunEnd})
	}
	return ready && len(reasons) == 0, reasons
}

// NoDeliveryPrice is why an order is reviewed that is sent to where the shop has no price for.
const NoDeliveryPrice = "We have no delivery price for this address yet. We will find one."

// NoWayToPay is why an order is reviewed that could be paid if its total fitted one of the shop's ways. Its customer also reads
// that their order's page says how to pay once it was looked at.
const NoWayToPay = "We can’t take payment for this order online."

// NoDelivery, Unpayable and AskedFor are reasons why an order is reviewed though nothing is wrong with its parts.
func NoDelivery() ReviewReason { return ReviewReason{Code: reasonNoDelivery, Message: NoDeliveryPrice} }
func Unpayable() ReviewReason  { return ReviewReason{Code: reasonNoWay, Message: NoWayToPay} }
func AskedFor() ReviewReason {
	return ReviewReason{Code: "review_asked", Message: "The customer asked for a review."}
}

// ReasonsForStaff are the reasons of a review as staff read them, to whom nothing of it is a promise to the customer.
func ReasonsForStaff(reasons []ReviewReason) []string {
	out := Messages(reasons)
	for i, reason := range out {
		if reason == NoWayToPay {
			out[i] = "None of the shop’s ways to pay is open to the customer for this total. Look at it, and say how it is paid."
		}
	}
	return out
}

// PaymentWarning tells staff when customers can pay neither by card nor by transfer, and what becomes of orders then; "" is
// nothing to tell.
func (s Settings) PaymentWarning(cardReady bool) string {
	if cardReady || s.BankDetails != "" {
		return ""
	}
	if s.PickupAddress == "" {
		return "Customers can pay neither by card nor by bank transfer, and they cannot choose to collect because there is no collection address. " +
			"All orders come in for review, and nobody can pay them online. Add a bank account, card payments or the address in the settings."
	}
	return "Customers can pay neither by card nor by bank transfer. Orders for delivery, and orders over " + s.PickupLimit.In(s.Currency) +
		" to collect, come in for review, and nobody can pay them online. Add a bank account or card payments in the settings."
}

// PaymentMethods lists how an order of this total, 0 while it is not known, may be paid by a guest.
func (s Settings) PaymentMethods(total Cents, d DeliveryMethod, cardReady bool) []PaymentMethod {
	out := []PaymentMethod{}
	if cardReady && (total == 0 || total >= CardMinimum(s.Currency)) {
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
