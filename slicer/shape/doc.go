// Package shape makes models of its own: the demonstration's models are made of it, and those of tests. It knows nothing
// of a shop or of slicing.
//
//	solid.go   solids as triangles, drawn as outlines that are pulled up or turned, and written as STL
//	outline.go outlines, and how those with holes are cut into triangles
package shape
