package main

import (
	_ "embed"
	"os"

	"buildplate/app/cli"
	"buildplate/slicer"
)

//go:embed schema.sql
var schema string

//go:embed LICENSE
var licence string

func main() {
	// Before anything else: a slice is a child process of this same program, and so is the reading of a file.
	if code, child := slicer.ChildMain(os.Args); child {
		os.Exit(code)
	}
	os.Exit(cli.Main(os.Args[1:], cli.Embedded{Schema: schema, Licence: licence}))
}
