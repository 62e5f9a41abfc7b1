// Package demo is the sample shop that a demonstration starts as: three weeks of orders in every state, with models of our
// own drawing, their slices and G-code, jobs half done, payments, a review, a refund and a dispute. It does what people do,
// by the use cases that people use, while the shop's clock shows the past; so what it leaves behind is what a real shop
// would have.
//
//	fill.go    the filler: people, orders placed, one thing after another
//	orders.go  the orders, and what happened to each
//	people.go  who works there and who orders
//	action.go  what is done to an order: paying, reviewing, refunding
//	jobs.go    jobs on their way through the shop
//	models.go  the files that customers send
//	clock.go   the clock that shows the past
package demo
