// Package ops runs the shop as a program: what a new database begins with, how the server is, and what staff do about it.
//
//	service.go  the service, and what it does on schedule
//	first.go    first values, written once
//	status.go   disk, engine, warnings, weaknesses, open alarms; a person's word on clock and sweep
//	alarm.go    alarms raised and cleared
//	alarm_money.go  those about payments, refunds and disputes
//	alarm_list.go  those that are open, page by page
//	search.go   the index of the search, written anew
//	activity.go the log of what was done, and the addresses in it
//	task.go     background work that gave up, and trying it again
package ops
