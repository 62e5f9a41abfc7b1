package storage_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"buildplate/storage"
)

// injector fails the n-th call that changes the disk, counted from arm.
type injector struct {
	n    atomic.Int64
	err  error
	op   storage.Op
	name string
}

func (f *injector) arm(n int64, err error) { f.err = err; f.n.Store(n) }

func (f *injector) fault(op storage.Op, name string) error {
	if f.n.Add(-1) != 0 {
		return nil
	}
	f.op, f.name = op, name
	return f.err
}

// outcome is what callers were told. A change that failed promises nothing, but
// a blob that was to be moved aside must still be somewhere.
type outcome struct {
	stored, gone, somewhere []storage.Object
	errs                    []error
}

func (o *outcome) ok(err error) bool {
	if err != nil {
		o.errs = append(o.errs, err)
	}
	return err == nil
}

// work makes one of each kind of change. It goes on after errors, as a shop does.
func work(t *testing.T, s *storage.Store, keep storage.Object) *outcome {
	t.Helper()
	o := &outcome{stored: []storage.Object{keep}}
	if obj, err := s.Put(t.Context(), storage.PDFs, newID(t), strings.NewReader("an invoice")); o.ok(err) {
		o.stored = append(o.stored, obj)
	}
	o.upload(t, s)
	o.copyAndQuarantine(t, s, keep)
	if obj, err := s.Put(t.Context(), storage.Attachments, newID(t), strings.NewReader("to go")); o.ok(err) && o.ok(s.Remove(obj.Bucket, obj.ID)) {
		o.gone = append(o.gone, obj)
	}
	return o
}

func (o *outcome) upload(t *testing.T, s *storage.Store) {
	id := newID(t)
	if !o.ok(s.CreateStaging(id, 11)) {
		return
	}
	n, err := s.AppendAt(t.Context(), id, 0, strings.NewReader("hello "), 11)
	if o.ok(err) {
		n, err = s.AppendAt(t.Context(), id, n, strings.NewReader("world"), 11)
		o.ok(err)
	}
	if err == nil {
		if n != 11 {
			t.Errorf("the upload is complete at %d bytes", n)
		}
		if obj, err := s.Finish(t.Context(), id, storage.Tmp, newID(t)); o.ok(err) {
			o.stored = append(o.stored, obj)
		}
	}
	o.ok(s.RemoveStaging(id))
}

func (o *outcome) copyAndQuarantine(t *testing.T, s *storage.Store, keep storage.Object) {
	c := storage.Object{Bucket: storage.OrderFiles, ID: newID(t), Size: keep.Size, SHA256: keep.SHA256}
	if !o.ok(s.Copy(t.Context(), keep.Bucket, keep.ID, c.Bucket, c.ID)) {
		return
	}
	if o.ok(s.Quarantine(c.Bucket, c.ID, time.Now())) && o.ok(s.Restore(c.Bucket, c.ID)) {
		o.stored = append(o.stored, c)
	} else {
		o.somewhere = append(o.somewhere, c)
	}
}

// verify holds the disk against what callers were told.
func (o *outcome) verify(t *testing.T, step string, s *storage.Store) {
	t.Helper()
	for _, obj := range o.stored {
		if err := s.Verify(t.Context(), obj); err != nil {
			t.Errorf("%s: acknowledged, but: %v", step, err)
		}
	}
	for _, obj := range o.gone {
		if _, err := s.Stat(obj.Bucket, obj.ID); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: removed, but: %v", step, err)
		}
	}
	for _, obj := range o.somewhere {
		found := s.Verify(t.Context(), obj) == nil
		for info := range s.Quarantined(obj.Bucket) {
			found = found || info.ID == obj.ID && info.Size == obj.Size
		}
		if !found {
			t.Errorf("%s: %s is neither in its bucket nor in quarantine", step, obj.ID)
		}
	}
}

// Every call that changes the disk fails once with every error a disk can give.
// Nothing acknowledged may be lost; a full disk is got over without a restart,
// a lost write turns the store read-only until one.
func TestEveryCallFailsOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		kind error
	}{
		{"full", syscall.ENOSPC, storage.ErrNoSpace},
		{"lost", syscall.EIO, storage.ErrDegraded},
		{"odd", syscall.EPERM, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // most of it is waiting for fsync
			sites := map[string]bool{}
			for n := int64(1); ; n++ {
				dir, inject := t.TempDir(), &injector{}
				s := open(t, dir, storage.Options{Fault: inject.fault})
				keep := put(t, s, storage.Tmp, "a model")
				inject.arm(n, c.err)
				told := work(t, s, keep)
				if inject.n.Load() > 0 {
					if n < 40 {
						t.Errorf("only %d calls were reached", n-1)
					}
					t.Logf("%d calls, %d kinds of site", n-1, len(sites))
					return // past the last call
				}
				step := fmt.Sprintf("call %d (%s %s)", n, inject.op, inject.name)
				sites[string(inject.op)+strings.Trim(inject.name, "0123456789abcdef-")] = true

				loses := errors.Is(c.kind, storage.ErrDegraded) || inject.op == storage.OpSync || inject.op == storage.OpSyncDir || inject.op == storage.OpClose
				quiet := inject.op == storage.OpMkdir || inject.op == storage.OpLink && !loses // a link that fails becomes a copy
				if len(told.errs) == 0 && !(quiet && c.kind == nil) {
					t.Errorf("%s: nobody was told", step)
				}
				if len(told.errs) > 0 && errors.Is(c.kind, storage.ErrNoSpace) && !loses && !errors.Is(told.errs[0], storage.ErrNoSpace) {
					t.Errorf("%s: %v is not ErrNoSpace", step, told.errs[0])
				}
				if got := errors.Is(s.Degraded(), storage.ErrDegraded); got != loses {
					t.Errorf("%s: degraded is %v, want %v", step, got, loses)
				}
				told.verify(t, step, s)
				_, err := s.Put(t.Context(), storage.Tmp, newID(t), strings.NewReader("next"))
				if loses != errors.Is(err, storage.ErrDegraded) || !loses && err != nil {
					t.Errorf("%s: the next write: %v", step, err)
				}
				s.Close()
				s = open(t, dir, storage.Options{})
				told.verify(t, step+", after a restart", s)
				put(t, s, storage.Tmp, "after the restart")
				for _, name := range files(t, dir) {
					if strings.HasSuffix(name, ".put") {
						t.Errorf("%s: %s is left", step, name)
					}
				}
				s.Close()
			}
		})
	}
}

// A full disk in the middle of a part costs that part and nothing before it.
func TestFullDiskInAPart(t *testing.T) {
	inject := &injector{}
	s := open(t, t.TempDir(), storage.Options{Fault: inject.fault})
	id := newID(t)
	if err := s.CreateStaging(id, 100); err != nil {
		t.Fatal(err)
	}
	n, err := s.AppendAt(t.Context(), id, 0, strings.NewReader("hello "), 100)
	if err != nil {
		t.Fatal(err)
	}
	inject.arm(2, syscall.ENOSPC) // the open, then the write: half of it goes through
	if n, err = s.AppendAt(t.Context(), id, n, strings.NewReader("world"), 100); n != 6 || !errors.Is(err, storage.ErrNoSpace) {
		t.Fatalf("%d, %v", n, err)
	}
	if st, err := s.StatStaging(id); err != nil || st.Size != 8 {
		t.Fatalf("the half-written part leaves %+v, %v; the test wants 8 bytes", st, err)
	}
	if n, err = s.AppendAt(t.Context(), id, n, strings.NewReader("world"), 100); n != 11 || err != nil {
		t.Fatalf("with room again: %d, %v", n, err)
	}
	obj, err := s.Finish(t.Context(), id, storage.Tmp, newID(t))
	if err != nil || obj.SHA256 != hexSum([]byte("hello world")) {
		t.Errorf("%+v, %v", obj, err)
	}
}

func TestReserveIsKept(t *testing.T) {
	probe := open(t, t.TempDir(), storage.Options{})
	sp, err := probe.Space()
	if err != nil || sp.Free <= 0 || sp.Total < sp.Free {
		t.Fatalf("%+v, %v", sp, err)
	}
	s := open(t, t.TempDir(), storage.Options{Reserve: sp.Total + 1})
	calls := map[string]func() error{
		"put":     func() error { _, err := s.Put(t.Context(), storage.Tmp, newID(t), strings.NewReader("x")); return err },
		"upload":  func() error { return s.CreateStaging(newID(t), 1) },
		"part":    func() error { _, err := s.AppendAt(t.Context(), newID(t), 0, strings.NewReader("x"), 1); return err },
		"ballast": func() error { return s.FillBallast(t.Context()) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, storage.ErrNoSpace) {
			t.Errorf("%s: %v, want ErrNoSpace", name, err)
		}
	}
	if err := s.Remove(storage.Tmp, newID(t)); err != nil {
		t.Errorf("removing on a full disk: %v", err)
	}
	// An announced size counts before its first byte.
	half := open(t, t.TempDir(), storage.Options{Reserve: 1})
	if err := half.CreateStaging(newID(t), sp.Total); !errors.Is(err, storage.ErrNoSpace) {
		t.Errorf("an upload larger than the disk: %v", err)
	}
	// The rule itself: 1 GiB or 5 %, whichever is more.
	plain, err := storage.Open(t.TempDir(), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if sp, err := plain.Space(); err != nil || sp.Reserve != max(1<<30, sp.Total/20) {
		t.Errorf("%+v, %v", sp, err)
	}
}

func TestBallast(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	before, err := s.Space()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.FillBallast(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	during, err := s.Space()
	if err != nil {
		t.Fatal(err)
	}
	// Other work on this disk moves the figure too; half is proof enough of real blocks.
	if taken := before.Free - during.Free; taken < storage.BallastSize/2 {
		t.Errorf("the ballast takes %d bytes of the disk", taken)
	}
	if freed, err := s.DropBallast(); err != nil || freed != storage.BallastSize {
		t.Errorf("dropped %d, %v", freed, err)
	}
	if freed, err := s.DropBallast(); err != nil || freed != 0 {
		t.Errorf("dropped again: %d, %v", freed, err)
	}
}

// The ballast can be given back when nothing else can be written any more.
func TestBallastOfADegradedStore(t *testing.T) {
	inject := &injector{}
	s := open(t, t.TempDir(), storage.Options{Fault: inject.fault})
	if err := s.FillBallast(t.Context()); err != nil {
		t.Fatal(err)
	}
	inject.arm(1, syscall.EIO)
	if _, err := s.Put(t.Context(), storage.Tmp, newID(t), strings.NewReader("x")); !errors.Is(err, storage.ErrDegraded) {
		t.Fatal(err)
	}
	if freed, err := s.DropBallast(); err != nil || freed != storage.BallastSize {
		t.Errorf("dropped %d, %v", freed, err)
	}
}

// A reader that fails is not a disk that fails.
func TestPutOfABrokenReader(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	broken := io.MultiReader(strings.NewReader("half"), errReader{io.ErrUnexpectedEOF})
	if _, err := s.Put(t.Context(), storage.Tmp, newID(t), broken); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if left := files(t, dir); len(left) != 0 || s.Degraded() != nil {
		t.Errorf("left behind: %v, %v", left, s.Degraded())
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// The ballast is filled where there is room for it and more, and nowhere else.
func TestTheBallastIsTended(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{Reserve: 1})
	sp, err := s.Space()
	if err != nil || sp.Free < 4*storage.BallastSize {
		t.Skipf("this disk has %d bytes free: %v", sp.Free, err)
	}
	for _, c := range []struct {
		reserve, want int64
	}{{-1, 0}, {sp.Total, 0}, {1, storage.BallastSize}} {
		s := open(t, t.TempDir(), storage.Options{Reserve: c.reserve})
		for range 2 {
			if given, err := s.TendBallast(t.Context()); given != 0 || err != nil {
				t.Errorf("with a reserve of %d: %d given, %v", c.reserve, given, err)
			}
		}
		if freed, err := s.DropBallast(); freed != c.want || err != nil {
			t.Errorf("with a reserve of %d: %d kept back, %v", c.reserve, freed, err)
		}
	}
}
