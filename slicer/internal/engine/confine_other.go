//go:build !linux

package engine

import (
	"errors"
	"os"
	"os/exec"
)

// Weaknesses says what this system cannot hold a slice to.
func Weaknesses() []string {
	return []string{
		"Slices run without limits on processor time and, with an installed CuraEngine, on memory.",
		"A slice goes on for a while if the shop’s program is killed.",
	}
}

// selfPath is empty where this program has to look up its own path.
const selfPath = ""

func confined(path string, args []string, _ bounds) (string, []string) { return path, args }

func confine(string, []string) error {
	return errors.New("limits of processes are not supported on this system")
}

func resident(int) int64 { return 0 }

func onCPULimit(func()) {}

// group is a child alone: what it starts itself is not followed here.
type group struct{}

func newGroup(*exec.Cmd) *group { return &group{} }

func (*group) waitLeader() {}

func (*group) end() {}

func signalOf(*os.ProcessState) string { return "" }
