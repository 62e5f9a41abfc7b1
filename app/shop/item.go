package shop

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Item is one thing of an order: a part, its copies, its price.
type Item struct {
	ID         string
	OrderID    string
	Name       string
	Kind       string
	Copies     int
	Choices    ItemChoices
	Pose       Pose // how it lies
	Inspection json.RawMessage
	MeshHash   string // of its mesh; "" where nobody wrote it down
	SliceKey   string
	Result     json.RawMessage
	GCodeHash  string
	Price      PartPrice
}

// ItemChoices keeps the choices with the names they had when the order was made.
type ItemChoices struct {
	Choices
	Material  string `json:"material"`
	Profile   string `json:"profile"`
	Colour    string `json:"colour"`
	ColourHex string `json:"colour_hex"`
	Chosen    bool   `json:"chosen,omitempty"` // by somebody; false where nobody changed what was usual

	PrintAnyway bool `json:"print_anyway,omitempty"` // its customer wanted it printed though its surface is not closed

	Instead *InsteadOf `json:"instead,omitempty"` // nil where it is printed as it was ordered
}

// InsteadOf is what an item was ordered with, where it is printed otherwise, and why it is.
type InsteadOf struct {
	Ordered ItemChoices `json:"ordered"`
	Reason  string      `json:"reason"`
}

// Chosen says whether somebody chose how the item is printed: what nobody could slice yet has what was usual then since it must
// have something.
func (it Item) Chosen() bool {
	return len(it.Inspection) > len("{}") || it.Choices.Chosen
}

// PrintedWith gives the choices of an item that is printed otherwise than it was so far. Whatever was chosen before changes
// only for a reason, and what was ordered at first stays known until it is printed so again. Errors: Invalid without a reason.
func (it Item) PrintedWith(chosen ItemChoices, reason string) (ItemChoices, error) {
	chosen.Chosen, chosen.PrintAnyway = true, it.Choices.PrintAnyway
	if !it.Chosen() {
		return chosen, nil
	}
	if strings.TrimSpace(reason) == "" {
		return chosen, Invalidf("settings_reason_missing", "reason", "Say why it is printed with other settings. The customer reads it, too.")
	}
	ordered := it.Choices
	if it.Choices.Instead != nil {
		ordered = it.Choices.Instead.Ordered
	}
	if ordered.Instead = nil; ordered.Print() != chosen.Print() {
		chosen.Instead = &InsteadOf{Ordered: ordered, Reason: strings.TrimSpace(reason)}
	}
	return chosen, nil
}

// Made says what the item is printed from and how.
func (c ItemChoices) Made() string {
	words := []string{c.Material, c.Colour, c.Quality + " mm layers", strconv.Itoa(c.Infill) + " % infill"}
	switch c.Supports {
	case SupportsOn:
		words = append(words, "with supports")
	case SupportsOff:
		words = append(words, "without supports")
	}
	return strings.Join(words, ", ")
}

// Label is the item's name with its copies.
func (it Item) Label() string {
	if it.Copies > 1 {
		return it.Name + " × " + strconv.Itoa(it.Copies)
	}
	return it.Name
}

// labelAmong is the item's label, with its colour where others of the order have its name.
func (it Item) labelAmong(items []Item) string {
	if it.Choices.Colour != "" && slices.ContainsFunc(items, func(other Item) bool { return other.ID != it.ID && other.Name == it.Name }) {
		it.Name += ", " + it.Choices.Colour
	}
	return it.Label()
}

// CheckPriced refuses items without a price in an order whose total nobody has set by hand: they would be made for
// nothing. Errors: Invalid.
func CheckPriced(items []Item) error {
	var n int64
	for _, it := range items {
		if len(it.Price.Rows) == 0 {
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return Invalidf("items_unpriced", "adjusted_total", "1 part has no price: set a total, or refuse the order.")
	}
	return Invalidf("items_unpriced", "adjusted_total", "%d parts have no price: set a total, or refuse the order.", n)
}
