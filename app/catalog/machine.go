package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
)

// Machine is a class that parts are sliced for, with the shop's settings of supports, and what its definition comes to.
type Machine struct {
	shop.MachineClass
	slicer.Machine
}

// Machines are all that there are. Those that take new parts come first, the smallest first.
type Machines []Machine

// ReadMachines reads the machines. One whose settings cannot be resolved takes nothing new. Errors: that of the first one in use where
// none can be resolved.
func ReadMachines(ctx context.Context, tx *db.Tx) (all Machines, err error) {
	classes, err := tx.MachineClasses(ctx)
	if err != nil {
		return nil, err
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return nil, err
	}
	var broken error
	for _, c := range classes {
		m := Machine{MachineClass: c.Supporting(set.Supports)}
		m.Machine, err = slicer.MachineOf(m.Definition, m.Overrides)
		if err != nil {
			if m.Active {
				broken = cmp.Or(broken, fmt.Errorf("machine class %s: %w", c.Name, err))
			}
			m.Active = false
		}
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b Machine) int {
		if a.Active != b.Active {
			if a.Active {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Volume(), b.Volume())
	})
	if !slices.ContainsFunc(all, func(m Machine) bool { return m.Active }) {
		return nil, cmp.Or(broken, fmt.Errorf("no machine class is in use"))
	}
	return all, nil
}

// First is the smallest that takes new parts.
func (all Machines) First() Machine { return all[0] }

// Largest is the largest that takes new parts.
func (all Machines) Largest() Machine {
	at := slices.IndexFunc(all, func(m Machine) bool { return !m.Active })
	if at < 0 {
		at = len(all)
	}
	return all[at-1]
}

// Find is the machine with an id, whether it takes new parts or not.
func (all Machines) Find(id string) (Machine, bool) {
	at := slices.IndexFunc(all, func(m Machine) bool { return m.ID == id })
	if at < 0 {
		return Machine{}, false
	}
	return all[at], true
}

// For is the machine that takes a new part: the smallest on which it fits, by what fits says; the largest takes what fits on none, and
// says so. What cannot be sliced for another reason is left where that shows.
func (all Machines) For(fits func(Machine) error) Machine {
	for _, m := range all {
		if !m.Active {
			break
		}
		if err := fits(m); err == nil || slicer.ErrorOf(err).Code != slicer.CodeDoesNotFit {
			return m
		}
	}
	return all.Largest()
}

// View is the machine as pages show its bed.
func (m Machine) View() PrinterClassView {
	return PrinterClassView{ID: m.ID, Name: m.Name, Bed: viewBed(m.Bed), GenericProfile: m.Generic}
}
