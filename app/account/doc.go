// Package account is who is known to the shop: staff with their passwords and sessions, the one-time link that sets up
// the first admin, and the links that open an order.
//
//	service.go   the service       setup.go  the first admin
//	login.go     logging in and out, sessions   password.go  hashes
//	link.go      links to an order   view.go  what pages are told of people
package account
