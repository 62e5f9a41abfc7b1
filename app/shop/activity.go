package shop

// Activity is one thing that happened, in a message.
type Activity struct {
	At      Time
	UserID  string
	Who     string
	OrderID string
	JobID   string
	Message string
}
