package need

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Without skips a test for want of something, or fails it where REQUIRE names that.
func Without(tb testing.TB, what, reason string) {
	tb.Helper()
	if slices.Contains(strings.Split(os.Getenv("REQUIRE"), ","), what) {
		tb.Fatal(reason)
	}
	tb.Skip(reason)
}

// Soak says whether tests are to take their long form, which reaches the figures that the shop promises: make soak.
func Soak() bool { return os.Getenv("SOAK") != "" }

// Models finds the folder of test models: BUILDPLATE_MODELS, or shared/models beside a folder above this one.
func Models(tb testing.TB) string {
	tb.Helper()
	if dir := os.Getenv("BUILDPLATE_MODELS"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for parent := filepath.Dir(dir); parent != dir; dir, parent = parent, filepath.Dir(parent) {
		found := filepath.Join(parent, "shared", "models")
		if info, err := os.Stat(found); err == nil && info.IsDir() {
			return found
		}
	}
	Without(tb, "models", "the collection of test models is not here; BUILDPLATE_MODELS names its folder")
	return ""
}

// ModelFiles lists the model files below a folder of the collection, by slash path from root.
func ModelFiles(tb testing.TB, root, under string) []string {
	tb.Helper()
	var out []string
	err := filepath.WalkDir(filepath.Join(root, under), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".stl", ".obj", ".3mf":
			name, err := filepath.Rel(root, path)
			out = append(out, filepath.ToSlash(name))
			return err
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}
