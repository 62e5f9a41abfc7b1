package dbtest_test

import (
	"fmt"
	"os"
	"testing"
)

// Children of this test program, by the environment variable that holds their data folder: they work until they are
// killed, or until they are told to end.
var children = map[string]func(dir string) error{
	crashChild:  trade,
	ledgerChild: keepLedger,
}

func TestMain(m *testing.M) {
	for name, work := range children {
		if dir := os.Getenv(name); dir != "" {
			if err := work(dir); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
			os.Exit(3) // a child ends by being killed, or something is wrong
		}
	}
	os.Exit(m.Run())
}
