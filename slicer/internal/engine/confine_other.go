//go:build !linux

package engine

import (
	"context"
	"errors"
	"os"
	"os/exec"
)

func thisMachine() machine { return machine{} }

func (machine) weaknesses() []Weakness {
	return []Weakness{
		{"slice_unconfined", "A slice can read and change other files on this server, use the network and start programs. Only Linux can keep it from that."},
		{"slice_unlimited", "Slices run without limits on processor time and, with an installed CuraEngine, on memory."},
		{"slice_survives", "A slice goes on for a while if the shop’s program is killed."},
	}
}

// selfPath is empty where this program has to look up its own path.
const selfPath = ""

func confined(path string, args []string, _ confinement) (string, []string) { return path, args }

func confine(string, []string) error {
	return errors.New("processes cannot be confined on this system")
}

func needs(context.Context, string, machine) (reach, error) { return reach{}, nil }

func ownNeeds() (reach, error) { return reach{}, nil }

func resident(int) int64 { return 0 }

func onCPULimit(func()) {}

// group is a child alone: what it starts itself is not followed here.
type group struct{}

func newGroup(*exec.Cmd) *group { return &group{} }

func (*group) waitLeader() {}

func (*group) end() {}

func signalOf(*os.ProcessState) string { return "" }
