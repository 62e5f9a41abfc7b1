// Package db keeps the shop's rows in SQLite. Every query is a method on [Tx],
// in a file named after its noun; nothing outside this package writes SQL.
//
// One connection writes, a few read. Use cases open a transaction with
// [DB.Write] or [DB.Read] and hand the Tx to the steps; Tx methods never
// commit, and whatever is slow (disk, slicer, Stripe, mail) stays outside, tied
// to the transaction by an outbox row.
//
//	db.go       Open, pools, Backup, Check       tx.go       Write, Read, Tx, its helpers
//	peek.go     whose is it? before opening it   nesting.go  no transaction within another, in tests
//	dsn.go      how a connection is set up       migrate.go  schema.sql or migrations/
//	statements.go  what a connection keeps prepared
//	error.go    result code to shop.Kind         check.go    what must hold in every database
//	clock.go    has the clock jumped?            system.go   folders made durable, by system
//
// The nouns:
//
//	blobs.go      files: rows, trash, removal    uploads.go   uploads under way
//	quota.go      what may lie here unordered    waiting_orders.go  orders of visitors that wait
//	refused_models.go files that are never taken  slices.go    the cache of slicing results
//	carts.go      carts                          parts.go     what is in them
//	catalog.go    materials, machine classes, printers
//	clients.go    whom the shop sells to         orders.go    orders
//	list_page.go  a list: pages, tabs, counts    search.go    what a text asks the index for
//	order_list.go  orders page by page           search_index.go  what the index has of things
//	search_text.go  a text found by the index, or by Stripe's ids
//	functions.go  what queries call that SQLite has not
//	invoice_list.go  invoices page by page       failed_list.go  what failed, page by page
//	payment_list.go  unapplied payments and refunds due, page by page
//	order_items.go  what is to be made           order_files.go  what was sent and made of it
//	plates.go     what is made in one run        jobs.go      jobs, the queue
//	poses.go      how models lie                 thumbnails.go  pictures of them
//	taken_back.go  orders that come back into a cart
//	proposals.go  how meshes may lie, and slices that are made ahead
//	attempts.go   a job's runs                   job_list.go  jobs page by page, counted
//	handovers.go  copies that left the shop
//	invoices.go   invoices and their lines       payments.go  money that came
//	checkouts.go  checkout sessions              stripe_events.go  what Stripe told, and how far it was asked
//	disputes.go   disputes of payments
//	refunds.go    refunds, reversals, what is due back   write_offs.go  what is owed and given up
//	outbox.go     tasks: claim, finish, fail     settings.go  settings, secrets, numbers
//	users.go      people who log in              sessions.go  who is logged in
//	links.go      one-time links, links to orders
//	retention.go  whose models go by age         terms.go    each version of the terms
//	alarms.go     what staff must know of        activity.go  what was done, by whom
//
//	dbtest/       Open(t), Check(t)
//
// Times are UTC milliseconds in the database. A transaction has one time,
// [Tx.Now], for all its rows. Ids are UUIDv7 in their usual lower-case form.
package db
