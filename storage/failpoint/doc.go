// Package failpoint lets a test kill the process at a named step, so that what
// a crash leaves on the disk is seen and not argued about.
//
// Code calls [Reach] between two steps whose order matters. Unless the
// environment says otherwise that is one comparison. With
//
//	BUILDPLATE_FAIL_AT=storage.put.renamed:3
//
// the third time the process reaches that step it ends as `kill -9` would end
// it: no deferred calls, no flush, no exit handlers.
//
//	failpoint.go  steps, and the one to end at
package failpoint
