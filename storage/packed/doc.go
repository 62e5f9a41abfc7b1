// Package packed keeps a stream compressed so that it can be read from any place: zstd in independent frames with an
// index at the end. Any zstd program unpacks such a file.
//
//	packed.go  writing and reading
package packed
