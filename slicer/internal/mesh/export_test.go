package mesh

// Laying is the shortest rotation after which what looks along n looks straight down.
func Laying(n [3]float64) Quaternion { return laying(n) }
