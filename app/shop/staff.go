package shop

// Staff is someone who works here.
type Staff struct {
	ID          string
	Email       string
	Name        string
	Role        Role
	Password    string // a password hash, never sent
	Failures    int
	LockedUntil Time
	Created     Time
}

// Session is a login on the shop's door.
type Session struct {
	TokenHash string
	Staff     Staff
	Created   Time
	Seen      Time
	Expires   Time
}

// MachineClass is a machine definition with the shop's overrides; prices and G-code are made for one.
type MachineClass struct {
	ID         string
	Name       string
	Definition string
	Overrides  map[string]string
	Active     bool
}

// Printer is a machine of a class, with its name.
type Printer struct {
	ID      string `json:"id"`
	ClassID string `json:"class_id"`
	Name    string `json:"name"`
	Status  string `json:"status" enum:"ACTIVE,MAINTENANCE,OFFLINE"`
}

// Activity is one thing that happened, in a message.
type Activity struct {
	At        Time
	StaffID   string
	Who       string
	InvoiceID string
	JobID     string
	Message   string
}
