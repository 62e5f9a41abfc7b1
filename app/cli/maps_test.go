package cli

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// named finds the files that a map names, stems with a star included: confine_*.go.
var named = regexp.MustCompile(`[a-z0-9_*]+\.go\b`)

// TestMapsNameEveryFile holds each package's doc.go against the files that are there: it names each once. Tests and generated files need no line; files of one system are named
// alone, by their stem, or by a star: confine_linux.go, confine.go, confine_*.go.
func TestMapsNameEveryFile(t *testing.T) {
	root := dbtest.Root(t)
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return nil
		}
		if d.Name() == "node_modules" || d.Name() == "testdata" || (strings.HasPrefix(d.Name(), ".") && dir != root) {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		for _, why := range checkMap(t, dir) {
			t.Errorf("%s: %s", filepath.ToSlash(rel), why)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkMap says what is wrong with the map of the package in a folder.
func checkMap(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := []string{}
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_gen.go") && name != "doc.go" {
			files = append(files, name)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "doc.go"))
	switch {
	case os.IsNotExist(err) && len(files) > 0:
		return []string{"no doc.go"}
	case os.IsNotExist(err):
		return nil
	case err != nil:
		t.Fatal(err)
	}
	head := comments(string(text))
	wrong := compareMap(named.FindAllString(head, -1), files)
	if !strings.HasPrefix(head, "// Package ") && !strings.HasPrefix(head, "// Command ") {
		wrong = append(wrong, "doc.go does not say what the package is for")
	}
	return wrong
}

// comments keeps the lines of a doc.go above its package clause.
func comments(text string) string {
	head, _, _ := strings.Cut(text, "\npackage ")
	return head
}

func compareMap(names, files []string) (wrong []string) {
	for _, file := range files {
		lines := 0
		for _, name := range names {
			if stands(name, file) {
				lines++
			}
		}
		switch {
		case lines == 0:
			wrong = append(wrong, "doc.go has no line for "+file)
		case lines > 1:
			wrong = append(wrong, "doc.go names "+file+" more than once")
		}
	}
	for _, name := range names {
		generated := strings.HasSuffix(name, "_gen.go")
		if !generated && !slices.ContainsFunc(files, func(file string) bool { return stands(name, file) }) {
			wrong = append(wrong, "doc.go names "+name+", which is not there")
		}
	}
	return wrong
}

// systems are the endings of files that only some systems compile.
var systems = []string{"linux", "darwin", "windows", "unix", "other"}

// stands reports whether a name in a map stands for a file.
func stands(name, file string) bool {
	if ok, _ := path.Match(name, file); ok {
		return true
	}
	stem, system, _ := strings.Cut(strings.TrimSuffix(file, ".go"), "_")
	return name == stem+".go" && slices.Contains(systems, system)
}

func TestMapsRefuse(t *testing.T) {
	for _, c := range []struct {
		names, files []string
		wrong        int
	}{
		{[]string{"a.go", "b.go"}, []string{"a.go", "b.go"}, 0},
		{[]string{"a.go"}, []string{"a.go", "b.go"}, 1},
		{[]string{"a.go", "a.go"}, []string{"a.go"}, 1},
		{[]string{"a.go", "b.go"}, []string{"a.go"}, 1},
		{[]string{"system.go"}, []string{"system_linux.go", "system_windows.go"}, 0},
		{[]string{"view_*.go"}, []string{"view_staff.go", "view_place.go"}, 0},
		{[]string{"view.go"}, []string{"view_staff.go"}, 2},
		{[]string{"cura_gen.go"}, nil, 0},
		{[]string{"view_*.go", "view_staff.go"}, []string{"view_staff.go", "view_place.go"}, 1},
	} {
		if wrong := compareMap(c.names, c.files); len(wrong) != c.wrong {
			t.Errorf("the map %v of %v: %q", c.names, c.files, wrong)
		}
	}
}
