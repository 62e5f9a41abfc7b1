package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	archive = "web/dist/source.tar.gz"
	folder  = "buildplate/" // that everything unpacks into
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "source:", err)
		os.Exit(1)
	}
}

// run packs the project in root, and leaves an archive that is right already alone.
func run(root string) error {
	names, err := sources(root)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	if err := pack(&packed, root, names); err != nil {
		return err
	}
	to := filepath.Join(root, filepath.FromSlash(archive))
	if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, packed.Bytes()) {
		return nil
	}
	return os.WriteFile(to, packed.Bytes(), 0o644)
}

// sources lists the project's files by slash path, in order: what git knows or would take up. Outside a checkout,
// where the project was unpacked from such an archive, it is everything but what a build makes.
func sources(root string) ([]string, error) {
	git := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = root
	var names []string
	if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
		out, err := git.Output()
		if err != nil {
			return nil, fmt.Errorf("git ls-files: %w", err)
		}
		names = strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
	} else if names, err = unpacked(root); err != nil {
		return nil, err
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// made is what a build leaves in the tree, as .gitignore has it: files, and folders with everything in them.
var made = []string{
	"buildplate", "buildplate.exe", "data", "bin", "artefacts", "web/dist", "web/test-results", "web/playwright-report",
	"slicer/internal/engine/cura/cura_gen.go", "slicer/internal/engine/cura/curaengine.wasm", "slicer/internal/profile/definitions",
}

// kept are the placeholders without which a folder that is embedded would not exist.
var kept = []string{"web/dist/.gitkeep", "slicer/internal/profile/definitions/.gitkeep"}

func unpacked(root string) ([]string, error) {
	names := slices.Clone(kept)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case slices.Contains(made, name) || d.Name() == "node_modules":
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.Type().IsRegular():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

func pack(w io.Writer, root string, names []string) error {
	zipped, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	out := tar.NewWriter(zipped)
	for _, name := range names {
		if err := add(out, root, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return errors.Join(out.Close(), zipped.Close())
}

// add appends one file. Owners and times are left out: they differ between machines.
func add(out *tar.Writer, root, name string) error {
	path := filepath.Join(root, filepath.FromSlash(name))
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // deleted, and not committed yet
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("is not a regular file")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if info.Mode()&0o111 != 0 {
		mode = 0o755
	}
	if err := out.WriteHeader(&tar.Header{Name: folder + name, Mode: mode, Size: int64(len(data)), Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}
