package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"buildplate/app/shop"
	"buildplate/slicer"
)

const none = "none"

// maxSpacing is in mm.
const maxSpacing = 100

// Quote prices each file with the shop's first prices, and several copies as the plates on which they are printed.
type Quote struct {
	Files    []string          `arg:"" name:"file" help:"STL, OBJ or 3MF files, or ZIPs of them."`
	Printer  []string          `default:"creality_ender3" help:"Machine definition, as 'buildplate printers' lists them. Of several, the smallest that a part fits takes it."`
	Material string            `default:"PLA" help:"PLA, PETG, ABS, TPU, or none to leave the layer out."`
	Quality  string            `default:"0.20" help:"Layer height in mm: 0.28, 0.20, 0.16, 0.12, or none to leave the layer out."`
	Infill   *int              `help:"Infill in percent (default 20)."`
	Supports string            `enum:"auto,on,off," default:"" help:"auto, on or off (default auto)."`
	Copies   int               `default:"1" help:"Copies of each part, laid out on plates."`
	Spacing  float64           `default:"5" help:"Millimetres between copies on a plate."`
	Pose     string            `help:"How each part lies: auto for the best that fits, or x,y,z,w as 'buildplate orient' prints (default as in its file)."`
	Units    string            `enum:"mm,inch,m," default:"" help:"Unit of files that name none: mm, inch or m."`
	Set      map[string]string `help:"A setting on top of everything, key=value. May be repeated." mapsep:"none"`
	Engine   string            `enum:"auto,embedded,native" default:"auto" help:"Which CuraEngine."`
	Native   string            `name:"cura-engine" env:"BUILDPLATE_CURA_ENGINE" help:"An installed CuraEngine." placeholder:"PATH"`
	JSON     bool              `name:"json" help:"Print JSON."`
}

// quotePart is one model of the quote; Error stands alone when it could not be priced.
type quotePart struct {
	File         string             `json:"file"`
	Seconds      float64            `json:"seconds"`
	Grams        float64            `json:"grams"`
	SupportGrams float64            `json:"support_grams"`
	FilamentMM   float64            `json:"filament_mm"`
	Layers       int                `json:"layers"`
	SizeMM       *[3]float64        `json:"size_mm"`
	VolumeMM3    float64            `json:"volume_mm3"`
	Triangles    int                `json:"triangles"`
	Bodies       int                `json:"bodies"`
	Watertight   bool               `json:"watertight"`
	Engine       string             `json:"engine"`            // native or embedded
	Printer      string             `json:"printer,omitempty"` // the machine definition that took it; only of several
	Pose         *slicer.Quaternion `json:"pose,omitempty"`    // how it lies, from how its file has it; only with --pose
	Plates       []quotePlate       `json:"plates"`            // that the copies are made on; the figures above are of one copy
	Warnings     []string           `json:"warnings"`
	Code         slicer.Code        `json:"code"`  // what kind of error; "" for none
	Error        string             `json:"error"` // a message; "" for none
	Price        *quotePrice        `json:"price"`

	facts *shop.PartFacts
}

// Run prices the files. Its status is 1 when one of them has an error; the others are priced all the same.
func (q *Quote) Run(ctx context.Context, io Streams) error {
	if err := q.check(); err != nil {
		return wrongCall{err}
	}
	s, err := slicer.New(ctx, slicer.Options{Engine: q.Engine, Native: q.Native})
	if err != nil {
		return err
	}
	defer s.Close()
	parts := q.parts(ctx, s)
	res := q.total(parts)
	res.Engine = s.Engine.Name() + " " + s.Engine.Version()
	if q.JSON {
		err = printJSON(io.Out, res)
	} else {
		err = res.print(io.Out)
	}
	if err == nil && slices.ContainsFunc(parts, func(p *quotePart) bool { return p.Error != "" }) {
		err = errQuiet
	}
	return err
}

func (q *Quote) check() error {
	if _, err := poseOf(q.Pose); err != nil {
		return err
	}
	if q.Copies < 1 || q.Copies > shop.MaxCopies {
		return fmt.Errorf("--copies goes from 1 to %d", shop.MaxCopies)
	}
	if !(q.Spacing > 0 && q.Spacing <= maxSpacing) {
		return fmt.Errorf("--spacing goes from a little above 0 to %d mm", maxSpacing)
	}
	if q.Infill != nil && (*q.Infill < 0 || *q.Infill > 100) {
		return errors.New("--infill is a percentage from 0 to 100")
	}
	if err := q.sortPrinters(); err != nil {
		return err
	}
	if _, ok := slicer.FindQuality(q.Quality); !ok && q.Quality != none {
		return fmt.Errorf("--quality is 0.28, 0.20, 0.16, 0.12 or none, not %q", q.Quality)
	}
	if _, ok := slicer.FindMaterial(q.Material); !ok && q.Material != none {
		return fmt.Errorf("--material is PLA, PETG, ABS, TPU or none, not %q", q.Material)
	}
	if len(q.Set) == 0 || !slicer.Built() {
		return nil
	}
	r := q.request(q.Printer[0], [32]byte{}, slicer.Inspection{})
	_, err := slicer.ResolveSettings(slicer.Stack{Printer: r.Printer, Quality: r.Quality, Material: r.Material, Overrides: []slicer.Layer{{Name: "the settings given", Set: q.Set}}})
	return err
}

// parts slices every model of every file, as many at once as there are cores, in the order given.
func (q *Quote) parts(ctx context.Context, s *slicer.Slicer) []*quotePart {
	var out []*quotePart
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.NumCPU())
	for _, path := range q.Files {
		err := eachModel(ctx, path, func(name string, read func() (*slicer.Mesh, error)) {
			p := &quotePart{File: name, Plates: []quotePlate{}, Warnings: []string{}}
			out = append(out, p)
			slots <- struct{}{}
			wait.Add(1)
			go func() {
				defer func() { <-slots; wait.Done() }()
				m, err := read()
				if err == nil {
					err = q.part(ctx, s, p, m)
				}
				if err != nil {
					e := slicer.ErrorOf(err)
					p.Code, p.Error = e.Code, e.Message
				}
			}()
		})
		if err != nil {
			e := openError(err)
			out = append(out, &quotePart{File: path, Plates: []quotePlate{}, Warnings: []string{}, Code: e.Code, Error: e.Message})
		}
	}
	wait.Wait()
	return out
}

func (q *Quote) part(ctx context.Context, s *slicer.Slicer, p *quotePart, m *slicer.Mesh) error {
	if m.Unit == slicer.UnitUnknown && q.Units != "" {
		m = m.Scaled(shop.Unit(q.Units).Scale())
	}
	r, in, err := q.posed(s, p, m)
	p.fill(in)
	p.warn(m.Warnings...)
	if in.Units.Ask && q.Units == "" {
		p.Warnings = append(p.Warnings, in.Units.Text+" Say so with --units.")
	}
	if err != nil {
		return err
	}
	plates, spread, err := s.SlicePlates(ctx, m.Outward().Stored(), slicer.Copies{Request: r, Count: q.Copies, Spacing: q.Spacing}, nil)
	if err != nil {
		return err
	}
	p.sum(plates, spread)
	n := float64(q.Copies)
	p.facts = &shop.PartFacts{
		Name: filepath.Base(p.File), Copies: q.Copies, Grams: n * p.Grams, SupportGrams: n * p.SupportGrams, Seconds: n * p.Seconds,
		SellPerGram: shop.DefaultSellPerGram(q.Material), Runs: runsOf(plates),
	}
	return nil
}

// posedOn is posed on one printer.
func (q *Quote) posedOn(printer string, s *slicer.Slicer, p *quotePart, m *slicer.Mesh) (r slicer.Request, in slicer.Inspection, err error) {
	given, err := poseOf(q.Pose)
	if err != nil {
		return r, in, err
	}
	poses := []slicer.Quaternion{given}
	if q.Pose == poseAuto {
		poses = poses[:0]
		for _, pose := range m.Outward().Poses() {
			poses = append(poses, pose.Quaternion)
		}
	}
	var first error
	for i, pose := range poses {
		r = q.request(printer, m.Hash(), slicer.Inspection{})
		in = slicer.Laid{Pose: pose, SupportAngle: r.SupportAngle()}.Inspect(m)
		r.Inspection, r.Pose = in, pose
		if _, err = s.Prepare(r); err == nil {
			if q.Pose != "" {
				p.Pose = &poses[i]
			}
			return r, in, nil
		}
		if i == 0 {
			first = err
		}
	}
	return r, slicer.Inspect(m.Oriented(poses[0])), first
}

// request leaves infill and supports to the definition where both layers are left out and nothing else was said.
func (q *Quote) request(printer string, hash [32]byte, in slicer.Inspection) slicer.Request {
	r := slicer.Request{MeshHash: hash, Inspection: in, Printer: printer, Quality: q.Quality, Material: q.Material, Infill: q.Infill, Supports: slicer.Supports(q.Supports), Set: q.Set}
	bare := q.Quality == none && q.Material == none
	if q.Quality == none {
		r.Quality = ""
	}
	if q.Material == none {
		r.Material = ""
	}
	if r.Infill == nil && !bare {
		twenty := 20
		r.Infill = &twenty
	}
	if r.Supports == slicer.SupportsAsDefined && !bare {
		r.Supports = slicer.SupportsAuto
	}
	return r
}

func (p *quotePart) fill(in slicer.Inspection) {
	p.SizeMM, p.VolumeMM3, p.Triangles, p.Bodies, p.Watertight = &in.SizeMM, in.VolumeMM3, in.Triangles, in.Bodies, in.Watertight
	for _, f := range in.Findings {
		if f.Severity != slicer.SeverityInfo {
			p.warn(f)
		}
	}
}

func (p *quotePart) warn(findings ...slicer.Finding) {
	for _, f := range findings {
		p.Warnings = append(p.Warnings, f.Message)
	}
}

func (q *Quote) total(parts []*quotePart) quoteResult {
	settings := shop.DefaultSettings("UTC")
	res := quoteResult{Parts: parts, Currency: settings.Currency}
	if res.Parts == nil {
		res.Parts = []*quotePart{}
	}
	var priced []shop.PartFacts
	for i, p := range parts {
		if p.facts != nil {
			p.facts.ID = fmt.Sprint(i)
			priced = append(priced, *p.facts)
		}
	}
	price := settings.Pricing.Order(priced, nil, settings.EffectiveTax(), settings.Currency, nil, true)
	for i, p := range parts {
		pp, ok := price.Parts[fmt.Sprint(i)]
		if !ok {
			continue
		}
		p.Price = &quotePrice{Total: pp.Total}
		for _, r := range pp.Rows {
			switch r.Kind {
			case shop.RowMaterial, shop.RowSupports:
				p.Price.Material += r.Amount
			case shop.RowMachine:
				p.Price.Machine += r.Amount
			case shop.RowPlates:
				p.Price.Plates += r.Amount
			case shop.RowSetup:
				p.Price.Setup += r.Amount
			}
		}
	}
	res.Rows, res.Total = price.Rows, price.Total
	return res
}

// openError says for people and programs why a file could not be opened.
func openError(err error) *slicer.Error {
	var path *os.PathError
	if errors.As(err, &path) {
		return &slicer.Error{Code: slicer.CodeRead, Message: "The file cannot be opened: " + strings.TrimSpace(path.Err.Error()) + ".", Err: err}
	}
	return slicer.ErrorOf(err)
}
