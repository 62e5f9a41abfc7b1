// Package standing says how an order stands in every respect that decides what can come next, and which standings no order comes
// to. The rules' tests generate orders and ask that whatever stands as this allows has a way on; a scenario's end and the walk hold
// the orders of a running shop against the same list.
//
//	standing.go     an order's standing
//	unreachable.go  what no order comes to, each with the reason
package standing
