// Package event is what happened in the shop, one struct for each kind. A use case emits an event in its transaction;
// the subscribers of that kind run at once, in the same transaction, and write rows only. Open pages hear of it after the
// commit. An event carries news, not state: a page that hears of a change asks for the facts again, so news may be merged
// or dropped when a page is slow.
//
//	event.go  the events      bus.go  who is told, and when      hub.go  open pages
package event
