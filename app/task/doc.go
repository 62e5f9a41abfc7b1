// Package task does the shop's background work. A task is a promise in the outbox, a table: it is done at least once,
// again after a failure with growing pauses, and shown to staff when it gave up. The schedule only ever adds tasks.
//
//	service.go   kinds of tasks, and the worker       schedule.go  when tasks are added
//	list.go      what gave up, for staff              signal.go    waking a worker
package task
