package engine

import "golang.org/x/sys/unix"

const (
	filterArch = unix.AUDIT_ARCH_X86_64
	// From here on numbers are those of the x32 interface.
	firstForeign = 0x40000000
)

// refusedHere are calls that younger architectures lack.
var refusedHere = map[uint32]unix.Errno{unix.SYS_FORK: unix.EPERM, unix.SYS_VFORK: unix.EPERM, unix.SYS_IOPL: unix.EPERM, unix.SYS_IOPERM: unix.EPERM}
