// Package logging makes the shop's log: text or JSON, from a level up, with the id of the request on every line that
// is logged with its context.
//
//	logging.go  formats, levels, and the id of a request
package logging
