package apptest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
)

func (w *walk) keepSteps() []step {
	return []step{
		{"keep an order's files", 3, w.on(w.keepFiles), []shop.Kind{shop.TooMany}},
		{"delete an invoice", 4, w.on(w.deleteInvoice), nil},
		{"change the terms", 2, w.changeTerms, nil},
	}
}

// keepFiles asks to keep an order's models, or lets them go, as staff do or as the customer does.
func (w *walk) keepFiles(ctx context.Context, o order.StaffOrderView) error {
	keep := w.dice.IntN(2) == 0
	if w.dice.IntN(2) == 0 {
		_, err := w.Orders.KeepOwnFiles(ctx, shop.Guest(o.ID), "/order", keep)
		return err
	}
	_, err := w.Orders.KeepFiles(ctx, w.anybody(), o.ID, w.from(o.Version), keep)
	return err
}

// deleteInvoice removes a draft, and its order with it.
func (w *walk) deleteInvoice(ctx context.Context, o order.StaffOrderView) error {
	if o.InvoiceID == "" {
		return errNothing
	}
	err := w.Orders.DeleteInvoice(ctx, w.anybody(), o.InvoiceID, w.from(o.InvoiceVersion))
	if err == nil && o.Paid != 0 {
		w.t.Errorf("%s was deleted with its invoice, and %s was paid", o.Number, o.Paid)
	}
	return err
}

// changeTerms looks at the terms as they would be and saves them: other text or days are another version.
func (w *walk) changeTerms(ctx context.Context) error {
	v, err := w.Settings.Terms(ctx, w.admin)
	if err != nil {
		return err
	}
	before := v.Published.Version
	v.Text += one(w, "", "\n\nAsk us at the counter.")
	if len(v.Text) > 4000 {
		v.Text = "We print what you send us."
	}
	v.Title = one(w, v.Title, v.Title, "")
	guest := slices.IndexFunc(v.Retention, func(r shop.RetentionRule) bool { return r.Kind == shop.RetainGuest })
	v.Retention[guest].Days = one(w, v.Retention[guest].Days, 90, 365, -1)
	would, err := w.Settings.PreviewTerms(ctx, w.admin, v)
	if err != nil {
		return err
	}
	v.Version = w.from(v.Version)
	now, err := w.Settings.SaveTerms(ctx, w.admin, v)
	if err != nil {
		return err
	}
	if now.Published.Version != would.Version || (before == would.Version) != would.Current {
		w.t.Errorf("terms %s were to become %s, and are %s", before, would.Version, now.Published.Version)
	}
	_, err = w.Settings.PublishedTerms(ctx, one(w, "", before, strings.Repeat("9", 8)))
	return err
}

// confirmDeletion lets old models go that are unusually many, where that waits for a word.
func (w *walk) confirmDeletion(ctx context.Context, alarms []ops.AlarmView) error {
	for _, a := range alarms {
		if a.Kind == shop.AlarmDeletion {
			_, err := w.Ops.ConfirmDeletion(ctx, w.admin, a.Files)
			return errors.Join(err, w.due(ctx))
		}
	}
	if _, err := w.Ops.ConfirmDeletion(ctx, w.admin, 1); !shop.IsCode(err, "deletion_not_held") {
		w.t.Errorf("a deletion that does not wait: %v", err)
	}
	return nil
}

// agreed are the terms that a customer agrees to: mostly those of today.
func (w *walk) agreed(ctx context.Context) (version string, err error) {
	var v setting.PublishedTermsView
	if v, err = w.Settings.PublishedTerms(ctx, ""); err != nil || w.dice.IntN(20) == 0 {
		return "1", err
	}
	return v.Version, nil
}
