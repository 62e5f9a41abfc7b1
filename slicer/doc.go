// Package slicer takes meshes in and gives price facts out: seconds, grams, metres, and the G-code itself.
//
//	slicer.go    New, the engine chosen, Slice: one model from mesh to finished G-code
//	request.go   what to slice: stack, supports, pose; resolved settings and the cache key
//	placement.go the bed, whether a part and what is printed around it fit, and how it is turned
//	reading.go   a customer's file read and inspected, in a process of its own
//	estimate.go  a guess from geometry, shown until the slice is done and never charged
//	queue.go     who is sliced when: staff first, customers in turn, a place for each
//
//	mesh/        readers, inspection, orientation
//	profile/     machine definitions, the settings stack, G-code templates
//	engine/      CuraEngine as a supervised process
//	gcode/       what the engine wrote, measured and given a true header
package slicer
