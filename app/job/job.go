package job

import (
	"context"
	"strings"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// Move moves a job by the rules of its states; JobPrintingComplete records a run. Packed, it gets the code of its shelf.
// To cancel one takes the right to cancel its order, which is an admin's once that was paid, and then a reason: what was paid for is
// not made then, and nothing of it is sent back by that.
// One that was cancelled is put back by whoever may move jobs; where its order costs less since, it costs again what it did, and that
// takes the right to cancel it. A payment page that asks for less is closed first.
// Errors: NotFound; Forbidden; Conflict when the rules, a hold, owed copies or a busy printer stand in the way, where a bank decides on a payment of what it cost less, for the last of an order
// of which some has left, or when somebody moved it meanwhile; Invalid without that reason, without a printer, for one that is not there or is another machine, without a shelf, and for more copies than were on the run.
// What changes nothing is not written down.
func (s *Service) Move(ctx context.Context, who shop.Actor, id string, req MoveRequest) (shop.Job, error) {
	if err := who.Must(shop.MoveJobs, shop.TheShop); err != nil {
		return shop.Job{}, err
	}
	act := func(ctx context.Context, tx *db.Tx, job *shop.Job) (did shop.Activity, err error) {
		was, putBack := *job, []string(nil)
		cancels := req.State == shop.JobCancelled && was.State != shop.JobCancelled
		if cancels && !was.State.Final() {
			if err := who.Must(job.CancelNeeds(), shop.OrderOf(job.OrderID)); err != nil {
				return did, err
			}
		}
		if was.State == shop.JobCancelled && req.State == shop.JobInQueue {
			if err := who.Must(job.RevivalNeeds(), shop.OrderOf(job.OrderID)); err != nil {
				return did, err
			}
			if putBack, err = leftOut(ctx, tx, *job); err != nil {
				return did, err
			}
		}
		if err := apply(ctx, tx, job, req); err != nil {
			return did, err
		}
		did = told(who, *job, was)
		did.Params.Of, did.Params.LeftOut = was.CostsAgain, putBack
		if cancels {
			did.Params.Reason = strings.TrimSpace(req.Reason)
			return did, job.CheckCancel(did.Params.Reason)
		}
		return did, nil
	}
	var job shop.Job
	move := func() (err error) {
		job, err = s.change(ctx, who, id, req.Version, act)
		return err
	}
	orderID, err := s.raises(ctx, id, req.State)
	if err != nil {
		return job, err
	}
	if orderID == "" {
		err = move()
		return job, err
	}
	may := func(ctx context.Context, tx *db.Tx, _ *shop.Order) error {
		job, err := tx.Job(ctx, id)
		if err != nil {
			return err
		}
		if err := setting.CheckVersion(ctx, tx, req.Version, job.Version, job.ChangedBy, job.Updated); err != nil {
			return err
		}
		_, err = act(ctx, tx, &job)
		return err
	}
	err = s.cards.WithoutCheckout(ctx, orderID, may, move)
	return job, err
}

// raises is the order that costs more again when a job moves to a state: the job was cancelled, and the order costs less since. ""
// where it does not, or there is no such job, which moving it says.
func (s *Service) raises(ctx context.Context, id string, to shop.JobState) (orderID string, err error) {
	if to != shop.JobInQueue {
		return "", nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		job, err := tx.Job(ctx, id)
		if err == nil && job.CostsAgain > 0 {
			orderID = job.OrderID
		}
		if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		return err
	})
	return orderID, err
}

// change loads a job, lets it be changed, and keeps it with what was done, in one transaction. What changes nothing is not
// written down. Errors: NotFound; Conflict when version, if it is not 0, is not the job's any more.
func (s *Service) change(ctx context.Context, who shop.Actor, id string, version int, change func(ctx context.Context, tx *db.Tx, job *shop.Job) (shop.Activity, error)) (shop.Job, error) {
	var job shop.Job
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		if job, err = tx.Job(ctx, id); err != nil {
			return shop.IfNotFound(err, "job_not_found", "There is no such job.")
		}
		if err := setting.CheckVersion(ctx, tx, version, job.Version, job.ChangedBy, job.Updated); err != nil {
			return err
		}
		was := job
		did, err := change(ctx, tx, &job)
		if err != nil || !differs(job, was) {
			return err
		}
		if err := tx.SaveJob(ctx, job, who.Name); err != nil {
			return err
		}
		if did.Verb != "" {
			if err := tx.Log(ctx, did.On(job.OrderID)); err != nil {
				return err
			}
		}
		if err := progress(ctx, tx, job.OrderID, who.Name); err != nil {
			return err
		}
		if job.Plates > 1 && (job.State == shop.JobCancelled) != (was.State == shop.JobCancelled) {
			if err := s.followOthers(ctx, tx, job, who.Name); err != nil {
				return err
			}
		}
		if was.State == shop.JobCancelled && job.State != was.State {
			if err := bringBack(ctx, tx, job, who.Name); err != nil {
				return err
			}
			if err := s.prices.CostsAgain(ctx, tx, who, job.OrderID); err != nil {
				return err
			}
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
	job.Offer(who)
	return job, nil
}

// apply changes a job as it was asked for.
func apply(ctx context.Context, tx *db.Tx, job *shop.Job, req MoveRequest) error {
	if req.PrinterID != "" {
		printer, err := findPrinter(ctx, tx, req.PrinterID)
		if err != nil {
			return err
		}
		if job.Elsewhere {
			return shop.Invalidf("job_needs_no_printer", "printer_id", "This job is made without one of our printers. Leave the printer out.")
		}
		if err := isFor(ctx, tx, job, printer); err != nil {
			return err
		}
		job.PrinterID, job.Printer = printer.ID, printer.Name
	}
	if err := onShelf(job, req); err != nil {
		return err
	}
	if err := move(job, req, tx.Now); err != nil {
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

// move takes a job to a state, or records what came of its run: all good but for those that failed, unless it is said.
func move(job *shop.Job, req MoveRequest, now shop.Time) error {
	if req.State != shop.JobPrintingComplete || req.GoodCopies == nil && job.State == req.State {
		return job.Move(req.State, req.FailedCopies, now)
	}
	good := job.OnIt() - req.FailedCopies
	if req.GoodCopies != nil {
		good = *req.GoodCopies
	}
	return job.Record(good, req.FailedCopies, strings.TrimSpace(req.Reason), now)
}

// onShelf writes down where a job's copies lie: as it is packed, or when it moved to another shelf. Errors: Invalid.
func onShelf(job *shop.Job, req MoveRequest) (err error) {
	if req.State == shop.JobReadyToCollect && (req.Shelf != "" || job.State == shop.JobPackaging) {
		job.Shelf, err = shop.ShelfCode(req.Shelf)
	}
	return err
}

// told is what the log tells of a job that was changed, if anything. Where it went back, it says from which shelf.
func told(who shop.Actor, job, was shop.Job) (did shop.Activity) {
	p := shop.ActivityParams{Name: job.Title, From: was.State, To: job.State, Printer: job.Printer, Was: was.Shelf, Shelf: job.Shelf}
	switch {
	case job.Done != was.Done || job.Failed != was.Failed:
		p.To, p.Good, p.Failed = shop.JobPrintingComplete, job.Done-was.Done, job.Failed-was.Failed
		p.Copies, p.Owed, p.Reason = job.Copies, job.Owed, job.Attempt.Reason
		return who.Activity(shop.VerbAttemptRecorded, job.ID, p)
	case job.State != was.State:
		return who.Activity(shop.VerbJobMoved, job.ID, p)
	case job.Shelf != was.Shelf:
		return who.Activity(shop.VerbShelfChanged, job.ID, shop.ActivityParams{Name: job.Title, Was: was.Shelf, Shelf: job.Shelf})
	}
	return did
}

// differs says whether anything about a job is another than it was.
func differs(job, was shop.Job) bool {
	return job.State != was.State || job.PrinterID != was.PrinterID || job.Shelf != was.Shelf || job.Notes != was.Notes || job.Done != was.Done || job.Failed != was.Failed
}

// isFor checks that a printer is one of those that the job was sliced for.
func isFor(ctx context.Context, tx *db.Tx, job *shop.Job, printer shop.Printer) error {
	of, err := tx.MachineClass(ctx, printer.ClassID)
	if err != nil {
		return err
	}
	return job.CheckPrinter(printer, of)
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
	if printer.Status != shop.PrinterActive {
		return shop.Conflictf("printer_not_active", "%s is not in use now. Choose another printer.", printer.Name)
	}
	if err := isFor(ctx, tx, &job, printer); err != nil {
		return err
	}
	n, err := tx.PrintingOn(ctx, printer.ID, job.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		return shop.Conflictf("printer_busy", "%s is already printing. Finish or pause that job first.", printer.Name)
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
	if was == shop.OrderCompleted {
		if err := o.CanReopen(); err != nil {
			return err
		}
	}
	return tx.SaveOrder(ctx, o, by)
}
