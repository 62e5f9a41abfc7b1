// Package job is the board: what is to be printed, on which printer, and how far it is.
//
//	service.go  the service                       release.go  an order's jobs, made once
//	job.go      moves by the rules, runs recorded  view.go    what the board shows
//	list.go     the jobs, page by page            bulk.go     several moved at once, and going back undone
//	correction.go a run's copies counted anew  put_back.go  what was left out, made after all
//	handover.go what becomes of jobs whose copies leave
package job
