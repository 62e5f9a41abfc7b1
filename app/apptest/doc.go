// Package apptest has a whole shop for tests, in two sizes. A Scenario runs in the test's own process, with a stub for an
// engine, and is quick. A Process is the real binary on a data folder: tests talk to both of its doors as browsers do,
// kill it where it hurts, and then open what it left behind and hold rows, files and totals against each other.
//
//	scenario.go  a shop in the test's own process
//	doors.go     where a shop is reached, whichever its size
//	process.go   the binary: start, kill, stop; its addresses and its memory
//	client.go    HTTP as a page of the shop speaks it: cookies, origin, problems, patience
//	upload.go    tus, piece by piece
//	visitor.go   what a customer does, from the first file to the paid order
//	longest.go   the longest write, for benchmarks
//	parts.go     a cart and its parts, without a page
//	staff.go     what staff do: set-up, login, lists, actions, downloads; a helper who is no admin
//	smuggling.go  requests that hide others, and a second opinion on where each ends
//	audit.go     the end of every test: the data folder of a stopped shop, held against itself
//	audit_files.go  files held against their rows
//	standings.go  every order held against what none comes to
//	audit_money.go  what is asked for again, held against what was lost
//	disk_linux.go  a disk that somebody else fills
//	models.go    models to print, of our own making and from the collection
//
// The tests of the binary need a built program (BUILDPLATE_BINARY, or ./buildplate in the module's folder) and are skipped without
// one, unless REQUIRE names cura.
package apptest
