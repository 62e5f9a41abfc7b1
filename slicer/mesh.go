package slicer

import (
	"context"
	"io"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/internal/picture"
)

// Part is one model of a file, not read yet: its name, format and size in bytes. Its method Read reads it into a
// [Mesh]; every error of it is an *[Error].
type Part = mesh.Part

// Mesh is a surface of triangles in millimetres, Z up, as its file drew it. It is never changed: Scaled, Outward and
// the like return new ones. Hash is the SHA-256 of its triangles.
type Mesh = mesh.Mesh

// StoredMesh is a mesh in a file the shop wrote, read where it lies: it takes a few kilobytes, however large it is.
// Its method StandingIn gives it as a binary STL in millimetres, scaled, turned and standing in the middle of a bed.
type StoredMesh = mesh.Stored

// Unit is the unit of length a file declares; the vertices of a [Mesh] are millimetres already.
type Unit = mesh.Unit

// UnitUnknown is that of files that declare none: STL and OBJ.
const UnitUnknown = mesh.UnitUnknown

// Quaternion is a pose: a rotation as (x, y, z, w) of the raw mesh, Z up.
type Quaternion = mesh.Quaternion

// NoRotation leaves a model as its file has it.
var NoRotation = mesh.NoRotation

// Pose is one way for a model to lie: the rotation, overhang and contact in mm², height in mm, and a score that compares
// poses of one model, less is better. The method Poses of a [Mesh] that faces outward proposes the best three.
type Pose = mesh.Pose

// Parts lists the models in a file of so many bytes, under the name its sender gave it: one, or those in a ZIP. It
// reads them in this process: a shop uses [Slicer.Read] for files of strangers. Every error is an *Error.
func Parts(ctx context.Context, name string, file io.ReaderAt, size int64) ([]Part, error) {
	return mesh.Parts(ctx, name, file, size, mesh.Limits{})
}

// OpenMesh opens a mesh of so many bytes that was stored before. The error is an *Error with [CodeDamaged] for what
// is none, or [CodeRead].
func OpenMesh(from io.ReaderAt, size int64) (StoredMesh, error) { return mesh.OpenSTL(from, size) }

// Box is the box round a mesh: its lowest corner and its highest.
type Box = mesh.Box

// STLBytes is how many bytes a mesh of so many triangles has as the shop works on it.
func STLBytes(triangles int) int64 { return mesh.STLBytes(triangles) }

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

// Laid says how a mesh lies where it is inspected. The zero value is as its file drew it, with the usual angle.
type Laid struct {
	Scale        float64    // to millimetres; 0 counts as 1
	Pose         Quaternion // all zero counts as NoRotation
	SupportAngle float64    // the steepest slope that prints without support, in degrees from vertical; 0 is the usual one
	Propose      bool       // it is asked how else the mesh may lie; Pose is not looked at
}

// Proposal is a pose that is good to print in, inspected, with its picture as a [Model] has it.
type Proposal struct {
	Pose       Pose
	Inspection Inspection
	Picture    []byte
}

// propose lists how a mesh may lie: first as its file has it, then the best others.
func (l Laid) propose(m *Mesh) (all []Proposal) {
	m = m.Scaled(l.Scale)
	own, others := m.Proposals()
	for _, p := range append([]Pose{own}, others...) {
		p.Quaternion = p.Quaternion.Rounded()
		lies := m.Oriented(p.Quaternion)
		all = append(all, Proposal{Pose: p, Inspection: l.inspect(lies), Picture: picture.Draw(lies)})
	}
	return all
}

// asDrawn says whether a mesh lies as its file drew it.
func (l Laid) asDrawn() bool {
	return (l.Scale == 0 || l.Scale == 1) && l.Pose.Then(NoRotation) == NoRotation
}

// lay is a mesh that lies so.
func (l Laid) lay(m *Mesh) *Mesh {
	if l.asDrawn() {
		return m
	}
	return m.Scaled(l.Scale).Oriented(l.Pose)
}

// Inspect measures a mesh that lies so.
func (l Laid) Inspect(m *Mesh) Inspection { return l.inspect(l.lay(m)) }

// inspect measures a mesh that was laid so.
func (l Laid) inspect(m *Mesh) Inspection {
	if l.SupportAngle == 0 {
		return mesh.Inspect(m)
	}
	return mesh.InspectAt(m, l.SupportAngle)
}
