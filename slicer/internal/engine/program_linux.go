package engine

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// libraryCache is where a loader looks for libraries first.
const libraryCache = "/etc/ld.so.cache"

// needs finds the files that a program is made of: itself, its loader, and
// the libraries that the loader names. A script is not a program: whatever it
// would start could be anything.
func needs(ctx context.Context, path string, m machine) (reach, error) {
	r := reach{Runs: []string{path}}
	if !m.Landlock {
		return r, nil
	}
	loader, err := loaderOf(path)
	if err != nil || loader == "" {
		return r, err
	}
	r.Runs = append(r.Runs, loader)
	r.Reads, err = libraries(ctx, loader, path, nil, m)
	return r, err
}

// ownNeeds are those of this program, wherever it lies and whatever lies there
// by now: its children start it by [selfPath], for which nobody has to be able
// to enter its folder.
var ownNeeds = sync.OnceValues(func() (reach, error) {
	r, m := reach{Runs: []string{selfPath}}, thisMachine()
	if !m.Landlock {
		return r, nil
	}
	loader, err := loaderOf(selfPath)
	if err != nil || loader == "" {
		return r, err
	}
	self, err := os.Open(selfPath)
	if err != nil {
		return r, err
	}
	defer self.Close()
	r.Runs = append(r.Runs, loader)
	r.Reads, err = libraries(context.Background(), loader, "/proc/self/fd/0", self, m)
	return r, err
})

// loaderOf is the path of the program that loads a program, "" where it needs
// none.
func loaderOf(path string) (string, error) {
	f, err := elf.Open(path)
	if err != nil {
		return "", fmt.Errorf("%s is not a program: %w", path, err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			name, err := io.ReadAll(p.Open())
			return strings.TrimRight(string(name), "\x00"), err
		}
	}
	return "", nil
}

// libraries asks the loader which files it would load for a program, and runs
// nothing of that. The path may be that of its standard input.
func libraries(ctx context.Context, loader, path string, stdin *os.File, m machine) ([]string, error) {
	dir, done, err := question()
	if err != nil {
		return nil, err
	}
	defer done()
	files := []string{libraryCache}
	p := process{dir: dir, stdin: stdin, env: []string{"LC_ALL=C"}, limits: Limits{Wall: 10 * time.Second}.withDefaults()}
	p.line = func(line string) {
		// libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f95753c1000)
		_, file, ok := strings.Cut(line, "=>")
		if fields := strings.Fields(file); ok && len(fields) > 0 && filepath.IsAbs(fields[0]) {
			files = append(files, fields[0])
		}
	}
	p.path, p.args = confined(loader, []string{"--list", path}, confinement{
		Machine: m, Reach: reach{Folder: dir, Runs: []string{loader}, Reads: []string{"/"}},
	})
	o, err := p.run(ctx)
	if err == nil && o.err != nil {
		err = errors.Join(o.err, errors.New(o.tail))
	}
	if err != nil {
		return nil, fmt.Errorf("the libraries of %s: %w", path, err)
	}
	return files, nil
}
