package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"buildplate/slicer/internal/fault"
)

const (
	maxLine  = 4 << 10  // of the log; what is longer is cut
	tailSize = 8 << 10  // of the log, kept to explain a failure
	maxLog   = 64 << 20 // a log longer than this is a fault in itself

	// afterKill is how long a killed process may keep its pipes open.
	afterKill = 2 * time.Second
)

// runEnv names, in the environment of every child, the folder it works in.
// It tells the children of a dead shop from everything else on the machine.
const runEnv = "BUILDPLATE_SLICE"

// process is a program to run under supervision.
type process struct {
	path   string
	args   []string // without the program's name
	env    []string
	dir    string // a private folder
	limits Limits
	stdin  *os.File // nil for none
	// resident is how many bytes of memory the process may really hold, where
	// its bounds do not say so closely enough; 0 if they do.
	resident int64
	line     func(line string) // receives each line of output and log, from one goroutine at a time
}

// outcome is how a process ended.
type outcome struct {
	err    error      // nil, or why it did not end well
	code   fault.Code // why, where that is plain without reading the log
	tail   string     // the end of its log
	signal string     // that ended it, if any
}

var (
	errWall = errors.New("wall time limit reached")
	errLog  = errors.New("the log exceeds its limit")
	errHeld = errors.New("memory limit reached")
)

// run starts the process, waits for its end, and leaves nothing of it behind.
// An error says that the process could not be started, or is the cause of
// ctx's end.
func (p process) run(ctx context.Context) (outcome, error) {
	if err := ctx.Err(); err != nil {
		return outcome{}, context.Cause(ctx)
	}
	limited, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	wall := newWallClock(p.limits.Wall, func() { stop(errWall) })
	defer wall.stop()

	log := &logWriter{line: p.line, full: func() { stop(errLog) }}
	cmd := exec.CommandContext(limited, p.path, p.args...)
	cmd.Dir = p.dir
	cmd.Env = append(p.env, runEnv+"="+p.dir)
	// One writer for both: lines arrive in order, and from one goroutine.
	cmd.Stdout, cmd.Stderr = log, log
	cmd.WaitDelay = afterKill
	if p.stdin != nil {
		cmd.Stdin = p.stdin
	}

	free := func() {}
	err := supervise(cmd, func(g *group) {
		free = brakeOn(ctx, &braked{process: cmd.Process, group: g, wall: wall})
		if p.resident > 0 {
			go watchMemory(limited, cmd.Process.Pid, p.resident, func() { stop(errHeld) })
		}
	})
	free()
	log.flush()
	reclaimed := reclaim(p.dir)
	if ctx.Err() != nil {
		return outcome{}, context.Cause(ctx)
	}
	if cmd.ProcessState == nil {
		return outcome{}, fmt.Errorf("start %s: %w", p.path, err)
	}
	if reclaimed != nil {
		return outcome{}, fmt.Errorf("take the folder back: %w", reclaimed)
	}
	o := outcome{err: err, tail: log.tail(), signal: signalOf(cmd.ProcessState)}
	if err == nil {
		return o, nil
	}
	switch cause := context.Cause(limited); {
	case errors.Is(cause, errWall):
		o.err, o.code = errWall, fault.CodeTimeout
	case errors.Is(cause, errHeld):
		o.err, o.code = errHeld, fault.CodeMemory
	case errors.Is(cause, errLog):
		o.err, o.code = errLog, fault.CodeCrashed
	case o.signal == "SIGXCPU", o.signal == "SIGKILL" && used(cmd.ProcessState) >= p.limits.CPU:
		o.err, o.code = fmt.Errorf("processor time limit reached: %w", err), fault.CodeTimeout
	}
	return o, nil
}

// watchMemory calls full once the process holds more than limit bytes.
func watchMemory(ctx context.Context, pid int, limit int64, full func()) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if resident(pid) > limit {
				full()
				return
			}
		}
	}
}

// supervise runs cmd in a group of its own and ends the whole group with it.
func supervise(cmd *exec.Cmd, started func(*group)) error {
	result := make(chan error, 1)
	go func() {
		// The system may end the child when the thread that started it ends,
		// so the thread must stay as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		group := newGroup(cmd)
		if err := cmd.Start(); err != nil {
			result <- err
			return
		}
		started(group)
		group.waitLeader()
		group.end()
		killWorkersIn(cmd.Dir) // what has left the group
		err := cmd.Wait()
		if cmd.ProcessState != nil && cmd.ProcessState.Success() && errors.Is(err, exec.ErrWaitDelay) {
			err = nil
		}
		result <- err
	}()
	return <-result
}

func used(s *os.ProcessState) time.Duration { return s.UserTime() + s.SystemTime() }

// logWriter hands on what a process writes line by line, and keeps the end.
type logWriter struct {
	line  func(string)
	full  func()
	part  []byte   // of the line not yet ended
	last  []string // lines, at most tailSize bytes in all
	size  int      // of last
	total int64
}

func (w *logWriter) Write(p []byte) (int, error) {
	n := len(p)
	if w.total += int64(n); w.total > maxLog {
		w.full()
		return n, nil // drained until the process is gone
	}
	for len(p) > 0 {
		head, rest, ended := bytes.Cut(p, []byte{'\n'})
		if room := maxLine - len(w.part); room > 0 {
			w.part = append(w.part, head[:min(room, len(head))]...)
		}
		if ended {
			w.flush()
		}
		p = rest
	}
	return n, nil
}

func (w *logWriter) flush() {
	if len(w.part) == 0 {
		return
	}
	line := strings.TrimRight(string(w.part), "\r")
	w.part = w.part[:0]
	if !strings.HasPrefix(strings.ToLower(line), "progress") { // explains nothing
		w.last = append(w.last, line)
		w.size += len(line) + 1
	}
	for w.size > tailSize && len(w.last) > 1 {
		w.size -= len(w.last[0]) + 1
		w.last = w.last[1:]
	}
	if w.line != nil {
		w.line(line)
	}
}

func (w *logWriter) tail() string { return strings.Join(w.last, "\n") }
