package mesh

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"buildplate/slicer/internal/fault"
)

// archive is a ZIP whose directory was checked: a 3MF's package or a
// customer's collection of models. Nothing is ever unpacked to disk; names are
// keys and words for people.
type archive struct {
	lim     Limits
	raw     io.ReaderAt
	entries []entry
	byName  map[string]int // lower case, as OPC compares part names
}

// entry is a file in an archive.
type entry struct {
	*zip.File
	name string // slashes, relative, clean
}

// directoryBytes bounds what is read of a ZIP's directory: enough for 256
// entries with long names, and an end to directories of millions of entries
// before they are held in memory. Its own counts are not to be trusted.
const directoryBytes = 2 << 20

var errDirectory = errors.New("directory of the ZIP is too long")

// thriftyReader refuses to read more than its budget, until it is freed.
type thriftyReader struct {
	r    io.ReaderAt
	left int64
	free bool // set before the archive is handed out; parts are read side by side
}

func (t *thriftyReader) ReadAt(p []byte, off int64) (int, error) {
	if !t.free {
		if t.left -= int64(len(p)); t.left < 0 {
			return 0, errDirectory
		}
	}
	return t.r.ReadAt(p, off)
}

// compressedSlack is what an entry may unpack to whatever its ratio: small
// tables of one repeated line compress very well.
const compressedSlack = 64 << 10

func openArchive(r io.ReaderAt, size int64, lim Limits) (*archive, error) {
	directory := &thriftyReader{r: r, left: directoryBytes}
	z, err := zip.NewReader(directory, size)
	switch {
	case errors.Is(err, errDirectory):
		return nil, tooManyEntries(lim)
	case errors.Is(err, zip.ErrInsecurePath):
		// The names are checked below, with a message.
	case errors.Is(err, zip.ErrFormat):
		return nil, &fault.Error{Code: fault.CodeDamaged, Message: "The archive is damaged or incomplete. Make it or upload it again.", Err: err}
	case err != nil:
		return nil, readFailure(err)
	}
	if len(z.File) > lim.Entries {
		return nil, tooManyEntries(lim)
	}
	// From here on only entries are read, and those in bounds checked below.
	directory.free = true
	a := &archive{lim: lim, raw: r, byName: make(map[string]int)}
	var sum uint64
	for _, f := range z.File {
		e := entry{f, strings.TrimPrefix(strings.ReplaceAll(decodeName(f), `\`, "/"), "./")}
		if sum += f.UncompressedSize64; f.UncompressedSize64 > uint64(lim.UnpackedBytes) || sum > uint64(lim.UnpackedBytes) {
			return nil, fail(fault.CodeTooLarge, "The archive unpacks to more than %s. Send its models one by one.", bytesInWords(lim.UnpackedBytes))
		}
		if err := checkEntry(e, lim); err != nil {
			return nil, err
		}
		if strings.HasSuffix(e.name, "/") {
			continue
		}
		key := strings.ToLower(e.name)
		if _, twice := a.byName[key]; twice {
			return nil, fail(fault.CodeUnsafe, "The archive holds two files of the same name (%s). Make it again.", displayName(e.name))
		}
		a.byName[key] = len(a.entries)
		a.entries = append(a.entries, e)
	}
	return a, nil
}

func tooManyEntries(lim Limits) *fault.Error {
	return fail(fault.CodeTooLarge, "The archive holds more than %s files. Send only the models.", grouped(lim.Entries))
}

func checkEntry(e entry, lim Limits) error {
	const again = "Make it again with an ordinary ZIP program."
	clean := strings.TrimSuffix(e.name, "/")
	switch {
	case e.Flags&1 != 0:
		return fail(fault.CodeEncrypted, "The archive is protected with a password. Send it without one.")
	case e.Method != zip.Store && e.Method != zip.Deflate:
		return fail(fault.CodeUnsupported, "The archive is packed in an uncommon way. %s", again)
	case e.Mode()&(fs.ModeSymlink|fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0:
		return fail(fault.CodeUnsafe, "The archive holds a link in place of a file. %s", again)
	case clean == "" || strings.ContainsRune(clean, 0) || path.IsAbs(clean) || clean != path.Clean(clean) ||
		clean == ".." || strings.HasPrefix(clean, "../") || len(clean) > 1 && clean[1] == ':':
		return fail(fault.CodeUnsafe, "The archive was refused: the file name %q in it points outside. %s", displayName(e.name), again)
	case e.UncompressedSize64 > compressedSlack && e.UncompressedSize64/uint64(lim.Ratio) > e.CompressedSize64:
		return fail(fault.CodeUnsafe, "The archive was refused: %q in it unpacks to more than %s times its size. %s", displayName(e.name), grouped(int(lim.Ratio)), again)
	}
	return nil
}

// decodeName reads names of old ZIP programs, which are not UTF-8, in the code
// page ZIP prescribes for them.
func decodeName(f *zip.File) string {
	if !f.NonUTF8 || utf8.ValidString(f.Name) {
		return f.Name
	}
	if s, err := charmap.CodePage437.NewDecoder().String(f.Name); err == nil {
		return s
	}
	return f.Name
}

// displayName makes a name fit for people and pages: valid, normalised, without
// control characters or marks that turn the writing direction, at most 255 bytes.
func displayName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(name, "\ufffd"))
	name = norm.NFC.String(name)
	if len(name) > 255 {
		cut := 255 - len("…")
		for !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "…"
	}
	return name
}

// find returns the entry of that name, compared as OPC does.
func (a *archive) find(name string) (entry, bool) {
	i, ok := a.byName[strings.ToLower(name)]
	if !ok {
		return entry{}, false
	}
	return a.entries[i], true
}

// source returns an entry as a file of its own. What is stored uncompressed
// can be read at any place.
func (a *archive) source(e entry) source {
	s := source{name: e.name, size: int64(e.UncompressedSize64), open: e.Open}
	if e.Method == zip.Store && e.CompressedSize64 == e.UncompressedSize64 {
		if offset, err := e.DataOffset(); err == nil {
			s.at = io.NewSectionReader(a.raw, offset, s.size)
		}
	}
	return s
}

// is3MF says whether the archive is the package of a 3MF.
func (a *archive) is3MF() bool {
	_, rels := a.find("_rels/.rels")
	_, types := a.find("[Content_Types].xml")
	if !rels && !types {
		return false
	}
	for _, e := range a.entries {
		if strings.HasSuffix(strings.ToLower(e.name), ".model") {
			return true
		}
	}
	return false
}

// models lists the entries that are models, or CAD files that a person will
// want to see, in the archive's order. What systems add by themselves, and
// pictures and notes, are passed over.
func (a *archive) models() []entry {
	var out []entry
	for _, e := range a.entries {
		if !hidden(e.name) && modelExtensions[strings.ToLower(path.Ext(e.name))] {
			out = append(out, e)
		}
	}
	return out
}

func hidden(name string) bool {
	for _, folder := range strings.Split(name, "/") {
		if folder == "__MACOSX" || strings.HasPrefix(folder, ".") {
			return true
		}
	}
	return false
}

var modelExtensions = func() map[string]bool {
	m := map[string]bool{".stl": true, ".obj": true, ".3mf": true}
	for extension := range unsupportedExtensions {
		m[extension] = extension != ".gcode"
	}
	return m
}()
