package shop

import "maps"

// SupportSettings say how supports are built: whatever is left open is as the printer's profile has it.
type SupportSettings struct {
	Structure SupportStructure `json:"structure"`
	Angle     *float64         `json:"angle_degrees"` // of overhangs from vertical, above which they are supported
}

// SupportStructure is a way to build supports.
type SupportStructure string

// Support structures: as the printer's profile has it, straight up from what is below, or branches around the part.
const (
	SupportsAsProfile SupportStructure = ""
	SupportsNormal    SupportStructure = "normal"
	SupportsTree      SupportStructure = "tree"
)

// check refuses what no slicer takes. Errors: Invalid.
func (s SupportSettings) check() error {
	var structure, angle error
	if s.Structure != SupportsAsProfile && s.Structure != SupportsNormal && s.Structure != SupportsTree {
		structure = Invalidf("support_structure_unknown", "supports.structure", "Supports are normal, tree, or as the printer’s profile has them.")
	}
	if s.Angle != nil && !(*s.Angle >= 0 && *s.Angle <= 90) {
		angle = Invalidf("support_angle_out_of_range", "supports.angle_degrees", "Overhangs are measured from 0 to 90 degrees. Most printers manage 45 to 60 without supports.")
	}
	return Together(structure, angle)
}

// Supporting is the class with the shop's settings of supports over its own.
func (c MachineClass) Supporting(s SupportSettings) MachineClass {
	c.Overrides = maps.Clone(c.Overrides)
	if c.Overrides == nil {
		c.Overrides = map[string]string{}
	}
	if s.Structure != SupportsAsProfile {
		c.Overrides["support_structure"] = string(s.Structure)
	}
	if s.Angle != nil {
		c.Overrides["support_angle"] = Plain(*s.Angle)
	}
	return c
}

// words names a structure within a sentence.
func (s SupportStructure) words() string {
	if s == SupportsAsProfile {
		return "as the printer’s profile"
	}
	return string(s)
}

// angleWords says the angle within a sentence.
func (s SupportSettings) angleWords() string {
	if s.Angle == nil {
		return "as the printer’s profile"
	}
	return Plain(*s.Angle) + "°"
}

// supportWords says what a gram of supports sells for within a sentence.
func (p Pricing) supportWords(currency string) string {
	if p.SupportPerGram == nil {
		return "as the material"
	}
	return rateIn(*p.SupportPerGram, currency)
}
