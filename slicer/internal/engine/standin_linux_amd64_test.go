package engine

import "golang.org/x/sys/unix"

// What younger architectures lack.
func init() {
	attempts["fork"] = func(standIn) error { return fork(unix.SYS_FORK, 0) }
	attempts["vfork"] = func(standIn) error { return fork(unix.SYS_VFORK, 0) }
	for _, name := range []string{"fork", "vfork"} {
		refusals[name] = refusal{full: unix.EPERM, by: calls, alone: unix.EPERM}
	}
}
