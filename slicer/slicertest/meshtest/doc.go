// Package meshtest makes model files for tests: solids of known size, volume and faults, written in every format the
// shop reads, and files built to hurt a reader. Nothing in it depends on the code under test.
//
//	solid.go   triangles, blocks and prisms, and how they are joined, moved and harmed
//	shapes.go  solids of known size, volume and faults
//	formats.go how each format is written
//	hostile.go files built to hurt a reader
package meshtest
