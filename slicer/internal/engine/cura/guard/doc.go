// Command guard takes the bounds checks of the engine's loads and stores out
// of the code that wasm2go wrote, so that the memory's hardware can take their
// place: each becomes a call of reach, which package cura defines by system.
//
//	main.go  the command, and what it replaces
package main
