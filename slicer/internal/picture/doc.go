// Package picture draws a mesh as a small picture for lists: grey, with light from the upper left and dark edges, on nothing,
// so that one picture serves every colour of the part and every theme of a page.
//
//	draw.go    Draw: from a mesh to a PNG       view.go    where it is seen from, and how large
//	raster.go  triangles to pixels, the nearest kept   shade.go   light, edges, and the PNG
//
// Meshes come from strangers: what they make it do is counted, and past that there is no picture.
package picture
