package shop

import (
	"slices"
	"testing"
)

var testMenu = Menu{Materials: []Material{
	{ID: "pla", Name: "PLA", Colours: []Colour{{ID: "pla-black", Name: "Black"}, {ID: "pla-white", Name: "White"}}},
	{ID: "petg", Name: "PETG", Colours: []Colour{{ID: "petg-clear", Name: "Clear"}}},
	{ID: "bare", Name: "Bare"},
}}

var goodChoices = Choices{MaterialID: "pla", ColourID: "pla-white", Quality: "0.20", Infill: 20, Supports: SupportsAuto, Copies: 1, Unit: Millimetre}

func wantError(t *testing.T, name string, err error, code Code, field string) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("%s: %v", name, err)
	case code != "" && (!IsCode(err, code) || FieldOf(err) != field):
		t.Errorf("%s: %v, want %s of field %q", name, err, code, field)
	}
}

func TestChoicesAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Choices)
		code   Code
		field  string
	}{
		"good":             {func(*Choices) {}, "", ""},
		"no such material": {func(c *Choices) { c.MaterialID = "gold" }, "material_not_offered", "material_id"},
		"no such colour":   {func(c *Choices) { c.ColourID = "petg-clear" }, "colour_not_offered", "colour_id"},
		"quality":          {func(c *Choices) { c.Quality = "0.2" }, "quality_not_offered", "quality"},
		"infill below":     {func(c *Choices) { c.Infill = -1 }, "infill_out_of_range", "infill"},
		"infill above":     {func(c *Choices) { c.Infill = 101 }, "infill_out_of_range", "infill"},
		"hollow":           {func(c *Choices) { c.Infill = 0 }, "", ""},
		"solid":            {func(c *Choices) { c.Infill = 100 }, "", ""},
		"supports":         {func(c *Choices) { c.Supports = "maybe" }, "supports_unknown", "supports"},
		"supports on":      {func(c *Choices) { c.Supports = SupportsOn }, "", ""},
		"supports off":     {func(c *Choices) { c.Supports = SupportsOff }, "", ""},
		"no copies":        {func(c *Choices) { c.Copies = 0 }, "copies_out_of_range", "copies"},
		"most copies":      {func(c *Choices) { c.Copies = MaxCopies }, "", ""},
		"too many copies":  {func(c *Choices) { c.Copies = MaxCopies + 1 }, "copies_out_of_range", "copies"},
		"unit":             {func(c *Choices) { c.Unit = "furlong" }, "unit_unknown", "unit"},
	} {
		choices := goodChoices
		c.change(&choices)
		wantError(t, name, choices.Check(testMenu), c.code, c.field)
	}
}

func TestPatchChangesWhatItNames(t *testing.T) {
	ptr := func(s string) *string { return &s }
	copies, three, hundred, infill, supports, unit := 7, 3, 100, 55, SupportsOn, Inch
	for name, c := range map[string]struct {
		patch ChoicesPatch
		want  func(*Choices)
		code  Code
		field string
	}{
		"nothing":                   {ChoicesPatch{}, func(*Choices) {}, "", ""},
		"numbers":                   {ChoicesPatch{Copies: &copies, Infill: &infill}, func(c *Choices) { c.Copies, c.Infill = 7, 55 }, "", ""},
		"several sets":              {ChoicesPatch{Copies: &copies, Times: &three}, func(c *Choices) { c.Copies = 21 }, "", ""},
		"too many sets":             {ChoicesPatch{Copies: &copies, Times: &hundred}, nil, "copies_out_of_range", "copies"},
		"words":                     {ChoicesPatch{Quality: ptr("0.12"), Supports: &supports, Unit: &unit}, func(c *Choices) { c.Quality, c.Supports, c.Unit = "0.12", SupportsOn, Inch }, "", ""},
		"colour":                    {ChoicesPatch{ColourID: ptr("pla-black")}, func(c *Choices) { c.ColourID = "pla-black" }, "", ""},
		"material takes its first":  {ChoicesPatch{MaterialID: ptr("petg")}, func(c *Choices) { c.MaterialID, c.ColourID = "petg", "petg-clear" }, "", ""},
		"same material keeps":       {ChoicesPatch{MaterialID: ptr("pla")}, func(*Choices) {}, "", ""},
		"material and wrong colour": {ChoicesPatch{MaterialID: ptr("petg"), ColourID: ptr("pla-black")}, nil, "colour_not_offered", "colour_id"},
		"material without colours":  {ChoicesPatch{MaterialID: ptr("bare")}, nil, "colour_not_offered", "colour_id"},
		"unknown material":          {ChoicesPatch{MaterialID: ptr("gold")}, nil, "material_not_offered", "material_id"},
	} {
		got, err := goodChoices.Apply(c.patch, testMenu)
		wantError(t, name, err, c.code, c.field)
		if c.want == nil {
			continue
		}
		want := goodChoices
		c.want(&want)
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestUnitsInMillimetres(t *testing.T) {
	for unit, want := range map[Unit]float64{Millimetre: 1, Inch: 25.4, Metre: 1000, "": 0, "cm": 0} {
		if got := unit.Scale(); got != want {
			t.Errorf("%q is %v mm, want %v", unit, got, want)
		}
	}
}

func TestMenuFindsByID(t *testing.T) {
	if _, ok := testMenu.Material("gold"); ok {
		t.Error("a material that is not on the menu was found")
	}
	m, ok := testMenu.Material("petg")
	if !ok || m.Colour("petg-clear").Name != "Clear" || m.Colour("pla-black") != (Colour{}) {
		t.Errorf("PETG is %+v, %v", m, ok)
	}
}

// The values that a new shop starts with fit each other: its own first choices pass its own checks.
func TestDefaultMaterials(t *testing.T) {
	menu := Menu{Materials: DefaultMaterials()}
	ids := map[string]bool{}
	for _, m := range menu.Materials {
		c := Choices{MaterialID: m.ID, ColourID: m.Colours[0].ID, Quality: QualityIDs[1], Infill: 20, Supports: SupportsAuto, Copies: 1, Unit: Millimetre}
		if err := c.Check(menu); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
		if !m.Active || !m.SellPerGram.GreaterThan(m.CostPerGram) {
			t.Errorf("%s sells at %s and costs %s", m.Name, m.SellPerGram, m.CostPerGram)
		}
		for _, c := range m.Colours {
			if ids[c.ID] || !hexColour.MatchString(c.Hex) {
				t.Errorf("%s %s: id %s, colour %q", m.Name, c.Name, c.ID, c.Hex)
			}
			ids[c.ID] = true
		}
		if got := DefaultSellPerGram(m.Profile); !got.Equal(m.SellPerGram) {
			t.Errorf("%s is %s per gram, on the menu %s", m.Profile, got, m.SellPerGram)
		}
	}
	if i := slices.IndexFunc(menu.Materials, func(m Material) bool { return m.Profile == "PLA" }); !DefaultSellPerGram("unheard of").Equal(menu.Materials[i].SellPerGram) {
		t.Error("an unknown profile does not cost what PLA does")
	}
}
