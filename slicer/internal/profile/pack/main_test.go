package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestPackIsDeterministicAndPrefersTheEnginesOwn(t *testing.T) {
	modules, out := t.TempDir(), filepath.Join(t.TempDir(), "definitions.zip")
	if _, err := pack(modules, out); err == nil {
		t.Error("packing nothing is no error")
	}
	for i, files := range []map[string]string{
		{"fdmprinter": `{"from": "engine"}`},
		{"fdmprinter": `{"from": "collection"}`, "a": "{\n  \"b\":  1\n}"},
	} {
		dir := filepath.Join(modules, sources[i])
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name+".def.json"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var packed [2][]byte
	for i := range packed {
		if n, err := pack(modules, out); err != nil || n != 2 {
			t.Fatalf("packed %d: %v", n, err)
		}
		var err error
		if packed[i], err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(packed[0], packed[1]) {
		t.Error("packing twice gives different bytes")
	}
	zr, err := zip.NewReader(bytes.NewReader(packed[0]), int64(len(packed[0])))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"fdmprinter.def.json": `{"from":"engine"}`, "a.def.json": `{"b":1}`} {
		f, err := zr.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(f); string(got) != want {
			t.Errorf("%s holds %s, want %s", name, got, want)
		}
	}
}
