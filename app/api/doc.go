// Package api is the shop's HTTP side, and the only importer of fiber and huma. Two doors are built from one table of
// routes: the shop's door serves everything to the local network, the public door, which the tunnel points at, has
// only the rows marked public, so a staff route does not exist there.
//
//	routes.go    the table: method, path, doors, roles, limit, handler
//	usecases.go  what the handlers ask of the shop
//	server.go    what the doors are made from, their start and end
//	door.go      a door: Fiber's limits, its first middleware, mounting rows
//	origin.go    who may talk to a door: hosts, tunnels, cross-site requests, client addresses
//	bodies.go    how much a request may send and how long it may take
//	caller.go    who asks: cart and staff cookies, roles
//	throttle.go  how often
//	problem.go   errors as RFC 9457 problems; the one table from Kind to status
//	cart.go, order.go, staff.go, invoice.go, job.go, settings.go    typed handlers by noun
//	tus.go, file.go, mesh.go, events.go, webhook.go, page.go        plain routes: bytes, streams, pages
//	openapi.go   the description of the typed routes, and a page to read it
package api
