package shop

// OrderFile is a file that belongs to an order.
type OrderFile struct {
	ID       string
	ClientID string
	OrderID  string
	ItemID   string
	PlateID  string // of G-code
	Kind     string // model, mesh, gcode, settings, review_file
	Name     string
	BlobID   string
	SHA256   string
	Bytes    int64
	Created  Time
	Remade   bool   // by staff, in the place of what came with the order
	Sent     string // SHA-256 of the file that a mesh was read from; "" where nobody wrote it down
	SentAs   string // of what staff put in the place of another: how they called the file; "" of all else
}
