// Package web holds the pages that customers and staff see, and embeds them into the binary.
//
//	src/       the Svelte source; customer.ts begins with its map
//	  customer/, staff/   the shells: frame, routes, menu
//	  features/           the screens, under the names of the server's packages
//	  ui/, viewer/        components without a subject; models in 3D
//	  lib/, upload/       plain TypeScript; files on their way
//	  api/                the typed client, made from the server's description
//	  sheet/              the page of components, at /ui (ui.html) of the dev server and in no build
//	tests/     the browser's stories, told to the real binary; sheet/ photographs and judges the components alone
//	scripts/   who imports whom, how large the pages may be
//	source/    makes the archive of this source that the binary hands out
//	public/    what is served as it is
//	dist/      what `make` builds from it; never committed, only its placeholder is
//
// The Go build works without Node: Built then reports false, and the server says how to make the pages.
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
