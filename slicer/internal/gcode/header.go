package gcode

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Digest identifies a finished file of G-code.
type Digest struct {
	SHA256 [sha256.Size]byte
	Size   int64 // bytes
}

// Finish writes the raw G-code that p was measured from to w, with a header
// that says the truth. It holds no more than a line of it. The same raw G-code
// and facts always give the same bytes.
func Finish(w io.Writer, raw io.Reader, p Print, f Facts) (Digest, error) {
	hash := sha256.New()
	count := new(counter)
	out := bufio.NewWriterSize(io.MultiWriter(w, hash, count), maxLine)
	if err := errors.Join(rewrite(out, raw, header{p, f}), out.Flush()); err != nil {
		return Digest{}, err
	}
	d := Digest{Size: int64(*count)}
	hash.Sum(d.SHA256[:0])
	return d, nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// rewrite copies r, changing lines before the first line of code only.
func rewrite(w *bufio.Writer, r io.Reader, h header) error {
	in := bufio.NewReaderSize(r, maxLine)
	for {
		raw, err := in.ReadSlice('\n')
		if err != nil && err != io.EOF {
			return err
		}
		l := parse(raw)
		if len(l.code) > 0 {
			if _, err := w.Write(raw); err != nil {
				return err
			}
			_, err := io.Copy(w, in)
			return err
		}
		for _, added := range h.before(l.comment) {
			fmt.Fprintf(w, ";%s\n", added)
		}
		if value, ok := h.value(l.comment); ok {
			name, separator := cutName(l.comment)
			fmt.Fprintf(w, ";%s%s%s\n", name, separator, value)
		} else if _, err := w.Write(raw); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
	}
}

const generated = "Generated with Cura_SteamEngine"

// cutName splits "Filament used: 0m" after its name.
func cutName(comment []byte) (name, separator string) {
	if bytes.HasPrefix(comment, []byte(generated)) {
		return generated, " "
	}
	head, rest, ok := bytes.Cut(comment, []byte{':'})
	if !ok {
		return string(comment), ""
	}
	if bytes.HasPrefix(rest, []byte{' '}) {
		return string(head), ": "
	}
	return string(head), ":"
}

// header knows the true values of a print's header lines.
type header struct {
	print Print
	facts Facts
}

// value is the true value of a header line, if the engine could not know it.
func (h header) value(comment []byte) (string, bool) {
	name, _ := cutName(comment)
	switch name {
	case "TIME", "PRINT.TIME":
		return h.seconds(), true
	case "Filament used":
		area := math.Pi * h.facts.DiameterMM * h.facts.DiameterMM / 4
		return strconv.FormatFloat(h.print.FilamentMM3()/area/1000, 'f', 5, 64) + "m", true
	case "MATERIAL", "EXTRUDER_TRAIN.0.MATERIAL.VOLUME_USED":
		return h.volume(), true
	case "MINX", "PRINT.SIZE.MIN.X":
		return millimetres(h.print.Min[0]), true
	case "MINY", "PRINT.SIZE.MIN.Y":
		return millimetres(h.print.Min[1]), true
	case "MINZ", "PRINT.SIZE.MIN.Z":
		return millimetres(h.print.Min[2]), true
	case "MAXX", "PRINT.SIZE.MAX.X":
		return millimetres(h.print.Max[0]), true
	case "MAXY", "PRINT.SIZE.MAX.Y":
		return millimetres(h.print.Max[1]), true
	case "MAXZ", "PRINT.SIZE.MAX.Z":
		return millimetres(h.print.Max[2]), true
	case generated:
		return h.facts.Version, true
	}
	return "", false
}

// before returns lines that belong before the given one. Griffin's header,
// which Ultimaker's machines from the 3 on insist on, has two that the engine
// leaves out as long as it does not know their values.
func (h header) before(comment []byte) []string {
	if h.print.Flavor != "Griffin" {
		return nil
	}
	switch name, _ := cutName(comment); name {
	case "EXTRUDER_TRAIN.0.NOZZLE.DIAMETER":
		return []string{"EXTRUDER_TRAIN.0.MATERIAL.VOLUME_USED:" + h.volume()}
	case "PRINT.GROUPS":
		return []string{"PRINT.TIME:" + h.seconds()}
	}
	return nil
}

func (h header) seconds() string { return strconv.FormatFloat(math.Round(h.facts.Seconds), 'f', 0, 64) }

func (h header) volume() string {
	return strconv.FormatFloat(math.Round(h.print.FilamentMM3()), 'f', 0, 64)
}

// millimetres writes a coordinate to the micrometre, the engine's own unit.
func millimetres(v float64) string {
	return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64)
}
