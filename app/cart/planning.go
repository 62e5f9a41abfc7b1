package cart

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"

	"buildplate/app/catalog"
	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
)

// requestFor is what a part would be sliced with, without its mesh.
func requestFor(p shop.Part, class shop.MachineClass, m shop.Material) slicer.Request {
	return slicer.Request{
		Scale: p.Choices.Unit.Scale(), Pose: file.Turn(p.Pose), Printer: class.Definition, Machine: class.Overrides,
		Quality: p.Choices.Quality, Material: m.Profile, Infill: &p.Choices.Infill, Supports: slicer.Supports(p.Choices.Supports),
	}
}

// machineFor is the machine that takes a part as it was found to be: the smallest in use on which it fits as it lies, with what is
// printed around it; the largest where it fits on none.
func machineFor(p shop.Part, in slice.Inspection, machines catalog.Machines, menu shop.Menu) catalog.Machine {
	m, offered := menu.Material(p.Choices.MaterialID)
	return machines.For(func(on catalog.Machine) error {
		if !offered {
			m.Profile = slicerMaterial
		}
		r := requestFor(p, on.MachineClass, m)
		r.Inspection = in.Mesh
		return r.Fits()
	})
}

// slicerMaterial stands for a material that is no longer offered: what fits depends on hardly anything of it.
const slicerMaterial = "PLA"

// supportAngle is the steepest slope that prints without support, by what a part would be sliced with; 0 where its material is
// no longer offered.
func supportAngle(p shop.Part, class shop.MachineClass, menu shop.Menu) float64 {
	m, ok := menu.Material(p.Choices.MaterialID)
	if !ok {
		return 0
	}
	return requestFor(p, class, m).SupportAngle()
}

// errInspectAgain means that a part was inspected by other settings than it would be sliced with.
var errInspectAgain = errors.New("the part has to be inspected again")

// alone is how one copy of a part would be sliced.
type alone struct {
	request slicer.Request
	plan    slicer.Plan
}

// planFor resolves what one copy of a part would be sliced with. Errors: errInspectAgain; the slicer's.
func (s *Service) planFor(p shop.Part, in slice.Inspection, class shop.MachineClass, menu shop.Menu) (r alone, err error) {
	m, ok := menu.Material(p.Choices.MaterialID)
	if !ok {
		return r, shop.Invalidf("material_not_offered", "material_id", "The material of %s is no longer offered. Choose another.", p.Name)
	}
	if in.Mesh.OverhangLimit() != supportAngle(p, class, menu) {
		return r, errInspectAgain
	}
	r.request = requestFor(p, class, m)
	r.request.Inspection = in.Mesh
	if _, err := hex.Decode(r.request.MeshHash[:], []byte(p.MeshHash)); err != nil {
		return r, err
	}
	r.plan, err = s.slices.Prepare(r.request)
	return r, err
}

// wanted is a queued part with what it would be sliced with.
type wanted struct {
	was, part  shop.Part // as it is, and as it becomes
	inspection slice.Inspection
	one        slicer.Plan // of one copy
	plates     []planned   // none while it is not laid out
	relaid     bool        // they are others than are kept
}

// planned is a plate with what it is sliced with.
type planned struct {
	row  shop.Plate
	plan slicer.Plan
}

// plans are what has to be sliced of the part now: its plates or, to know what they may take, one copy.
func (w wanted) plans() (all []slicer.Plan) {
	for _, p := range w.plates {
		all = append(all, p.plan)
	}
	if all == nil {
		all = append(all, w.one)
	}
	return all
}

func (w wanted) rows() (all []shop.Plate) {
	for _, p := range w.plates {
		all = append(all, p.row)
	}
	return all
}

// planParts makes a plan for each part of a cart that is queued, and names the version of the cart it made them for.
func (s *Service) planParts(ctx context.Context, cartID string) (version int64, queued []wanted, err error) {
	var menu shop.Menu
	var machines catalog.Machines
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, cartID)
		if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		version = c.Version
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.State == shop.PartQueued && !p.Refused {
				kept, err := tx.PlatesOfPart(ctx, p.ID)
				if err != nil {
					return err
				}
				queued = append(queued, wanted{was: p, part: p, plates: keptPlates(kept)})
			}
		}
		if menu, err = catalog.Menu(ctx, tx); err != nil {
			return err
		}
		machines, err = catalog.ReadMachines(ctx, tx)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	for i := range queued {
		s.plan(&queued[i], machines, menu)
	}
	return version, queued, nil
}

// plan works out what a queued part would be sliced with. What cannot be is a state of the part.
func (s *Service) plan(w *wanted, machines catalog.Machines, menu shop.Menu) {
	found, ok := slice.InspectionOf(w.part.Inspection)
	if !ok {
		w.part.State = shop.PartInspecting
		return
	}
	w.inspection = found
	class := machineFor(w.part, found, machines, menu).MachineClass
	one, err := s.planFor(w.part, found, class, menu)
	if err == nil {
		w.one = one.plan
		if w.part.ClassID = class.ID; w.part.SliceKey != one.plan.Key {
			w.part.SliceKey, w.part.Laid, w.part.Most = one.plan.Key, false, 0
		}
		err = s.planPlates(w, one)
	}
	if errors.Is(err, errInspectAgain) {
		w.part.State = shop.PartInspecting
		return
	}
	if err != nil {
		w.part.State, w.part.Message, w.part.Laid = shop.PartFailed, messageOf(err), false
	}
}

// messageOf is what is told of a part that cannot be sliced.
func messageOf(err error) string {
	if shop.KindOf(err) != shop.Internal {
		return shop.MessageOf(err)
	}
	return slicer.ErrorOf(err).Message
}

// planPlates plans the plates of a part as they are kept. One copy lies in the middle without being laid out; several lie nowhere
// until somebody has laid them out.
func (s *Service) planPlates(w *wanted, one alone) error {
	p := &w.part
	switch {
	case p.Choices.Copies == 1 && !p.Laid:
		all, err := s.slicer.Plates(slicer.StoredMesh{}, slicer.Copies{Request: one.request, Count: 1})
		if err != nil {
			return err
		}
		w.plates, w.relaid, p.Laid = plannedPlates(all, p.ClassID), true, true
	case !p.Laid:
		w.plates = nil
	}
	for i := range w.plates {
		if w.relaid {
			break
		}
		row := &w.plates[i].row
		var at []slicer.Placement
		if err := json.Unmarshal(row.Placements, &at); err != nil {
			return err
		}
		plan, err := s.slicer.PlateAt(one.request, at)
		if err != nil {
			return err
		}
		w.plates[i].plan = plan
		if row.SliceKey != plan.Key { // it was laid out for another engine, or by other settings
			w.plates, p.Laid = nil, false
			break
		}
	}
	return nil
}
