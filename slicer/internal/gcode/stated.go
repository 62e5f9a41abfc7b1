package gcode

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Stated is what a slicer wrote into the comments of its G-code about the print. Zero is what it does not say.
type Stated struct {
	Seconds    float64
	Grams      float64
	FilamentMM float64 // length
}

// statedIn is how much of a file's beginning and of its end is read: slicers write there.
const statedIn = 128 << 10

// ReadStated reads what G-code of any common slicer says of itself: Cura at its beginning; PrusaSlicer, OrcaSlicer, Bambu
// Studio and SuperSlicer at either end.
func ReadStated(r io.ReaderAt, size int64) (Stated, error) {
	var s Stated
	from := []int64{0}
	if size > statedIn {
		from = append(from, size-min(statedIn, size-statedIn))
	}
	for _, at := range from {
		lines := bufio.NewScanner(io.NewSectionReader(r, at, statedIn))
		lines.Buffer(nil, statedIn+1)
		for lines.Scan() {
			if text, ok := bytes.CutPrefix(bytes.TrimSpace(lines.Bytes()), []byte(";")); ok {
				s.read(strings.TrimSpace(string(text)))
			}
		}
		if err := lines.Err(); err != nil {
			return s, err
		}
	}
	return s, nil
}

var (
	statedGrams  = regexp.MustCompile(`^(?:total )?filament (?:used \[g\]|weight \[g\]) *[=:] *([0-9., ]+)$`)
	statedMetres = regexp.MustCompile(`^Filament used: *((?:[0-9.]+m(?:, *)?)+)$`)
	statedTime   = regexp.MustCompile(`(?:estimated printing time(?: \(normal mode\))? *=|total estimated time:) *((?:[0-9]+ ?[dhms] ?)+)`)
	timePart     = regexp.MustCompile(`([0-9]+) ?([dhms])`)
)

func (s *Stated) read(comment string) {
	if value, ok := strings.CutPrefix(comment, "TIME:"); ok {
		s.Seconds = max(s.Seconds, number(value))
	}
	if m := statedTime.FindStringSubmatch(comment); m != nil {
		sum := 0.0
		for _, part := range timePart.FindAllStringSubmatch(m[1], -1) {
			sum += number(part[1]) * map[string]float64{"d": 86400, "h": 3600, "m": 60, "s": 1}[part[2]]
		}
		s.Seconds = max(s.Seconds, sum)
	}
	if m := statedGrams.FindStringSubmatch(comment); m != nil {
		s.Grams = max(s.Grams, sumOf(m[1], ""))
	}
	if m := statedMetres.FindStringSubmatch(comment); m != nil {
		s.FilamentMM = max(s.FilamentMM, sumOf(m[1], "m")*1000)
	}
}

// sumOf adds the figures of a print's several extruders.
func sumOf(list, unit string) (sum float64) {
	for one := range strings.SplitSeq(list, ",") {
		sum += number(strings.TrimSuffix(strings.TrimSpace(one), unit))
	}
	return sum
}

// number reads a figure; what is none, or none that a print can have, is 0.
func number(text string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(f > 0) || math.IsInf(f, 0) {
		return 0
	}
	return f
}
