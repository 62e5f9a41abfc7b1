// Command pack gathers the machine definitions that npm installed into the one
// compressed file the profile package embeds. The same input gives the same
// bytes. Run it in the module's root, after `npm ci` in slicer:
//
//	go run ./slicer/internal/profile/pack
//
//	main.go  all of it
package main
