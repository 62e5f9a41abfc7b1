// Command buildplate is a 3D-print shop in one binary: a customers' page, the staff's pages, CuraEngine, SQLite and
// the files, on a machine next to the printers.
//
//	main.go  its schema and licence, the child processes of slicing, and the command line
package main
