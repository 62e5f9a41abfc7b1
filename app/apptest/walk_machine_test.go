package apptest

import (
	"context"

	"buildplate/app/catalog"
	"buildplate/app/shop"
)

func (w *walk) machineSteps() []step {
	return []step{
		{"change a machine", 3, w.changeMachine, nil},
		{"change a printer", 3, w.changePrinter, nil},
		{"say how a printer is", 2, w.setPrinter, nil},
		{"add a machine", 1, w.addMachine, nil},
	}
}

// addMachine adds one of a few, and a printer of it; the shop has each only once.
func (w *walk) addMachine(ctx context.Context) error {
	found, err := w.Catalog.Definitions(ctx, w.admin, one(w, "creality ender-3", "cr-10", "prusa mk3"))
	if err != nil {
		return err
	}
	of, some := some(w, found.Definitions)
	if !some {
		return errNothing
	}
	req := catalog.NewMachineRequest{Definition: of.ID, MachineRequest: catalog.MachineRequest{
		Name: one(w, "The large one", "The fine one", "The spare one"), Overrides: w.overrides(), RatePerHour: w.rate(), Interchangeable: w.dice.IntN(2) == 0, Active: w.dice.IntN(2) == 0,
	}}
	m, err := w.Catalog.AddMachine(ctx, w.admin, req)
	if err != nil {
		return err
	}
	_, err = w.Catalog.AddPrinter(ctx, w.admin, catalog.PrinterRequest{Name: "One of " + m.Name, MachineID: m.ID, Status: shop.PrinterActive})
	return err
}

func (w *walk) rate() *shop.Rate {
	if w.dice.IntN(2) == 0 {
		return nil
	}
	r := one(w, shop.MustRate("2"), shop.MustRate("7.5"), shop.MustRate("-1"))
	return &r
}

// overrides are settings that a machine may have, and some that it may not.
func (w *walk) overrides() []catalog.OverrideView {
	return one(w, nil, []catalog.OverrideView{{Key: "speed_print", Value: "=30 + 15"}}, []catalog.OverrideView{{Key: "machine_height", Value: one(w, "100", "0")}},
		[]catalog.OverrideView{{Key: "no_such_setting", Value: "1"}})
}

func (w *walk) aMachine(ctx context.Context) (m catalog.MachineView, err error) {
	v, err := w.Catalog.Machines(ctx, w.anybody())
	if err != nil {
		return m, err
	}
	m, _ = some(w, v.Machines)
	return m, nil
}

func (w *walk) changeMachine(ctx context.Context) error {
	m, err := w.aMachine(ctx)
	if err != nil {
		return err
	}
	req := catalog.ChangeMachineRequest{Version: w.from(m.Version), MachineRequest: catalog.MachineRequest{Name: m.Name, Overrides: m.Overrides, RatePerHour: m.RatePerHour, Interchangeable: m.Interchangeable, Active: m.Active}}
	switch w.dice.IntN(4) {
	case 0:
		req.Active = !req.Active
	case 1:
		req.RatePerHour = w.rate()
	case 2:
		req.Overrides = w.overrides()
	case 3:
		req.Interchangeable = !req.Interchangeable
	}
	_, err = w.Catalog.ChangeMachine(ctx, w.admin, m.ID, req)
	return err
}

func (w *walk) changePrinter(ctx context.Context) error {
	from, err := w.aMachine(ctx)
	if err != nil {
		return err
	}
	to, err := w.aMachine(ctx)
	if err != nil {
		return err
	}
	p, found := some(w, from.Printers)
	if !found {
		return errNothing
	}
	req := catalog.ChangePrinterRequest{Version: w.from(p.Version), PrinterRequest: catalog.PrinterRequest{Name: one(w, p.Name, "Ender-3"), MachineID: to.ID, Status: shop.PrinterActive}}
	_, err = w.Catalog.ChangePrinter(ctx, w.admin, p.ID, req)
	return err
}

func (w *walk) setPrinter(ctx context.Context) error {
	m, err := w.aMachine(ctx)
	if err != nil {
		return err
	}
	p, found := some(w, m.Printers)
	if !found {
		return errNothing
	}
	_, err = w.Catalog.SetPrinterStatus(ctx, w.anybody(), p.ID, catalog.PrinterStatusRequest{Status: one(w, shop.PrinterActive, shop.PrinterActive, shop.PrinterMaintenance), Version: w.from(p.Version)})
	return err
}
