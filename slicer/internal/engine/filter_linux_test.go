//go:build linux && (amd64 || arm64)

package engine

import (
	"encoding/binary"
	"maps"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// TestCallFilter asks the filter about calls that cannot be made on this machine, or would end the one who makes them.
func TestCallFilter(t *testing.T) {
	const pid = 4711
	const allow = uint32(unix.SECCOMP_RET_ALLOW)
	eperm, enosys := unix.SECCOMP_RET_ERRNO|uint32(unix.EPERM), unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS)
	vm, err := bpf.NewVM(callFilter(pid))
	if err != nil {
		t.Fatal(err)
	}
	type call struct {
		arch, number, argument uint32
	}
	cases := map[call]uint32{
		{filterArch, unix.SYS_READ, 0}:                              allow,
		{filterArch, unix.SYS_EXECVE, 0}:                            allow,
		{filterArch, unix.SYS_CLONE, unix.CLONE_THREAD}:             allow,
		{filterArch, unix.SYS_CLONE, unix.CLONE_THREAD | 0x3d0f00}:  allow, // as a C library makes threads
		{filterArch, unix.SYS_CLONE, uint32(unix.SIGCHLD)}:          eperm,
		{filterArch, unix.SYS_CLONE, unix.CLONE_VM | unix.CLONE_FS}: eperm,
		{filterArch, unix.SYS_CLONE3, 0}:                            enosys,
		{filterArch, unix.SYS_KILL, pid}:                            allow,
		{filterArch, unix.SYS_KILL, 1}:                              eperm,
		{filterArch, unix.SYS_KILL, 0}:                              eperm, // the group
		{filterArch, unix.SYS_KILL, ^uint32(0)}:                     eperm, // everybody
		{filterArch, unix.SYS_TGKILL, pid}:                          allow,
		{filterArch, unix.SYS_TGKILL, pid + 1}:                      eperm,
		{filterArch, unix.SYS_PRLIMIT64, 0}:                         allow,
		{filterArch, unix.SYS_PRLIMIT64, pid}:                       allow,
		{filterArch, unix.SYS_PRLIMIT64, 1}:                         eperm,
		{filterArch, firstForeign, 0}:                               enosys,
		{filterArch, firstForeign | unix.SYS_SOCKET, 0}:             enosys,
		{unix.AUDIT_ARCH_I386, unix.SYS_READ, 0}:                    unix.SECCOMP_RET_KILL_PROCESS,
		{unix.AUDIT_ARCH_ARM, unix.SYS_READ, 0}:                     unix.SECCOMP_RET_KILL_PROCESS,
	}
	all := maps.Clone(refused)
	maps.Copy(all, refusedHere)
	for number, errno := range all {
		cases[call{filterArch, number, 0}] = unix.SECCOMP_RET_ERRNO | uint32(errno)
	}
	for c, want := range cases {
		// The machine that plays the filter reads numbers as a network does.
		data := make([]byte, 64)
		binary.BigEndian.PutUint32(data[numberAt:], c.number)
		binary.BigEndian.PutUint32(data[archAt:], c.arch)
		binary.BigEndian.PutUint32(data[argumentAt:], c.argument)
		got, err := vm.Run(data)
		if err != nil || uint32(got) != want {
			t.Errorf("call %d (%#x) of architecture %#x: %#x, %v; want %#x", c.number, c.argument, c.arch, got, err, want)
		}
	}
}
