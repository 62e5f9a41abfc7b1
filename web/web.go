package web

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed all:dist
var embedded embed.FS

// Files is the built site: index.html (customers), staff.html (staff), and assets/ with hashed names.
var Files fs.FS = mustSub(embedded, "dist")

// Built reports whether the pages were built before this binary was.
func Built() bool {
	_, err := fs.Stat(Files, "index.html")
	return err == nil
}

// Library is an npm package with code in the pages.
type Library struct{ Name, Version, Licence string }

// Libraries lists what the pages were built from; nil where they were not built.
func Libraries() []Library {
	text, err := fs.ReadFile(Files, "third-party.txt")
	if err != nil {
		return nil
	}
	var all []Library
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			all = append(all, Library{f[0], f[1], f[2]})
		}
	}
	return all
}

func mustSub(fsys fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		panic(err) // only an invalid path literal can fail here
	}
	return sub
}
