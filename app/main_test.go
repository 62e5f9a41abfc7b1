package app

import (
	"os"
	"testing"

	"buildplate/slicer"
)

func TestMain(m *testing.M) {
	// Files are read by a child of the program: here of this test.
	if code, child := slicer.ChildMain(os.Args); child {
		os.Exit(code)
	}
	os.Exit(m.Run())
}
