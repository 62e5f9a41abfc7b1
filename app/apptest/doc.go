// Package apptest proves promises of the whole program: it starts the real binary on a data folder, talks to both of
// its doors as browsers do, kills it where it hurts, and then opens what it left behind and holds rows, files and
// totals against each other.
//
//	process.go   the binary: start, kill, stop; its addresses and its memory
//	client.go    HTTP as a page of the shop speaks it: cookies, origin, problems, patience
//	upload.go    tus, piece by piece
//	visitor.go   what a customer does, from the first file to the paid order
//	staff.go     what staff do: set-up, login, lists, actions, downloads
//	books.go     the end of every test: the data folder of a stopped shop, held against itself
//	models.go    models to print, of our own making and from the collection
//
// The tests need a built program (BUILDPLATE_BINARY, or ./buildplate in the module's folder) and are skipped without
// one, unless REQUIRE names cura.
package apptest
