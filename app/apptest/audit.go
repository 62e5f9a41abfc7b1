package apptest

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/storage"
)

// Totals is what a shop's data folder holds, counted.
type Totals struct {
	Orders   []*shop.Order
	Paid     int // orders that are paid
	Payments int // payments that count
	Returned int // payments that do not: paid twice, not as asked, or for no order that is here
	Issued   int // orders with an invoice number
	Released int
	Left     int // copies that have left the shop
	Jobs     int
	Items    int // of released orders
	Files    int
	Bytes    int64
	Links    map[string]int // that work, by an order's number
	Swept    int            // files that no row had come to name, before the sweep
}

// Afterwards says what a test did to the shop that it audits.
type Afterwards int

// Afterwards.
const (
	Stopped Afterwards = iota // the shop ended well: nothing may lie about
	Killed                    // it was killed: files whose row did not come are swept first
)

// Audit opens the data folder of a shop that has ended and fails the test for everything that does not agree: the
// database's own promises, a row without its file or with another file's bytes, a file without a row, an upload that
// only one side knows, totals that differ.
func Audit(tb testing.TB, data string, after Afterwards) Totals {
	tb.Helper()
	log := slog.New(slog.DiscardHandler)
	files, err := storage.Open(data, storage.Options{Log: log, Reserve: 1})
	if err != nil {
		tb.Fatal(err)
	}
	defer files.Close()
	d, err := db.Open(context.Background(), filepath.Join(data, "buildplate.db"), dbtest.Schema(tb), db.Options{Log: log})
	if err != nil {
		tb.Fatal(err)
	}
	defer d.Close()
	b := auditor{tb: tb, ctx: context.Background(), db: d, files: files, data: data}
	dbtest.Check(tb, d)
	if after == Killed {
		b.sweep()
	}
	b.rowsHaveFiles()
	b.filesHaveRows()
	b.read(b.orders)
	return b.totals
}

type auditor struct {
	tb     testing.TB
	ctx    context.Context // one for all of a test's questions
	db     *db.DB
	files  *storage.Store
	data   string // the folder
	totals Totals
}

func (b *auditor) read(fn func(tx *db.Tx) error) {
	b.tb.Helper()
	if err := b.db.Read(b.ctx, fn); err != nil {
		b.tb.Fatal(err)
	}
}

const manyOrders = 100_000

func (b *auditor) orders(tx *db.Tx) error {
	rows, _, err := tx.OrderPage(b.ctx, db.ListFilter{Tab: "all", Limit: manyOrders})
	if err != nil {
		return err
	}
	counts, err := tx.CountOrders(b.ctx, "")
	if err != nil {
		return err
	}
	if counts["all"] != min(len(rows), db.MostCounted+1) {
		b.tb.Errorf("%d orders are counted, %d listed", counts["all"], len(rows))
	}
	var orders []*shop.Order
	b.totals.Links = map[string]int{}
	for _, row := range rows {
		o, err := tx.Order(b.ctx, row.ID)
		if err != nil {
			return err
		}
		orders = append(orders, o)
		links, err := tx.OrderLinks(b.ctx, row.ID)
		if err != nil {
			return err
		}
		b.totals.Links[o.Number] = len(links)
	}
	b.totals.Orders = orders
	unapplied, _, err := tx.UnappliedPage(b.ctx, "", manyOrders)
	if err != nil {
		return err
	}
	for _, p := range unapplied {
		if p.OrderID == "" {
			b.totals.Returned++ // those of orders are counted there
		}
	}
	for _, o := range orders {
		if err := b.order(tx, o); err != nil {
			return fmt.Errorf("order %s: %w", o.Number, err)
		}
	}
	return nil
}

func (b *auditor) order(tx *db.Tx, o *shop.Order) error {
	items, err := tx.Items(b.ctx, o.ID)
	if err != nil {
		return err
	}
	files, err := tx.OrderFiles(b.ctx, o.ID)
	if err != nil {
		return err
	}
	jobs, err := tx.JobsOf(b.ctx, o.ID)
	if err != nil {
		return err
	}
	if found, err := standsOddly(b.ctx, tx, o.ID); found != "" || err != nil {
		b.tb.Error(found, err)
	}
	payments, err := tx.PaymentsOf(b.ctx, o.ID)
	if err != nil {
		return err
	}
	var received, kept shop.Cents
	for _, p := range payments {
		if p.State == shop.PaymentReversed {
			continue
		}
		if p.State != shop.PaymentSettled {
			b.totals.Returned++
			continue
		}
		b.totals.Payments++
		received, kept = received+p.Counts(), kept+p.Left()
	}
	gone, err := tx.DeletedFiles(b.ctx, o.ID)
	if err != nil {
		return err
	}
	if err := b.refused(tx, o, gone); err != nil {
		return err
	}
	plates, err := tx.PlatesOf(b.ctx, o.ID)
	if err != nil {
		return err
	}
	wants := len(plates)
	for _, p := range plates {
		if p.GCodeHash == "" || (o.State == shop.OrderRefused && len(files) == 0) { // its files were deleted
			continue
		}
		at := slices.IndexFunc(files, func(f shop.OrderFile) bool { return f.PlateID == p.ID && f.Kind == "gcode" })
		if at >= 0 && files[at].SHA256 == p.GCodeHash {
			continue
		}
		if at >= 0 || !slices.ContainsFunc(gone, func(f shop.DeletedFile) bool {
			return f.ItemID == p.ItemID && f.Kind == "gcode" && f.SHA256 == p.GCodeHash
		}) {
			b.tb.Errorf("order %s: the G-code of plate %d is not the one that it says: %s", o.Number, p.Position, p.GCodeHash)
		}
	}
	for _, it := range items {
		first := slices.IndexFunc(plates, func(p shop.Plate) bool { return p.ItemID == it.ID })
		if first < 0 || it.GCodeHash != plates[first].GCodeHash {
			b.tb.Errorf("order %s: %s says its G-code is %s, its plates: %+v", o.Number, it.Name, it.GCodeHash, plates)
		}
	}
	if o.Released == 0 {
		wants = 0
	} else {
		b.totals.Released++
		b.totals.Items += wants
	}
	if len(jobs) != wants {
		b.tb.Errorf("order %s has %d jobs for %d released plates", o.Number, len(jobs), wants)
	}
	b.totals.Jobs += len(jobs)
	if o.InvoiceNumber() != "" {
		b.totals.Issued++
	}
	handovers, err := tx.HandoversOf(b.ctx, o.ID)
	if err != nil {
		return err
	}
	left, ordered := 0, 0
	for _, h := range handovers {
		if h.Undone == 0 {
			left += h.Copies()
		}
	}
	for _, it := range items {
		ordered += it.Copies
	}
	if left != o.Copies.Left || left > ordered || (left == ordered && o.State == shop.OrderOpen) {
		b.tb.Errorf("order %s is %s: of %d copies %d have left, it says %d", o.Number, o.State, ordered, left, o.Copies.Left)
	}
	b.totals.Left += left
	// What was paid for an order that is closed now was sent back, or is due back; what was refunded is not owed until staff
	// say so.
	if o.Closed != 0 && o.DueBack() != kept {
		b.tb.Errorf("order %s is %s, %s of its money is here, and %s is due back", o.Number, o.Status(), kept, o.DueBack())
	}
	if o.Invoice != nil {
		received -= o.Invoice.OwedAgain
	}
	if v := o.Invoice; v != nil && v.State == shop.WrittenOff && (o.State != shop.OrderCompleted || o.Balance() != 0 || v.GivenUp() <= 0) {
		b.tb.Errorf("order %s is %s and written off: %s is owed, %s was given up", o.Number, o.State, o.Balance(), v.GivenUp())
	}
	// What a bank took of money that counted is asked for again, carried by the shop, or still to be decided about: nothing is
	// missing that nobody said a word about.
	if v := o.Invoice; v != nil && o.Closed == 0 && v.Contested == 0 && v.Undecided == 0 && v.OpenRefunds() == 0 && v.State != shop.WrittenOff && o.Balance() >= 0 && o.Missing() != 0 {
		b.tb.Errorf("order %s: %s of its money is missing, and nobody is asked about it", o.Number, o.Missing())
	}
	if err := b.askedAgain(tx, o, payments); err != nil {
		return err
	}
	for _, p := range payments {
		if p.AskedAgain+p.Borne > p.Disputed || p.AskedAgain > max(p.Amount-p.Returned, 0) || p.State != shop.PaymentSettled && p.Answered {
			b.tb.Errorf("order %s: of %s a bank took %s, %s went back, %s is asked for again and %s is the shop's loss", o.Number, p.Amount, p.Disputed, p.Returned, p.AskedAgain, p.Borne)
		}
	}
	asked := o.Price.Total - o.Adjusted()
	// What was paid beyond that, however it came to it, is due back as far as it is here.
	if surplus := max(kept-asked-o.Rounding(), 0); o.Closed == 0 && o.DueBack() != surplus {
		b.tb.Errorf("order %s asks for %s, %s of its money is here, and %s is due back", o.Number, asked, kept, o.DueBack())
	}
	covered := o.InvoiceNumber() != "" && received >= asked+o.Rounding()
	if o.Adjusted() > 0 {
		copies, err := tx.ItemCopies(b.ctx, o.ID)
		if err != nil {
			return err
		}
		out := left // that have left, are here to leave or are to come
		for _, it := range copies {
			out += it.Here + it.ToCome
		}
		if out >= ordered { // nothing of it is cancelled any more: it costs what it did
			b.tb.Errorf("order %s costs %s less, and all %d copies of it leave", o.Number, o.Adjusted(), ordered)
		}
	}
	if paid := o.PaidAt() != 0; paid != (covered && o.Closed == 0) {
		b.tb.Errorf("order %s is %s, and %s of %s was received", o.Number, o.Status(), received, asked)
	} else if paid {
		b.totals.Paid++
	}
	return nil
}
