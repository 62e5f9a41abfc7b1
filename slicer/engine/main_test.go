package engine

import (
	"os"
	"testing"
)

// TestMain lets the test binary be the child, as the shop's program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == ChildCommand {
		os.Exit(ChildMain(os.Args[2:]))
	}
	os.Exit(m.Run())
}
