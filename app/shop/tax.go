package shop

import "github.com/shopspring/decimal"

// TaxMode says how tax relates to the prices on the menu.
type TaxMode string

// Tax modes. A shop that is not registered charges none.
const (
	TaxInclusive TaxMode = "INCLUSIVE"
	TaxExclusive TaxMode = "EXCLUSIVE"
	TaxNone      TaxMode = "NONE"
)

// Tax is one rate on the whole document, worked out once per document.
type Tax struct {
	Mode TaxMode `json:"mode" enum:"INCLUSIVE,EXCLUSIVE,NONE"`
	Name string  `json:"name"`
	Rate Rate    `json:"rate"`
}

var hundred = decimal.NewFromInt(100)

// within is the tax inside an inclusive total: total x r / (100 + r).
func (t Tax) within(total Cents) Cents {
	return Round(total.Decimal().Mul(t.Rate).Div(hundred.Add(t.Rate)))
}

// before gives the amount without added tax that leads to the total; for modes that add none it is the total.
func (t Tax) before(total Cents) Cents {
	if t.Mode == TaxExclusive {
		return total - t.within(total)
	}
	return total
}

// apply closes a price with its tax row. A total fixed by staff keeps to the cent: its tax is the part within it.
func (t Tax) apply(p *Price, fixed *Cents) {
	label := t.Name + " " + t.Rate.String() + " %"
	switch t.Mode {
	case TaxInclusive:
		p.Tax, p.TaxLabel = t.within(p.Total), "Includes "+label
		p.Rows = append(p.Rows, PriceRow{Kind: RowTax, Label: p.TaxLabel, Amount: p.Tax, Included: true})
	case TaxExclusive:
		p.Tax, p.TaxLabel = Round(p.Total.Decimal().Mul(t.Rate).Div(hundred)), label
		if fixed != nil {
			p.Tax = *fixed - p.Total
		}
		p.Rows = append(p.Rows, PriceRow{Kind: RowTax, Label: label, Amount: p.Tax})
		p.Total += p.Tax
	default:
		p.Tax, p.TaxLabel = 0, "No tax"
	}
}
