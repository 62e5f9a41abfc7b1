package billing

import "buildplate/app/shop"

// Payable explains why an order cannot be paid now. Errors: Conflict.
func Payable(inv *shop.Invoice) error {
	switch {
	case inv.Payable():
		return nil
	case inv.State == shop.Void || inv.State == shop.WrittenOff:
		return shop.Conflictf("order_closed", "Order %s was closed. Nothing is to be paid.", inv.OrderNumber)
	case inv.State == shop.Paid:
		return shop.Conflictf("order_paid", "Order %s is already paid. Thank you.", inv.OrderNumber)
	case inv.Review == shop.ReviewRequested:
		return shop.Conflictf("order_in_review", "Order %s is being looked at by a person. It can be paid after that.", inv.OrderNumber)
	}
	return shop.Conflictf("nothing_due", "Nothing is to be paid for order %s.", inv.OrderNumber)
}
