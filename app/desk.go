package app

import (
	"context"
	"slices"
	"strings"

	"buildplate/app/live"
	"buildplate/app/shop"
	"buildplate/db"
)

const ordersPerPage = 50

// notifyNew tells staff's open pages of a new order; they ring.
func (a *App) notifyNew(id string) {
	a.live.Publish(live.Event{Topic: "staff", Kind: "order", ID: id, Data: map[string]string{"id": id, "change": "new"}})
}

// Orders lists a page of a tab's orders, newest first.
func (a *App) Orders(ctx context.Context, f OrderFilter) (OrderListView, error) {
	page := max(f.Page, 1)
	v := OrderListView{Orders: []OrderRowView{}, Page: page}
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		orders, total, err := tx.Invoices(ctx, f.Tab, strings.TrimSpace(f.Query), (page-1)*ordersPerPage, ordersPerPage)
		if err != nil {
			return err
		}
		for _, inv := range orders {
			items, err := tx.Items(ctx, inv.ID)
			if err != nil {
				return err
			}
			v.Orders = append(v.Orders, orderRow(orderFacts{inv: inv, items: items}))
		}
		v.Total, v.Pages = total, max((total+ordersPerPage-1)/ordersPerPage, 1)
		v.Counts, err = tx.CountOrders(ctx)
		return err
	})
	return v, err
}

func orderRow(f orderFacts) OrderRowView {
	inv := f.inv
	v := OrderRowView{
		ID: inv.ID, Number: inv.OrderNumber, InvoiceNumber: inv.InvoiceNumber, Created: inv.Created, Customer: inv.Contact.Name, State: inv.State, Status: inv.Status(),
		Payment: inv.Payment, Total: inv.Price.Total, Balance: inv.Balance(), Parts: len(f.items), Ready: f.ready(), Released: inv.Released != 0, Hold: inv.Hold,
	}
	for _, it := range f.items {
		v.Copies += it.Copies
	}
	return v
}

// StaffOrder is everything staff see of an order. Errors: NotFound.
func (a *App) StaffOrder(ctx context.Context, id string) (StaffOrderView, error) {
	var v StaffOrderView
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		f, err := a.orderFacts(ctx, tx, inv)
		if err != nil {
			return err
		}
		v, err = a.staffView(ctx, tx, f)
		return err
	})
	return v, err
}

func (a *App) staffView(ctx context.Context, tx *db.Tx, f orderFacts) (StaffOrderView, error) {
	inv := f.inv
	v := StaffOrderView{
		OrderRowView: orderRow(f), Email: inv.Contact.Email, Phone: inv.Contact.Phone, Source: inv.Source, Sentence: inv.StatusMessage(), Steps: f.steps(), Contact: inv.Contact,
		Delivery: inv.Delivery, Note: inv.Note, Items: []StaffItemView{}, Files: []StaffFileView{}, Price: f.price(), Paid: inv.Paid,
		Rounding: inv.Rounding, CashDue: f.settings.CashDue(inv.Balance()), PayMethods: f.payMethods(), Transfer: f.transfer(),
		PickupAddress: f.pickupAddress(), ReviewReasons: inv.ReviewReasons, Message: inv.Message, Payments: []PaymentRowView{}, RefundRows: []RefundRowView{},
		Activity: []ActivityView{}, Jobs: f.jobs, Actions: inv.Actions(), TaxTotal: inv.Price.Tax,
	}
	for _, it := range f.items {
		facts := sliceFacts(it)
		iv := StaffItemView{
			OrderItemView: f.itemView(it, "/api/invoices/"+inv.ID+"/items/"), Seconds: facts.Seconds, Grams: facts.Grams, SupportGrams: facts.SupportGrams,
			Engine: strings.TrimSpace(facts.Engine + " " + facts.EngineVersion), GCodeSHA256: it.GCodeHash, ReviewReasons: []string{}, Findings: []FindingView{}, Warnings: facts.Warnings,
		}
		if iv.Warnings == nil {
			iv.Warnings = []string{}
		}
		if look, ok := lookOf(shop.Part{Inspection: it.Inspection}); ok {
			iv.Findings = inspectionView(look.Mesh).Findings
		}
		v.Items = append(v.Items, iv)
	}
	for _, file := range f.files {
		v.Files = append(v.Files, StaffFileView{OrderFileView: OrderFileView{ID: file.ID, Name: file.Name, Bytes: file.Bytes, Kind: file.Kind}, SHA256: file.SHA256, ItemID: file.ItemID})
	}
	payments, err := tx.Payments(ctx, inv.ID)
	if err != nil {
		return v, err
	}
	refunds, err := tx.Refunds(ctx, inv.ID)
	if err != nil {
		return v, err
	}
	returned := map[string]shop.Cents{}
	for _, r := range refunds {
		returned[r.PaymentID] += r.Amount
		v.RefundRows = append(v.RefundRows, RefundRowView{Amount: r.Amount, At: r.Created, Reason: r.Reason})
	}
	if len(payments) > 0 {
		v.Actions = slices.DeleteFunc(v.Actions, func(a string) bool { return a == "delete_draft" })
	}
	for _, p := range payments {
		row := PaymentRowView{
			ID: p.ID, Amount: p.Amount, Method: string(p.Method), Processor: p.Processor, Reference: p.Reference, At: p.Created, State: string(p.State), By: p.By,
			Decision: p.Decision, Actions: []string{},
		}
		if inv.CanAccept(p, returned[p.ID]) == nil {
			row.Actions = append(row.Actions, "accept")
		}
		if p.Unapplied() {
			row.Actions = append(row.Actions, "sent_back")
		}
		v.Payments = append(v.Payments, row)
	}
	log, err := tx.Activities(ctx, inv.ID)
	for _, act := range log {
		v.Activity = append(v.Activity, ActivityView{At: act.At, Who: act.Who, Sentence: act.Message})
	}
	return v, err
}

// change runs one act of staff on an order and tells every page.
func (a *App) change(ctx context.Context, p Principal, id string, act func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (sentence string, err error)) (StaffOrderView, error) {
	err := a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		sentence, err := act(ctx, tx, inv)
		if err != nil {
			return err
		}
		return tx.Log(ctx, p.activity(id, sentence))
	})
	if err != nil {
		return StaffOrderView{}, err
	}
	a.notify("order", id)
	return a.StaffOrder(ctx, id)
}

// MarkPaid takes cash or a transfer. Errors: as for a payment.
func (a *App) MarkPaid(ctx context.Context, p Principal, id string, method shop.PaymentMethod, amount shop.Cents, reference string) (StaffOrderView, error) {
	if err := a.takePayment(ctx, p, id, method, amount, reference); err != nil {
		return StaffOrderView{}, err
	}
	a.notify("order", id)
	return a.StaffOrder(ctx, id)
}

// ApproveOrder ends a review: the order may be paid, at its price or at one that staff set with a reason.
// Errors: NotFound; Conflict when it is not in review; Invalid.
func (a *App) ApproveOrder(ctx context.Context, p Principal, id string, req ApproveRequest) (StaffOrderView, error) {
	return a.change(ctx, p, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		sentence := "Approved the order at "
		if req.AdjustedTotal != nil && *req.AdjustedTotal != inv.Price.Total {
			if strings.TrimSpace(req.Reason) == "" {
				return "", shop.Invalidf("reason_missing", "reason", "Please say why the price is changed.")
			}
			if *req.AdjustedTotal > shop.MaxOrder {
				return "", shop.Invalidf("total_too_high", "adjusted_total", "This price is too high to be meant.")
			}
			s, err := tx.Settings(ctx)
			if err != nil {
				return "", err
			}
			inv.Price = inv.Price.AdjustedTo(*req.AdjustedTotal, s.EffectiveTax())
			sentence = "Set the price (" + strings.TrimSpace(req.Reason) + ") and approved the order at "
		}
		if err := inv.Approve(strings.TrimSpace(req.Message)); err != nil {
			return "", err
		}
		return sentence + inv.Price.Total.In(inv.Currency) + ".", tx.SaveInvoice(ctx, inv)
	})
}

// RefuseOrder ends a review with a reason that the customer sees. An order that was approved first may have a payment
// page open; it is closed, so that nobody pays for what will not be made. Where everything is to be destroyed, the files
// go for good in the same transaction, and are never taken again. Errors: NotFound; Conflict; Invalid.
func (a *App) RefuseOrder(ctx context.Context, p Principal, id, reason string, everything bool) (StaffOrderView, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Please give the customer a reason.")
	}
	if err := a.ClosePaymentPage(ctx, id); err != nil {
		return StaffOrderView{}, err
	}
	v, err := a.change(ctx, p, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		if err := inv.Refuse(reason, shop.TimeOf(tx.Now)); err != nil {
			return "", err
		}
		if err := tx.SaveInvoice(ctx, inv); err != nil || !everything {
			return "Refused the order: " + reason, err
		}
		return "Refused the order and destroyed its files: " + reason, destroy(ctx, tx, inv, reason)
	})
	if err == nil {
		kick(a.deleteKick)
	}
	return v, err
}

// CancelOrder closes an order and its jobs. A payment page that is still open is closed first, so that nobody pays
// for what will not be made. Errors: NotFound; Conflict when money is held; Invalid.
func (a *App) CancelOrder(ctx context.Context, p Principal, id, reason string) (StaffOrderView, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return StaffOrderView{}, shop.Invalidf("reason_missing", "reason", "Please give the customer a reason.")
	}
	if err := a.ClosePaymentPage(ctx, id); err != nil {
		return StaffOrderView{}, err
	}
	return a.change(ctx, p, id, func(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (string, error) {
		if err := inv.Cancel(reason, shop.TimeOf(tx.Now)); err != nil {
			return "", err
		}
		if err := tx.CancelJobs(ctx, id); err != nil {
			return "", err
		}
		return "Cancelled the order: " + reason, tx.SaveInvoice(ctx, inv)
	})
}

// LiftOrderHold lets an order go on after a refund or a dispute. Errors: as LiftHold.
func (a *App) LiftOrderHold(ctx context.Context, p Principal, id, reason string) (StaffOrderView, error) {
	if err := a.LiftHold(ctx, p, id, reason); err != nil {
		return StaffOrderView{}, err
	}
	a.notify("order", id)
	return a.StaffOrder(ctx, id)
}

// StaffPayLink gives the address of the page on which an order is paid by card. Errors: as PayByCard.
func (a *App) StaffPayLink(ctx context.Context, _ Principal, id string) (payURL string, err error) {
	return a.PayByCard(ctx, id)
}

// DeleteDraft removes an order that was never issued or paid, with its rows, its files and its client.
// Errors: NotFound; Conflict for one that has a number or money.
func (a *App) DeleteDraft(ctx context.Context, p Principal, id string) error {
	if err := a.ClosePaymentPage(ctx, id); err != nil {
		return err
	}
	err := a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		money, err := tx.Payments(ctx, id)
		if err != nil {
			return err
		}
		if !inv.Deletable() || len(money) > 0 { // money that was set aside, too
			return shop.Conflictf("draft_not_deletable", "Order %s has an invoice or a payment. It can be cancelled, not deleted.", inv.OrderNumber)
		}
		files, err := tx.OrderFiles(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.DropCheckouts(ctx, id); err != nil {
			return err
		}
		if err := tx.DeleteInvoice(ctx, id); err != nil {
			return err
		}
		for _, f := range files {
			if err := tx.TrashBlob(ctx, f.BlobID, tx.Now); err != nil {
				return err
			}
		}
		if err := tx.DeleteClient(ctx, inv.ClientID); err != nil {
			return err
		}
		return tx.Log(ctx, p.activity(id, "Deleted the draft "+inv.OrderNumber+" with its files."))
	})
	if err != nil {
		return err
	}
	kick(a.deleteKick)
	a.notify("order", id)
	return nil
}

// DeleteOrderFile removes one file of an order. G-code that has still to be printed stays.
// Errors: NotFound; Conflict.
func (a *App) DeleteOrderFile(ctx context.Context, p Principal, fileID string) error {
	var id string
	err := a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := tx.OrderFile(ctx, fileID)
		if err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is not here any more.")
		}
		id = f.InvoiceID
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return err
		}
		if live := inv.Jobs.Total - inv.Jobs.Cancelled; f.Kind == "gcode" && inv.Closed == 0 && (live == 0 || inv.Jobs.Completed < live) {
			return shop.Conflictf("gcode_in_use", "This G-code has still to be printed. Complete or cancel the job first.")
		}
		if err := tx.DeleteOrderFile(ctx, fileID); err != nil {
			return err
		}
		if err := tx.TrashBlob(ctx, f.BlobID, tx.Now); err != nil {
			return err
		}
		return tx.Log(ctx, p.activity(id, "Deleted the file "+f.Name+"."))
	})
	if err != nil {
		return err
	}
	kick(a.deleteKick)
	a.notify("order", id)
	return nil
}

// StaffFileLink signs a link to any file of an order. Errors: NotFound.
func (a *App) StaffFileLink(ctx context.Context, _ Principal, fileID string) (LinkView, error) {
	var f shop.OrderFile
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = tx.OrderFile(ctx, fileID)
		return err
	})
	if err != nil {
		return LinkView{}, shop.IfNotFound(err, "file_not_found", "This file is not here any more.")
	}
	return a.link(f, "")
}
