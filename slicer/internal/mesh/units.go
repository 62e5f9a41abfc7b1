package mesh

import "fmt"

// UnitQuestion is what to ask about a file that declares no unit and has a size
// no printed part has in millimetres. Nothing is ever converted without an
// answer: small parts exist, and so do large ones.
type UnitQuestion struct {
	Ask     bool         `json:"ask"`
	Text    string       `json:"text,omitempty"` // "Is this 5.2 mm or 132 mm long?"
	AsMM    [3]float64   `json:"as_mm"`          // the size if the figures are millimetres, as they are taken to be
	AsInch  [3]float64   `json:"as_inch"`        // the size in mm if they are inches
	AsM     [3]float64   `json:"as_m"`           // the size in mm if they are metres
	Choices []UnitChoice `json:"choices,omitempty"`
}

// UnitChoice is one answer: what to multiply the mesh by, and what it becomes.
type UnitChoice struct {
	Unit   Unit       `json:"unit"`
	Scale  float64    `json:"scale"` // for Mesh.Scaled
	SizeMM [3]float64 `json:"size_mm"`
	Label  string     `json:"label"` // "inches: 132 × 51 × 25 mm"
}

// Lengths between which a part's longest side needs no question, in mm.
const (
	tinyLength = 6
	hugeLength = 2000
)

func askUnits(declared Unit, size [3]float64) UnitQuestion {
	q := UnitQuestion{AsMM: size, AsInch: times(size, 25.4), AsM: times(size, 1000)}
	longest := max(size[0], size[1], size[2])
	if declared != UnitUnknown || longest <= 0 || longest >= tinyLength && longest <= hugeLength {
		return q
	}
	candidates := []UnitChoice{{Unit: UnitMillimeter, Scale: 1}, {Unit: UnitCentimeter, Scale: 10}, {Unit: UnitInch, Scale: 25.4}, {Unit: UnitMeter, Scale: 1000}}
	if longest > hugeLength {
		candidates = []UnitChoice{{Unit: UnitMillimeter, Scale: 1}, {Unit: UnitMicron, Scale: 0.001}}
	}
	for _, c := range candidates {
		c.SizeMM = times(size, c.Scale)
		// Other units are offered only where they give a size worth printing.
		if l := longest * c.Scale; c.Unit != UnitMillimeter && (l < 1 || l > hugeLength) {
			continue
		}
		c.Label = unitNames[c.Unit] + ": " + sizeInWords(c.SizeMM)
		q.Choices = append(q.Choices, c)
	}
	if len(q.Choices) < 2 {
		q.Choices = nil
		return q
	}
	q.Ask = true
	other := q.Choices[1]
	for _, c := range q.Choices {
		if c.Unit == UnitInch {
			other = c // by far the most frequent mix-up
		}
	}
	q.Text = fmt.Sprintf("The file does not say its unit. Is the longest side %s (file in millimetres) or %s (file in %s)?",
		sprint(longest, "mm"), sprint(longest*other.Scale, "mm"), unitNames[other.Unit])
	return q
}

var unitNames = map[Unit]string{
	UnitMillimeter: "millimetres", UnitCentimeter: "centimetres", UnitInch: "inches",
	UnitMeter: "metres", UnitMicron: "micrometres", UnitFoot: "feet",
}

func times(size [3]float64, f float64) [3]float64 {
	return [3]float64{size[0] * f, size[1] * f, size[2] * f}
}
