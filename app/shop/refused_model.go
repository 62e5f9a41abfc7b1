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

// HeldModel is a model that an order waits for: its name there, and the order that was refused with it, for a reason.
type HeldModel struct{ ItemID, Name, Order, Reason string }

// heldMark stands before and after each name in the reason of a hold for refused models, and nowhere else in it. Nobody sees it:
// [CleanFileName] takes it out of names, and [HoldWords] out of what people read.
const heldMark = "\u2060"

// HoldForModels lets the order wait until staff decide: models of it came with other orders too, which were refused. It is neither paid on
// its page nor printed until then. A hold for other models names them all, each once; one for money gives way, and comes back with the
// money's own rule when this one is lifted.
func (o *Order) HoldForModels(models []HeldModel) string {
	held, texts := o.RefusedModels(), []string{}
	if len(held) > 0 {
		texts = append(texts, o.Hold)
	}
	for len(models) > 0 {
		first, names, rest := models[0], []string{}, []HeldModel{}
		for _, m := range models {
			name := unmarked(m.Name)
			switch {
			case m.Order != first.Order || m.Reason != first.Reason:
				rest = append(rest, m)
			case !slices.Contains(held, name):
				held, names = append(held, name), append(names, heldMark+"“"+name+"”"+heldMark)
			}
		}
		if models = rest; len(names) == 0 {
			continue
		}
		is, with := " is", "it"
		if len(names) > 1 {
			is, with = " are", "them"
		}
		text := and(names) + is + " not accepted any more since order " + first.Order + " was refused with " + with + ": “" + unmarked(first.Reason) + "”"
		if !strings.HasSuffix(first.Reason, ".") && !strings.HasSuffix(first.Reason, "!") && !strings.HasSuffix(first.Reason, "?") {
			text += "."
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

// RefusedModels are the names of what the order is on hold for since other orders were refused with it; none where it is not.
func (o *Order) RefusedModels() []string {
	if !strings.HasPrefix(o.Hold, heldMark) {
		return nil
	}
	names := []string{}
	for i, text := range strings.Split(o.Hold, heldMark) {
		if i%2 == 1 {
			names = append(names, strings.TrimSuffix(strings.TrimPrefix(text, "“"), "”"))
		}
	}
	return names
}

// RefusedModel names what the order is on hold for since another order was refused with it; "" where it is not.
func (o *Order) RefusedModel() string {
	names := o.RefusedModels()
	if len(names) == 1 {
		return names[0]
	}
	return QuotedNames(names)
}

// QuotedNames are names in a sentence.
func QuotedNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "“" + name + "”"
	}
	return and(quoted)
}

// and lists words: a, b and c.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func unmarked(text string) string { return strings.ReplaceAll(text, heldMark, "") }

// CheckModel refuses to take money online for an order that waits for a refused model. Errors: Conflict.
func (o *Order) CheckModel() error {
	if o.RefusedModel() == "" {
		return nil
	}
	return Conflictf("order_on_hold", "Order %s is on hold, so there is nothing to pay now. We’ll get in touch with you.", o.Number)
}
