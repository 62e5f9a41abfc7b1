package apptest

import (
	"buildplate/slicer/slicertest/meshtest"
)

// Block is a solid block as binary STL, sides in mm: watertight, quickly sliced.
func Block(x, y, z float64) []byte { return meshtest.BinarySTL(meshtest.Box(x, y, z)) }

// LeakyBlock is a cube with holes: it can be sliced, but a person has to look at it.
func LeakyBlock() []byte { return meshtest.BinarySTL(meshtest.LeakyCube()) }

// FineBall is a ball of half a million triangles, 5 mm across: it takes a while to look at, and is never sliced, since
// the shop asks first whether that is really its size.
func FineBall() []byte { return meshtest.BinarySTL(meshtest.Sphere(2.5, 360)) }
