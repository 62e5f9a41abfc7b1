package shop

// Actor is who asks for something to be done.
type Actor struct {
	StaffID string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    Role   `json:"role" enum:"ADMIN,STAFF"`
}

// Activity is an entry of the activity log by this actor.
func (a Actor) Activity(invoiceID, message string) Activity {
	return Activity{StaffID: a.StaffID, Who: a.Name, InvoiceID: invoiceID, Message: message}
}
