package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unpack writes an archive's files below a folder and lists them.
func unpack(t *testing.T, packed []byte, to string) (names []string) {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(zipped); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		name, ok := strings.CutPrefix(h.Name, folder)
		if !ok || !filepath.IsLocal(name) || !h.ModTime.IsZero() && h.ModTime.Unix() != 0 {
			t.Fatalf("%+v", h)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, os.FileMode(h.Mode))); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
}

// TestSource packs this project, unpacks it, lets it look built, and packs that: nothing a build needs is missing, and
// nothing a build makes is in it.
func TestSource(t *testing.T) {
	packed := func(root string) []byte {
		names, err := sources(root)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := pack(&b, root, names); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	first := packed("../..")
	copied := t.TempDir()
	names := unpack(t, first, copied)
	for _, want := range []string{"go.mod", "go.sum", "main.go", "LICENSE", "Makefile", "schema.sql", "web/package-lock.json", "slicer/package-lock.json", "web/dist/.gitkeep", ".ci/run"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, name := range []string{"buildplate", "web/dist/index.html", "web/node_modules/x/y.js", "slicer/internal/engine/cura/cura_gen.go", "slicer/internal/engine/cura/curaengine.wasm", "slicer/internal/profile/definitions/definitions.zip", "data/shop"} {
		if slices.Contains(names, name) {
			t.Errorf("%s is in it", name)
		}
		path := filepath.Join(copied, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("built"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(packed(copied), first) {
		t.Error("what was unpacked from it packs into something else")
	}
	if err := run(copied); err != nil {
		t.Fatal(err)
	}
	if again := packed(copied); !bytes.Equal(again, first) {
		t.Error("the archive holds itself")
	}
}
