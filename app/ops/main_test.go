package ops_test

import (
	"testing"

	"buildplate/slicer/slicertest"
)

// Files are read by a child of the program: here of this test.
func TestMain(m *testing.M) { slicertest.Main(m) }
