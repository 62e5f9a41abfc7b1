package app

import (
	"os"
	"testing"

	"buildplate/slicer"
	"buildplate/slicer/engine"
)

func TestMain(m *testing.M) {
	// Files are read by a child of the program: here of this test.
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(slicer.ChildMain(os.Args[2:]))
	}
	os.Exit(m.Run())
}
