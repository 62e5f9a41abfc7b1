package takeover

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// Aims are what an engine that was taken over is after. The processes may be one and the same.
type Aims struct {
	Data   string // the shop's data folder
	Setuid string // a program that makes root of whoever starts it
	Shop   int    // its process
	Group  int    // a process group that is not the engine's
	Other  int    // some process
	Left   int    // a file that whatever started the shop left open
}

// Allowed are the attempts that an engine may succeed in: it could not slice without.
var Allowed = []string{"make a thread", "nothing", "write, read and remove"}

// data is a file in the shop's data folder.
func (a Aims) data(name string) string { return filepath.Join(a.Data, name) }

func read(path string) error {
	_, err := os.ReadFile(path)
	return err
}

// become starts another program in place of this one, which tries what is named.
func become(path, try string) error {
	return unix.Exec(path, []string{path, "slice", "try=" + try}, os.Environ())
}

// call makes a system call that leaves nothing behind which has to be closed.
func call(number uintptr, args ...uintptr) error {
	var a [6]uintptr
	copy(a[:], args)
	if _, _, errno := unix.RawSyscall6(number, a[0], a[1], a[2], a[3], a[4], a[5]); errno != 0 {
		return errno
	}
	return nil
}

// fork makes a process by a raw system call, which ends at once. The child of vfork uses this very stack: there both
// calls have to be made from the same place, and the parent looks at nothing after the first.
//
//go:noinline
//go:norace
func fork(number, flags uintptr) error {
	for {
		pid, _, errno := unix.RawSyscall(number, flags, 0, 0)
		if errno != 0 {
			return errno
		}
		if pid != 0 {
			return nil
		}
		number, flags = unix.SYS_EXIT_GROUP, 0
	}
}

// socketOf opens and closes a socket.
func socketOf(family, kind int) func(Aims) error {
	return func(Aims) error {
		fd, err := unix.Socket(family, kind, 0)
		if err == nil {
			err = unix.Close(fd)
		}
		return err
	}
}

// Attempts are what it tries, by name.
var Attempts = map[string]func(Aims) error{
	"read the database":             func(a Aims) error { return read(a.data("buildplate.db")) },
	"read what is beside it":        func(a Aims) error { return read(filepath.Join(filepath.Dir(a.Data), "secret")) },
	"read the machine's users":      func(Aims) error { return read("/etc/passwd") },
	"read the shop's environment":   func(a Aims) error { return read(fmt.Sprintf("/proc/%d/environ", a.Shop)) },
	"read a file left open":         func(a Aims) error { _, err := unix.Read(a.Left, make([]byte, 1)); return err },
	"list the data folder":          func(a Aims) error { _, err := os.ReadDir(a.Data); return err },
	"list the machine":              func(Aims) error { _, err := os.ReadDir("/"); return err },
	"make a file outside":           func(a Aims) error { return os.WriteFile(a.data("new"), nil, 0o600) },
	"make a folder outside":         func(a Aims) error { return os.Mkdir(a.data("new folder"), 0o700) },
	"remove a file outside":         func(a Aims) error { return unix.Unlink(a.data("removable")) },
	"empty a file outside":          func(a Aims) error { return unix.Truncate(a.data("emptied"), 0) },
	"link the database into it":     func(a Aims) error { return os.Link(a.data("buildplate.db"), "linked") },
	"leave a link to the database":  func(a Aims) error { return os.Symlink(a.data("buildplate.db"), "symlink") },
	"leave a pipe":                  func(Aims) error { return unix.Mkfifo("pipe", 0o600) },
	"become another program":        func(a Aims) error { return become(a.data("program"), "nothing") },
	"become root's program":         func(a Aims) error { return become(a.Setuid, "be root") },
	"write to the database":         func(a Aims) error { return appendTo(a.data("buildplate.db")) },
	"move a file out of the folder": func(a Aims) error { return move(a.data("moved")) },
	"become what it wrote":          func(a Aims) error { return becomeCopy() },
	"listen for TCP":                func(Aims) error { return listen() },

	"nothing":                  func(Aims) error { return nil },
	"write, read and remove":   func(Aims) error { return useFolder() },
	"make a thread":            func(Aims) error { return makeThread() },
	"open a socket (inet)":     socketOf(unix.AF_INET, unix.SOCK_STREAM),
	"open a socket (inet6)":    socketOf(unix.AF_INET6, unix.SOCK_DGRAM),
	"open a socket (unix)":     socketOf(unix.AF_UNIX, unix.SOCK_STREAM),
	"open a socket (netlink)":  socketOf(unix.AF_NETLINK, unix.SOCK_RAW),
	"open a pair of sockets":   func(Aims) error { _, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err },
	"start a program":          startProgram,
	"clone":                    func(Aims) error { return fork(unix.SYS_CLONE, uintptr(unix.SIGCHLD)) },
	"clone by the newest call": func(Aims) error { return clone3() },
	"trace a process":          func(a Aims) error { return call(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(a.Other)) },
	"read a process's memory":  readMemory,
	"signal the shop":          func(a Aims) error { return unix.Kill(a.Shop, 0) },
	"limit the shop": func(a Aims) error {
		return unix.Prlimit(a.Shop, unix.RLIMIT_NOFILE, nil, new(unix.Rlimit))
	},
	"leave the group":          func(a Aims) error { return unix.Setpgid(0, a.Group) },
	"make a namespace":         func(Aims) error { return call(unix.SYS_UNSHARE, unix.CLONE_NEWUTS) },
	"make a file in no folder": func(Aims) error { _, err := unix.MemfdCreate("program", 0); return err },

	"have a capability": func(Aims) error { return haveCapability() },
	"keep a capability": func(Aims) error { return keepCapability() },
	"be root":           func(Aims) error { return beRoot() },
	"become root":       func(Aims) error { return call(unix.SYS_SETRESUID, 0, 0, 0) },
	"gain privileges":   gainPrivileges,
}

func appendTo(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString("x")
	return errors.Join(err, f.Close())
}

func move(to string) error {
	if err := os.WriteFile("moving", nil, 0o600); err != nil {
		panic(err)
	}
	return os.Rename("moving", to)
}

func becomeCopy() error {
	// What is copied is this program, which it can read in any case.
	program, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile("written", program, 0o700)
	}
	if err != nil {
		panic(err)
	}
	return become("./written", "nothing")
}

func useFolder() error {
	if err := os.WriteFile("a", []byte("a"), 0o600); err != nil {
		return err
	}
	_, err := os.ReadFile("a")
	return errors.Join(err, os.Rename("a", "b"), os.Truncate("b", 0), os.Remove("b"))
}

// makeThread has a thread made by the runtime, as the embedded engine does.
func makeThread() error {
	runtime.LockOSThread()
	id := make(chan int)
	go func() { id <- unix.Gettid() }()
	if <-id == unix.Gettid() {
		return unix.ESRCH
	}
	return nil
}

func listen() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
}

func startProgram(a Aims) error {
	cmd := exec.Command(a.data("program"), "slice", "try=nothing")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// clone3 asks with arguments that are too short: a kernel that has the call says so.
func clone3() error {
	if err := call(unix.SYS_CLONE3, 0, 0); !errors.Is(err, unix.EINVAL) {
		return err
	}
	return nil
}

func readMemory(a Aims) error {
	var b [1]byte
	local := []unix.Iovec{{Base: &b[0], Len: 1}}
	// Nothing is there: whoever may look is told so.
	_, err := unix.ProcessVMReadv(a.Other, local, []unix.RemoteIovec{{Base: 1, Len: 1}}, 0)
	if errors.Is(err, unix.EFAULT) {
		return nil
	}
	return err
}

// haveCapability succeeds if this process has a capability.
func haveCapability() error {
	var caps [2]unix.CapUserData
	if err := unix.Capget(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &caps[0]); err != nil {
		return err
	}
	for _, c := range caps {
		if c.Effective|c.Permitted|c.Inheritable != 0 {
			return nil
		}
	}
	return unix.EPERM
}

// keepCapability succeeds if a program could still give this process a capability.
func keepCapability() error {
	for c := range uintptr(unix.CAP_LAST_CAP + 1) {
		if bounded, _, failed := unix.RawSyscall(unix.SYS_PRCTL, unix.PR_CAPBSET_READ, c, 0); failed > 0 || bounded == 1 {
			return nil
		}
	}
	return unix.EPERM
}

// beRoot succeeds if this process is root, or of root's group, in any way.
func beRoot() error {
	ids := make([]int, 0, 8)
	for _, get := range []func() (int, int, int){unix.Getresuid, unix.Getresgid} {
		r, e, s := get()
		ids = append(ids, r, e, s)
	}
	groups, err := unix.Getgroups()
	if err != nil {
		return err
	}
	for _, id := range append(ids, groups...) {
		if id == 0 {
			return nil
		}
	}
	return unix.EPERM
}

func gainPrivileges(Aims) error {
	none, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	if err == nil && none == 1 {
		return unix.EPERM
	}
	return err
}
