// Package app is what the shop does: one exported method on App for each use case, one file for each noun. A use case
// opens its transaction, asks the rules in package shop, and ties what happens outside (disk, slicer, Stripe) to the
// database by order of work: files are durable before a row names them, rows go before their files do, and Stripe is
// called only after the intent to call it is kept.
//
//	app.go        App, what it is made of, start and stop    first.go      what a new shop starts with
//	cart.go       a visitor's cart and its parts             upload.go     files arriving in pieces
//	inspection.go looking at models in the background        slicing.go    slices: cached, queued, kept
//	pricing.go    from slices to a price                     checkout.go   a cart becomes an order, once
//	orders.go     what a customer sees of an order           desk.go       what staff do with an order
//	jobs.go       the floor                                  staff.go      set-up, logins, sessions
//	settings.go   what the shop decides                      files.go      links that expire, and what is behind them
//	payments.go   money in, once                             settle.go     what money does to an order
//	reconcile.go  asking Stripe when it was silent           stripe.go     the only file that speaks to Stripe
//	refunds.go    refunds and disputes                       setaside.go   money that waits for a decision
//	cleaning.go   what goes by itself                        schedule.go   when
//	tasks.go      the outbox's worker                        status.go     how the machine is doing
//
//	shop/  the nouns and their rules      api/  HTTP      live/  news for open pages      cli/  the command line
package app
