// Package slicertest lets tests anywhere slice without CuraEngine, and read files as the program does.
//
//	main.go     the TestMain of tests that read files or slice
//	end*.go     how a child of such tests ends, with and without the race detector
//	stub.go     an engine that answers at once
//	printout.go the G-code it writes
//	bodies.go   the boxes of what it prints
//
//	meshtest/   models for tests, in every format, of known size and faults
//	takeover/   what an engine tries that a model took over
package slicertest
