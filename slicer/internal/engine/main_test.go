package engine

import (
	"fmt"
	"os"
	"testing"
)

// roles are what the test binary can play besides running tests.
var roles = map[string]func(args []string){
	// The child, as the shop's program is.
	ChildCommand: func(args []string) { os.Exit(ChildMain(args)) },
	// An installed engine, by whatever name it is started, that tells figures of its own.
	"help": func([]string) { fmt.Println("Cura_SteamEngine version 6.6.6") },
	"slice": func([]string) {
		if err := os.WriteFile(outName, []byte("G1\n"), 0o600); err != nil {
			panic(err)
		}
		fmt.Fprintln(os.Stderr, "Print time (s): 1000\nFilament (mm^3): 1000")
	},
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
