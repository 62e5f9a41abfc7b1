package shop

// RefusedModel keeps a file from being taken: an order's refusal of what came with it. What several orders refused is not taken while one of
// these stands.
type RefusedModel struct {
	SHA256      string // of the file as it was sent, or of the mesh read from it
	OrderNumber string
	OrderID     string // "" once the order is deleted
	Reason      string
	Name        string // of the file, as the customer called it; "" where nobody knows
	Whole       bool   // what came with it is not known any more: it is accepted again with all else of its order
	By          string // who refused it; "" where nobody wrote it down
	Created     Time
}

// StaffMessage says of a file why it is not taken, and how staff go on.
func (b RefusedModel) StaffMessage(name string) string { return MessageOf(b.StaffError(name)) }

// StaffError refuses a file at the counter. Invalid.
func (b RefusedModel) StaffError(name string) error {
	return Invalidf("file_refused", "file", "%s is not accepted: it came with order %s, which was refused: “%s”. Leave it out, or have an admin accept it again under Settings, Refused models.", name, b.OrderNumber, b.Reason)
}
