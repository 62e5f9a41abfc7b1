package cli

import (
	"context"
	"fmt"

	"buildplate/slicer"
)

// Orient proposes how a model should lie to be printed.
type Orient struct {
	File  string `arg:"" name:"file" help:"An STL, OBJ or 3MF file of one model."`
	Units string `enum:"mm,inch,m," default:"" help:"Unit of files that name none: mm, inch or m."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// oriented is what the command prints: the best poses, the best first, and the file's own to compare them with.
type oriented struct {
	File  string        `json:"file"`
	Own   *slicer.Pose  `json:"own"` // null with an error
	Poses []slicer.Pose `json:"poses"`
	Code  slicer.Code   `json:"code"`  // what kind of error; "" for none
	Error string        `json:"error"` // a message; "" for none
}

// Run reads one model. Its status is 1 when that cannot be done.
func (c *Orient) Run(ctx context.Context, io Streams) error {
	out := oriented{File: c.File, Poses: []slicer.Pose{}}
	if err := c.orient(ctx, &out); err != nil {
		e := openError(err)
		out.Code, out.Error = e.Code, e.Message
	}
	if c.JSON {
		if err := printJSON(io.Out, out); err != nil {
			return err
		}
	} else if out.Error != "" {
		fmt.Fprintf(io.Out, "%s: %s\n", out.File, out.Error)
	} else {
		fmt.Fprintf(io.Out, "%s as it lies: %s\n", out.File, poseInWords(*out.Own))
		for i, p := range out.Poses {
			fmt.Fprintf(io.Out, "%d. --pose %s: %s\n", i+1, poseText(p.Quaternion), poseInWords(p))
		}
	}
	if out.Error != "" {
		return errQuiet
	}
	return nil
}

func (c *Orient) orient(ctx context.Context, out *oriented) error {
	models := 0
	var failed error
	err := eachModel(ctx, c.File, func(_ string, read func() (*slicer.Mesh, error)) {
		if models++; models > 1 {
			return
		}
		m, err := read()
		if err != nil {
			failed = err
			return
		}
		if m.Unit == slicer.UnitUnknown && c.Units != "" {
			m = m.Scaled(unitScale(c.Units))
		}
		m = m.Outward()
		own := m.Pose(slicer.NoRotation)
		out.Own, out.Poses = &own, m.Poses()
	})
	switch {
	case err != nil:
		return err
	case models > 1:
		out.Own, out.Poses = nil, []slicer.Pose{}
		return &slicer.Error{Code: slicer.CodeSeveral, Message: fmt.Sprintf("The file holds %d models. Give one at a time.", models)}
	}
	return failed
}

func poseInWords(p slicer.Pose) string {
	return fmt.Sprintf("%.2f mm high, overhangs %.1f mm², rests on %.1f mm², score %.0f", p.HeightMM, p.OverhangMM2, p.ContactMM2, p.Score)
}
