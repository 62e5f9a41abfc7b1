package shop

// owing is the order's invoice that counts, or nil.
func (o *Order) owing() *Invoice {
	if o.Invoice == nil || o.Invoice.State == Void {
		return nil
	}
	return o.Invoice
}

// InvoiceNumber is the number of the order's invoice, "" while it has none.
func (o *Order) InvoiceNumber() string {
	if o.Invoice == nil {
		return ""
	}
	return o.Invoice.Number
}

// Paid is the money that counts for the order.
func (o *Order) Paid() Cents {
	if o.Invoice == nil {
		return 0
	}
	return o.Invoice.Paid
}

// Rounding is what rounding added to the order when cash was taken for it.
func (o *Order) Rounding() Cents {
	if o.Invoice == nil {
		return 0
	}
	return o.Invoice.Rounding
}

// Balance is what is still owed for the order; nothing while it has no invoice that counts.
func (o *Order) Balance() Cents {
	if v := o.owing(); v != nil {
		return v.Balance()
	}
	return 0
}

// PaidAt is when the last of the order's price was paid.
func (o *Order) PaidAt() Time {
	if v := o.owing(); v != nil {
		return v.PaidAt
	}
	return 0
}

// isPaid says whether nothing is owed any more.
func (o *Order) isPaid() bool {
	v := o.owing()
	return v != nil && v.State == Paid
}

// Payable says whether money may be asked for now.
func (o *Order) Payable() bool {
	v := o.owing()
	return !o.closed() && o.Review != ReviewRequested && v != nil && v.Payable()
}

// Adjusted is what the order's invoice was lowered by since it was issued.
func (o *Order) Adjusted() Cents {
	if o.Invoice == nil {
		return 0
	}
	return o.Invoice.Adjusted
}

// AskedTax is the tax within what is asked for the order now.
func (o *Order) AskedTax() Cents {
	if o.Invoice == nil {
		return o.Price.Tax
	}
	return o.Invoice.AskedTax()
}

// DueBack is what the shop has of an order that was closed, or for which more was paid than it costs, and is to send back.
func (o *Order) DueBack() Cents {
	if o.Invoice == nil {
		return 0
	}
	return o.Invoice.DueBack
}

// Refunded is what was sent back of the payments that count.
func (o *Order) Refunded() Cents {
	if o.Invoice == nil {
		return 0
	}
	return o.Invoice.Refunds
}

// OwedAgain is what was refunded and the customer is to pay again.
func (o *Order) OwedAgain() Cents {
	if o.Invoice == nil {
		return 0
	}
	return o.Invoice.OwedAgain
}

// OpenRefunds is what was refunded and of which nobody has said yet what it means; nothing once the order is closed.
func (o *Order) OpenRefunds() Cents {
	if v := o.owing(); v != nil && !o.closed() {
		return v.OpenRefunds()
	}
	return 0
}

// Missing is what went back of the order's money, or is disputed, and of which nobody has said that it is owed again or that the
// order costs less; nothing once the order is closed.
func (o *Order) Missing() Cents {
	if v := o.owing(); v != nil && !o.closed() {
		return v.Missing()
	}
	return 0
}

// Sendable is money that was paid and can be sent back: it was not yet, and no cardholder's bank took it, or may.
func (o *Order) Sendable() Cents {
	if o.Invoice == nil {
		return 0
	}
	return max(o.Invoice.Held()-o.Invoice.Disputed, 0)
}
