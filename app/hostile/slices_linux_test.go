package hostile_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
	"buildplate/app/apptest/wait"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/slicer"
	"buildplate/slicer/slicertest/takeover"
)

// longSlices are begun by one visitor, one for each worker.
const longSlices = 2

// long is how long a slice runs before it is long: in the long form as long as in any shop.
func long() time.Duration {
	if need.Soak() {
		return slice.Long
	}
	return 2 * time.Second
}

// One visitor's models take the engine over, and are endless to slice, with two workers and with one. Nobody else notices, and
// nothing is left of them.
func TestSlicesStopNobody(t *testing.T) {
	beside(t)
	if !slicer.EmbeddedEngine().Built {
		need.Without(t, "cura", "the stand-in has no engine inside: build the test with -tags curaengine")
	}
	for _, tunnel := range []string{"cloudflared", "none"} {
		t.Run(tunnel, func(t *testing.T) {
			beside(t)
			program := standIn(t)
			f := openWith(t, tunnel, apptest.Options{Engine: "native", Env: []string{
				"BUILDPLATE_CURA_ENGINE=" + program, fmt.Sprint("BUILDPLATE_WORKERS=", longSlices), "BUILDPLATE_LONG_SLICE=" + long().String(), fmt.Sprint("BUILDPLATE_VISITOR_BYTES=", visitorShare),
			}})
			f.bait(t, program)
			owner := apptest.SetUp(t, f)
			quiet := f.quiet(t, owner)
			two, one, hostile, share := f.checkedOut(t), f.checkedOut(t), f.checkedOut(t), f.checkedOut(t)

			t.Run("a share that is full of meshes", func(t *testing.T) {
				f.holds(t, attack{name: "share", run: fillShare, aims: []int{204, 409}, least: 5, slows: true}, share, owner, quiet)
				if left := f.left.Load(); left+int64(len(ball(0))) > visitorShare {
					t.Errorf("it left %d bytes before it was refused more: its files alone may have filled its share of %d", left, int64(visitorShare))
				}
			})
			t.Run("an engine that is taken over", func(t *testing.T) {
				f.holds(t, attack{name: "hostile", run: takeEngineOver, aims: []int{204}, least: 2}, hostile, owner, quiet)
				f.refusedAll(t)
				f.untouched(t)
			})
			t.Run("two long slices on two workers", func(t *testing.T) {
				f.holds(t, attack{name: "long", run: sliceForEver, aims: []int{underWay}, least: longSlices}, two, owner, quiet)
				if n := len(processes(program)); n != longSlices {
					t.Errorf("%d slices are under way; both long ones should be, one of them stopped or both at work", n)
				}
			})
			f.frugal(t)
			f.Kill()
			apptest.Await(t, "what the shop had under way to be gone with it", func() bool { return len(processes(program)) == 0 })
			f.options.Data = f.Data
			f.options.Env = append(slices.Clone(f.options.Env), "BUILDPLATE_WORKERS=1")
			f.Process = apptest.Start(t, f.options)
			t.Run("they go on with the only worker", func(t *testing.T) {
				f.holds(t, attack{name: "long", run: goOnForEver, aims: []int{underWay}, least: 1}, one, owner, quiet)
			})
			f.frugal(t)
			f.standIn.Wait()
			f.Stop(t)
			if left := processes(program); len(left) > 0 {
				t.Errorf("processes %v are left", left)
			}
			f.untouched(t)
			apptest.Audit(t, f.Data, apptest.Killed)
		})
	}
}

// processes are those that run a program, but for children that are about to become it.
func processes(program string) (pids []string) {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range found {
		line, _ := os.ReadFile(path)
		if bytes.HasPrefix(line, []byte(program+"\x00")) {
			pids = append(pids, filepath.Base(filepath.Dir(path)))
		}
	}
	return pids
}

// takeEngineOver sends models that take the engine over, each from a new cart and each as soon as the one before has had its turn.
func takeEngineOver(ctx context.Context, f *field) {
	f.again(ctx, 2, func(i int) {
		c := f.client(f.harm)
		if f.uploads(ctx, c, "gear.stl", column(takingOver, 5+float64(i)/10)) == nil {
			_, _ = c.WaitSliced(ctx, 1)
		}
	})
}

// sliceForEver sends as many models that are never sliced to the end as the shop has workers, from carts of their own.
func sliceForEver(ctx context.Context, f *field) {
	sides := waiting
	if need.Soak() {
		sides = busy
	}
	for i := range longSlices {
		c := f.client(f.harm)
		if c.Upload(ctx, "gear.stl", column(sides, 5+float64(i)), shop.MaxUploadPiece) == nil {
			f.endless = append(f.endless, c)
		}
	}
	goOnForEver(ctx, f)
}

// underWay stands for a slice of which its cart says that it is.
const underWay = http.StatusProcessing

// goOnForEver is told of each of those slices once that it is under way.
func goOnForEver(ctx context.Context, f *field) {
	var all sync.WaitGroup
	for _, c := range f.endless {
		all.Go(func() {
			for wait.Pause(ctx, 100*time.Millisecond) == nil {
				v, err := apptest.Get[cart.View](ctx, c, "/api/quick-order/cart")
				if err == nil && len(v.Parts) == 1 && v.Parts[0].State == cart.ShownSlicing {
					f.strikes.answered(underWay)
					return
				}
			}
		})
	}
	all.Wait()
	<-ctx.Done()
}

// bait lays out what an engine that was taken over is after.
func (f *field) bait(t *testing.T, program string) {
	t.Helper()
	for _, path := range f.baits() {
		if err := os.WriteFile(path, []byte("secret"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(program, filepath.Join(f.Data, "program")); err != nil {
		t.Fatal(err)
	}
}

func (f *field) baits() []string {
	return []string{filepath.Join(f.Data, "removable"), filepath.Join(f.Data, "emptied"), filepath.Join(filepath.Dir(f.Data), "secret")}
}

// untouched fails the test where the bait was changed, or something was added to it.
func (f *field) untouched(t *testing.T) {
	t.Helper()
	for _, path := range f.baits() {
		if text, err := os.ReadFile(path); err != nil || string(text) != "secret" {
			t.Errorf("%s holds %q: %v", path, text, err)
		}
	}
	for _, name := range []string{"new", "new folder", "moved"} {
		if _, err := os.Lstat(filepath.Join(f.Data, name)); err == nil {
			t.Errorf("there is %q in the data folder", name)
		}
	}
}

// refusedAll fails the test unless the engine was taken over and could do nothing then but what slicing takes.
func (f *field) refusedAll(t *testing.T) {
	t.Helper()
	if weak := slicer.Weaknesses(); len(weak) > 0 {
		need.Without(t, "confine", fmt.Sprintf("this machine cannot hold an engine to everything: %v", weak))
	}
	said := regexp.MustCompile(regexp.QuoteMeta(takenOver) + `([^.]*)\.`)
	var found [][]string
	apptest.Await(t, "an engine to be taken over", func() bool { // without that it would prove nothing
		found = said.FindAllStringSubmatch(f.Log(), -1)
		return len(found) > 0
	})
	for _, done := range found {
		if want := strings.Join(takeover.Allowed, "; "); done[1] != want {
			t.Errorf("it did %q, want %q", done[1], want)
		}
	}
}
