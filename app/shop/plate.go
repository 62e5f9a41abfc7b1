package shop

// Origins of plates.
const (
	PlatePriced = "priced" // made with the order, and priced by its slice
	PlateFloor  = "floor"  // decided on by staff afterwards
)

// Plate is copies that are made in one run: sliced together, or made elsewhere.
type Plate struct {
	ID       string
	OrderID  string
	Origin   string
	Position int    // its number in the order
	ClassID  string // of the machines it is made on; "" for one that is made elsewhere
	SliceKey string // "" for one that is made elsewhere
	Runs     int    // how often it is to be made
	ItemID   string
	Copies   int // of the item, in one run
	Title    string
}
