package catalog

import (
	"context"
	"strings"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// AddPrinter adds a printer to a machine. Errors: Forbidden; Invalid with the fields that are wrong.
func (s *Service) AddPrinter(ctx context.Context, who shop.Actor, req PrinterRequest) (v MachinePrinterView, err error) {
	if err := who.Must(shop.ChangeMachines, shop.TheShop); err != nil {
		return v, err
	}
	p := shop.Printer{ID: shop.NewID(), Name: strings.TrimSpace(req.Name), ClassID: req.MachineID, Status: req.Status, Version: 1}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := checkPrinter(ctx, tx, p); err != nil {
			return err
		}
		if err := tx.InsertPrinter(ctx, p); err != nil {
			return err
		}
		return tx.Log(ctx, who.Activity(shop.VerbPrinterAdded, "", shop.ActivityParams{Name: p.Name}))
	})
	return viewPrinter(p), err
}

// ChangePrinter changes a printer. Errors: Forbidden; NotFound; Conflict when somebody changed it meanwhile, or when it is to be another
// machine's while it prints; Invalid with the fields that are wrong.
func (s *Service) ChangePrinter(ctx context.Context, who shop.Actor, id string, req ChangePrinterRequest) (MachinePrinterView, error) {
	if err := who.Must(shop.ChangeMachines, shop.TheShop); err != nil {
		return MachinePrinterView{}, err
	}
	return s.changePrinter(ctx, who, id, req.Version, func(p *shop.Printer) {
		p.Name, p.ClassID, p.Status = strings.TrimSpace(req.Name), req.MachineID, req.Status
	})
}

// SetPrinterStatus says whether a printer is in use: what runs on it goes on, and nothing new is begun on one that is not. Errors:
// Forbidden; NotFound; Conflict when somebody changed it meanwhile.
func (s *Service) SetPrinterStatus(ctx context.Context, who shop.Actor, id string, req PrinterStatusRequest) (MachinePrinterView, error) {
	if err := who.Must(shop.SetPrinter, shop.TheShop); err != nil {
		return MachinePrinterView{}, err
	}
	return s.changePrinter(ctx, who, id, req.Version, func(p *shop.Printer) { p.Status = req.Status })
}

func (s *Service) changePrinter(ctx context.Context, who shop.Actor, id string, version int, change func(*shop.Printer)) (v MachinePrinterView, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		was, err := tx.Printer(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "printer_not_found", "There is no such printer.")
		}
		if err := setting.CheckVersion(ctx, tx, version, was.Version, was.ChangedBy, was.Updated); err != nil {
			return err
		}
		p := was
		change(&p)
		classes, err := checkPrinter(ctx, tx, p)
		if err != nil {
			return err
		}
		if p.ClassID != was.ClassID {
			n, err := tx.PrintingOn(ctx, id, "")
			if err != nil {
				return err
			}
			if n > 0 {
				return shop.Conflictf("printer_printing", "%s is printing. Change its machine once that is done.", was.Name)
			}
		}
		if changes := was.Changes(p, classes); len(changes) > 0 {
			if err := tx.SavePrinter(ctx, p, who.Name); err != nil {
				return err
			}
			if err := tx.Log(ctx, who.Activity(shop.VerbPrinterChanged, "", shop.ActivityParams{Name: was.Name, Changes: changes})); err != nil {
				return err
			}
		}
		p, err = tx.Printer(ctx, id)
		v = viewPrinter(p)
		return err
	})
	return v, err
}

// checkPrinter refuses a printer that cannot be kept, and returns the machines that there are. Errors: Invalid.
func checkPrinter(ctx context.Context, tx *db.Tx, p shop.Printer) ([]shop.MachineClass, error) {
	classes, err := tx.MachineClasses(ctx)
	if err != nil {
		return nil, err
	}
	all, err := tx.Printers(ctx)
	if err != nil {
		return nil, err
	}
	return classes, p.Check(all, classes)
}
