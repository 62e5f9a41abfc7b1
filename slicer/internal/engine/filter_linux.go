//go:build linux && (amd64 || arm64)

package engine

import (
	"os"
	"slices"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Where the kernel puts what a filter looks at.
const (
	numberAt   = 0
	archAt     = 4
	argumentAt = 16 // the lower half of each 64 bits comes first
)

// refused are the system calls that no slice needs, beside those that only
// one architecture has. What answers with "no such call" makes a C library
// use the older call, which is refused or not by its arguments.
var refused = map[uint32]unix.Errno{
	unix.SYS_CLONE3: unix.ENOSYS, // its arguments lie in memory, where a filter cannot look

	// The network, and all that can be had through a queue instead of a call.
	unix.SYS_SOCKET: unix.EPERM, unix.SYS_SOCKETPAIR: unix.EPERM,
	unix.SYS_IO_URING_SETUP: unix.EPERM, unix.SYS_IO_URING_ENTER: unix.EPERM, unix.SYS_IO_URING_REGISTER: unix.EPERM,

	// Other processes: to look into them, to signal them, to leave the group that is ended as a whole.
	unix.SYS_PTRACE: unix.EPERM, unix.SYS_PROCESS_VM_READV: unix.EPERM, unix.SYS_PROCESS_VM_WRITEV: unix.EPERM,
	unix.SYS_PIDFD_OPEN: unix.EPERM, unix.SYS_PIDFD_GETFD: unix.EPERM, unix.SYS_PIDFD_SEND_SIGNAL: unix.EPERM, unix.SYS_KCMP: unix.EPERM,
	unix.SYS_TKILL: unix.EPERM, unix.SYS_RT_SIGQUEUEINFO: unix.EPERM, unix.SYS_RT_TGSIGQUEUEINFO: unix.EPERM,
	unix.SYS_SETSID: unix.EPERM, unix.SYS_SETPGID: unix.EPERM, unix.SYS_SETPRIORITY: unix.EPERM, unix.SYS_IOPRIO_SET: unix.EPERM,

	// Another view of the machine.
	unix.SYS_UNSHARE: unix.EPERM, unix.SYS_SETNS: unix.EPERM, unix.SYS_CHROOT: unix.EPERM, unix.SYS_PIVOT_ROOT: unix.EPERM,
	unix.SYS_MOUNT: unix.EPERM, unix.SYS_UMOUNT2: unix.EPERM, unix.SYS_OPEN_TREE: unix.EPERM, unix.SYS_MOVE_MOUNT: unix.EPERM,
	unix.SYS_FSOPEN: unix.EPERM, unix.SYS_FSMOUNT: unix.EPERM, unix.SYS_MOUNT_SETATTR: unix.EPERM,
	unix.SYS_NAME_TO_HANDLE_AT: unix.EPERM, unix.SYS_OPEN_BY_HANDLE_AT: unix.EPERM,

	// Programs that are in no file, and parts of the kernel that had holes.
	unix.SYS_MEMFD_CREATE: unix.EPERM, unix.SYS_MEMFD_SECRET: unix.EPERM,
	unix.SYS_BPF: unix.EPERM, unix.SYS_PERF_EVENT_OPEN: unix.EPERM, unix.SYS_USERFAULTFD: unix.EPERM,
	unix.SYS_KEYCTL: unix.EPERM, unix.SYS_ADD_KEY: unix.EPERM, unix.SYS_REQUEST_KEY: unix.EPERM,
}

// condition lets a system call pass only with certain bits in its first
// argument, or only with certain values.
type condition struct {
	number uint32
	bits   uint32
	values []uint32
}

// conditions are those of the process with a number: threads of its own,
// signals to itself, limits on itself.
func conditions(pid uint32) []condition {
	return []condition{
		{number: unix.SYS_CLONE, bits: unix.CLONE_THREAD},
		{number: unix.SYS_KILL, values: []uint32{pid}},
		{number: unix.SYS_TGKILL, values: []uint32{pid}},
		{number: unix.SYS_PRLIMIT64, values: []uint32{0, pid}},
	}
}

// callFilter is the filter of system calls of the process with a number.
func callFilter(pid uint32) []bpf.Instruction {
	load := func(at uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: at, Size: 4} }
	answer := func(errno unix.Errno) bpf.Instruction {
		return bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(errno)}
	}
	allow := bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}

	// The numbers below are those of one architecture: who calls by another's means to pass.
	filter := []bpf.Instruction{
		load(archAt),
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: filterArch, SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS},
		load(numberAt),
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: firstForeign, SkipTrue: 1},
		answer(unix.ENOSYS),
	}
	for _, calls := range []map[uint32]unix.Errno{refused, refusedHere} {
		for number, errno := range calls {
			filter = append(filter, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: number, SkipTrue: 1}, answer(errno))
		}
	}
	for _, c := range conditions(pid) {
		check := []bpf.Instruction{load(argumentAt)}
		if c.bits != 0 {
			check = append(check, bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: c.bits, SkipTrue: 1}, allow)
		}
		for _, v := range c.values {
			check = append(check, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: v, SkipTrue: 1}, allow)
		}
		check = append(check, answer(unix.EPERM))
		filter = slices.Concat(filter, []bpf.Instruction{bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: c.number, SkipTrue: uint8(len(check))}}, check)
	}
	return append(filter, allow)
}

// filterCalls holds this thread, and what it becomes, to the filter.
func filterCalls() error {
	raw, err := bpf.Assemble(callFilter(uint32(os.Getpid())))
	if err != nil {
		return err
	}
	filter := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		filter[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}

// canFilter says whether this machine takes filters.
func canFilter() bool {
	action := uint32(unix.SECCOMP_RET_KILL_PROCESS)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}
