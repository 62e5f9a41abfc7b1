package slicer

import "buildplate/slicer/internal/mesh"

// Inspection is what a mesh is, as measured from its triangles: sizes in mm, areas in mm², volumes in mm³, and what
// there is to say about it. It depends on how the mesh lies.
type Inspection = mesh.Inspection

// Finding is one remark about a model, with a stable code and a message for the person who sent it.
type Finding = mesh.Finding

// Severity says what a [Finding] means for the order.
type Severity = mesh.Severity

// The severities, from a remark to a reason for a person to look.
const (
	SeverityInfo    = mesh.SeverityInfo    // good to know
	SeverityWarning = mesh.SeverityWarning // prints, perhaps not as meant
	SeverityProblem = mesh.SeverityProblem // a person should look before it is printed
)

// UnitQuestion is what to ask about a file that declares no unit and has a size no printed part has in millimetres.
type UnitQuestion = mesh.UnitQuestion

// Inspect measures a mesh as it lies. It takes time in proportion to the triangles, and about 20 bytes of memory for
// each.
func Inspect(m *Mesh) Inspection { return mesh.Inspect(m) }
