package shop

// CanChangeMessage says whether the shop's words on the order's page may become others now. With a review they are written as it
// ends, and what a closed order says is why it was closed. Errors: Conflict.
func (o *Order) CanChangeMessage() error {
	switch {
	case o.State != OrderOpen || o.closed():
		return Conflictf("order_not_open", "Order %s is closed or done. What its customer reads stays as it is.", o.Number)
	case o.inReview():
		return Conflictf("order_in_review", "Order %s is waiting for review. Approve it, and write the message with that.", o.Number)
	}
	return nil
}

// ChangeMessage sets the shop's words to the customer, "" for none: those stay while only they tell how to pay what is owed, which
// none of the methods does. Errors: Conflict as CanChangeMessage; Invalid.
func (o *Order) ChangeMessage(message string, methods []PaymentMethod) error {
	if err := o.CanChangeMessage(); err != nil {
		return err
	}
	o.Message = message
	if o.Balance() <= 0 {
		return nil
	}
	return o.CheckHowToPay(methods)
}
