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

// FilesGone says whether what the plate was sliced from, or the G-code that came of it, is not among the files of its order any
// more: they were deleted, and copies are to be printed after all. What was never sliced misses nothing.
func (p Plate) FilesGone(files []OrderFile) bool {
	if p.SliceKey == "" {
		return false
	}
	var mesh, gcode bool
	for _, f := range files {
		mesh = mesh || f.ItemID == p.ItemID && f.Kind == "mesh"
		gcode = gcode || f.PlateID == p.ID && f.Kind == "gcode"
	}
	return !mesh || !gcode
}
