package slicer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"

	"buildplate/slicer/mesh"
	"buildplate/slicer/profile"
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
	MeshHash   [32]byte        // of the raw mesh, before scale
	Inspection mesh.Inspection // after scale
	Scale      float64         // from the raw mesh to millimetres; 0 counts as 1
	Printer    string
	Quality    string            // "" leaves the layer out
	Material   string            // "" leaves the layer out
	Machine    map[string]string // the shop's overrides of the machine
	Infill     *int              // percent; nil leaves it to the layers below
	Supports   Supports
	Set        map[string]string // on top of everything
}

// Plan is a request with every setting resolved: what will be sliced, and the key it is known by.
type Plan struct {
	Settings     *profile.Settings
	Bed          mesh.Bed
	Pose         mesh.Quaternion // on the scaled mesh
	SupportsUsed bool
	Scale        float64
	Key          string // hex SHA-256 of mesh, scale, pose, settings and engine
}

// Error is why a model cannot be sliced, with a sentence for the person who sent it.
type Error struct {
	Code    string
	Message string
	Err     error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Code + ": " + e.Message + " (" + e.Err.Error() + ")"
	}
	return e.Code + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// CodeDoesNotFit marks a model larger than the machine.
const CodeDoesNotFit = "does_not_fit"

// Bed is the build plate of resolved settings as the mesh package sees it.
func Bed(s *profile.Settings) mesh.Bed {
	b := mesh.Bed{
		Width: s.Float("machine_width"), Depth: s.Float("machine_depth"), Height: s.Float("machine_height"),
		Elliptic: s.String("machine_shape") == "elliptic", CenterIsZero: s.Bool("machine_center_is_zero"),
	}
	for _, area := range s.Get("machine_disallowed_areas").List() {
		var polygon [][2]float64
		for _, point := range area.List() {
			if xy := point.List(); len(xy) == 2 {
				polygon = append(polygon, [2]float64{xy[0].Float(), xy[1].Float()})
			}
		}
		b.Disallowed = append(b.Disallowed, polygon)
	}
	return b
}

var quarterTurn = mesh.Quaternion{0, 0, math.Sqrt2 / 2, math.Sqrt2 / 2}

// Prepare resolves a request's settings for this slicer's engine and works out its key. A model that fits only after
// a quarter turn is turned.
//
// Errors: *profile.Error for settings that cannot be; *Error with CodeDoesNotFit.
func (s *Slicer) Prepare(r Request) (Plan, error) {
	p := Plan{Scale: r.Scale, Pose: mesh.NoRotation}
	if p.Scale == 0 {
		p.Scale = 1
	}
	part := map[string]string{}
	if r.Infill != nil {
		part["infill_sparse_density"] = strconv.Itoa(*r.Infill)
	}
	switch r.Supports {
	case SupportsOn:
		p.SupportsUsed = true
	case SupportsAuto:
		p.SupportsUsed = r.Inspection.NeedsSupport()
	}
	if r.Supports != SupportsAsDefined {
		part["support_enable"] = strconv.FormatBool(p.SupportsUsed)
	}
	settings, err := profile.Resolve(profile.Stack{
		Printer: r.Printer, Quality: r.Quality, Material: r.Material,
		Overrides: []profile.Layer{{Name: "the shop's settings for the machine", Set: r.Machine}, {Name: "the part's choices", Set: part}, {Name: "the settings given", Set: r.Set}},
	})
	if err != nil {
		return p, err
	}
	if err := settings.Expand(); err != nil {
		return p, err
	}
	p.Settings, p.Bed = settings, Bed(settings)
	p.SupportsUsed = settings.Bool("support_enable")
	if fit := r.Inspection.Fit(p.Bed); !fit.AsIs {
		if !fit.Turned {
			return p, &Error{Code: CodeDoesNotFit, Message: fit.Sentence}
		}
		p.Pose = quarterTurn
	}
	h := sha256.New()
	fmt.Fprintf(h, "buildplate slice 1\n%x\n%x %x\n%s\n%s %s\n", r.MeshHash, math.Float64bits(p.Scale), p.Pose, settings.SettingsHash(), s.Engine.Name(), s.Engine.Version())
	p.Key = hex.EncodeToString(h.Sum(nil))
	return p, nil
}
