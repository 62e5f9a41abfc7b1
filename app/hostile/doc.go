// Package hostile proves that one visitor cannot stop the shop: it starts the real program, does to it what can be done with
// a laptop, one thing after another, and meanwhile a customer uploads, slices, orders and pays, Stripe's message arrives,
// and the owner logs in and sells at the counter. Where the tunnel names visitors' addresses the customer notices nothing;
// without a tunnel nobody can be told apart, and the shop promises this to staff and Stripe only.
//
//	hostile_test.go   the shop, the attacks one after another, what must hold meanwhile
//	customer_test.go  the customer and the owner, with all answers noted
//	visitor_test.go   what a visitor does with requests: uploads, archives, carts, links, guesses
//	socket_test.go    what a visitor does with connections: streams, bodies and heads that trickle
//
// It is short by itself and long with SOAK=1 (make soak).
package hostile
