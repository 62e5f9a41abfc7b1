// Package slicer takes meshes in and gives price facts out: seconds, grams, metres, and the G-code itself. It is all
// that the rest of the program knows of slicing.
//
//	slicer.go    New, the engine chosen, the work folder
//	reading.go   a customer's file read and inspected, in a process of its own
//	child.go     what such a process does
//	mesh.go      a mesh, its parts in a file, what an inspection finds in it
//	machine.go   a definition with a shop’s overrides: its bed and nozzle, and whether it can be printed with
//	settings.go  Cura's settings, resolved; the printers, qualities and materials there are
//	resolved.go  stacks that were resolved before
//	request.go   what to slice: stack, supports; the plan of it, with its resolved settings and its key
//	bed.go       the bed, whether a part and what is printed around it fit, and how it is turned
//	plate.go     copies laid out on plates
//	plates.go    plates sliced, with fewer copies where all were too many
//	estimate.go  figures from geometry, shown until the slice is done and never charged
//	slice.go     Slice: one model from mesh to finished G-code
//	section.go   what a print lacks of its model, layer by layer
//	result.go    what a slice found
//	stated.go    what G-code from another slicer says of its print
//	toolpaths.go what G-code extrudes, for viewers
//	engine.go    what a CuraEngine is asked and answers
//	queue.go     who is sliced when: staff first, customers in turn, a place for each
//	line.go      who waits, by address and owner, and who comes next
//	worker.go    work given to workers, and stopped where long work holds them all
//	ahead.go     what is made ahead, and broken off as soon as anything else waits
//	error.go     the one error, its codes, and whether it is about the part
//
//	internal/fault/    the error that the packages below share
//	internal/mesh/     readers, inspection, orientation
//	internal/picture/  a mesh drawn small, for lists
//	internal/plate/    copies of a part laid out on a bed by their outline
//	internal/profile/  machine definitions, the settings stack, G-code templates
//	internal/engine/   CuraEngine as a supervised process
//	internal/gcode/    what the engine wrote, measured and given a true header
//
//	slicertest/  models and an engine that answers at once, for tests
//	bench/       speed, as ratios to other programs
//
// A program that slices or reads files starts itself as a child: its main function calls [ChildMain] first.
package slicer
