// Package shop holds the nouns of the shop and their rules: what a part costs, who may pay at once, when an
// order is issued, where a job may move. It is pure: no disk, no clock, no network; time comes as an argument.
// One struct per noun serves SQL, rules and JSON alike.
//
//	money.go       Cents, decimal rates, the one rounding
//	choices.go     what a customer picks for a part
//	pose.go        how a model lies
//	proposed_pose.go  how it may lie besides, and what is better about that
//	thumbnail.go   where a picture of it is
//	cart.go        a cart and its parts
//	slice.go       what slicing a part found
//	file.go        a file of an order
//	refused_model.go a file that is not taken
//	limits.go      how much may be left with the shop before an order
//	network.go     the networks that a visitor counts by
//	price.go       from grams and hours to rows that sum to the total
//	adjusted.go    a total that staff decided
//	shipping.go    postcode to state, region and fee
//	tax.go         inclusive, exclusive, none
//	ready.go       working days, queue hours, the date an order is ready
//	review.go      who may pay at once, and why not
//	review_settle.go  those reasons once the price or the settings are others
//	order.go       what is to be made, and its states
//	parts_cost.go  what some of an order's copies cost
//	left_out.go    a part of an order that is not made, and what the rest costs
//	take_back.go   its customer takes it back, to change it
//	item.go        one thing of an order
//	order_money.go  what of an order is paid, owed and due back
//	order_status.go  what people read of an order, and what may be done with it now
//	order_next.go  who may do what of that, what comes first, and how the customer pays
//	message.go     what the shop tells the customer, changed
//	remake.go      what staff may decide about an item that was ordered without a slice
//	weblink.go     a link in the place of a file
//	invoice.go     what is to be paid, and its lines
//	adjustment.go  what an issued invoice was lowered by, and what a part of an order costs
//	write_off.go   what is owed and given up
//	payment.go     checkout sessions and payments, and how news of them is merged
//	payment_method.go  how a customer pays
//	refund.go      money that goes back, and what is to be sent back
//	dispute.go     a cardholder who disputes a payment
//	balance.go     what is still owed, computed in one place
//	plate.go       what is made in one run
//	handover.go    copies that leave the shop
//	job.go         states and moves of jobs
//	job_run.go     a job's attempts: what came of each, and going back undone
//	job_correction.go  a recorded run whose copies are counted anew
//	job_words.go   what was done to jobs, in sentences
//	text.go        what somebody typed, cleaned
//	contact.go     who orders and where it goes
//	business.go    what a business adds to that
//	user.go        people who log in, their passwords and sessions
//	link.go        one-time links
//	version.go     two who change the same at once
//	machine.go     machine classes and printers
//	alarm.go       what staff must know of until it is over
//	task.go        background work, in words
//	activity.go    the log of what was done
//	verb.go        its verbs, each with its sentence
//	verb_words.go  the longer of those sentences, and their words
//	actor.go       who asks
//	permission.go  what an actor may do
//	retention.go   how long what is kept, and when an order's models go
//	terms.go       what customers agree to
//	settings.go    what the shop decides, with its first values
//	supports.go    how supports are built, as the shop decides
//	settings_change.go  what of that was changed, in words
//	error.go       one error type, its kinds and codes
//	error_fields.go  one error for several fields
//	id.go          ids and tokens
//	time.go        milliseconds, UTC; zero is not yet
package shop
