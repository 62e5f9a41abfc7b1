package takeover

import "golang.org/x/sys/unix"

// What younger architectures lack.
func init() {
	Attempts["fork"] = func(Aims) error { return fork(unix.SYS_FORK, 0) }
	Attempts["vfork"] = func(Aims) error { return fork(unix.SYS_VFORK, 0) }
}
