package engine

import (
	"os"
	"testing"
)

// roles are what the test binary can play besides running tests.
var roles = map[string]func(args []string){
	// The child, as the shop's program is.
	ChildCommand: func(args []string) { os.Exit(ChildMain(args)) },
}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if play, ok := roles[os.Args[1]]; ok {
			play(os.Args[2:])
			return
		}
	}
	os.Exit(m.Run())
}
