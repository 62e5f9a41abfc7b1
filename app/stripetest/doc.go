// Package stripetest stands in for Stripe, in tests and in `buildplate serve --demo`. It keeps state as Stripe does:
// sessions open, are paid, fail and expire; an idempotency key replays its first answer; every change is an event,
// which can be listed and is delivered, signed, to a webhook until that answers 2xx. No money moves.
//
//	server.go    Server: keys, idempotency, errors, faults on demand
//	sessions.go  /v1/checkout/sessions: create, retrieve, expire
//	money.go     payments, refunds, disputes: what people do at Stripe
//	events.go    /v1/events, signed delivery
//	page.go      the hosted page with its Pay button (page.html, style.css)
//
// It is as strict as Stripe about what the shop sends: unknown parameters, a wrong key, times out of range and a reused
// idempotency key are refused with Stripe's status codes.
package stripetest
