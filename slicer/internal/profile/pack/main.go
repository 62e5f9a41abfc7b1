package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// Where definitions come from, in order: the first package that has a file
// wins. Both carry fdmprinter and fdmextruder; the engine's own are the ones
// that match it.
var sources = []string{
	"cura-wasm/src/definitions",
	"cura-wasm-definitions/src/definitions",
}

func main() {
	modules := flag.String("modules", "slicer/node_modules", "folder npm installed into")
	out := flag.String("o", "slicer/internal/profile/definitions/definitions.zip", "file to write")
	flag.Parse()
	n, err := pack(*modules, *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
	fmt.Printf("packed %d definitions into %s\n", n, *out)
}

func pack(modules, out string) (int, error) {
	files := map[string]string{} // name -> path
	for _, source := range sources {
		found, err := filepath.Glob(filepath.Join(modules, source, "*.def.json"))
		if err != nil {
			return 0, err
		}
		if len(found) == 0 {
			return 0, fmt.Errorf("no definitions in %s; run `npm ci --ignore-scripts` in slicer first", filepath.Join(modules, source))
		}
		for _, path := range found {
			if _, taken := files[filepath.Base(path)]; !taken {
				files[filepath.Base(path)] = path
			}
		}
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)

	var packed bytes.Buffer
	zw := zip.NewWriter(&packed)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, name := range names {
		data, err := os.ReadFile(files[name])
		if err != nil {
			return 0, err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, bytes.TrimPrefix(data, []byte("\ufeff"))); err != nil {
			return 0, fmt.Errorf("%s: %w", files[name], err)
		}
		// No time stamp: the archive depends on its contents alone.
		w, err := zw.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return 0, err
		}
		if _, err := compact.WriteTo(w); err != nil {
			return 0, err
		}
	}
	if err := zw.Close(); err != nil {
		return 0, err
	}
	// Written beside and renamed, so that an interrupted build leaves no half.
	partial := out + ".partial"
	if err := os.WriteFile(partial, packed.Bytes(), fs.FileMode(0o644)); err != nil {
		return 0, err
	}
	return len(names), os.Rename(partial, out)
}
