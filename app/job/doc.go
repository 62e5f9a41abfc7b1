// Package job is the board: what is to be printed, on which printer, and how far it is.
//
//	service.go  the service                       release.go  an order's jobs, made once
//	job.go      the list, and moves by the rules    view.go   what the board shows
//	handover.go what becomes of jobs whose copies leave
package job
