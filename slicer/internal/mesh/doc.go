// Package mesh reads the models customers send, says what is in them in plain
// words, and writes the one form the slicing engine ever gets: a binary STL of
// our own.
//
// The way of a file through the package:
//
//	read.go      Parts and Read: which format is it, whatever its name says
//	format.go    what a file is                source.go    where its bytes are
//	stl.go       binary and ASCII STL          obj.go       Wavefront OBJ
//	threemf.go   3MF: the package and its parts    object3mf.go  its objects, meshes and components
//	build3mf.go  its build, put together
//	helpers.go   what slicing programs add to a 3MF that is not the model
//	opc.go       the package round a 3MF       archive.go   ZIPs, checked
//	xml.go       a small XML reader with hard limits    xml_tag.go  its tags and attributes
//	affine.go    the transforms of a 3MF
//	polygon.go   faces of more than three corners
//	build.go     welds corners into vertices   limits.go    what is too much
//
//	inspect.go   Inspect: size, volume, bodies, holes, overhangs    body.go  one piece of connected surface
//	edges.go     which triangle meets which, and where the surface is open    groups.go  what hangs together
//	findings.go  the same as messages          units.go     millimetres or inches?
//	seams.go     gaps too small to matter      bed.go       does it fit that printer
//
//	orient.go    turning, scaling, placing     outward.go   facing outward
//	poses.go     Poses: the best ways to lie, and what they are scored by
//	hull.go      the convex hull               sides.go     its large sides, which a model can lie on
//	section.go   what planes cut of a mesh
//	write.go     binary STL and hash          stored.go  a stored mesh, read where it lies
//	copies.go    a stored mesh several times, on one plate
//	mesh.go      Mesh, Unit                    error.go   a reader's failures
//	words.go     numbers and sizes in messages
//
// A Mesh is in millimetres with Z up. Its vertices are welded: corners with
// equal coordinates are one vertex, so that triangles which share an edge share
// two indices. A Mesh is never changed after it was read; Scaled and
// Placed return new ones.
//
// Files come from strangers. Readers stream, check every size before they
// allocate, stop at the figures in Limits and when their context ends, and
// report every failure as a *fault.Error with a message for the person who sent
// the file.
package mesh
