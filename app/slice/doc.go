// Package slice is what slicing found: the cache of results with their G-code, the queue that fills it, and what was found
// by inspecting a model.
//
//	service.go     the service, the cache, the queue     run.go    one slice, made and kept
//	waiting.go     who waits for which result            clean.go  results that nobody uses
//	inspection.go  what was found in a model             stated.go what G-code from elsewhere says of itself
//	thumbnails.go  pictures of models that have none
package slice
