package mesh

import "fmt"

// Severity says what a finding means for the order.
type Severity string

// The severities, from a remark to a reason for a person to look.
const (
	SeverityInfo    Severity = "info"    // good to know
	SeverityWarning Severity = "warning" // prints, perhaps not as meant
	SeverityProblem Severity = "problem" // a person should look before it is printed
)

// Finding is one remark about a model, for the person who sent it.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
}

func (r *Inspection) findings(m *Mesh) []Finding {
	out := []Finding{}
	add := func(code string, s Severity, format string, args ...any) {
		out = append(out, Finding{code, s, fmt.Sprintf(format, args...)})
	}
	if r.Flat {
		add("flat", SeverityProblem, "The model is a sheet without thickness. Give it at least 0.8 mm in your design program.")
	}
	if r.Holes > 0 {
		add("holes", SeverityProblem, "There %s in the surface (%s), so it is not clear what is inside and what is outside.",
			isAre(r.Holes, "hole"), plural(r.OpenEdges, "open edge"))
	}
	if r.NonManifoldEdges > 0 {
		severity, effect := SeverityProblem, "Walls meet there that do not enclose anything."
		if r.Watertight {
			severity, effect = SeverityInfo, "Parts of the model touch there; it prints, but may be weak at that line."
		}
		add("non_manifold", severity, "More than two triangles meet along %s. %s", plural(r.NonManifoldEdges, "edge"), effect)
	}
	if r.InvertedFaces > 0 {
		add("inverted_faces", SeverityProblem, "There %s in the surface turned inward instead of outward, which can leave gaps in the print.", isAre(r.InvertedFaces, "triangle"))
	}
	if r.Inverted {
		add("inverted", SeverityWarning, "The model, or a part of it, is inside out: its surface faces inward. It is measured the right way round.")
	}
	if r.SeamsClosed {
		add("seams", SeverityInfo, "Tiny gaps of less than %s mm in the surface were taken as closed.", decimals(seamTolerance))
	}
	if r.Thin {
		add("thin", SeverityWarning, "The model is very thin (about %s mm), thinner than one printed line. Parts of it may be missing from the print.",
			decimals(min(r.ThicknessMM, r.SizeMM[0], r.SizeMM[1], r.SizeMM[2])))
	}
	if r.Bodies > 1 {
		add("bodies", SeverityInfo, "The file holds %s. They are printed together, as they lie.", plural(r.Bodies, "separate body"))
	}
	if r.Cavities > 0 {
		add("cavities", SeverityInfo, "There %s inside that cannot be reached from outside.", isAre(r.Cavities, "closed cavity"))
	}
	if r.NeedsSupport() {
		add("overhang", SeverityInfo, "As the model lies now, %s of its surface hang in the air and need support material.", sprint(r.OverhangMM2/100, "cm²"))
	}
	if r.Degenerate > 0 {
		add("degenerate", SeverityInfo, "The file has %s without area, which make no difference to the print.", plural(r.Degenerate, "triangle"))
	}
	if r.Units.Ask {
		add("units", SeverityWarning, "%s", r.Units.Text)
	}
	return append(out, m.Warnings...)
}

// What reading a 3MF file leaves out or takes for granted.
var (
	rootAssumed      = Finding{"root_assumed", SeverityInfo, "The 3MF file does not say which part of it is the model; the usual one was taken."}
	buildAssumed     = Finding{"build_assumed", SeverityInfo, "The file does not say what to print of it; everything in it was taken."}
	supportsLeftOut  = Finding{"supports_left_out", SeverityInfo, "Support structures in the file were left out; the shop adds its own where they are needed."}
	unprintedLeftOut = Finding{"unprinted_left_out", SeverityInfo, "Objects in the file that are marked as not for printing were left out."}
	modifiersLeftOut = Finding{"modifiers_left_out", SeverityInfo, "Modifiers and support blockers from a slicing program were left out."}
	latticeLeftOut   = Finding{"lattice_left_out", SeverityInfo, "The file has a beam lattice, which is not read. Only its solid parts are measured."}
	formulasLeftOut  = Finding{"formulas_left_out", SeverityInfo, "The file describes shapes by formulas, which are not read. Only its triangles are measured."}
	reliefLeftOut    = Finding{"relief_left_out", SeverityInfo, "The file has displaced surfaces, which are read without their relief."}
	encryptedLeftOut = Finding{"encrypted_left_out", SeverityInfo, "Parts of the file are encrypted, and those are not read."}
)

// isAre begins a sentence about a count: "is 1 hole", "are 2 holes".
func isAre(n int, noun string) string {
	if n == 1 {
		return "is 1 " + noun
	}
	return "are " + plural(n, noun)
}
