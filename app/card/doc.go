// Package card is card payment at Stripe: an intent to be paid is kept first, then Stripe is asked for a page, and what
// Stripe says of it is recorded exactly once, whether it comes by webhook, by the list of events or by asking.
//
//	service.go    the service and its tasks               stripe.go   Stripe's API, and the only importer of its library
//	checkout.go   a page on which an order is paid       session.go  what became of it, and of the money
//	webhook.go    signed events                          return.go   the way back from Stripe's page
//	recorder.go   an event taken, applied, tried again   refund.go   refunds and disputes
//	reconcile.go  what no message told                   failed.go   events that could not be applied, for staff
//	closing.go    a page that nobody may pay on any more
//	keyless.go    no page stays open of which the shop would not hear
//	objects.go    what the shop reads of Stripe's sessions, charges, refunds, disputes
package card
