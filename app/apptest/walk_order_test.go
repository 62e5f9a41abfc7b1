package apptest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// walkedLink is a link of a customer's.
type walkedLink struct{ orderID, token string }

func (w *walk) orderSteps() []step {
	return []step{
		{"approve", 14, w.on(w.approve), nil},
		{"change the message", 3, w.on(w.changeMessage), nil},
		{"refuse", 3, w.on(w.refuse), nil},
		{"refuse and delete", 1, w.on(w.refuseAndDelete), nil},
		{"cancel", 3, w.on(w.cancel), nil},
		{"take back", 3, w.on(w.takeBack), []shop.Kind{shop.TooMany}},
		{"delete", 3, w.on(w.deleteOrder), nil},
		{"refuse several", 1, w.refuseSeveral, nil},
		{"delete several", 1, w.deleteSeveral, nil},
		{"release", 5, w.on(w.release), nil},
		{"lift the hold", 4, w.on(w.lift), nil},
		{"hand over", 7, w.on(w.handOver), nil},
		{"undo a handover", 2, w.on(w.undoHandover), nil},
		{"correct a handover", 2, w.on(w.correctHandover), nil},
		{"cancel the rest", 2, w.on(w.cancelRest), nil},
		{"leave a part out", 4, w.on(w.leaveOut), nil},
		{"put a part back", 3, w.on(w.putBack), nil},
		{"write off", 3, w.on(w.writeOff), nil},
		{"undo a write-off", 2, w.on(w.undoWriteOff), nil},
		{"delete a file", 2, w.on(w.deleteFile), nil},
		{"look at an order's files", 3, w.on(w.lookAtFiles), nil},
		{"read both pages of an order", 6, w.on(w.bothPages), nil},
		{"make a link", 3, w.on(w.link), nil},
		{"end a link", 2, w.on(w.revoke), nil},
		{"follow a link", 5, w.follow, []shop.Kind{shop.Unauthenticated}},
	}
}

func (w *walk) approve(ctx context.Context, o order.StaffOrderView) error {
	if o.Status != "in_review" && w.dice.IntN(8) > 0 {
		return errNothing
	}
	req := order.ApproveRequest{Version: w.from(o.Version), Message: "Pay as you like."}
	if w.dice.IntN(3) > 0 {
		total := shop.Cents(1000 + w.dice.IntN(9000))
		if w.dice.IntN(8) == 0 {
			total = 0
		}
		req.AdjustedTotal, req.Reason = &total, "as agreed"
	}
	_, err := w.Orders.ApproveOrder(ctx, w.anybody(), o.ID, req)
	return err
}

// changeMessage writes to the customer, corrects it, or takes it back: the page says what was written last.
func (w *walk) changeMessage(ctx context.Context, o order.StaffOrderView) error {
	message := one(w, "Pay at the bank.", "Ready on Friday.", "")
	now, err := w.Orders.ChangeMessage(ctx, w.anybody(), o.ID, order.MessageRequest{Version: w.from(o.Version), Message: message})
	if err == nil && now.ShopMessage != message {
		w.t.Errorf("%s says %q, and was told %q", o.Number, now.ShopMessage, message)
	}
	return err
}

func (w *walk) refuse(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.RefuseOrder(ctx, w.anybody(), o.ID, w.from(o.Version), "Not this.", false)
	return err
}

func (w *walk) refuseAndDelete(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.RefuseOrder(ctx, w.anybody(), o.ID, w.from(o.Version), "Not this, ever.", true)
	if err == nil {
		w.refused++
		w.Read(func(ctx context.Context, tx *db.Tx) error {
			files, err := tx.OrderFiles(ctx, o.ID)
			if len(files) > 0 {
				w.t.Errorf("%s has %d files after it was refused with them", o.Number, len(files))
			}
			return err
		})
	}
	return err
}

func (w *walk) cancel(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.CancelOrder(ctx, w.anybody(), o.ID, w.from(o.Version), "Not any more.")
	return err
}

func (w *walk) deleteOrder(ctx context.Context, o order.StaffOrderView) error {
	return w.Orders.DeleteOrder(ctx, w.anybody(), o.ID, w.from(o.Version))
}

// few are some orders of the list, most often of those under review, as staff saw them.
func (w *walk) few(ctx context.Context) (refs []job.Ref, err error) {
	list, err := w.Orders.Orders(ctx, w.anybody(), order.OrderFilter{Tab: one(w, "review", "review", "all")})
	if err != nil {
		return nil, err
	}
	for _, o := range list.Orders[:min(len(list.Orders), 1+w.dice.IntN(3))] {
		refs = append(refs, job.Ref{ID: o.ID, Version: o.Version})
	}
	if len(refs) == 0 {
		return nil, errNothing
	}
	return refs, nil
}

func (w *walk) refuseSeveral(ctx context.Context) error {
	refs, err := w.few(ctx)
	if err != nil {
		return err
	}
	ids := []string{}
	for _, ref := range refs {
		ids = append(ids, ref.ID)
	}
	if _, err := w.Orders.SameModels(ctx, w.anybody(), order.SameModelsRequest{Orders: ids}); err != nil {
		return err
	}
	v, err := w.Orders.RefuseAll(ctx, w.anybody(), order.RefuseAllRequest{Orders: refs, Reason: "Too many."})
	return w.ended(refs, v, err)
}

func (w *walk) deleteSeveral(ctx context.Context) error {
	refs, err := w.few(ctx)
	if err != nil {
		return err
	}
	v, err := w.Orders.DeleteAll(ctx, w.anybody(), order.DeleteAllRequest{Orders: refs})
	return w.ended(refs, v, err)
}

// ended holds what several orders came to against what was asked.
func (w *walk) ended(refs []job.Ref, v order.EndedView, err error) error {
	if err == nil && len(v.Done)+len(v.Left) != len(refs) {
		w.t.Errorf("of %d orders %d are ended and %d are not", len(refs), len(v.Done), len(v.Left))
	}
	return err
}

func (w *walk) release(ctx context.Context, o order.StaffOrderView) error {
	_, err := w.Orders.ReleaseOrder(ctx, w.anybody(), o.ID, w.from(o.Version), "")
	return err
}

func (w *walk) lift(ctx context.Context, o order.StaffOrderView) error {
	return w.Billing.LiftHold(ctx, w.anybody(), o.ID, w.from(o.Version), "settled")
}

func (w *walk) deleteFile(ctx context.Context, o order.StaffOrderView) error {
	if len(o.Files) == 0 {
		return errNothing
	}
	return w.Orders.DeleteOrderFile(ctx, w.anybody(), o.Files[w.dice.IntN(len(o.Files))].ID, w.from(o.Version))
}

// lookAtFiles opens what there is of an order, as staff see it.
func (w *walk) lookAtFiles(ctx context.Context, o order.StaffOrderView) error {
	for _, it := range o.Items {
		mesh, err := w.Orders.ItemMesh(ctx, w.anybody(), o.ID, it.ID)
		if err == nil {
			err = drainedOnce(mesh.Open(ctx))
		}
		if w.sound(err); w.t.Failed() {
			return nil
		}
		_, err = w.Orders.ItemThumbnail(ctx, w.anybody(), o.ID, it.ID)
		if w.sound(err); w.t.Failed() {
			return nil
		}
		for plate := range len(it.Plates) + 1 { // 0 is the first one it has
			layers, err := w.Orders.ItemLayers(ctx, w.anybody(), o.ID, it.ID, plate)
			if err == nil {
				err = drainedOnce(layers.Open(ctx))
			}
			if w.sound(err); w.t.Failed() {
				return nil
			}
		}
	}
	f, found := some(w, o.Files)
	if !found {
		return errNothing
	}
	oriented := f.Kind == "mesh" && w.dice.IntN(2) == 0
	link, err := w.Orders.FileLink(ctx, w.anybody(), string(shop.ShopDoor), f.ID, oriented)
	if err != nil {
		return err
	}
	return w.open(ctx, shop.ShopDoor, link.URL)
}

// shownInvoice is the number of an order's invoice as its customer reads it: that of a void one stays with staff.
func shownInvoice(o order.StaffOrderView) string {
	if o.InvoiceState == shop.Void {
		return ""
	}
	return o.InvoiceNumber
}

// bothPages holds what the customer reads of an order against what staff do.
func (w *walk) bothPages(ctx context.Context, o order.StaffOrderView) error {
	page, err := w.Orders.CustomerOrder(ctx, shop.Guest(o.ID), "/order")
	if err != nil {
		return err
	}
	if page.Status != o.Status || page.StatusMessage != o.StatusMessage || page.InvoiceNumber != shownInvoice(o) || page.Paid != o.Paid || page.DueBack != o.DueBack ||
		page.Balance != max(o.Balance, 0) || !slices.Equal(page.PayMethods, o.PayMethods) {
		w.t.Errorf("%s: staff read %+v; the customer %+v", w.stateOf(o.ID), o.OrderRowView, page)
	}
	begun := slices.ContainsFunc(o.Jobs, func(j shop.Job) bool {
		return j.Started != 0 && (j.State.Begun() || j.State != shop.JobCancelled && j.Done > 0)
	})
	if page.Status == "in_production" && !begun {
		w.t.Errorf("%s: nothing of it is being made", w.stateOf(o.ID))
	}
	return nil
}

// open reads the file behind a signed link.
func (w *walk) open(ctx context.Context, door shop.Door, url string) error {
	file, err := w.Files.OpenSigned(ctx, string(door), strings.TrimPrefix(url, "/f/"))
	if err != nil {
		return err
	}
	return errors.Join(drained(file.Reader), file.Reader.Close())
}

func drained(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// drainedOnce reads what was opened to its end, and closes it.
func drainedOnce(r io.ReadCloser, err error) error {
	if err != nil {
		return err
	}
	return errors.Join(drained(r), r.Close())
}

// link makes a link for the customer, by staff or by the browser that ordered.
func (w *walk) link(ctx context.Context, o order.StaffOrderView) (err error) {
	var url string
	if w.dice.IntN(2) == 0 {
		var made order.MadeLinkView
		made, err = w.Orders.OrderLink(ctx, w.anybody(), o.ID)
		url = made.URL
	} else {
		cart := ""
		w.Read(func(ctx context.Context, tx *db.Tx) error {
			stored, err := tx.Order(ctx, o.ID)
			if err == nil {
				cart = stored.CartID
			}
			return err
		})
		url, err = w.Orders.MyOrderLink(ctx, shop.Visitor(cart))
	}
	if err == nil {
		w.links = append(w.links, walkedLink{o.ID, Token(url)})
	}
	return err
}

func (w *walk) revoke(ctx context.Context, o order.StaffOrderView) error {
	l, found := some(w, o.Links)
	if !found {
		return errNothing
	}
	now, err := w.Orders.RevokeLink(ctx, w.anybody(), o.ID, l.ID, w.from(l.Version))
	if err == nil && len(now.Links) != len(o.Links)-1 {
		w.t.Errorf("%s had %d links and has %d", o.Number, len(o.Links), len(now.Links))
	}
	return err
}

// follow does what whoever has a link can: look at the order and its files, and choose how to pay.
func (w *walk) follow(ctx context.Context) error {
	l, found := some(w, w.links)
	if !found {
		return errNothing
	}
	guest, err := w.Accounts.GuestByLink(ctx, l.token)
	if err != nil {
		return err
	}
	if guest.OrderID != l.orderID {
		w.t.Errorf("the link of %s opens %s", l.orderID, guest.OrderID)
	}
	page, err := w.Orders.CustomerOrder(ctx, guest, "/order")
	if err != nil {
		return err
	}
	if page.Balance < 0 {
		w.t.Errorf("%s: the customer reads that %s is owed", page.Number, page.Balance)
	}
	var files []shop.OrderFile
	w.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		files, err = tx.OrderFiles(ctx, l.orderID)
		return err
	})
	f, found := some(w, files)
	if !found {
		return nil
	}
	sent, err := w.Orders.SentFileLink(ctx, guest, string(shop.PublicDoor), f.ID)
	if err != nil {
		return err
	}
	return w.open(ctx, shop.PublicDoor, sent.URL)
}
