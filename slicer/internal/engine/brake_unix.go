//go:build unix && !linux

package engine

import (
	"os"
	"syscall"
)

// CanHold says whether this system can stop processes for a while.
const CanHold = true

func suspend(p *os.Process, _ *group) { _ = p.Signal(syscall.SIGSTOP) }

func resume(p *os.Process, _ *group) { _ = p.Signal(syscall.SIGCONT) }
