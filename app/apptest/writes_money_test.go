package apptest

import (
	"context"
	"net/http"
	"testing"

	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// leftOwing is an order that was collected, and of which nothing was paid.
func leftOwing(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	t.Helper()
	o := orderedParts(t, p, staff, 1)
	o = staff.Act(o.ID, "release", map[string]any{})
	prints(t, staff, o.Jobs[0])
	o = staff.Find(o.Number)
	staff.Act(o.ID, "handovers", order.HandOverRequest{Kind: shop.Collected, CollectedBy: "Lin Wei", UnpaidReason: "A regular.", Costs: o.HandoverCosts,
		Items: []shop.HandoverItem{{ItemID: o.Jobs[0].ItemID, Copies: 1}}})
	return asItIs
}

// decideInvoice presses a button of the only order's invoice until it is as somebody wants it.
func decideInvoice(ctx context.Context, staff *Client, what string, want shop.InvoiceState) error {
	return untilDone(ctx, staff, func(o order.StaffOrderView) bool { return o.InvoiceState == want }, func(o order.StaffOrderView) error {
		_, err := Post[any](ctx, staff, "/api/invoices/"+o.InvoiceID+"/"+what, map[string]any{"version": o.InvoiceVersion, "reason": "They moved away."})
		return err
	})
}

func writeOff(ctx context.Context, staff *Client, _ string) error {
	return decideInvoice(ctx, staff, "write-off", shop.WrittenOff)
}

func isWrittenOff(t *testing.T, staff *Client) {
	o, err := theOrder(t.Context(), staff)
	if err != nil {
		t.Fatal(err)
	}
	if n := told(o, shop.VerbInvoiceWrittenOff); n != 1 || o.WriteOff == nil || o.WriteOff.Amount != o.Total || o.Balance != 0 {
		t.Errorf("told %d times, %+v, %s owed", n, o.WriteOff, o.Balance)
	}
}

// wasWrittenOff is an order whose invoice was given up.
func wasWrittenOff(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	stopped := leftOwing(t, p, staff)
	if err := writeOff(t.Context(), staff.Client, ""); err != nil {
		t.Fatal(err)
	}
	return stopped
}

func undoWriteOff(ctx context.Context, staff *Client, _ string) error {
	return decideInvoice(ctx, staff, "write-off/undo", shop.Pending)
}

func isOwedAgain(t *testing.T, staff *Client) {
	o, err := theOrder(t.Context(), staff)
	if err != nil {
		t.Fatal(err)
	}
	if n := told(o, shop.VerbWriteOffUndone); n != 1 || told(o, shop.VerbInvoiceWrittenOff) != 1 || o.WriteOff != nil || o.Balance != o.Total {
		t.Errorf("told %d times, %+v, %s owed", n, o.WriteOff, o.Balance)
	}
}

// acceptedModel is that a model is accepted again which was refused for good, and which waits in another visitor's cart.
func acceptedModel() work {
	var waiting *Visitor
	return work{
		prepare: func(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
			o := orderedParts(t, p, staff, 1)
			waiting = NewVisitor(t, p)
			archive := meshtest.ZIP(meshtest.File{Name: "0.stl", Data: Block(10, 10, 2)})
			if err := waiting.Upload(t.Context(), "parts.zip", archive, len(archive)); err != nil {
				t.Fatal(err)
			}
			waiting.Sliced()
			staff.Act(o.ID, "refuse", map[string]any{"reason": "Not something we print.", "delete_files": true})
			if v := waiting.Cart(); len(v.Parts) != 1 || v.Parts[0].State != cart.ShownNotAccepted {
				t.Fatalf("%+v", v.Parts)
			}
			return asItIs
		},
		do: func(ctx context.Context, staff *Client, _ string) error {
			for {
				refused, err := again(ctx, func() (cart.RefusedModelListView, error) {
					return Get[cart.RefusedModelListView](ctx, staff, "/api/refused-models")
				})
				if err != nil || len(refused.Files) == 0 {
					return err
				}
				err = staff.JSON(ctx, http.MethodDelete, "/api/refused-models/"+refused.Files[0].SHA256, nil, nil)
				if lasting(err) != nil && CodeOf(err) != "refused_model_not_found" {
					return err
				}
				if err := rest(ctx); err != nil {
					return err
				}
			}
		},
		done: func(t *testing.T, staff *Client) {
			o, err := theOrder(t.Context(), staff)
			if err != nil {
				t.Fatal(err)
			}
			v, err := waiting.WaitSliced(t.Context(), 1)
			if err != nil || v.Parts[0].State == cart.ShownNotAccepted || told(o, shop.VerbModelAccepted) != 1 {
				t.Errorf("told %d times, %+v, %v", told(o, shop.VerbModelAccepted), v.Parts, err)
			}
		},
	}
}
