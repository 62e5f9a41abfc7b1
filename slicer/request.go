package slicer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/internal/plate"
)

// Supports says whether supports are printed; Auto leaves it to the inspection.
type Supports string

// The choices for supports. SupportsAsDefined says nothing and leaves the setting to the definition.
const (
	SupportsAuto      Supports = "auto"
	SupportsOn        Supports = "on"
	SupportsOff       Supports = "off"
	SupportsAsDefined Supports = ""
)

// Request is one model to slice, in millimetres, with the layers of its settings.
type Request struct {
	MeshHash   [32]byte          // of the raw mesh, before scale
	Inspection Inspection        // after scale, in the pose
	Scale      float64           // from the raw mesh to millimetres; 0 counts as 1
	Pose       Quaternion        // how it lies; all zero counts as NoRotation
	Printer    string            // a definition's identifier
	Quality    string            // "" leaves the layer out
	Material   string            // "" leaves the layer out
	Machine    map[string]string // the shop's overrides of the machine
	Infill     *int              // percent; nil leaves it to the layers below
	Supports   Supports
	Set        map[string]string // on top of everything
}

// Plan is a request with every setting resolved: what will be sliced, and the key it is known by.
type Plan struct {
	Settings     *Settings
	Bed          Bed        // of the machine
	Pose         Quaternion // on the scaled mesh
	SupportsUsed bool       // supports are printed where they are needed
	Scale        float64    // from the raw mesh to millimetres
	Bodies       int        // of the model
	Watertight   bool       // the model is: what is printed of it can be compared with it
	Height       float64    // what the model is stretched to along z, in mm; 0 where it is not, see wholeLayers
	Key          string     // hex SHA-256 of mesh, scale, pose, settings and engine, and of the places of several copies

	settingsHash string
	modelHeight  float64       // as it lies, in mm
	places       []plate.Place // of several copies; nil for one in the middle
}

// Prepare resolves a request's settings for this slicer's engine and works out its key. A model that fits only after
// a quarter turn about z is turned; one that leaves no room for a skirt is printed without it.
//
// Errors: *Error with CodeSettings for settings that cannot be, with CodeDoesNotFit, or with CodeMissing where the
// machine definitions are not built in.
func (s *Slicer) Prepare(r Request) (Plan, error) {
	p := Plan{Scale: r.Scale, Watertight: r.Inspection.Watertight, Bodies: r.Inspection.Bodies}
	if p.Scale == 0 {
		p.Scale = 1
	}
	switch r.Supports {
	case SupportsOn:
		p.SupportsUsed = true
	case SupportsAuto:
		p.SupportsUsed = r.Inspection.NeedsSupport()
	}
	stack, part := r.stack(p.SupportsUsed)
	if err := p.resolve(stack); err != nil {
		return p, err
	}
	if err := p.place(r.Inspection, r.Pose); err != nil {
		if !p.skirtOnly(r) {
			return p, err
		}
		part["adhesion_type"] = "none"
		if err := p.resolve(stack); err != nil {
			return p, err
		}
		if err := p.place(r.Inspection, r.Pose); err != nil {
			return p, err
		}
		own := *p.Settings // those of others who slice with this stack stay as they are
		own.Warnings = append(slices.Clip(own.Warnings), "The part fills the bed: it is printed without a skirt around it.")
		p.Settings = &own
	}
	p.modelHeight = r.Inspection.SizeMM[2]
	p = p.with(s.Engine)
	p.setKey(r.MeshHash, s.Engine)
	return p, nil
}

// setKey works out the key.
func (p *Plan) setKey(meshHash [32]byte, e Engine) {
	h := sha256.New()
	fmt.Fprintf(h, "buildplate slice 2\n%x\n%x %x\n%s\n%s %s\n", meshHash, math.Float64bits(p.Scale), p.Pose, p.settingsHash, e.Name(), e.Version())
	if p.Height > 0 {
		fmt.Fprintf(h, "%x\n", math.Float64bits(p.Height))
	}
	for _, at := range p.places {
		fmt.Fprintf(h, "copy %d %d %d\n", at.X, at.Y, at.Turns)
	}
	p.Key = hex.EncodeToString(h.Sum(nil))
}

// stack is the layers of the request's settings, and of them the part's own.
func (r Request) stack(supports bool) (s Stack, part map[string]string) {
	part = map[string]string{}
	if r.Infill != nil {
		part["infill_sparse_density"] = strconv.Itoa(*r.Infill)
	}
	if r.Supports != SupportsAsDefined {
		part["support_enable"] = strconv.FormatBool(supports)
	}
	return Stack{
		Printer: r.Printer, Quality: r.Quality, Material: r.Material,
		Overrides: []Layer{{Name: "the shop’s settings for the machine", Set: r.Machine}, {Name: "the part’s choices", Set: part}, {Name: "the settings given", Set: r.Set}},
	}, part
}

// SupportAngle is the steepest slope that prints without support by the request's settings, in degrees from vertical: above
// 0, at most 90. Where they cannot be resolved, it is the usual one: whoever prepares the request hears why.
func (r Request) SupportAngle() float64 {
	stack, _ := r.stack(true)
	settings, err := resolve(stack).expanded()
	if err != nil {
		return mesh.OverhangAngle
	}
	return min(max(settings.Float("support_angle"), leastSupportAngle), 90)
}

// Fits says whether the model fits on the request's printer with what is printed around it, a quarter turn about z allowed. Errors: those
// of [Slicer.Prepare].
func (r Request) Fits() error {
	var p Plan
	stack, _ := r.stack(true)
	if err := p.resolve(stack); err != nil {
		return err
	}
	err := p.place(r.Inspection, r.Pose)
	if err != nil && p.skirtOnly(r) { // it is left out
		return nil
	}
	return err
}

// leastSupportAngle stands for 0 degrees: an inspection without an angle is of before there was one.
const leastSupportAngle = 0.01

// with is the plan for an engine.
func (p Plan) with(e Engine) Plan {
	p.Height = 0
	if e.Name() == "embedded" {
		p.Height = wholeLayers(p.Settings, p.modelHeight)
	}
	return p
}

// wholeLayers is the height at which an engine that leaves off the last layer of a model, unless all of it is full, makes
// as many layers as one that rounds to the nearest, which is half a layer more at most; 0 where nothing is left off. The
// embedded engine leaves off, 4.13 rounds: a broad flat part would lack the whole of its top.
func wholeLayers(s *Settings, height float64) float64 {
	first, layer := s.Float("layer_height_0"), s.Float("layer_height")
	if layer <= 0 || height <= first || s.String("slicing_tolerance") != "middle" {
		return 0
	}
	const engine = 1e-3 // it counts in micrometres
	if s.Bool("adaptive_layer_height_enabled") {
		return height + engine // there it leaves off only a layer that ends with the model
	}
	layers := (height - first) / layer
	most := math.Floor(layers + 0.5 + engine/layer)
	if most <= math.Floor(layers+engine/layer) {
		return 0
	}
	return first + most*layer + engine
}

// resolve works out the settings, the bed they describe and whether they print supports.
func (p *Plan) resolve(stack Stack) error {
	r := resolve(stack)
	settings, err := r.expanded()
	if err != nil {
		return err
	}
	p.Settings, p.settingsHash = settings, r.hash
	p.Bed, p.SupportsUsed = BedOf(settings), settings.Bool("support_enable")
	return nil
}

// volume is the corners of what the machine can reach, in its own millimetres.
func (p Plan) volume() (low, high [3]float64) {
	high = [3]float64{p.Bed.Width, p.Bed.Depth, p.Bed.Height}
	if p.Bed.CenterIsZero {
		low = [3]float64{-p.Bed.Width / 2, -p.Bed.Depth / 2, 0}
		high[0], high[1] = p.Bed.Width/2, p.Bed.Depth/2
	}
	return low, high
}
