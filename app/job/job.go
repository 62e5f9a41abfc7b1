package job

import (
	"context"
	"strings"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// List lists the board: the jobs of a view (active, done, all) and the printers.
func (s *Service) List(ctx context.Context, who shop.Actor, view string) (ListView, error) {
	v := ListView{Printers: []PrinterView{}}
	if err := who.Must(shop.SeeJobs, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Jobs, err = tx.Jobs(ctx, view); err != nil {
			return err
		}
		printers, err := tx.Printers(ctx)
		for _, p := range printers {
			v.Printers = append(v.Printers, PrinterView{ID: p.ID, Name: p.Name, Status: p.Status})
		}
		return err
	})
	return v, err
}

// Move moves a job by the rules of its states. Packed, it gets the code of its shelf. Errors: NotFound; Conflict when the rules,
// a hold, owed copies or a busy printer stand in the way, or somebody moved it meanwhile; Invalid without a printer, for one
// that is not there, without a shelf, and for more failed copies than were on the run. What changes nothing is not written
// down.
func (s *Service) Move(ctx context.Context, who shop.Actor, id string, req MoveRequest) (shop.Job, error) {
	var job shop.Job
	if err := who.Must(shop.MoveJobs, shop.TheShop); err != nil {
		return job, err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		if job, err = tx.Job(ctx, id); err != nil {
			return shop.IfNotFound(err, "job_not_found", "There is no such job.")
		}
		if err := setting.CheckVersion(ctx, tx, req.Version, job.Version, job.ChangedBy, job.Updated); err != nil {
			return err
		}
		was := job
		if err := apply(ctx, tx, &job, req); err != nil || !differs(job, was) {
			return err
		}
		if err := tx.SaveJob(ctx, job, who.Name); err != nil {
			return err
		}
		if did, ok := told(who, job, was, req.FailedCopies); ok {
			if err := tx.Log(ctx, did); err != nil {
				return err
			}
		}
		if err := progress(ctx, tx, job.OrderID, who.Name); err != nil {
			return err
		}
		if job, err = tx.Job(ctx, id); err != nil {
			return err
		}
		if err := s.events.Emit(ctx, tx, event.JobChanged{ID: id, OrderID: job.OrderID}); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: job.OrderID})
	})
	if err != nil {
		return shop.Job{}, err
	}
	return job, nil
}

// apply changes a job as it was asked for.
func apply(ctx context.Context, tx *db.Tx, job *shop.Job, req MoveRequest) error {
	if req.PrinterID != "" {
		printer, err := findPrinter(ctx, tx, req.PrinterID)
		if err != nil {
			return err
		}
		job.PrinterID, job.Printer = printer.ID, printer.Name
	}
	if err := onShelf(job, req); err != nil {
		return err
	}
	if err := job.Move(req.State, req.FailedCopies, tx.Now); err != nil {
		return err
	}
	if job.State == shop.JobPrinting {
		if err := mayPrintOn(ctx, tx, *job); err != nil {
			return err
		}
	}
	if note := strings.TrimSpace(req.Note); note != "" {
		job.Notes = note
	}
	return nil
}

// onShelf writes down where a job's copies lie: as it is packed, or when it moved to another shelf. Errors: Invalid.
func onShelf(job *shop.Job, req MoveRequest) (err error) {
	if req.State == shop.JobReadyToCollect && (req.Shelf != "" || job.State == shop.JobPackaging) {
		job.Shelf, err = shop.ShelfCode(req.Shelf)
	}
	return err
}

// told is what the log tells of a job that was changed, if anything.
func told(who shop.Actor, job, was shop.Job, failed int) (did shop.Activity, ok bool) {
	switch {
	case job.State != was.State:
		did = who.Activity(shop.VerbJobMoved, job.ID, shop.ActivityParams{Name: job.Title, From: was.State, To: job.State, Failed: failed, Copies: job.Copies, Shelf: job.Shelf})
	case job.Shelf != was.Shelf:
		did = who.Activity(shop.VerbShelfChanged, job.ID, shop.ActivityParams{Name: job.Title, Was: was.Shelf, Shelf: job.Shelf})
	}
	return did.On(job.OrderID), did.Verb != ""
}

// differs says whether anything about a job is another than it was.
func differs(job, was shop.Job) bool {
	return job.State != was.State || job.PrinterID != was.PrinterID || job.Shelf != was.Shelf || job.Notes != was.Notes
}

func findPrinter(ctx context.Context, tx *db.Tx, id string) (shop.Printer, error) {
	printer, err := tx.Printer(ctx, id)
	if shop.IsKind(err, shop.NotFound) {
		return printer, shop.Invalidf("printer_unknown", "printer_id", "There is no such printer. Choose one from the list.")
	}
	return printer, err
}

// mayPrintOn checks the printer in the transaction that starts the job: it works, and nothing else runs on it.
func mayPrintOn(ctx context.Context, tx *db.Tx, job shop.Job) error {
	printer, err := findPrinter(ctx, tx, job.PrinterID)
	if err != nil {
		return err
	}
	if printer.Status != "ACTIVE" {
		return shop.Conflictf("printer_not_active", "%s is not in use now. Choose another printer.", printer.Name)
	}
	n, err := tx.PrintingOn(ctx, printer.ID, job.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		return shop.Conflictf("printer_busy", "%s is printing already. Finish or pause that job first.", printer.Name)
	}
	return nil
}

// progress keeps what an order's jobs make of it as a whole.
func progress(ctx context.Context, tx *db.Tx, orderID, by string) error {
	o, err := tx.Order(ctx, orderID)
	if err != nil {
		return err
	}
	was := o.State
	if o.Progress(tx.Now); o.State == was {
		return nil
	}
	return tx.SaveOrder(ctx, o, by)
}
