package engine

import "golang.org/x/sys/unix"

// What younger architectures lack.
func init() {
	for _, name := range []string{"fork", "vfork"} {
		refusals[name] = refusal{full: unix.EPERM, by: calls, alone: unix.EPERM}
	}
}
