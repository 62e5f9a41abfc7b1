package shop

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/shopspring/decimal"
)

// Scope says what a fee or a minimum applies to.
type Scope string

// Scopes of the set-up fee and of the minimum.
const (
	PerCopy  Scope = "copy"
	PerPart  Scope = "part"
	PerOrder Scope = "order"
)

// Pricing is what the shop charges, in its currency.
type Pricing struct {
	MachinePerHour Rate            `json:"machine_per_hour"`
	Setup          Rate            `json:"setup"`
	SetupScope     Scope           `json:"setup_scope" enum:"copy,part,order"`
	PlateStart     Rate            `json:"plate_start"`
	Minimum        Rate            `json:"minimum"`
	MinimumScope   Scope           `json:"minimum_scope" enum:"copy,part,order"`
	SupportPerGram *Rate           `json:"support_per_gram,omitempty"` // nil: what a gram of the part's material sells for
	QuantityBreaks []QuantityBreak `json:"quantity_breaks"`
}

// QuantityBreak takes a percentage off a part of at least so many copies.
type QuantityBreak struct {
	Copies  int  `json:"copies"`
	Percent Rate `json:"percent"`
}

// PartFacts is what one part's price rests on: the slices of its plates, or an estimate of them.
type PartFacts struct {
	ID           string
	Name         string
	Colour       string // in words: it tells parts of one name apart
	Mesh         string // its hash: set-up is charged once for each; empty counts as one of its own
	Copies       int
	Grams        float64 // of the models, all copies
	SupportGrams float64 // of their supports
	Seconds      float64 // of printing, all runs
	SellPerGram  Rate
	PerHour      *Rate // on its machine; nil: what an hour costs in the shop
	Runs         int   // of all its plates; 0 while they are not laid out: then PerPlate says
	PerPlate     int   // copies that fit the bed by their boxes, at least 1
	Estimated    bool
}

// RowKind names what a row charges for.
type RowKind string

// Kinds of price rows, of a part and of an order.
const (
	RowMaterial   RowKind = "material"
	RowSupports   RowKind = "supports"
	RowMachine    RowKind = "machine"
	RowPlates     RowKind = "plates"
	RowSetup      RowKind = "setup"
	RowPart       RowKind = "part"
	RowMinimum    RowKind = "minimum"
	RowDiscount   RowKind = "discount"
	RowAdjustment RowKind = "adjustment"
	RowShipping   RowKind = "shipping"
	RowTax        RowKind = "tax"
)

// PriceRow is one amount that people see. Included rows (tax inside the total) are told, not added.
type PriceRow struct {
	Kind     RowKind `json:"kind"`
	Label    string  `json:"label"`
	Amount   Cents   `json:"amount"`
	Detail   string  `json:"detail,omitempty"`
	PartID   string  `json:"part_id,omitempty"`
	Included bool    `json:"included,omitempty"`
}

// PartPrice is one part's price for all its copies; its rows sum to Total.
type PartPrice struct {
	Rows      []PriceRow `json:"rows"`
	UnitEach  Cents      `json:"unit_each"`
	Total     Cents      `json:"total"`
	Estimated bool       `json:"estimated"`
}

// Price is an order's price. Rows that are not Included sum to Total, to the cent.
type Price struct {
	Rows          []PriceRow           `json:"rows"`
	Parts         map[string]PartPrice `json:"parts"`
	Subtotal      Cents                `json:"subtotal"`
	Shipping      *Cents               `json:"shipping,omitempty"`
	ShippingLabel string               `json:"shipping_label,omitempty"`
	Tax           Cents                `json:"tax"`
	TaxLabel      string               `json:"tax_label"`
	Total         Cents                `json:"total"`
	Estimated     bool                 `json:"estimated"`
	Currency      string               `json:"currency"`
}

var secondsPerHour = decimal.NewFromInt(3600)

// part prices one part: grams x sell + support grams x their price + hours x rate of all runs of its plates, plate starts, and set-up
// unless an earlier part of the same mesh has paid for it. Each row is rounded once, and the rows sum to the total.
func (p Pricing) part(f PartFacts, currency string, showRates, isSetUp bool) PartPrice {
	copies := decimal.NewFromInt(int64(f.Copies))
	grams, supports := decimal.NewFromFloat(f.Grams), decimal.NewFromFloat(f.SupportGrams)
	seconds := decimal.NewFromFloat(f.Seconds)
	plates := int64(cmp.Or(f.Runs, PlateStarts(f.Copies, f.PerPlate)))

	out := PartPrice{Estimated: f.Estimated}
	row := func(kind RowKind, label string, amount Cents, detail string) {
		if !showRates && (kind == RowMaterial || kind == RowSupports || kind == RowMachine) {
			detail = ""
		}
		out.Rows = append(out.Rows, PriceRow{Kind: kind, Label: label, Amount: amount, Detail: detail, PartID: f.ID})
		out.Total += amount
	}
	row(RowMaterial, "Material", Round(grams.Mul(f.SellPerGram)),
		fmt.Sprintf("%s g at %s per gram", grams.StringFixed(1), rateIn(f.SellPerGram, currency)))
	if f.SupportGrams > 0 {
		rate := f.SellPerGram
		if p.SupportPerGram != nil {
			rate = *p.SupportPerGram
		}
		row(RowSupports, "Supports", Round(supports.Mul(rate)),
			fmt.Sprintf("%s g at %s per gram", supports.StringFixed(1), rateIn(rate, currency)))
	}
	hour := MachineClass{RatePerHour: f.PerHour}.HourRate(p)
	row(RowMachine, "Printing time", Round(seconds.Mul(hour).Div(secondsPerHour)),
		fmt.Sprintf("%s at %s per hour", hoursAndMinutes(f.Seconds), rateIn(hour, currency)))
	if !p.PlateStart.IsZero() {
		row(RowPlates, "Plate starts", Round(p.PlateStart.Mul(decimal.NewFromInt(plates))), plural(plates, "plate"))
	}
	switch {
	case p.Setup.IsZero():
	case p.SetupScope == PerCopy:
		row(RowSetup, "Set-up", Round(p.Setup.Mul(copies)), "for each copy")
	case p.SetupScope == PerPart && !isSetUp:
		row(RowSetup, "Set-up", Round(p.Setup), "once for this part, for any number of copies")
	}
	if pct := p.breakFor(f.Copies); pct.IsPositive() {
		off := Round(out.Total.Decimal().Mul(pct).Shift(-2))
		row(RowDiscount, "Quantity discount", -off, pct.String()+" %")
	}
	switch p.MinimumScope {
	case PerCopy:
		if least := Round(p.Minimum.Mul(copies)); out.Total < least {
			row(RowMinimum, "Top-up to the minimum per copy", least-out.Total, "")
		}
	case PerPart:
		if least := Round(p.Minimum); out.Total < least {
			row(RowMinimum, "Top-up to the minimum per part", least-out.Total, "")
		}
	}
	out.UnitEach = Round(out.Total.Decimal().Div(copies))
	return out
}

func (p Pricing) breakFor(copies int) Rate {
	best := decimal.Zero
	for _, b := range p.QuantityBreaks {
		if copies >= b.Copies && b.Percent.GreaterThan(best) {
			best = b.Percent
		}
	}
	return best
}

// PlateStarts is how many times a bed must be started for the copies.
func PlateStarts(copies, perPlate int) int {
	if perPlate < 1 {
		perPlate = 1
	}
	return (copies + perPlate - 1) / perPlate
}

// PerPlate is how many boxes of the given footprint fit a bed, with a gap between them, in whichever of the
// two directions holds more. All in millimetres; at least 1, since what does not fit is not priced at all.
func PerPlate(bedWidth, bedDepth, width, depth float64) int {
	const gap = 5
	fit := func(w, d float64) int {
		return int((bedWidth+gap)/(w+gap)) * int((bedDepth+gap)/(d+gap))
	}
	return max(fit(width, depth), fit(depth, width), 1)
}

// hoursAndMinutes says how long a print takes: "2 h 51 min".
func hoursAndMinutes(seconds float64) string {
	minutes := int64(math.Round(seconds / 60))
	switch {
	case minutes < 1:
		return "under 1 min"
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	}
	return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Order prices parts together: part rows, set-up and minimum of the order, adjustment, shipping, tax. Of parts with one
// mesh, whatever their colours and however often it was uploaded, the first pays the set-up. ship is nil while the
// address is unknown. adjusted, if set, is the total that staff decided, tax included.
func (p Pricing) Order(parts []PartFacts, ship *ShippingFee, tax Tax, currency string, adjusted *Cents, showRates bool) Price {
	out := Price{Parts: map[string]PartPrice{}, Currency: currency, Rows: []PriceRow{}}
	add := func(r PriceRow) {
		out.Rows = append(out.Rows, r)
		out.Total += r.Amount
	}
	setUp := map[string]bool{}
	for _, f := range parts {
		pp := p.part(f, currency, showRates, f.Mesh != "" && setUp[f.Mesh])
		setUp[f.Mesh] = true
		out.Parts[f.ID] = pp
		out.Estimated = out.Estimated || f.Estimated
		label := f.Name
		if f.Colour != "" && slices.ContainsFunc(parts, func(other PartFacts) bool { return other.ID != f.ID && other.Name == f.Name }) {
			label += ", " + f.Colour
		}
		if f.Copies > 1 {
			label = fmt.Sprintf("%s × %d", label, f.Copies)
		}
		add(PriceRow{Kind: RowPart, Label: label, Amount: pp.Total, PartID: f.ID})
	}
	if p.SetupScope == PerOrder && len(parts) > 0 && !p.Setup.IsZero() {
		add(PriceRow{Kind: RowSetup, Label: "Set-up", Amount: Round(p.Setup)})
	}
	if least := Round(p.Minimum); p.MinimumScope == PerOrder && len(parts) > 0 && out.Total < least {
		add(PriceRow{Kind: RowMinimum, Label: "Top-up to the minimum order of " + least.In(currency), Amount: least - out.Total})
	}
	out.Subtotal = out.Total
	if ship != nil {
		fee := Round(ship.Fee)
		out.Shipping, out.ShippingLabel = &fee, ship.Label
		add(PriceRow{Kind: RowShipping, Label: ship.Label, Amount: fee})
	}
	if adjusted != nil {
		before := tax.before(*adjusted)
		if diff := before - out.Total; diff != 0 {
			add(PriceRow{Kind: RowAdjustment, Label: adjustmentLabel(out.Rows), Amount: diff})
		}
	}
	tax.apply(&out, adjusted)
	return out
}
