package storage_test

import (
	"errors"
	"io/fs"
	"sync"
	"testing"
	"time"

	"buildplate/storage"
)

func TestCopyOutlivesItsSource(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	src, dst := put(t, s, storage.Tmp, "a model"), newID(t)
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, dst); err != nil {
		t.Fatal(err)
	}
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, dst); !errors.Is(err, storage.ErrExists) {
		t.Errorf("copy onto a blob: %v", err)
	}
	if err := s.Remove(storage.Tmp, src.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), storage.Object{Bucket: storage.OrderFiles, ID: dst, Size: src.Size, SHA256: src.SHA256}); err != nil {
		t.Error(err)
	}
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, newID(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("copy of nothing: %v", err)
	}
}

// Where the file system has no links the bytes are copied.
func TestCopyWithoutLinks(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{Fault: func(op storage.Op, _ string) error {
		if op == storage.OpLink {
			return errors.ErrUnsupported
		}
		return nil
	}})
	src, dst := put(t, s, storage.Tmp, "a model"), newID(t)
	if err := s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, dst); err != nil {
		t.Fatal(err)
	}
	if got := content(t, s, storage.OrderFiles, dst); got != "a model" {
		t.Errorf("the copy is %q", got)
	}
}

// Two orders may take the same slice's G-code at the same moment. Each copy stops right before its link until all have
// come as far: with a source that is one copier's own, none but the first would.
func TestManyCopyFromOneBlobAtOnce(t *testing.T) {
	const copiers = 8
	var here sync.WaitGroup
	here.Add(copiers)
	all := make(chan struct{})
	go func() { here.Wait(); close(all) }()
	var s *storage.Store
	var src storage.Object
	var removal error
	var once sync.Once
	s = open(t, t.TempDir(), storage.Options{Fault: func(op storage.Op, _ string) error {
		if op != storage.OpLink {
			return nil
		}
		here.Done()
		select {
		case <-all:
			once.Do(func() { removal = s.Remove(src.Bucket, src.ID) })
			return nil
		case <-time.After(10 * time.Second):
			return errors.New("the others did not come")
		}
	}})
	src = put(t, s, storage.Tmp, "G-code")
	ids, errs := make([]string, copiers), make([]error, copiers)
	var done sync.WaitGroup
	for i := range copiers {
		ids[i] = newID(t)
		done.Go(func() { errs[i] = s.Copy(t.Context(), storage.Tmp, src.ID, storage.OrderFiles, ids[i]) })
	}
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if got := content(t, s, storage.OrderFiles, id); got != "G-code" {
			t.Errorf("a copy holds %q", got)
		}
	}
	if !errors.Is(removal, storage.ErrBusy) {
		t.Errorf("removing a blob while it is copied: %v", removal)
	}
	if err := s.Remove(src.Bucket, src.ID); err != nil {
		t.Errorf("removing it afterwards: %v", err)
	}
}
