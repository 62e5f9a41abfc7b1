// Package cura holds CuraEngine itself, translated from WebAssembly to Go.
//
// The code is generated, 8.7 MB of it, and is never committed:
//
//	slicer/node_modules/cura-wasm   npm's copy of the engine, pinned by slicer/package-lock.json
//	  -> curaengine.wasm            extract: decodes it and checks its SHA-256
//	  -> cura_gen.go                wasm2go: one Go method per function of the engine
//	  -> cura_gen.go                guard: its loads and stores ask reach
//
//	memory_guarded.go  where the processor stops a load or store that goes too far
//	memory_checked.go  where each looks for itself
//
// The generated file carries the build tag curaengine, so that everything
// else builds, tests and vets without it; this file has no tag, so that the
// package always exists. Compiling it takes 2.6 GB of memory, or 1.7 GB with
// GOGC=30 and -gcflags=-c=1 (measured on amd64). The unsafe loads and stores
// halve both memory and time of the compiler.
//
// Nothing but slicer/internal/engine imports this package. What the engine asks of the
// outside world (20 functions) is answered by slicer/internal/engine/host.
package cura

//go:generate go run ./extract -in ../../../node_modules/cura-wasm/src/CuraEngine.js -out curaengine.wasm
//go:generate go tool wasm2go -unsafe -pkg cura -tags curaengine -o cura_gen.go curaengine.wasm
//go:generate go run ./guard -file cura_gen.go
