package cart

import (
	"cmp"
	"context"
	"encoding/json"
	"path"
	"strings"
	"time"

	"buildplate/app/catalog"
	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// LongReading is how long a file may be read before that makes way for others.
const LongReading = 500 * time.Millisecond

// What turns in the queue an inspection counts for beyond the one: a turn is about what it takes to start a process.
const (
	bytesATurn     = 1_000_000 // read
	trianglesATurn = 50_000    // found
	timeATurn      = 50 * time.Millisecond
)

// Run has every part inspected that waits for it, each cart and address in its turn, and what may be made ahead, until the context
// ends.
func (s *Service) Run(ctx context.Context) {
	defer s.inspections.Close()
	for {
		if err := s.queueInspections(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "parts to inspect cannot be read", "err", err)
		}
		next, err := s.queueLayouts(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "parts to lay out cannot be read", "err", err)
		}
		if err := s.queueAhead(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "what is made ahead cannot be queued", "err", err)
		}
		if !s.inspect.Wait(ctx, cmp.Or(next, 30*time.Second)) {
			return
		}
	}
}

func (s *Service) queueInspections(ctx context.Context) error {
	var parts []db.PartToInspect
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		parts, err = tx.PartsToInspect(ctx)
		return err
	})
	for _, p := range parts {
		s.inspections.Add(slicer.Work{
			Key: p.ID, Owner: p.CartID, Networks: shop.NetworkNames(p.Address), Address: p.Address, Lane: slice.LaneOf(p.Staff), Cost: 1 + float64(p.Bytes)/bytesATurn,
			Run: func(ctx context.Context, _ func(float64)) { s.inspectPart(ctx, p.CartID, p.ID) },
		})
	}
	return err
}

// found is what one model was found to be.
type found struct {
	slicer.Model
	unit       shop.Unit // it was inspected in
	pose       shop.Pose // and as it lay
	inspection slice.Inspection
	err        error
}

// inspectPart inspects a part as it is when its turn has come, if it still waits for that; and once more where it has become
// another meanwhile.
func (s *Service) inspectPart(ctx context.Context, cartID, partID string) {
	if !s.inspectNow(ctx, cartID, partID) {
		return
	}
	s.inspectNow(ctx, cartID, partID)
	if err := s.Slice(ctx, cartID); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a cart could not be queued yet", "cart", cartID, "err", err)
	}
}

// inspectNow inspects a part that waits for it, and says whether it did.
func (s *Service) inspectNow(ctx context.Context, cartID, partID string) bool {
	var p shop.Part
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = tx.Part(ctx, cartID, partID)
		return err
	})
	if shop.IsKind(err, shop.NotFound) || err == nil && p.State != shop.PartInspecting {
		return false
	}
	if err == nil {
		err = s.Inspect(ctx, p)
	}
	if err == nil || ctx.Err() != nil { // a restart inspects again
		return err == nil
	}
	s.log.ErrorContext(ctx, "an inspection could not be kept", "part", partID, "err", err)
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
	return false
}

// Inspect reads and inspects the models of a part and keeps what was found. What cannot be read is a state of the part,
// not an error.
func (s *Service) Inspect(ctx context.Context, p shop.Part) error {
	return s.readModels(ctx, p, func(models []found) error { return s.keepModels(ctx, p, models) })
}

// readModels reads the models of a part, from the mesh that was read before or from the file as it came, and hands them to
// keep while their meshes are there.
func (s *Service) readModels(ctx context.Context, p shop.Part, keep func([]found) error) error {
	blob, unit := p.RawBlob, shop.Millimetre
	if p.MeshBlob != "" {
		blob, unit = p.MeshBlob, p.Choices.Unit
	}
	failed := func(err error) error {
		return keep([]found{{Model: slicer.Model{Name: p.Name}, unit: unit, pose: p.Pose, err: err}})
	}
	laid := slicer.Laid{Scale: unit.Scale()}
	var err error
	if laid.SupportAngle, err = s.supportAngle(ctx, p); err != nil {
		return err
	}
	pose := shop.Pose{} // that of a file as it came is known once there is a mesh
	if p.MeshBlob != "" {
		pose, laid.Pose = p.Pose, file.Turn(p.Pose)
	}
	raw, err := s.files.Open(ctx, storage.Tmp, blob)
	if err != nil {
		return failed(err)
	}
	defer raw.Close()
	began := time.Now()
	models, err := s.slicer.Read(ctx, p.Name, raw.File, raw.Packed, laid)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		s.inspections.Charge(p.ID, float64(time.Since(began)/timeATurn))
		return failed(file.Error(err))
	}
	defer func() { _ = models.Close() }() // in a folder that goes with the process
	var all []found
	triangles := 0
	for _, m := range models.All {
		i := found{Model: m, unit: unit, pose: pose, inspection: slice.Inspection{Units: m.Inspection.Units, Mesh: m.Inspection}}
		if m.Err != nil {
			i.err = m.Err
		}
		all = append(all, i)
		triangles += m.Inspection.Triangles
	}
	s.inspections.Charge(p.ID, float64(triangles)/trianglesATurn)
	old, _ := slice.InspectionOf(p.Inspection)
	switch {
	case brought(p):
		if len(all) != 1 {
			return failed(&slicer.Error{Code: slicer.CodeUnsupported, Message: "A mesh of a STEP file is one model."})
		}
		all[0].Name, all[0].inspection.Converted = p.Name, old.Converted
		if old.Converted != nil && old.Converted.Unit != "" { // its browser has made millimetres of it
			all[0].inspection.Units.Ask = false
		}
	case p.MeshBlob != "" && len(all) == 1:
		all[0].inspection.Converted = old.Converted
		all[0].Name, all[0].inspection.Units, all[0].STL = p.Name, old.Units, ""
		if old.Mesh.Triangles > 0 {
			all[0].inspection.Mesh = old.Mesh.Relaid(all[0].inspection.Mesh)
		}
	}
	return keep(all)
}

// supportAngle is the steepest slope that prints without support, by what a part would be sliced with now.
func (s *Service) supportAngle(ctx context.Context, p shop.Part) (angle float64, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		menu, err := catalog.Menu(ctx, tx)
		if err != nil {
			return err
		}
		machines, err := catalog.ReadMachines(ctx, tx)
		if err != nil {
			return err
		}
		on := machines.First()
		if known, ok := slice.InspectionOf(p.Inspection); ok { // else it is known afterwards, and may have to be inspected again
			on = machineFor(p, known, machines, menu)
		}
		angle = supportAngle(p, on.MachineClass, menu)
		return nil
	})
	return angle, err
}

// applyInspection sets what becomes of a part that was inspected.
func (s *Service) applyInspection(ctx context.Context, p *shop.Part, f found) {
	p.Message, p.Laid, p.Most = "", false, 0
	if f.err != nil {
		bad := slicer.ErrorOf(f.err)
		switch {
		case (bad.Code == slicer.CodeUnsupported || bad.Code == slicer.CodeUnknown) && !modelName(p.Name):
			p.Kind, p.State = shop.KindReviewFile, shop.PartReview
			p.Message = reviewed
		default:
			p.State, p.Message = shop.PartFailed, bad.Message
			if !bad.AboutPart() {
				s.log.ErrorContext(ctx, "a part cannot be read", "part", p.ID, "err", f.err)
				p.Message = shop.MessageOf(f.err)
			}
		}
		return
	}
	doc, _ := json.Marshal(f.inspection)
	p.Inspection = doc
	p.State, p.SliceKey = shop.PartQueued, ""
	if f.inspection.Units.Ask && !p.UnitAnswered {
		p.State = shop.PartNeedsUnits
	}
	if !f.inspection.Units.Ask {
		p.UnitAnswered = true
	}
}

// modelName says whether a name promises a mesh: then a file that holds none is broken, not a drawing for a person.
func modelName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".stl", ".obj", ".3mf", ".zip":
		return true
	}
	return false
}
