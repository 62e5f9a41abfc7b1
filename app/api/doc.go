// Package api is the shop's HTTP side, and the only importer of fiber and huma. Two doors are built from one table of
// routes: the shop's door serves everything to the local network, the public door, which the tunnel points at, has
// only the rows marked public, so a staff route does not exist there.
//
//	routes.go        the table: method, path, doors, permission, limit, handler
//	server.go        what the doors are made from, their start and end
//	door.go          a door: Fiber's limits, its first middleware, mounting rows
//	origin.go        who may talk to a door: hosts, tunnels, cross-site requests, client addresses
//	bodies.go        how much a request may send and how long it may take
//	gate.go          connections: slow ones are cut, held ones make room
//	caller.go        who asks: cart and staff cookies, a link's token; the actor of a request
//	throttle.go      how often
//	request_log.go   the log's line for each request, and its id
//	problem.go       errors as RFC 9457 problems; the one table from Kind to status
//	fault.go         what is wrong with a request that does not fit its types
//	text.go          what somebody typed, cleaned before a handler sees it
//	reply.go         how a handler answers
//	openapi.go       the description of the typed routes, and a page to read it
//
// Typed handlers, by noun:
//
//	shop.go, cart.go, upload.go, refused_model.go, order_customer.go, order_staff.go, invoice.go, payment.go, job.go, account.go, people.go, machine.go, setting.go, ops.go
//
// Plain routes, for bytes, streams and pages:
//
//	tus.go, file.go, mesh.go, events.go, webhook.go, page.go
package api
