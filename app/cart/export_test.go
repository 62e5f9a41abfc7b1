package cart

import (
	"context"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
)

// What tests outside the package need to know of it.
const (
	UploadQuiet   = uploadQuiet
	UploadPatient = uploadPatient
)

// Receiving notes that a piece of an upload is arriving, until end is called.
func (s *Service) Receiving(uploadID string) (end func()) { return s.receiving.begin(uploadID) }

// ResumeSlices is what Watch does now and then.
func (s *Service) ResumeSlices(ctx context.Context) error { return s.resumeSlices(ctx) }

// PlanFor is what a part would be sliced with.
func (s *Service) PlanFor(ctx context.Context, tx *db.Tx, p shop.Part) (slicer.Plan, error) {
	in, _ := slice.InspectionOf(p.Inspection)
	menu, err := catalog.Menu(ctx, tx)
	if err != nil {
		return slicer.Plan{}, err
	}
	machines, err := catalog.ReadMachines(ctx, tx)
	if err != nil {
		return slicer.Plan{}, err
	}
	one, err := s.planFor(p, in, machineFor(p, in, machines, menu).MachineClass, menu)
	return one.plan, err
}
