// Package hostile proves that one visitor cannot stop the shop: it starts the real program, does to it what can be done with
// a laptop, one thing after another, and meanwhile a customer uploads, slices, orders and pays, Stripe's message arrives,
// and the owner logs in and sells at the counter. Where the tunnel names visitors' addresses the customer notices nothing;
// without a tunnel nobody can be told apart, and the shop promises this to staff and Stripe only.
//
// It is short by itself and long with SOAK=1 (make soak).
package hostile
