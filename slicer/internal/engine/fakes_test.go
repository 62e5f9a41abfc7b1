//go:build linux

package engine

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fakeCommand makes the test binary play a CuraEngine that misbehaves.
const fakeCommand = "fake-engine"

// fakes are the ways to misbehave, by name. out is where G-code is expected.
var fakes = map[string]func(out string){
	"hang": func(string) {
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		hang()
	},
	"hang with a child": func(string) {
		spawn(false)
		hang()
	},
	"hang with a child that left the group": func(string) {
		spawn(true)
		hang()
	},
	"end and leave a child": func(string) { // which holds the output open
		spawn(false)
		os.Exit(3)
	},
	"spin": func(string) {
		_ = syscall.Exec("/bin/sh", []string{"sh", "-c", "while :; do :; done"}, os.Environ())
	},
	"spin and ignore the warning": func(string) {
		_ = syscall.Exec("/bin/sh", []string{"sh", "-c", "trap '' XCPU; while :; do :; done"}, os.Environ())
	},
	"flood": func(string) {
		line := strings.Repeat("x", 1<<20)
		for {
			fmt.Fprint(os.Stderr, line)
		}
	},
	"eat memory": func(string) {
		var all [][]byte
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			all = append(all, b)
			if len(all) > 200 { // 3.2 GB: the limit does not hold
				os.Exit(0)
			}
		}
	},
	"fill the disk": func(out string) {
		f, _ := os.Create(out)
		b := make([]byte, 1<<20)
		for range 4096 {
			if _, err := f.Write(b); err != nil {
				os.Exit(1)
			}
		}
	},
	"crash":      func(string) { panic("fault") },
	"do nothing": func(string) {},
	"report nothing": func(out string) {
		_ = os.WriteFile(out, []byte("G1\n"), 0o600)
		fmt.Fprintln(os.Stderr, "Print time (s): 0\nFilament (mm^3): 0")
	},
}

func init() {
	roles[fakeCommand] = runFake
	roles[shopCommand] = func(args []string) { runShop(args[0], args[1]) }
}

// hang never ends by itself. Go ends a program in which nothing can happen any more; one that listens for a signal goes on.
func hang() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1)
	select {}
}

func spawn(leave bool) {
	cmd := exec.Command("/proc/self/exe", fakeCommand, "hang", "-o", "/dev/null")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: leave}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
}

func runFake(args []string) {
	out := ""
	for i, arg := range args[:len(args)-1] {
		if arg == "-o" {
			out = args[i+1]
		}
	}
	fakes[args[0]](out)
}

// fakeEngine is an installed engine that misbehaves, on a machine that cannot
// confine it: what it may do then is what supervision has to end.
func fakeEngine(t *testing.T, way string) Engine {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "CuraEngine")
	text := fmt.Sprintf(`#!/bin/sh
if [ "$1" = help ]; then echo "Cura_SteamEngine version 9.9-fake"; exit; fi
GOTRACEBACK=none exec '%s' %s '%s' "$@"
`, self, fakeCommand, way)
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	e := native{path: path}
	if e.version, err = e.askVersion(t.Context()); err != nil || e.version != "9.9-fake" {
		t.Fatalf("version %q, %v", e.version, err)
	}
	return e
}

func fakeJob(t *testing.T, s *Scratch) Job {
	t.Helper()
	dir, err := s.Folder()
	if err != nil {
		t.Fatal(err)
	}
	model := filepath.Join(dir, "part.stl")
	if err := os.WriteFile(model, make([]byte, 84), 0o600); err != nil {
		t.Fatal(err)
	}
	return Job{Model: model, Out: filepath.Join(dir, "out.gcode"), Dir: dir, Limits: Limits{
		Wall: 2 * time.Second, CPU: time.Minute, Memory: 256 << 20, Output: 8 << 20,
	}}
}
