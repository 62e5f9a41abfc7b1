package mesh

// Limits bounds what a reader accepts. A field left at zero takes the value of
// DefaultLimits, so Limits{} is the usual argument.
type Limits struct {
	FileBytes      int64   // size of an uploaded file, and of one model inside an archive
	Triangles      int     // triangles in a model, all copies of a 3MF's components counted
	Coordinate     float64 // largest absolute coordinate, in millimetres
	TextLine       int     // bytes in a line of an ASCII STL
	ObjectLine     int     // bytes in a line of an OBJ, continuations included
	Polygon        int     // corners of one face
	Entries        int     // entries in a ZIP or 3MF
	UnpackedBytes  int64   // sum of the sizes a ZIP or 3MF declares
	Ratio          int64   // unpacked to packed size of one entry
	XMLDepth       int     // nested elements
	XMLAttribute   int     // bytes in one attribute
	ComponentDepth int     // components inside components of a 3MF
	Instances      int     // copies of objects a 3MF's build places
	Models         int     // models in one ZIP
	NestedPackage  int64   // bytes of a compressed 3MF inside a ZIP, which is held in memory
}

// DefaultLimits returns the shop's usual limits.
func DefaultLimits() Limits {
	return Limits{
		FileBytes:      256 << 20,
		Triangles:      10_000_000,
		Coordinate:     1e6,
		TextLine:       4 << 10,
		ObjectLine:     64 << 10,
		Polygon:        1024,
		Entries:        256,
		UnpackedBytes:  1 << 30,
		Ratio:          200,
		XMLDepth:       64,
		XMLAttribute:   4 << 10,
		ComponentDepth: 16,
		Instances:      100_000,
		Models:         50,
		NestedPackage:  64 << 20,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	pick(&l.FileBytes, d.FileBytes)
	pick(&l.Triangles, d.Triangles)
	pick(&l.Coordinate, d.Coordinate)
	pick(&l.TextLine, d.TextLine)
	pick(&l.ObjectLine, d.ObjectLine)
	pick(&l.Polygon, d.Polygon)
	pick(&l.Entries, d.Entries)
	pick(&l.UnpackedBytes, d.UnpackedBytes)
	pick(&l.Ratio, d.Ratio)
	pick(&l.XMLDepth, d.XMLDepth)
	pick(&l.XMLAttribute, d.XMLAttribute)
	pick(&l.ComponentDepth, d.ComponentDepth)
	pick(&l.Instances, d.Instances)
	pick(&l.Models, d.Models)
	pick(&l.NestedPackage, d.NestedPackage)
	return l
}

func pick[T int | int64 | float64](field *T, standard T) {
	if *field <= 0 {
		*field = standard
	}
}

// bytesInWords writes a size as people do: "256 MB", "84 bytes".
func bytesInWords(n int64) string {
	switch {
	case n >= 1<<30:
		return sprint(float64(n)/(1<<30), "GB")
	case n >= 1<<20:
		return sprint(float64(n)/(1<<20), "MB")
	case n >= 1<<10:
		return sprint(float64(n)/(1<<10), "kB")
	}
	return plural(int(n), "byte")
}
