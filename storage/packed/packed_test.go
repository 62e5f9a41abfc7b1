package packed_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"buildplate/storage/packed"
)

// gcode is text that packs well, of so many bytes.
func gcode(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < size {
		b.WriteString("G1 F1800 X1")
		b.WriteByte('0' + byte(r.IntN(10)))
		b.WriteString(".25 E0.0123\n")
	}
	return b.Bytes()[:size]
}

func pack(t *testing.T, plain []byte, piece int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := packed.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	for rest := plain; len(rest) > 0; {
		n, err := w.Write(rest[:min(piece, len(rest))])
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatWasPackedComesBack(t *testing.T) {
	for _, size := range []int{0, 1, 4095, 512 << 10, 512<<10 + 1, 3<<20 + 77} {
		for _, piece := range []int{4096, 1 << 22} {
			plain := gcode(size)
			file := pack(t, plain, piece)
			if size > 1<<20 && len(file) > size/4 {
				t.Errorf("%d bytes are packed into %d", size, len(file))
			}
			r, err := packed.NewReader(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			if r.Size() != int64(size) {
				t.Errorf("%d bytes come back as %d", size, r.Size())
			}
			if err := iotest.TestReader(r, plain); err != nil { // reads, seeks and reads at any place
				t.Errorf("%d bytes in pieces of %d: %v", size, piece, err)
			}
		}
	}
}

// TestDamageIsFound turns bits all over a file: either reading says so, or what is read is not what was packed, which its hash
// tells.
func TestDamageIsFound(t *testing.T) {
	plain := gcode(2 << 20)
	file := pack(t, plain, 4096)
	for at := 0; at < len(file); at += len(file)/97 + 1 {
		bad := bytes.Clone(file)
		bad[at] ^= 0x10
		r, err := packed.NewReader(bytes.NewReader(bad), int64(len(bad)))
		var got []byte
		if err == nil {
			got, err = io.ReadAll(r)
		}
		if err != nil && !errors.Is(err, packed.ErrDamaged) {
			t.Errorf("byte %d: %v", at, err)
		}
		if err == nil && bytes.Equal(got, plain) {
			t.Errorf("byte %d was changed, and nobody would know", at)
		}
	}
	for _, size := range []int{0, 1, len(file) / 2, len(file) - 1} {
		if _, err := packed.NewReader(bytes.NewReader(file[:size]), int64(size)); !errors.Is(err, packed.ErrDamaged) {
			t.Errorf("cut to %d bytes: %v", size, err)
		}
	}
}

// TestTheDiskIsNotDamage tells a disk that cannot be read from bytes that are not what they were.
func TestTheDiskIsNotDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	file := pack(t, gcode(2<<20), 4096)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := packed.NewReader(f, int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	var disk *fs.PathError
	if _, err := io.ReadAll(r); !errors.As(err, &disk) || errors.Is(err, packed.ErrDamaged) {
		t.Errorf("a closed file: %v", err)
	}
}
