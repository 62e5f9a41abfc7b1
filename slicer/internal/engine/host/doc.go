// Package host is the small world in which the embedded CuraEngine runs.
//
// The engine was compiled for a browser (Emscripten) and asks its surroundings
// for twenty functions. This package answers them:
//
//	host.go    start the engine, and say how it ended
//	memory.go  strings and integers in the engine's memory; growing it, up to a cap
//	region_*.go where it lies, by system: guarded by the processor, or by checks
//	files.go   open, read, write, seek: on the handed files only, and on nothing else
//	system.go  clock, environment, exit, exceptions, and the engine's reports
//
// The engine sees no directory, no environment and no network: the files named
// in [Config] are all there is. It computes the same result on every machine,
// because WebAssembly fixes what floating point does.
//
// The generated code is reached through [Module] only, so that this package
// builds and tests without it.
package host
