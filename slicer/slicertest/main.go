package slicertest

import (
	"os"
	"testing"

	"buildplate/slicer"
)

// Main is the TestMain of a package whose tests read files or slice: both are children of the program, here of the
// test's own.
//
//	func TestMain(m *testing.M) { slicertest.Main(m) }
func Main(m *testing.M) {
	if code, child := slicer.ChildMain(os.Args); child {
		end(code)
	}
	os.Exit(m.Run())
}
