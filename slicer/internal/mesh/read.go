package mesh

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"runtime/debug"

	"buildplate/slicer/internal/fault"
)

// Part is one model of an upload, not read yet.
type Part struct {
	// Name is what to call the part: the file's name, after the archive's name
	// and a slash where it came out of one. It is data for people, cleaned of
	// control characters, and never a path.
	Name   string
	Format Format // what it seems to be; empty if Read will refuse it
	Size   int64  // in bytes, unpacked

	lim    Limits
	source source
	pack   *archive // the opened package of a 3MF
	err    error    // why it cannot be read, known already
}

// Parts lists the models in an upload: one, or those in a ZIP, a 3MF being one
// model with all it builds. CAD files in a ZIP, such as STEP, are listed too;
// reading one returns fault.CodeUnsupported, so that a person can be asked. The
// format is told by content; the name's extension breaks ties. Every error is
// a *fault.Error.
func Parts(ctx context.Context, name string, r io.ReaderAt, size int64, lim Limits) (parts []Part, err error) {
	defer recovered(&err)
	lim = lim.withDefaults()
	if size > lim.FileBytes {
		return nil, fileTooLarge(lim)
	}
	p := newPart(ctx, displayName(name), sourceAt(name, r, size), lim)
	if p.Format != FormatZIP {
		if p.err != nil {
			return nil, p.err
		}
		return []Part{p}, nil
	}
	entries := p.pack.models()
	if len(entries) == 0 {
		return nil, fail(fault.CodeNoModel, "There is no STL, OBJ or 3MF in this archive. Add the models and upload it again.")
	}
	if len(entries) > lim.Models {
		return nil, fail(fault.CodeTooLarge, "There are %s in this archive; send at most %s at a time.", plural(len(entries), "model"), grouped(lim.Models))
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, readFailure(err)
		}
		parts = append(parts, newPart(ctx, displayName(name+"/"+e.name), p.pack.source(e), lim))
	}
	return parts, nil
}

func fileTooLarge(lim Limits) *fault.Error {
	return fail(fault.CodeTooLarge, "The file is larger than %s. Export the model with less detail.", bytesInWords(lim.FileBytes))
}

// newPart reads a file's first bytes.
func newPart(ctx context.Context, name string, s source, lim Limits) Part {
	p := Part{Name: name, Size: s.size, lim: lim, source: s}
	p.Format, p.pack, p.err = identify(ctx, s, lim)
	return p
}

func identify(ctx context.Context, s source, lim Limits) (Format, *archive, error) {
	if s.size > lim.FileBytes {
		return "", nil, fileTooLarge(lim)
	}
	head, _, file, err := s.stream(ctx)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	format, err := detect(head, s.size, path.Base(s.name))
	if err != nil || format != FormatZIP {
		return format, nil, err
	}
	if s.at == nil {
		// A package compressed once more: it must be unpacked to be read, but
		// not before it is this part's turn.
		return Format3MF, nil, nil
	}
	a, err := openArchive(s.at, s.size, lim)
	if err != nil {
		return "", nil, err
	}
	if a.is3MF() {
		return Format3MF, a, nil
	}
	return FormatZIP, a, nil
}

// Read reads the part. Every error is a *fault.Error; one that matches
// context.Canceled or DeadlineExceeded means that ctx ended.
func (p Part) Read(ctx context.Context) (m *Mesh, err error) {
	defer recovered(&err)
	return p.read(ctx)
}

func (p Part) read(ctx context.Context) (*Mesh, error) {
	if p.err != nil {
		return nil, p.err
	}
	switch p.Format {
	case Format3MF:
		a := p.pack
		if a == nil {
			var err error
			if a, err = p.unpack(ctx); err != nil {
				return nil, err
			}
		}
		return read3MF(ctx, a, p.lim)
	case FormatSTL, FormatOBJ:
		return p.readTriangles(ctx)
	}
	return nil, fail(fault.CodeUnsupported, "An archive inside an archive is not opened. Send the models themselves.")
}

// readTriangles streams an STL or OBJ.
func (p Part) readTriangles(ctx context.Context) (*Mesh, error) {
	head, r, file, err := p.source.stream(ctx)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b := newBuilder(p.lim)
	switch {
	case p.Format == FormatOBJ:
		err = readOBJ(r, b)
	case isBinarySTL(head, p.source.size):
		err = readBinarySTL(r, b)
	default:
		err = readTextSTL(r, b)
	}
	if err != nil {
		return nil, err
	}
	// The end of an archive's entry is where its checksum is compared.
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, readFailure(err)
	}
	return b.mesh(UnitUnknown)
}

// unpack opens a 3MF that lies compressed in a ZIP.
func (p Part) unpack(ctx context.Context) (*archive, error) {
	if p.source.size > p.lim.NestedPackage {
		return nil, fail(fault.CodeTooLarge, "The 3MF in this archive is larger than %s. Send it by itself.", bytesInWords(p.lim.NestedPackage))
	}
	_, r, file, err := p.source.stream(ctx)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, readFailure(err)
	}
	a, err := openArchive(bytes.NewReader(data), int64(len(data)), p.lim)
	if err != nil {
		return nil, err
	}
	if !a.is3MF() {
		return nil, fail(fault.CodeUnsupported, "An archive inside an archive is not opened. Send the models themselves.")
	}
	return a, nil
}

// Read reads a file of one model; a ZIP of one model will do. See Parts for
// the arguments and errors.
func Read(ctx context.Context, name string, r io.ReaderAt, size int64, lim Limits) (*Mesh, error) {
	parts, err := Parts(ctx, name, r, size, lim)
	if err != nil {
		return nil, err
	}
	if len(parts) > 1 {
		return nil, fail(fault.CodeSeveral, "There are %s in this archive; choose one of them.", plural(len(parts), "model"))
	}
	return parts[0].Read(ctx)
}

// recovered turns a panic into an error: a flaw in a reader must cost one file,
// not the shop.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = &fault.Error{
			Code:    fault.CodeDamaged,
			Message: "The file could not be read; it may be damaged. Export it again, or ask us to look at it.",
			Err:     fmt.Errorf("panic: %v\n%s", r, debug.Stack()),
		}
	}
}
