// Package profile turns "this printer, this quality, this material, these
// choices" into the complete list of settings CuraEngine needs.
//
// CuraEngine reads only leaf settings from its command line and evaluates no
// formula; Cura's front end does that work before it slices. This package
// does the same work from the same machine definitions:
//
//	archive.go    the embedded definitions, read and parsed on demand
//	definition.go one .def.json: its settings, overrides and metadata
//	machine.go    a printer: its chain of definitions with its first extruder on top
//	quality.go    layer heights and what Cura's own profiles set with them
//	material.go   filaments: temperatures, fan, retraction, density
//	stack.go      Resolve: machine, quality, material, overrides -> Settings
//	evaluator.go  each setting computed when first needed, once
//	override.go   what may be typed into a setting: type, options, limits
//	suggest.go    the names nearest to a mistyped one
//	formula.go    Python expressions, made fit for Starlark and compiled once
//	power.go      the ** operator, which Starlark does not have
//	functions.go  the functions formulas may call
//	functions_list.go  those over lists: sum, min, max, map
//	value.go      a setting's value, with Python's text form
//	settings.go   the result: accessors, engine arguments, hash
//	template.go   {tokens} in start and end G-code
//
// The definitions are not part of the source tree: `make build` packs them
// with `go run ./slicer/internal/profile/pack`. Without them the package compiles and
// [Built] is false.
package profile
