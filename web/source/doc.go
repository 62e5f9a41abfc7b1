// Command source packs what this program is built from into web/dist/source.tar.gz, which both doors hand to whoever
// asks for it: the AGPL's section 13. It runs at every build, so that the archive is of the program it is embedded in,
// changes that are not committed yet included. The same files always give the same bytes.
//
//	main.go  all of it
package main
