package apptest

import (
	"testing"

	"buildplate/slicer/slicertest"
)

// In a Scenario, files are read by a child of this test.
func TestMain(m *testing.M) { slicertest.Main(m) }
