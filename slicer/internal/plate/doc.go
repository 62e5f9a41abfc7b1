// Package plate lays copies of one part out on a printer's bed by their outline,
// seen from above.
//
//	layout.go     Layout: as many copies as fit, close together, in the middle
//	bed.go        the bed: its shape, and what must stay free on it
//	footprint.go  a part's outline as a raster, from its triangles
//	raster.go     rows of bits, and what is done with them
//	room.go       where a copy may still stand
//	search.go     copies put down one after the other
//	pair.go       two copies that lie into each other
//	boxes.go      rows of boxes, which no layout may have fewer copies than
//	around.go     a skirt around them all
//
// Lengths are whole micrometres, from the bed's middle, x to the right and y to
// the back; a raster's cell is [Cell] wide. All that decides is whole numbers, so
// the same part on the same bed always gives the same layout.
//
// How it works: for a copy in one of four quarter turns beside another in one of
// four, a raster says where its corner may not be, since they would come too
// close (a no-fit raster: the sum of one and the other mirrored). Putting a copy
// down then is to add four of those, shifted, to four rasters of the whole bed, and
// finding a place is to look for a bit that is not set. That is fast enough to try
// several ways of searching and to keep the best.
package plate
