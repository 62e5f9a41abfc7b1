// Package lock lets one holder at a time work on a named thing: an order that is being paid, a cart that is being
// ordered. It holds within one process.
//
//	lock.go  locks by name
package lock
