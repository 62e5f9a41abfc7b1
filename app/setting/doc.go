// Package setting is what the shop decides and the secrets it keeps.
//
//	service.go   the service, and the shop's public address   settings.go  the settings screen
//	stripe.go    Stripe's keys, and whether cards can be taken    view.go      what the screen shows
//	terms.go     the terms, and how long what is kept
//	version.go   is a save made from what is stored?
package setting
