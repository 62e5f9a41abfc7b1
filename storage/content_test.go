package storage_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"buildplate/storage"
)

func TestPackedBlobsAreReadAsTheyWerePut(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	plain := []byte(strings.Repeat("G1 X10.5 Y20.25 E0.01\n", 60_000))
	obj, err := s.PutPacked(t.Context(), storage.Tmp, newID(t), bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	if obj.Size != int64(len(plain)) || obj.SHA256 != hexSum(plain) || obj.Packed == 0 || obj.Packed > obj.Size/5 {
		t.Errorf("put says %+v", obj)
	}
	if info, err := s.Stat(storage.Tmp, obj.ID); err != nil || info.Size != obj.Packed {
		t.Errorf("on the disk: %+v, %v", info, err)
	}
	check := func(o storage.Object) {
		t.Helper()
		if err := s.Verify(t.Context(), o); err != nil {
			t.Error(err)
		}
		c, err := s.Content(o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if c.Size != o.Size || !c.Packed {
			t.Errorf("it is opened as %d bytes, packed: %t", c.Size, c.Packed)
		}
		if err := iotest.TestReader(c, plain); err != nil {
			t.Error(err)
		}
	}
	check(obj)
	second := obj
	second.Bucket, second.ID = storage.OrderFiles, newID(t)
	if err := s.Copy(t.Context(), obj.Bucket, obj.ID, second.Bucket, second.ID); err != nil {
		t.Fatal(err)
	}
	check(second)

	// One that was not packed is read the same way.
	text := put(t, s, storage.Tmp, "as it came")
	c, err := s.Content(text)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := io.ReadAll(c); err != nil || string(got) != "as it came" || c.Size != text.Size || c.Packed {
		t.Errorf("%q, %v, %+v", got, err, c)
	}
}

func TestVerifyFindsDamageOfPackedBlobs(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, storage.Options{})
	plain := strings.Repeat("G1 X10.5 Y20.25 E0.01\n", 60_000)
	for name, damage := range map[string]func([]byte) []byte{
		"a flipped bit":            func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"a flipped bit at the end": func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"a short file":             func(b []byte) []byte { return b[:len(b)-1] },
		"a longer file":            func(b []byte) []byte { return append(b, 0) },
		"another's bytes":          func(b []byte) []byte { return bytes.Repeat([]byte("x"), len(b)) },
	} {
		obj, err := s.PutPacked(t.Context(), storage.PDFs, newID(t), strings.NewReader(plain))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "buckets/pdfs", obj.ID[34:], obj.ID)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, damage(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(t.Context(), obj); !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", name, err)
		}
		if c, err := s.Content(obj); err == nil {
			got, err := io.ReadAll(c)
			if string(got) != plain && !errors.Is(err, storage.ErrCorrupt) {
				t.Errorf("%s: it is read as %d other bytes, %v", name, len(got), err)
			}
			_ = c.Close()
		} else if !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("%s: opened with %v", name, err)
		}
	}
	reading := errors.New("the sender went away")
	if _, err := s.PutPacked(t.Context(), storage.PDFs, newID(t), iotest.ErrReader(reading)); !errors.Is(err, reading) {
		t.Errorf("a stream that ends early: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "staging", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
