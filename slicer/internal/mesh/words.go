package mesh

import (
	"strconv"
	"strings"
)

// plural writes a count with its noun: "1 hole", "1,240 holes".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	switch {
	case strings.HasSuffix(noun, "body"), strings.HasSuffix(noun, "cavity"):
		noun = noun[:len(noun)-1] + "ies"
	default:
		noun += "s"
	}
	return grouped(n) + " " + noun
}

// grouped writes a whole number with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	first := len(s) % 3
	if n < 0 || len(s) <= 3 {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:first])
	for i := first; i < len(s); i += 3 {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s[i : i+3])
	}
	return b.String()
}

// sprint writes a figure with at most one decimal, and its unit.
func sprint(v float64, unit string) string { return decimals(v) + " " + unit }

// decimals keeps one decimal for ordinary figures and more for small ones, so
// that 0.02 mm does not read as 0.
func decimals(v float64) string {
	digits := 1
	switch {
	case v == 0 || v >= 100 || v <= -100:
		digits = 0
	case v < 0.1 && v > -0.1:
		digits = 3
	case v < 1 && v > -1:
		digits = 2
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// sizeInWords writes a box as "131 x 20 x 4.5 mm".
func sizeInWords(size [3]float64) string {
	return decimals(size[0]) + " × " + decimals(size[1]) + " × " + decimals(size[2]) + " mm"
}
