package engine

import "golang.org/x/sys/unix"

const (
	filterArch = unix.AUDIT_ARCH_AARCH64
	// No other interface has numbers here.
	firstForeign = 0x80000000
)

var refusedHere map[uint32]unix.Errno
