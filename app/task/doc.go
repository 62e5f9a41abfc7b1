// Package task does the shop's background work. A task is a promise in the outbox, a table: it is done at least once,
// again after a failure with growing pauses, and shown to staff when it gave up. The schedule only ever adds tasks; what
// comes by itself is a chore, and an admin may have it run now. Kinds with the same first name (stripe.events,
// stripe.retry) are a group with workers of its own: what hangs holds up nothing but its group.
//
//	kind.go      what a kind of task is            worker.go    claiming and doing tasks, group by group
//	service.go   the registry, and promises        schedule.go  when chores are added
//	clock.go     waiting while the clock is held   chore.go     chores, for staff; running one now
//	list.go      what gave up, for staff           signal.go    waking a worker
package task
