package order

import (
	"context"
	"slices"
	"strings"

	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// StaffOrder is everything staff see of an order. Errors: NotFound.
func (s *Service) StaffOrder(ctx context.Context, who shop.Actor, id string) (StaffOrderView, error) {
	var v StaffOrderView
	if err := who.Must(shop.ListOrders, shop.OrderOf(id)); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		f, err := s.orderFacts(ctx, tx, o)
		if err != nil {
			return err
		}
		v, err = s.staffView(ctx, tx, who, f)
		return err
	})
	return v, err
}

func (s *Service) staffView(ctx context.Context, tx *db.Tx, who shop.Actor, f orderFacts) (StaffOrderView, error) {
	o := f.order
	v := StaffOrderView{
		OrderRowView: orderRow(o, f.status()), Email: o.Contact.Email, Phone: o.Contact.Phone, Source: o.Source, StatusMessage: f.statusMessage(), Steps: f.steps(), Contact: o.Contact,
		Delivery: o.Delivery, Note: o.Note, Items: []StaffItemView{}, Files: []StaffFileView{}, Price: f.price(), Paid: o.Paid(),
		Rounding: o.Rounding(), CashDue: f.settings.CashDue(o.Balance()), PayMethods: f.payMethods(), PaymentComing: f.coming, Transfer: f.transfer(),
		PickupAddress: f.pickupAddress(), ReviewReasons: shop.ReasonsForStaff(o.ReviewReasons), ShopMessage: o.Message, RefundRows: []RefundRowView{}, OpenRefunds: o.OpenRefunds(), Missing: o.Missing(), AskedAgain: o.AskedAgain(), OwedAgain: o.OwedAgain(), Held: o.Sendable(),
		Activity: []ActivityView{}, Links: []OrderLinkView{}, MaxLinks: shop.MaxOrderLinks, Handovers: []HandoverView{}, Copies: f.copies, Jobs: f.jobs, Actions: o.Offered(who, f.payMethods(), f.coming),
		Replaces: f.before, ReplacedBy: f.after, Repriceable: o.Repriceable() == nil, TaxTotal: o.Price.Tax, AskedTax: o.AskedTax(),
		DeletedFiles: f.deletedViews(func(string) bool { return true }), Keeping: f.keeping, TermsVersion: o.TermsVersion, TermsAt: o.TermsAt,
	}
	v.Adjustments, v.Disputes, v.UndoneWriteOffs = []shop.Adjustment{}, []billing.DisputeView{}, []shop.WriteOff{}
	if o.Invoice != nil {
		v.InvoiceVersion = o.Invoice.Version
		adjustments, err := tx.AdjustmentsOf(ctx, o.Invoice.ID)
		if err != nil {
			return v, err
		}
		v.Adjustments = append(v.Adjustments, adjustments...)
		v.GivenUp = o.Invoice.GivenUp()
		if v.WriteOff, err = billing.WriteOffOf(ctx, tx, o.Invoice); err != nil {
			return v, err
		}
		undone, err := tx.UndoneWriteOffs(ctx, o.Invoice.ID)
		if err != nil {
			return v, err
		}
		v.UndoneWriteOffs = append(v.UndoneWriteOffs, undone...)
	}
	if o.RestCancellable() == nil && o.Invoice != nil {
		costs := costOfLeft(o, f.items, f.copies)
		v.RestCosts = &costs
	}
	if o.CanHandOver() == nil {
		v.HandoverCosts = openCosts(o, f.items, f.copies, f.jobs, v.Adjustments)
	}
	may, err := remakableItems(ctx, tx, who, f)
	if err != nil {
		return v, err
	}
	items := shop.StaffItemPath(o.ID, "")
	for _, it := range f.items {
		facts, again, takes := sliceFacts(it), may[it.ID], shop.PrintingOf(f.plates, it.ID)
		iv := StaffItemView{
			OrderItemView: f.itemView(it, items, f.price() != nil), Choices: it.Choices.Choices, Elsewhere: it.GCodeHash == "", Remakable: again.may, FilesGone: again.may && again.gone, ModelRefused: again.refused, Seconds: takes.Seconds, Grams: takes.Grams, SupportGrams: takes.SupportGrams,
			Engine: strings.TrimSpace(facts.Engine + " " + facts.EngineVersion), GCodeSHA256: it.GCodeHash, ReviewReasons: o.ReasonsOf(it.ID, f.items), Findings: []slice.FindingView{}, Warnings: facts.Warnings,
		}
		f.leavingOut(who, it, &iv)
		f.forStaff(iv.Plates)
		if iv.Warnings == nil {
			iv.Warnings = []string{}
		}
		if in, ok := slice.InspectionOf(it.Inspection); ok {
			iv.Findings = in.View().Findings
		}
		v.Items = append(v.Items, iv)
	}
	for _, file := range f.files {
		v.Files = append(v.Files, StaffFileView{OrderFileView: f.fileView(file, items), SHA256: file.SHA256, ItemID: file.ItemID, PlateID: file.PlateID})
	}
	for _, h := range f.handovers {
		v.Handovers = append(v.Handovers, HandoverView{Handover: h, TrackingURL: h.TrackingURL(), Lowered: shop.SumOf(h.Undoing(f.jobs, o.Restorable(v.Adjustments))), Undoable: h.Undone == 0 && who.Can(h.UndoNeeds(f.jobs), shop.OrderOf(o.ID))})
	}
	printers, err := job.Printers(ctx, tx)
	if err != nil {
		return v, err
	}
	v.Printers = printers
	runs, err := tx.AttemptsOf(ctx, o.ID)
	if err != nil {
		return v, err
	}
	for i := range v.Jobs {
		v.Jobs[i].Offer(who)
		v.Jobs[i].TakeRuns(runs)
	}
	links, err := tx.OrderLinks(ctx, o.ID)
	if err != nil {
		return v, err
	}
	for _, l := range links {
		v.Links = append(v.Links, OrderLinkView{ID: l.ID, Version: l.Version, Created: l.Created, Expires: l.Expires})
	}
	payments, err := tx.PaymentsOf(ctx, o.ID)
	if err != nil {
		return v, err
	}
	notes, err := tx.RefundNotesOf(ctx, o.ID)
	if err != nil {
		return v, err
	}
	for _, r := range f.refunds {
		v.RefundRows = append(v.RefundRows, refundRows(r, notes)...)
	}
	dues, err := tx.RefundsDueOf(ctx, o.ID)
	if err != nil {
		return v, err
	}
	dashboard, err := setting.Dashboard(ctx, tx)
	if err != nil {
		return v, err
	}
	v.RefundsDue = billing.RefundsDueRows(who, dues, dashboard)
	if len(payments) > 0 {
		v.Actions = slices.DeleteFunc(v.Actions, func(a string) bool { return a == "delete" })
	}
	v.SameModels, v.HeldForModel = []SameModelView{}, o.RefusedModel() != ""
	if slices.Contains(v.Actions, "refuse") || slices.Contains(v.Actions, "refuse_and_delete") {
		if v.SameModels, err = sameModels(ctx, tx, o.ID); err != nil {
			return v, err
		}
	}
	v.Next = o.Next(v.Actions, v.PayMethods, f.coming)
	v.Payments = billing.PaymentRows(who, o, o.Invoice, payments, dashboard)
	if o.Invoice != nil {
		disputes, err := tx.Disputes(ctx, o.Invoice.ID)
		if err != nil {
			return v, err
		}
		v.Disputed, v.Undecided, v.Disputes = min(o.Invoice.Contested, o.Invoice.Disputed), o.Invoice.Undecided, billing.DisputeRows(disputes, v.Payments)
	}
	log, err := activityPage(ctx, tx, o.ID, "")
	v.Activity, v.ActivityNext = log.Activity, log.Next
	return v, err
}

// remakable says whether an item may be made another way now, and whether that is because its files are gone, or its model is refused.
type remakable struct{ may, gone, refused bool }

// remakableItems says it of the items, as far as the actor may do it.
func remakableItems(ctx context.Context, tx *db.Tx, who shop.Actor, f orderFacts) (may map[string]remakable, err error) {
	may = map[string]remakable{}
	if !who.Can(shop.RemakeItem, shop.OrderOf(f.order.ID)) {
		return may, nil
	}
	var refused []string
	if f.order.RefusedModel() != "" {
		if refused, err = tx.RefusedItems(ctx, f.order.ID); err != nil {
			return may, err
		}
	}
	for _, it := range f.items {
		of := slices.DeleteFunc(slices.Clone(f.plates), func(p shop.Plate) bool { return p.ItemID != it.ID })
		not := slices.Contains(refused, it.ID)
		gone, err := f.order.MayRemake(it, of, f.jobs, f.files, not)
		may[it.ID] = remakable{may: err == nil, gone: gone, refused: not}
	}
	return may, nil
}

// refundRows shows what was sent back of a payment: what staff noted, note by note, unless Stripe told of some of it since.
func refundRows(r shop.Refund, notes []shop.RefundNote) (rows []RefundRowView) {
	var sum shop.Cents
	for _, n := range notes {
		if r.Processor != "stripe" && n.PaymentID == r.PaymentID {
			rows, sum = append(rows, RefundRowView{Amount: n.Amount, At: n.Created, Reason: n.Reference, By: n.By, Method: string(r.Method), Noted: true}), sum+n.Amount
		}
	}
	if sum != r.Amount {
		return []RefundRowView{{Amount: r.Amount, At: r.Created, Reason: r.Reason, Method: string(r.Method), Noted: r.Noted()}}
	}
	return rows
}
