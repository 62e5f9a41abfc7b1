package slicer_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/apptest/wait"
	"buildplate/slicer"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// endless is an installed CuraEngine that slices for ever: a program, since a script is none for what confines it.
func endless(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} { // slices of root's run as another user
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	path, source := filepath.Join(dir, "CuraEngine"), filepath.Join(dir, "main.go")
	text := `package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "help" {
		fmt.Println("Cura_SteamEngine version 9.9-endless")
		return
	}
	for {
	}
}
`
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return path
}

// states are those of the processes that run a program, as /proc tells them: R, S, T for stopped.
func states(program string) (all []string) {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range found {
		line, _ := os.ReadFile(path)
		if !bytes.Contains(line, []byte(program)) || bytes.Contains(line, []byte("engine-child")) {
			continue
		}
		stat, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "stat"))
		if _, state, ok := strings.Cut(string(stat), ") "); ok {
			all = append(all, state[:1])
		}
	}
	return all
}

// TestLongSliceIsStopped slices for ever on one worker: its process is stopped while another's work runs, goes on after
// it, and is gone when the queue is closed while it is stopped.
func TestLongSliceIsStopped(t *testing.T) {
	if !slicer.Built() {
		need.Without(t, "cura", "the machine definitions are not built in: run `make build`")
	}
	program := endless(t)
	s, err := slicer.New(t.Context(), slicer.Options{Engine: "native", Native: program, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cube := part(t, meshtest.Cube())
	plan := prepare(t, s, ender(cube))
	q := slicer.NewQueue(slicer.QueueOptions{Workers: 1, Long: 50 * time.Millisecond})
	defer q.Close()
	are := func(want string) func() bool {
		return func() bool {
			all := states(program)
			return len(all) == 1 && (all[0] == "T") == (want == "stopped")
		}
	}
	ended := make(chan error, 1)
	q.Add(slicer.Work{Key: "long", Owner: "ann", Lane: slicer.LaneCustomer, Run: func(ctx context.Context, progress func(float64)) {
		_, err := s.Slice(ctx, stored(cube), plan, io.Discard, progress)
		ended <- err
	}})
	wait.Until(t, "the engine runs", are("running"))
	for i := range 2 {
		goOn := make(chan struct{})
		q.Add(slicer.Work{Key: strconv.Itoa(i), Owner: "bob", Lane: slicer.LaneCustomer, Run: func(context.Context, func(float64)) { <-goOn }})
		wait.Until(t, "it is stopped", are("stopped"))
		if p := q.Place(strconv.Itoa(i)); !p.Running {
			t.Errorf("the other's is at %+v", p)
		}
		if p := q.Place("long"); !p.Running {
			t.Errorf("the one that is stopped is at %+v", p)
		}
		if i == 0 {
			close(goOn)
			wait.Until(t, "it goes on", are("running"))
			continue
		}
		q.Drop("long")
		if err := <-ended; err == nil {
			t.Error("an endless slice ended well")
		}
		wait.Until(t, "it is gone", func() bool { return len(states(program)) == 0 })
		close(goOn)
	}
}

func stored(m *mesh.Mesh) slicer.StoredMesh { return m.Outward().Stored() }
