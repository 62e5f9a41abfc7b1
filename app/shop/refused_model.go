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
	return Invalidf("file_refused", "file", "%s is not accepted: it came with order %s, which was refused: “%s”. Leave it out, or have an admin accept it again under Settings, Refused models.", name, b.OrderNumber, strings.TrimRight(b.Reason, "."))
}

// SameModel is another open order with a model of an order that is refused with its files, by the name that it has there.
type SameModel struct{ OrderID, ItemID, Name string }

// HeldModel is a model that an order waits for: the item that is made of it, "" where it is of none, its name there, and the order that
// was refused with it, for a reason.
type HeldModel struct {
	ItemID string `json:"item_id,omitempty"`
	Name   string `json:"name"`
	Order  string `json:"order"`
	Reason string `json:"reason"`
}

// Same says whether both are one model of the order, whoever refused it.
func (m HeldModel) Same(other HeldModel) bool {
	return m.ItemID == other.ItemID && m.Name == other.Name
}

// HoldForModels lets the order wait until staff decide, beside what it waits for already: models of it came with other orders too, which
// were refused. It is neither paid on its page nor printed until then. It gives those that are news.
func (o *Order) HoldForModels(models []HeldModel) (news []HeldModel) {
	held := slices.Clone(o.Held)
	for _, m := range models {
		if !slices.ContainsFunc(held, m.Same) {
			held, news = append(held, m), append(news, m)
		}
	}
	if len(news) > 0 {
		o.WaitFor(held)
	}
	return news
}

// WaitFor lets the order wait for these models, and for no others: none where there are none. What of its money it waits for is kept
// beneath, as the money's own rule has it, and is why it waits once no model is.
func (o *Order) WaitFor(models []HeldModel) {
	switch {
	case len(models) == 0 && len(o.Held) > 0:
		o.Hold, o.MoneyHold = o.MoneyHold, ""
	case len(models) > 0 && len(o.Held) == 0:
		o.MoneyHold = o.Hold
	}
	o.Held = models
	if len(models) > 0 {
		o.Hold = heldWords(models)
	}
}

// HoldForMoney lets the order wait for something about its money, "" for nothing any more. Where it waits for a model, that is said first.
func (o *Order) HoldForMoney(reason string) {
	if len(o.Held) > 0 {
		o.MoneyHold = reason
	} else {
		o.Hold = reason
	}
}

// HeldForMoneyBy is what of its money the order waits for, "" for nothing, whatever else it waits for.
func (o *Order) HeldForMoneyBy() string {
	if len(o.Held) > 0 {
		return o.MoneyHold
	}
	return o.Hold
}

// heldWords says of each model once why it is waited for.
func heldWords(models []HeldModel) string {
	texts, said := []string{}, []string{}
	for len(models) > 0 {
		first, names, rest := models[0], []string{}, []HeldModel{}
		for _, m := range models {
			switch {
			case m.Order != first.Order || m.Reason != first.Reason:
				rest = append(rest, m)
			case !slices.Contains(said, m.Name):
				said, names = append(said, m.Name), append(names, m.Name)
			}
		}
		if models = rest; len(names) == 0 {
			continue
		}
		is, with := " is", "it"
		if len(names) > 1 {
			is, with = " are", "them"
		}
		text := QuotedNames(names) + is + " not accepted any more since order " + first.Order + " was refused with " + with + ": “" + first.Reason + "”"
		if !strings.HasSuffix(first.Reason, ".") && !strings.HasSuffix(first.Reason, "!") && !strings.HasSuffix(first.Reason, "?") {
			text += "."
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

// RefusedModels are the names of what the order is on hold for since other orders were refused with it, each once; none where it is not.
func (o *Order) RefusedModels() []string { return namesOf(o.Held) }

func namesOf(models []HeldModel) (names []string) {
	for _, m := range models {
		if !slices.Contains(names, m.Name) {
			names = append(names, m.Name)
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

// CheckModel refuses to take money online for an order that waits for a refused model. Errors: Conflict.
func (o *Order) CheckModel() error {
	if o.RefusedModel() == "" {
		return nil
	}
	return Conflictf("order_on_hold", "Order %s is on hold, so there is nothing to pay now. We’ll get in touch with you.", o.Number)
}
