// Command buildplate is a 3D-print shop in one binary: a customers' page, the staff's pages, CuraEngine, SQLite and
// the files, on a machine next to the printers.
package main

import (
	_ "embed"
	"os"

	"buildplate/app/cli"
	"buildplate/slicer"
	"buildplate/slicer/engine"
)

//go:embed schema.sql
var schema string

//go:embed LICENSE
var licence string

func main() {
	// Before anything else: a slice is a child process of this same program, and so is the reading of a file.
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(slicer.ChildMain(os.Args[2:]))
	}
	os.Exit(cli.Main(os.Args[1:], cli.Embedded{Schema: schema, Licence: licence}))
}
