//go:build linux

package engine

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/apptest/wait"
	"buildplate/slicer/internal/fault"
)

// TestMisbehaviourIsEnded wants every way to misbehave ended by the engine's own limits: a slice that only the end of
// its context stops gives another error.
func TestMisbehaviourIsEnded(t *testing.T) {
	for way, want := range map[string]fault.Code{
		"hang":                                  fault.CodeTimeout,
		"hang with a child":                     fault.CodeTimeout,
		"hang with a child that left the group": fault.CodeTimeout,
		"end and leave a child":                 fault.CodeCrashed,
		"spin":                                  fault.CodeTimeout,
		"spin and ignore the warning":           fault.CodeTimeout,
		"flood":                                 fault.CodeCrashed,
		"eat memory":                            fault.CodeMemory,
		"fill the disk":                         fault.CodeTooDetailed,
		"crash":                                 fault.CodeCrashed,
		"do nothing":                            fault.CodeCrashed,
		"report nothing":                        fault.CodeNothingToPrint,
	} {
		t.Run(way, func(t *testing.T) {
			scratch, err := OpenScratch(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer scratch.Close()
			j := fakeJob(t, scratch)
			if !strings.HasPrefix(way, "hang") { // what ends it must not be the clock of a busy machine
				j.Limits.Wall = 2 * patience
			}
			if strings.HasPrefix(way, "spin") {
				j.Limits.CPU = time.Second
			}
			e := fakeEngine(t, way)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			r, err := e.Slice(ctx, j)
			var failed *fault.Error
			if !errors.As(err, &failed) || failed.Code != want {
				t.Errorf("got %+v, %.300v; want %s", r, err, want)
			}
			if failed != nil && (failed.Message == "" || strings.Contains(failed.Message, "engine")) {
				t.Errorf("no message for people: %q", failed.Message)
			}
			if _, err := os.Stat(j.Out); !os.IsNotExist(err) {
				t.Error("G-code was left behind")
			}
			if pids := workersIn(j.Dir); len(pids) > 0 {
				t.Errorf("processes %v were left behind", pids)
			}
		})
	}
}

func TestCancelEndsTheWholeGroup(t *testing.T) {
	scratch, err := OpenScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Close()
	j := fakeJob(t, scratch)
	j.Limits.Wall = patience // a slice that does not hear of the end is stopped by this, with another error
	e := fakeEngine(t, "hang with a child")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := e.Slice(ctx, j)
		ended <- err
	}()
	wait.Until(t, "the engine and its child run", func() bool { return len(workersIn(j.Dir)) == 2 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if pids := workersIn(j.Dir); len(pids) > 0 {
		t.Errorf("processes %v were left behind", pids)
	}
}

// TestFirstVictim wants the system to end a child, and not the shop, when
// memory runs out.
func TestFirstVictim(t *testing.T) {
	const score = "/proc/self/oom_score_adj"
	own, err := os.ReadFile(score)
	if err = errors.Join(err, os.WriteFile(score, own, 0)); err != nil {
		need.Without(t, "proc", "this system lets no process say so: "+err.Error())
	}
	path, args := confined("/bin/cat", []string{score}, confinement{})
	said, err := exec.Command(path, args...).CombinedOutput()
	if got := strings.TrimSpace(string(said)); err != nil || got != firstVictim {
		t.Errorf("a child has %s, this process %s (%v)", got, own, err)
	}
}

// TestDeadShop kills a program in the middle of a slice. The engine must die
// with it; what the engine started, and the folder, fall to the next start.
func TestDeadShop(t *testing.T) {
	base := t.TempDir()
	script := fakeEngine(t, "hang with a child").(native).path
	shop := exec.Command("/proc/self/exe", shopCommand, base, script)
	shop.Stderr = os.Stderr
	if err := shop.Start(); err != nil {
		t.Fatal(err)
	}
	wait.Until(t, "the engine and its child run", func() bool { return len(workersIn(base)) == 2 })
	if err := shop.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = shop.Wait()
	wait.Until(t, "the engine died with the shop", func() bool { return len(workersIn(base)) == 1 })

	next, err := OpenScratch(base)
	if err != nil {
		t.Fatal(err)
	}
	wait.Until(t, "its child is gone", func() bool { return len(workersIn(base)) == 0 })
	entries, err := os.ReadDir(base)
	if err != nil || len(entries) != 1 || filepath.Join(base, entries[0].Name()) != next.dir {
		t.Errorf("left: %v, %v", entries, err)
	}
	// A program that dies meanwhile is found without a new start, and so is a
	// folder of one's own that was forgotten.
	gone := filepath.Join(base, scratchPrefix+"dead")
	if err := errors.Join(os.Mkdir(gone, 0o700), os.WriteFile(filepath.Join(gone, lockName), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	old, err := next.Folder()
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := next.Folder()
	if err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := errors.Join(os.Chtimes(old, yesterday, yesterday), next.Sweep(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(base, "*", "[0-9]*"))
	if _, none := os.Stat(gone); err != nil || !os.IsNotExist(none) || len(left) != 1 || left[0] != fresh {
		t.Errorf("left: %v, %v; the dead one: %v", left, err, none)
	}
	// A folder in use stays.
	other, err := OpenScratch(base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(next.dir); err != nil {
		t.Errorf("a living program's folder was removed: %v", err)
	}
	if err := errors.Join(other.Close(), next.Close()); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(base); len(entries) != 0 {
		t.Errorf("left: %v", entries)
	}
}

// TestProgramsStartTogether opens and closes scratch folders below one base from many sides: each clears up what is dead,
// and none may take another's for dead, not even while it is being made.
func TestProgramsStartTogether(t *testing.T) {
	base := t.TempDir()
	t.Setenv("TMPDIR", base) // where what is only asked something works
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 60 {
				s, err := OpenScratch(base)
				if err != nil {
					t.Error(err)
					return
				}
				dir, err := s.Folder()
				if err != nil {
					t.Error(err)
					return
				}
				asked, done, err := question()
				if err != nil {
					t.Error(err)
					return
				}
				for _, d := range []string{dir, asked} {
					if err := os.WriteFile(filepath.Join(d, "part.stl"), nil, 0o600); err != nil {
						t.Error("a folder in use is gone: ", err)
					}
				}
				done()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if left, err := os.ReadDir(base); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// shopCommand makes the test binary play a shop that slices for ever.
const shopCommand = "fake-shop"

func runShop(base, path string) {
	scratch, err := OpenScratch(base)
	if err != nil {
		panic(err)
	}
	dir, err := scratch.Folder()
	if err != nil {
		panic(err)
	}
	model := filepath.Join(dir, "part.stl")
	if err := os.WriteFile(model, nil, 0o600); err != nil {
		panic(err)
	}
	_, err = native{path: path}.Slice(context.Background(), Job{Model: model, Out: filepath.Join(dir, "out"), Dir: dir})
	panic(err)
}

// patience bounds every wait for something that has to happen. No test says anything about how long it took.
const patience = time.Minute

// TestBounds inspects a confined process from the inside.
func TestBounds(t *testing.T) {
	path, args := confined("/bin/sh", []string{"-c", "cat /proc/self/limits /proc/self/status /proc/self/stat"}, confinement{Bounds: bounds{
		Nice: 15, CPUSeconds: 7, Data: 200 << 20, FileSize: 1 << 20, OpenFiles: 32,
	}})
	out, err := exec.Command(path, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for name, want := range map[string]int{
		"Max data size": 200 << 20, "Max file size": 1 << 20, "Max open files": 32, "Max core file size": 0,
	} {
		_, after, _ := strings.Cut(text, name)
		fields := strings.Fields(after)
		if len(fields) < 2 || fields[0] != strconv.Itoa(want) || fields[1] != fields[0] {
			t.Errorf("%s: %.40q, want %d", name, after, want)
		}
	}
	if !strings.Contains(strings.Join(strings.Fields(text), " "), "Max cpu time 7 8 seconds") {
		t.Error("processor time is not limited")
	}
	if !strings.Contains(text, "NoNewPrivs:\t1") {
		t.Error("new privileges are possible")
	}
	stat := strings.Fields(text[strings.LastIndex(text, ")")+1:])
	if stat[16] != "15" {
		t.Errorf("niceness %s", stat[16])
	}
}
