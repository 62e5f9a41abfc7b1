// Package app is the shop: it makes the services of the packages below it for each other and runs their background work.
// What the shop does stands in those packages, one for each noun, in an order in which each imports only what stands
// before it:
//
//	shop     the nouns and their rules          lock     one holder at a time
//	event    what happened, for subscribers     task     background work and its schedule
//	file     blobs, links, deletion             setting  what the shop decides, its secrets
//	account  log in, sessions, links            catalog  materials, machines, what a price rests on
//	client   who the shop works for             slice    results of slicing, and the queue
//	job      the board                          cart     uploads, parts, choices, prices
//	billing  invoices and payments              card     Stripe
//	order    placing, review, cancelling        ops      first start, status
//	logging  the log, with a level and a request's id
//
// A use case is an exported method of its package's service: it opens its own transaction and takes the actor first. A
// step that several packages share takes the transaction. Files are durable before a row names them, rows go before their
// files do, and Stripe is called only after the intent to call it is kept.
//
//	app.go  the services, made for each other      api/  HTTP      cli/  the command line
//	demo/  the sample shop of a demonstration      apptest/  a whole shop for tests      stripetest/  a stand-in for Stripe
package app
