package storage_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"

	"buildplate/storage"
)

func TestUploadInParts(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	ctx, id := t.Context(), newID(t)
	if err := s.CreateStaging(id, 10); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateStaging(id, 10); !errors.Is(err, storage.ErrExists) {
		t.Errorf("create twice: %v", err)
	}
	expect := func(step string, got int64, err error, want int64, wantErr error) {
		t.Helper()
		if got != want || !errors.Is(err, wantErr) {
			t.Errorf("%s: %d, %v; want %d, %v", step, got, err, want, wantErr)
		}
	}
	n, err := s.AppendAt(ctx, id, 0, strings.NewReader("hello "), 10)
	expect("first part", n, err, 6, nil)
	_, err = s.AppendAt(ctx, id, 7, strings.NewReader("x"), 10)
	expect("a gap", 0, err, 0, storage.ErrOffset)
	n, err = s.AppendAt(ctx, id, 6, strings.NewReader("world, and more"), 5)
	expect("too much", n, err, 6, storage.ErrTooLarge)
	n, err = s.AppendAt(ctx, id, 6, io.MultiReader(strings.NewReader("wor"), iotest.ErrReader(io.ErrUnexpectedEOF)), 5)
	expect("a dropped connection", n, err, 9, io.ErrUnexpectedEOF)
	// The last acknowledgement was lost: the client sends the part again from 6.
	n, err = s.AppendAt(ctx, id, 6, strings.NewReader("world"), 5)
	expect("the part again", n, err, 11, nil)
	if st, err := s.StatStaging(id); err != nil || st.Size != 11 {
		t.Errorf("stat: %+v, %v", st, err)
	}
	_, err = s.AppendAt(ctx, newID(t), 0, strings.NewReader("x"), 10)
	expect("an unknown upload", 0, err, 0, fs.ErrNotExist)

	blob := newID(t)
	for range 2 { // a repeated Finish gives the same answer
		obj, err := s.Finish(ctx, id, storage.Tmp, blob)
		if err != nil || obj.Size != 11 || obj.SHA256 != hexSum([]byte("hello world")) || obj.ID != blob || obj.Bucket != storage.Tmp {
			t.Errorf("finish: %+v, %v", obj, err)
		}
	}
	if got := content(t, s, storage.Tmp, blob); got != "hello world" {
		t.Errorf("the blob is %q", got)
	}
	if _, err := s.OpenStaging(id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the upload is still there: %v", err)
	}
	if _, err := s.Finish(ctx, newID(t), storage.Tmp, newID(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("finish of nothing: %v", err)
	}
}

func TestFinishNeverOverwrites(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	obj := put(t, s, storage.Tmp, "first")
	id := newID(t)
	if err := s.CreateStaging(id, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), id, storage.Tmp, obj.ID); !errors.Is(err, storage.ErrExists) {
		t.Errorf("%v, want ErrExists", err)
	}
	if got := content(t, s, storage.Tmp, obj.ID); got != "first" {
		t.Errorf("the blob is now %q", got)
	}
}

func TestTwoWritersOfOneUploadNeverMeet(t *testing.T) {
	s := open(t, t.TempDir(), storage.Options{})
	id := newID(t)
	if err := s.CreateStaging(id, 0); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := s.AppendAt(context.Background(), id, 0, r, 100)
		done <- err
	}()
	if _, err := w.Write([]byte("slow")); err != nil { // the first writer is now inside
		t.Fatal(err)
	}
	if _, err := s.AppendAt(t.Context(), id, 0, strings.NewReader("fast"), 100); !errors.Is(err, storage.ErrBusy) {
		t.Errorf("second writer: %v, want ErrBusy", err)
	}
	if _, err := s.Finish(t.Context(), id, storage.Tmp, newID(t)); !errors.Is(err, storage.ErrBusy) {
		t.Errorf("finish meanwhile: %v, want ErrBusy", err)
	}
	w.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
