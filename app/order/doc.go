// Package order is what is to be made: a cart becomes an order, a person reviews it where a rule says so, and staff
// release, change, cancel and delete it.
//
//	service.go        the service                          change.go   one change by staff: read, check, write, tell
//	place.go          a customer's order from a cart       place_counter.go  a counter order, by staff
//	prepare.go        an order before it is kept           copies.go   its files, copied before a row names them
//	review.go         approving and refusing               cancel.go   cancelling, and deleting
//	message.go        the words to the customer, changed
//	bulk.go           refusing and deleting several at once
//	refused_model.go  other orders with a model that is refused
//	file.go           links to files, files deleted        list.go     the list of orders
//	staff.go          an order as staff see it             release.go  jobs released before the money has come
//	customer.go       an order by its link, paying it      link.go     links for the customer
//	take_back.go   a customer takes it back into a cart, to change it
//	handover.go       copies leave the shop, and are paid    invoice.go  a draft deleted, with its order
//	remake.go         a model for what was ordered without a slice   gcode.go   G-code for it, of staff's own
//	plate.go          the plates of what was ordered       relay.go    laid out anew for what is made another way
//	write_off.go      what is owed for it, given up        costs.go    what it costs once some of it was cancelled
//	reprice.go        an order's price, worked out anew from its slices
//	retention.go      models that go by age    keep.go       the wish to keep them
//	expiry.go         an order's files deleted, a few at a time
//	leave_out.go  one part of an order that is not made, and its way back
//	activity.go       what happened to an order, page by page
//	facts.go          what both views are made from        steps.go    how far it is, as the customer reads it
//	view_customer.go, view_staff.go, view_place.go   what pages send and are shown
package order
