package cli

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// Lines that a file has at most. A test has room for its table and the helpers that are read with it.
const (
	mostLines     = 300
	mostTestLines = 340
)

// longFiles are those that have more, with the reason why they read better whole.
var longFiles = map[string]string{
	"web/src/ui/DataTable.svelte": "one component: head, rows, their keys and their cards on a phone share its state",
}

// TestFilesAreShort holds all files that people write, of Go and of the web: what is longer is more than one noun.
func TestFilesAreShort(t *testing.T) {
	root := dbtest.Root(t)
	long := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case "node_modules", "testdata", "dist", "test-results":
				return filepath.SkipDir
			}
			if strings.HasPrefix(d.Name(), ".") && path != root {
				return filepath.SkipDir
			}
			return nil
		}
		most := lineLimit(d.Name())
		if most == 0 {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		lines := bytes.Count(text, []byte("\n"))
		if long[rel] = lines > most; long[rel] && longFiles[rel] == "" {
			t.Errorf("%s has %d lines, and at most %d are meant: give one of its nouns a file of its own", rel, lines, most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range longFiles {
		if !long[name] {
			t.Errorf("%s is excepted and need not be", name)
		}
	}
}

// lineLimit is how many lines a file of this name has at most; 0 for one that a program writes, or that has no code.
func lineLimit(name string) int {
	switch kind := filepath.Ext(name); {
	case strings.HasSuffix(name, "_gen.go"), strings.HasSuffix(name, ".gen.ts"):
		return 0
	case strings.HasSuffix(name, "_test.go"), strings.HasSuffix(name, ".test.ts"), strings.HasSuffix(name, ".spec.ts"):
		return mostTestLines
	case kind == ".go", kind == ".svelte", kind == ".ts", kind == ".js":
		return mostLines
	}
	return 0
}
