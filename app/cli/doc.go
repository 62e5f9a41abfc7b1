// Package cli is the command line: it reads flags and environment, wires the parts of the shop together and runs one
// command.
//
//	cli.go       the commands and what they share
//	serve.go     the shop itself; its table of routes and its API's description
//	tunnel.go    where the tunnel connects from, and whom the public door can tell apart
//	upgrade.go   a copy of the database before an upgrade changes it
//	room.go      the data folder opened, and what is said where its disk has no room for a start
//	sample.go    the demonstration's sample shop: made once, or anew when it was cut off
//	admin.go     a link for somebody who forgot their password
//	quote.go     price files without a shop
//	quote_plate.go   the plates of a part's copies, and their sums
//	quote_printer.go which of several printers takes a part
//	quote_result.go  what that prints
//	orient.go    how a model should lie
//	pose.go      poses as they are typed
//	inspect.go   what is in files, without slicing
//	settings.go  every resolved setting; the list of printers
//	about.go     version, licences
//
// Its tests hold the layout of the whole program: which package imports which, and that maps like this one name the
// files that are there.
package cli
