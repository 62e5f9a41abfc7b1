// Package file keeps the shop's files: blobs on the disk, each with a row that names it. A file is durable before a row
// names it, and a row goes before its file does, so that after a crash there is at most a file too many, which the sweep
// finds.
//
//	service.go   the service              put.go     new blobs, and copies for an order
//	open.go      a file opened, if it is whole
//	link.go      links that expire        key.go     the key that signs them
//	mesh.go      stored meshes            deletion.go  files whose rows are gone
//	sweep.go     files and rows compared  check.go   bytes and hashes compared
//	toolpaths.go what G-code extrudes, for pages    thumbnail.go  pictures of models
//	ballast.go   room for a full disk     error.go   what the disk says, in words
package file
