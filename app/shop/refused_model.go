package shop

import (
	"slices"
	"strings"
)

// RefusedModel keeps a file from being taken: an order's refusal of what came with it. What several orders refused is not taken while one of
// these stands.
type RefusedModel struct {
	SHA256      string // of the file as it was sent, or of the mesh read from it
	OrderNumber string
	OrderID     string // "" once the order is deleted
	Reason      string
	Name        string // of the file, as the customer called it; "" where nobody knows
	Whole       bool   // what came with it is not known any more: it is accepted again with all else of its order
	By          string // who refused it; "" where nobody wrote it down
	Created     Time
}

// StaffMessage says of a file why it is not taken, and how staff go on.
func (b RefusedModel) StaffMessage(name string) string { return MessageOf(b.StaffError(name)) }

// StaffError refuses a file at the counter. Invalid.
func (b RefusedModel) StaffError(name string) error {
	return Invalidf("file_refused", "file", "%s is not accepted: it came with order %s, which was refused: “%s”. Leave it out, or have an admin accept it again under Settings, Refused models.", name, b.OrderNumber, b.Reason)
}

// SameModel is another open order with a model of an order that is refused with its files, by the name that it has there.
type SameModel struct{ OrderID, Name string }

// refusedSince is within the reason of a hold for a refused model, after the names of what is held.
const refusedSince = " is not accepted any more since order "

// HoldForModel lets the order wait until staff decide: a model of it, by its name here, came with another order too, which was refused for
// a reason. It is neither paid on its page nor printed until then. A hold for another model names both; one for money gives way, and comes back
// with the money's own rule when this one is lifted.
func (o *Order) HoldForModel(name, order, reason string) string {
	names := []string{}
	if held := o.RefusedModel(); held != "" {
		names = strings.Split(held, ", ")
	}
	if !slices.Contains(names, name) {
		names = append(names, name)
	}
	return strings.Join(names, ", ") + refusedSince + order + " was refused with it: “" + reason + "”"
}

// RefusedModel names what the order is on hold for since another order was refused with it; "" where it is not.
func (o *Order) RefusedModel() string {
	name, _, found := strings.Cut(o.Hold, refusedSince)
	if !found {
		return ""
	}
	return name
}

// CheckModel refuses to take money online for an order that waits for a refused model. Errors: Conflict.
func (o *Order) CheckModel() error {
	if o.RefusedModel() == "" {
		return nil
	}
	return Conflictf("order_on_hold", "Order %s is on hold, so there is nothing to pay now. We’ll get in touch with you.", o.Number)
}
