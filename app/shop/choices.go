package shop

import "slices"

// Supports says whether support structures are printed.
type Supports string

// The choices for supports. Auto leaves it to the inspection's overhangs.
const (
	SupportsAuto Supports = "auto"
	SupportsOn   Supports = "on"
	SupportsOff  Supports = "off"
)

// Unit is the unit that a model's coordinates are in.
type Unit string

// Units a customer may declare for a file that does not name one.
const (
	Millimetre Unit = "mm"
	Inch       Unit = "inch"
	Metre      Unit = "m"
)

// Scale is the factor from the unit to millimetres, or 0 for a unit the shop does not know.
func (u Unit) Scale() float64 {
	switch u {
	case Millimetre:
		return 1
	case Inch:
		return 25.4
	case Metre:
		return 1000
	}
	return 0
}

// QualityIDs are the layer heights offered, in millimetres, coarse to fine.
var QualityIDs = []string{"0.28", "0.20", "0.16", "0.12"}

// MaxCopies bounds the copies of one part in one order.
const MaxCopies = 500

// Choices is what a customer picks for one part.
type Choices struct {
	MaterialID string   `json:"material_id"`
	ColourID   string   `json:"colour_id"`
	Quality    string   `json:"quality" enum:"0.28,0.20,0.16,0.12" doc:"Layer height in mm"`
	Infill     int      `json:"infill" minimum:"0" maximum:"100" doc:"Infill density in percent"`
	Supports   Supports `json:"supports" enum:"auto,on,off"`
	Copies     int      `json:"copies" minimum:"1" maximum:"500"`
	Unit       Unit     `json:"unit" enum:"mm,inch,m"`
}

// PrintChoices are the choices that say from what a part is printed, and how.
type PrintChoices struct {
	MaterialID string   `json:"material_id" maxLength:"64"`
	ColourID   string   `json:"colour_id" maxLength:"64"`
	Quality    string   `json:"quality" enum:"0.28,0.20,0.16,0.12" doc:"Layer height in mm"`
	Infill     int      `json:"infill" minimum:"0" maximum:"100" doc:"Infill density in percent"`
	Supports   Supports `json:"supports" enum:"auto,on,off"`
}

// Print is those of the choices that say how the part is printed.
func (c Choices) Print() PrintChoices {
	return PrintChoices{c.MaterialID, c.ColourID, c.Quality, c.Infill, c.Supports}
}

// With gives the choices of a part that is printed otherwise.
func (c Choices) With(p PrintChoices) Choices {
	c.MaterialID, c.ColourID, c.Quality, c.Infill, c.Supports = p.MaterialID, p.ColourID, p.Quality, p.Infill, p.Supports
	return c
}

// ChoicesPatch changes some of a part's choices; nil leaves one as it is.
type ChoicesPatch struct {
	MaterialID  *string   `json:"material_id,omitempty"`
	ColourID    *string   `json:"colour_id,omitempty"`
	Quality     *string   `json:"quality,omitempty" enum:"0.28,0.20,0.16,0.12"`
	Infill      *int      `json:"infill,omitempty" minimum:"0" maximum:"100"`
	Supports    *Supports `json:"supports,omitempty" enum:"auto,on,off"`
	Copies      *int      `json:"copies,omitempty" minimum:"1" maximum:"500"`
	Times       *int      `json:"times,omitempty" minimum:"2" maximum:"500" doc:"How many times as many copies"`
	Unit        *Unit     `json:"unit,omitempty" enum:"mm,inch,m"`
	PrintAnyway *bool     `json:"print_anyway,omitempty" doc:"Print the model though its surface is not closed, without a review of that. Kept with the part, not among its choices"`
	Pose        *Pose     `json:"pose,omitempty" doc:"How the model is turned from how its file has it, Z up; {w: 1} lays it back. Kept with the part, not among its choices"`
}

// Apply gives the choices after the patch. A material without a colour takes the material's first colour.
// Errors: Invalid with the field's name.
func (c Choices) Apply(p ChoicesPatch, menu Menu) (Choices, error) {
	set(&c.Quality, p.Quality)
	set(&c.Infill, p.Infill)
	set(&c.Supports, p.Supports)
	set(&c.Copies, p.Copies)
	if p.Times != nil {
		c.Copies *= *p.Times
	}
	set(&c.Unit, p.Unit)
	set(&c.ColourID, p.ColourID)
	if p.MaterialID != nil && *p.MaterialID != c.MaterialID {
		c.MaterialID = *p.MaterialID
		if m, ok := menu.Material(c.MaterialID); ok && p.ColourID == nil && len(m.Colours) > 0 {
			c.ColourID = m.Colours[0].ID
		}
	}
	return c, c.Check(menu)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Check refuses choices that the shop does not offer.
func (c Choices) Check(menu Menu) error {
	m, ok := menu.Material(c.MaterialID)
	switch {
	case !ok:
		return Invalidf("material_not_offered", "material_id", "This material is not offered now. Choose another.")
	case !slices.ContainsFunc(m.Colours, func(col Colour) bool { return col.ID == c.ColourID }):
		return Invalidf("colour_not_offered", "colour_id", "This colour is not offered in %s. Choose another.", m.Name)
	case !slices.Contains(QualityIDs, c.Quality):
		return Invalidf("quality_not_offered", "quality", "Choose one of the qualities on the list.")
	case c.Infill < 0 || c.Infill > 100:
		return Invalidf("infill_out_of_range", "infill", "Infill is a percentage from 0 to 100.")
	case c.Supports != SupportsAuto && c.Supports != SupportsOn && c.Supports != SupportsOff:
		return Invalidf("supports_unknown", "supports", "Supports are Auto, on or off.")
	case c.Copies < 1 || c.Copies > MaxCopies:
		return Invalidf("copies_out_of_range", "copies", "Copies go from 1 to 500. For more, ask us for a quote.")
	case c.Unit.Scale() == 0:
		return Invalidf("unit_unknown", "unit", "Choose millimetres, inches or metres.")
	}
	return nil
}

// Material is a filament on the menu, with what it sells for and what it costs the shop.
type Material struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Profile     string   `json:"profile"` // PLA, PETG, ABS or TPU: the layer of the settings stack
	Note        string   `json:"note"`
	SellPerGram Rate     `json:"sell_per_gram"`
	CostPerGram Rate     `json:"cost_per_gram"`
	Active      bool     `json:"active"`
	Colours     []Colour `json:"colours"`
}

// Colour is one a material is offered in.
type Colour struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Hex  string `json:"hex"`
}

// Menu is what can be chosen now.
type Menu struct {
	Materials []Material
}

// Material finds one by its id.
func (m Menu) Material(id string) (Material, bool) {
	i := slices.IndexFunc(m.Materials, func(x Material) bool { return x.ID == id })
	if i < 0 {
		return Material{}, false
	}
	return m.Materials[i], true
}

// Named gives choices the names that they have on the menu.
func (m Menu) Named(c Choices) ItemChoices {
	material, _ := m.Material(c.MaterialID)
	colour := material.Colour(c.ColourID)
	return ItemChoices{Choices: c, Material: material.Name, Profile: material.Profile, Colour: colour.Name, ColourHex: colour.Hex}
}

// Colour finds one of the material by its id.
func (m Material) Colour(id string) Colour {
	i := slices.IndexFunc(m.Colours, func(c Colour) bool { return c.ID == id })
	if i < 0 {
		return Colour{}
	}
	return m.Colours[i]
}
