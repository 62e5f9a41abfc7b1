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
