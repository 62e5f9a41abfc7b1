package engine

import (
	"os"

	"golang.org/x/sys/unix"
)

// CanHold says whether this system can stop processes for a while.
const CanHold = true

func suspend(_ *os.Process, g *group) { g.signal(unix.SIGSTOP) }

func resume(_ *os.Process, g *group) { g.signal(unix.SIGCONT) }

// signal reaches the whole group, unless it has ended.
func (g *group) signal(s unix.Signal) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ended {
		_ = unix.Kill(-g.cmd.Process.Pid, s)
	}
}
