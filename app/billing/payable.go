package billing

import "buildplate/app/shop"

// Payable explains why an invoice cannot be paid now. Errors: Conflict.
func Payable(inv *shop.Invoice) error {
	switch {
	case inv.Payable():
		return nil
	case inv.Closed():
		return shop.Conflictf("invoice_closed", "%s is closed. There is nothing to pay for it.", inv.Label())
	case inv.State == shop.Paid:
		return shop.Conflictf("invoice_paid", "%s is already paid. Thank you.", inv.Label())
	}
	return shop.Conflictf("nothing_due", "There is nothing to pay for %s.", inv.Label())
}
