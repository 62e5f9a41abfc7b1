package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// firstVictim is how much rather the system ends a child than others, from
// -1000 to 1000.
const firstVictim = "900"

// selfPath is this very program, even after its file has been replaced.
const selfPath = "/proc/self/exe"

// confined makes path a child that first takes the confinement upon itself and
// then becomes the program: in between there is no moment without it, and
// every thread of the program has it.
func confined(path string, args []string, c confinement) (string, []string) {
	spec, err := json.Marshal(order{c, nextUser(c.Machine), os.Getpid()})
	if err != nil {
		panic(err) // numbers and paths
	}
	return selfPath, append([]string{ChildCommand, confineArg, string(spec), path}, args...)
}

// order is what a child is told to become.
type order struct {
	Confinement confinement
	User        int // and group; 0 for those of the shop
	Shop        int // the process that must still live
}

// confine takes the confinement upon itself and becomes the program. It
// returns only on error: a process that could not be confined as the machine
// can runs nothing.
func confine(spec string, program []string) error {
	var o order
	if err := json.Unmarshal([]byte(spec), &o); err != nil {
		return err
	}
	if len(program) == 0 {
		return errors.New("no program to confine")
	}
	c := o.Confinement
	// All of this belongs to the thread, and exec keeps what the thread that
	// calls it has.
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	if err := c.Bounds.take(); err != nil {
		return err
	}
	if err := keepStandardFiles(); err != nil {
		return fmt.Errorf("open files: %w", err)
	}
	files := -1 // opened while they can be
	if c.Machine.Landlock {
		var err error
		if files, err = c.Reach.rules(); err != nil {
			return fmt.Errorf("files: %w", err)
		}
	}
	if err := becomeUser(o.User, c.Reach.Folder); err != nil {
		return err
	}
	// A change of user takes this back.
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return fmt.Errorf("end with the shop: %w", err)
	}
	if os.Getppid() != o.Shop {
		return errors.New("the shop is gone")
	}
	if files >= 0 {
		if err := restrictFiles(files); err != nil {
			return fmt.Errorf("files: %w", err)
		}
	}
	if c.Machine.Filter {
		if err := filterCalls(); err != nil {
			return fmt.Errorf("system calls: %w", err)
		}
	}
	return fmt.Errorf("start %s: %w", program[0], unix.Exec(program[0], program, os.Environ()))
}

// take sets the bounds.
func (b bounds) take() error {
	// A shop that was started nicer than that cannot make its children less so, and need not.
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, b.Nice); err != nil && !errors.Is(err, unix.EACCES) {
		return fmt.Errorf("priority: %w", err)
	}
	idleDisk()
	// A machine out of memory ends this process, and not the shop. Not every
	// container lets one say so.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte(firstVictim), 0)
	limits := []struct {
		resource int
		value    uint64
	}{
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_FSIZE, b.FileSize},
		{unix.RLIMIT_NOFILE, b.OpenFiles},
		{unix.RLIMIT_STACK, b.Stack},
		// Not RLIMIT_AS: a Go program, as this one still is, reserves
		// gigabytes of addresses that it never uses.
		{unix.RLIMIT_DATA, b.Data},
	}
	for _, l := range limits {
		if l.value == 0 && l.resource != unix.RLIMIT_CORE {
			continue
		}
		if err := lower(l.resource, l.value, l.value); err != nil {
			return fmt.Errorf("limit %d: %w", l.resource, err)
		}
	}
	// A second between the warning, SIGXCPU, which tells why the process
	// ended, and the end of one that ignores it.
	if b.CPUSeconds > 0 {
		if err := lower(unix.RLIMIT_CPU, b.CPUSeconds, b.CPUSeconds+1); err != nil {
			return fmt.Errorf("processor time: %w", err)
		}
	}
	return nil
}

// lower sets a limit, or keeps the one in force where that is lower already.
func lower(resource int, soft, hard uint64) error {
	var now unix.Rlimit
	if err := unix.Getrlimit(resource, &now); err != nil {
		return err
	}
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: min(soft, now.Max), Max: min(hard, now.Max)})
}

// onCPULimit calls end when this process has used up its processor time.
func onCPULimit(end func()) {
	warned := make(chan os.Signal, 1)
	signal.Notify(warned, unix.SIGXCPU)
	go func() {
		<-warned
		end()
	}()
}

// resident is the memory that a process really holds, in bytes.
func resident(pid int) int64 {
	statm, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	var size, pages int64
	_, _ = fmt.Sscan(string(statm), &size, &pages)
	return pages * int64(os.Getpagesize())
}

// idleDisk asks for disk time only when nobody else wants it. Not all kernels
// and containers allow it, and nothing depends on it.
func idleDisk() {
	const (
		whoProcess = 1
		classIdle  = 3 << 13
	)
	_, _, _ = unix.Syscall(unix.SYS_IOPRIO_SET, whoProcess, 0, classIdle)
}

// group is the process group of a child.
type group struct {
	cmd *exec.Cmd

	mu    sync.Mutex
	ended bool
}

// newGroup prepares cmd to lead a group that dies as a whole: on
// cancellation, and when the thread that starts it ends.
func newGroup(cmd *exec.Cmd) *group {
	g := &group{cmd: cmd}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = g.kill
	return g
}

func (g *group) kill() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return os.ErrProcessDone
	}
	if err := unix.Kill(-g.cmd.Process.Pid, unix.SIGKILL); !errors.Is(err, unix.ESRCH) {
		return err
	}
	return os.ErrProcessDone
}

// waitLeader waits until the child has ended, but leaves it to be collected:
// until then its number cannot name another group.
func (g *group) waitLeader() {
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, g.cmd.Process.Pid, &info, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// end kills what the child left behind in its group.
func (g *group) end() {
	_ = g.kill()
	g.mu.Lock()
	g.ended = true
	g.mu.Unlock()
}

// signalOf names the signal that ended a process.
func signalOf(s *os.ProcessState) string {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return unix.SignalName(status.Signal())
	}
	return ""
}
