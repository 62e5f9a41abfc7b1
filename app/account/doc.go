// Package account is who is known to the shop: those who work here with their passwords and sessions, the one-time links
// that let somebody choose a password, and the links that open an order.
//
//	service.go   the service                     people.go    invite, change, disable, remove: an admin's
//	setup.go     the first admin                 onetime.go   one-time links: invitation, new password
//	login.go     logging in and out, sessions    own.go       one's own name, password and sessions
//	password.go  hashes                          link.go      links to an order
//	guard.go     guesses slowed down             strangers.go what strangers may try
//	device.go    browsers that logged in before  bucket.go    budgets that take back what was not used
//	view.go      what pages are told of people
package account
