package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The test binary can play an engine that was taken over by a model: it tries what it should not be able to, one thing a
// run, and writes as its G-code how that went.
func init() {
	engine, child := roles["slice"], roles[ChildCommand]
	roles["slice"] = func(args []string) {
		if s := (standIn{args}); s.setting("try") != "" {
			s.run()
		}
		engine(args)
	}
	roles[ChildCommand] = func(args []string) {
		if strings.HasPrefix(args[0], "try=") { // not one that confines itself first
			standIn{args}.run()
		}
		child(args)
	}
	roles["sleep"] = func([]string) { _, _ = os.Stdin.Read(make([]byte, 1)) }
}

// tried is what came of an attempt: 0 if it did what it wanted.
type tried struct{ Errno unix.Errno }

type standIn struct{ args []string }

// setting is a setting that the engine was given.
func (s standIn) setting(key string) string {
	for _, arg := range s.args {
		if value, ok := strings.CutPrefix(arg, key+"="); ok {
			return value
		}
	}
	return ""
}

func (s standIn) number(key string) int {
	n, err := strconv.Atoi(s.setting(key))
	if err != nil {
		panic(err)
	}
	return n
}

// data is a file in the shop's data folder.
func (s standIn) data(name string) string { return filepath.Join(s.setting("data"), name) }

func (s standIn) run() {
	err := attempts[s.setting("try")](s)
	var r tried
	if err != nil && !errors.As(err, &r.Errno) {
		panic(err)
	}
	text, err := json.Marshal(r)
	if err == nil {
		err = os.WriteFile(outName, text, 0o600)
	}
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stderr, "Print time (s): 1\nFilament (mm^3): 1")
	unix.Exit(0) // os.Exit sleeps a second under the race detector
}

func (s standIn) read(path string) error {
	_, err := os.ReadFile(path)
	return err
}

// become starts another program in place of this one, which tries what is named.
func (s standIn) become(path, try string) error {
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
func socketOf(family, kind int) func(standIn) error {
	return func(standIn) error {
		fd, err := unix.Socket(family, kind, 0)
		if err == nil {
			err = unix.Close(fd)
		}
		return err
	}
}

// attempts are what the stand-in tries, by name.
var attempts = map[string]func(standIn) error{
	"read the database":             func(s standIn) error { return s.read(s.data("buildplate.db")) },
	"read what is beside it":        func(s standIn) error { return s.read(filepath.Join(filepath.Dir(s.setting("data")), "secret")) },
	"read the machine's users":      func(standIn) error { return standIn{}.read("/etc/passwd") },
	"read the shop's environment":   func(s standIn) error { return s.read(fmt.Sprintf("/proc/%d/environ", s.number("shop"))) },
	"read a file left open":         func(s standIn) error { _, err := unix.Read(s.number("fd"), make([]byte, 1)); return err },
	"list the data folder":          func(s standIn) error { _, err := os.ReadDir(s.setting("data")); return err },
	"list the machine":              func(standIn) error { _, err := os.ReadDir("/"); return err },
	"make a file outside":           func(s standIn) error { return os.WriteFile(s.data("new"), nil, 0o600) },
	"make a folder outside":         func(s standIn) error { return os.Mkdir(s.data("new folder"), 0o700) },
	"remove a file outside":         func(s standIn) error { return unix.Unlink(s.data("removable")) },
	"empty a file outside":          func(s standIn) error { return unix.Truncate(s.data("emptied"), 0) },
	"link the database into it":     func(s standIn) error { return os.Link(s.data("buildplate.db"), "linked") },
	"leave a link to the database":  func(s standIn) error { return os.Symlink(s.data("buildplate.db"), "symlink") },
	"leave a pipe":                  func(standIn) error { return unix.Mkfifo("pipe", 0o600) },
	"become another program":        func(s standIn) error { return s.become(s.data("program"), "nothing") },
	"become root's program":         func(s standIn) error { return s.become(s.setting("setuid"), "be root") },
	"write to the database":         func(s standIn) error { return appendTo(s.data("buildplate.db")) },
	"move a file out of the folder": func(s standIn) error { return move(s.data("moved")) },
	"become what it wrote":          func(s standIn) error { return becomeCopy(s) },
	"listen for TCP":                func(standIn) error { return listen() },

	"nothing":                  func(standIn) error { return nil },
	"write, read and remove":   func(standIn) error { return useFolder() },
	"make a thread":            func(standIn) error { return makeThread() },
	"open a socket (inet)":     socketOf(unix.AF_INET, unix.SOCK_STREAM),
	"open a socket (inet6)":    socketOf(unix.AF_INET6, unix.SOCK_DGRAM),
	"open a socket (unix)":     socketOf(unix.AF_UNIX, unix.SOCK_STREAM),
	"open a socket (netlink)":  socketOf(unix.AF_NETLINK, unix.SOCK_RAW),
	"open a pair of sockets":   func(standIn) error { _, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err },
	"start a program":          startProgram,
	"clone":                    func(standIn) error { return fork(unix.SYS_CLONE, uintptr(unix.SIGCHLD)) },
	"clone by the newest call": func(standIn) error { return clone3() },
	"trace a process":          func(s standIn) error { return call(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(s.number("other"))) },
	"read a process's memory":  readMemory,
	"signal the shop":          func(s standIn) error { return unix.Kill(s.number("shop"), 0) },
	"limit the shop": func(s standIn) error {
		return unix.Prlimit(s.number("shop"), unix.RLIMIT_NOFILE, nil, new(unix.Rlimit))
	},
	"leave the group":          func(s standIn) error { return unix.Setpgid(0, s.number("group")) },
	"make a namespace":         func(standIn) error { return call(unix.SYS_UNSHARE, unix.CLONE_NEWUTS) },
	"make a file in no folder": func(standIn) error { _, err := unix.MemfdCreate("program", 0); return err },

	"have a capability": func(standIn) error { return haveCapability() },
	"keep a capability": func(standIn) error { return keepCapability() },
	"be root":           func(standIn) error { return beRoot() },
	"become root":       func(standIn) error { return call(unix.SYS_SETRESUID, 0, 0, 0) },
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

func becomeCopy(s standIn) error {
	// What is copied is this program, which it can read in any case.
	program, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile("written", program, 0o700)
	}
	if err != nil {
		panic(err)
	}
	return s.become("./written", "nothing")
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

func startProgram(s standIn) error {
	cmd := exec.Command(s.data("program"), "slice", "try=nothing")
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

func readMemory(s standIn) error {
	var b [1]byte
	local := []unix.Iovec{{Base: &b[0], Len: 1}}
	// Nothing is there: whoever may look is told so.
	_, err := unix.ProcessVMReadv(s.number("other"), local, []unix.RemoteIovec{{Base: 1, Len: 1}}, 0)
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

func gainPrivileges(standIn) error {
	none, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	if err == nil && none == 1 {
		return unix.EPERM
	}
	return err
}
