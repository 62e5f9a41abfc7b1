// Package billing is what is owed and paid: invoices issued with gap-free numbers, payments taken by staff, unapplied
// payments, holds.
//
//	service.go    the service                       settle.go   what money does to an order, and its release
//	payment.go    payments that staff take           payable.go  why an order cannot be paid now
//	unapplied.go  payments that wait for a decision  hold.go     orders stopped by refunds and disputes
package billing
