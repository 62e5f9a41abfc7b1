// Package billing is what is owed and paid: invoices issued with gap-free numbers, payments taken by staff, unapplied
// payments, refunds, holds.
//
//	service.go    the service                            settle.go   what money does to an invoice and its order
//	invoice.go    made for an order, and voided with it  view.go     what staff see of one, and of payments
//	payment.go    payments that staff take               payable.go  why an invoice cannot be paid now
//	unapplied.go  payments that wait for a decision      hold.go     orders stopped by refunds and disputes
//	reversal.go   payments entered by mistake            refund.go   refunds noted, failed, and what they mean
//	list.go       the list of invoices                    adjustment.go  an issued invoice asks for less
//	write_off.go  what is owed and given up              due.go      what is due back kept in line with the order
//	dispute.go    what becomes of money that a bank took back
package billing
