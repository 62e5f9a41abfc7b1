package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"buildplate/slicer"
)

// Inspect inspects files without slicing them.
type Inspect struct {
	Files []string `arg:"" name:"file" help:"STL, OBJ or 3MF files, or ZIPs of them."`
	Units string   `enum:"mm,inch,m," default:"" help:"Unit of files that name none: mm, inch or m."`
	JSON  bool     `name:"json" help:"Print JSON."`
}

type inspected struct {
	File       string             `json:"file"`
	SizeMM     *[3]float64        `json:"size_mm"`
	VolumeMM3  float64            `json:"volume_mm3"`
	Triangles  int                `json:"triangles"`
	Bodies     int                `json:"bodies"`
	Watertight bool               `json:"watertight"`
	Warnings   []string           `json:"warnings"`
	Inspection *slicer.Inspection `json:"inspection,omitempty"`
	Code       slicer.Code        `json:"code"`  // what kind of error; "" for none
	Error      string             `json:"error"` // a message; "" for none
}

// Run inspects the files. Its status is 1 when one of them has an error.
func (c *Inspect) Run(ctx context.Context, io Streams) error {
	out := []inspected{}
	bad := false
	for _, path := range c.Files {
		err := eachModel(ctx, path, func(name string, read func() (*slicer.Mesh, error)) {
			m, err := read()
			if err != nil {
				out = append(out, inspected{File: name, Warnings: []string{}, Code: slicer.ErrorOf(err).Code, Error: slicer.ErrorOf(err).Message})
				bad = true
				return
			}
			if m.Unit == slicer.UnitUnknown && c.Units != "" {
				m = m.Scaled(unitScale(c.Units))
			}
			in := slicer.Inspect(m)
			p := quotePart{Warnings: []string{}}
			p.warn(m.Warnings...)
			p.fill(in)
			out = append(out, inspected{File: name, SizeMM: &in.SizeMM, VolumeMM3: in.VolumeMM3, Triangles: in.Triangles, Bodies: in.Bodies, Watertight: in.Watertight, Warnings: p.Warnings, Inspection: &in})
		})
		if err != nil {
			e := openError(err)
			out = append(out, inspected{File: path, Warnings: []string{}, Code: e.Code, Error: e.Message})
			bad = true
		}
	}
	if c.JSON {
		if err := printJSON(io.Out, map[string]any{"parts": out}); err != nil {
			return err
		}
	} else {
		for _, p := range out {
			if p.Error != "" {
				fmt.Fprintf(io.Out, "%s: %s\n", p.File, p.Error)
				continue
			}
			fmt.Fprintf(io.Out, "%s: %.2f × %.2f × %.2f mm, %.1f mm³, %d triangles, bodies: %d, closed: %t\n", p.File, p.SizeMM[0], p.SizeMM[1], p.SizeMM[2], p.VolumeMM3, p.Triangles, p.Bodies, p.Watertight)
			for _, f := range p.Inspection.Findings {
				fmt.Fprintln(io.Out, "  "+f.Message)
			}
		}
	}
	if bad {
		return errQuiet
	}
	return nil
}

// eachModel opens a file and hands over each model in it by name. read closes nothing: the file stays open until
// every read returned, so that parts of an archive may be read side by side.
func eachModel(ctx context.Context, path string, each func(name string, read func() (*slicer.Mesh, error))) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	parts, err := slicer.Parts(ctx, filepath.Base(path), f, info.Size())
	if err != nil {
		return err
	}
	for _, p := range parts {
		name := path
		if len(parts) > 1 {
			name = filepath.Join(filepath.Dir(path), p.Name)
		}
		each(name, func() (*slicer.Mesh, error) { return p.Read(ctx) })
	}
	return nil
}
