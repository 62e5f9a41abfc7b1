package shop

// takenBack is why an order was closed that its customer took back.
const takenBack = "The customer took it back to change it."

// TakenBack says whether the order's customer took it back, to change it.
func (o *Order) TakenBack() bool { return o.State == OrderCancelled && o.CloseReason == takenBack }

// TakeBack closes the order, whose parts its customer takes back to change them, and gives the reason. Errors: as CanTakeBack.
func (o *Order) TakeBack(now Time) (reason string, err error) {
	if err := o.CanTakeBack(); err != nil {
		return "", err
	}
	o.State, o.Closed, o.CloseReason, o.Message = OrderCancelled, now, takenBack, ""
	return takenBack, nil
}

// CanTakeBack says whether the order's customer can take it back to change it: they placed it themselves, nothing of it is begun,
// and no money came for it. Errors: Conflict.
func (o *Order) CanTakeBack() error {
	switch {
	case o.closed() || o.State != OrderOpen:
		return Conflictf("order_closed", "Order %s is already closed.", o.Number)
	case o.Source != FromWeb:
		return Conflictf("order_typed_in", "We typed in order %s for you. Tell us what you would like to change.", o.Number)
	case o.issued() || o.Paid() != 0:
		return Conflictf("order_has_payment", "Order %s was paid or invoiced already, so it stays as it is. Tell us what you would like to change.", o.Number)
	case o.Released != 0 || o.Jobs.Total > 0:
		return begun(o)
	case o.Hold != "":
		return Conflictf("order_on_hold", "Order %s is on hold. Tell us what you would like to change.", o.Number)
	}
	return nil
}

// NotWorkedOn refuses to give an order back of which staff have made something already: a model or G-code in the place of what came.
// Errors: Conflict.
func (o *Order) NotWorkedOn(files []OrderFile) error {
	for _, f := range files {
		if f.Remade {
			return begun(o)
		}
	}
	return nil
}

func begun(o *Order) error {
	return Conflictf("order_begun", "We have begun to work on order %s. Tell us what you would like to change.", o.Number)
}
