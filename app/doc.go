// Package app is what the shop does: one exported method on App for each use case, one file for each noun. A use case
// opens its transaction, asks the rules in package shop, and ties what happens outside (disk, slicer, Stripe) to the
// database by order of work: files are durable before a row names them, rows go before their files do, and Stripe is
// called only after the intent to call it is kept.
//
//	app.go        App, what it is made of, start and stop    first.go      what a new shop starts with
//	cart.go       a visitor's cart and its parts             upload.go     files arriving in pieces
//	inspection.go looking at models in the background        slicing.go    slices: cached, queued, kept
//	slicebook.go  who waits for which slice                  pricing.go    from slices to a price
//	draft.go      an order drawn up from a cart              checkout.go   a cart becomes an order, once
//	counter.go    orders typed in by staff                   release.go    an order reaches the floor
//	orders.go     what a customer sees of an order           link.go       links to an order
//	desk.go       what staff do with an order                destroy.go    an order whose files must go
//	jobs.go       the floor                                  staff.go      set-up, logins, sessions
//	settings.go   what the shop decides                      files.go      links that expire, and what is behind them
//	paypage.go    a page to pay by card, one at a time       payments.go   money in, once
//	books.go      what Stripe says, entered in any order     settle.go     what money does to an order
//	refunds.go    refunds and disputes                       setaside.go   money that waits for a decision
//	reconcile.go  asking Stripe when it was silent           stripe.go     the only file that speaks to Stripe
//	cleaning.go   what goes by itself                        tasks.go      the outbox's worker
//	schedule.go   when                                       status.go     how the machine is doing
//	view_*.go     what pages are shown
//
//	shop/  the nouns and their rules      api/  HTTP      event/  what happened, for open pages      cli/  the command line
package app
