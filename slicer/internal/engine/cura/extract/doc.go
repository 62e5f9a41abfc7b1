// Command extract takes CuraEngine's WebAssembly module out of the JavaScript
// file it is published in (npm package cura-wasm), where it is a base64 data
// URL, and writes it as a plain file for wasm2go to translate.
//
// The module becomes part of our binary, so it must be the very one we know:
// its size and SHA-256 are compared with those below before anything is
// written.
//
//	main.go  all of it
package main
