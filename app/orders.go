package app

import (
	"context"
	"encoding/json"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// orderFacts is an order with everything that hangs on it, read in one transaction.
type orderFacts struct {
	inv      *shop.Invoice
	items    []shop.Item
	files    []shop.OrderFile
	jobs     []shop.Job
	settings shop.Settings
	cards    bool
}

func (a *App) orderFacts(ctx context.Context, tx *db.Tx, inv *shop.Invoice) (f orderFacts, err error) {
	f.inv = inv
	if f.items, err = tx.Items(ctx, inv.ID); err != nil {
		return f, err
	}
	if f.files, err = tx.OrderFiles(ctx, inv.ID); err != nil {
		return f, err
	}
	if f.jobs, err = tx.JobsOf(ctx, inv.ID); err != nil {
		return f, err
	}
	if f.settings, err = tx.Settings(ctx); err != nil {
		return f, err
	}
	f.cards, err = a.cardReady(ctx, tx)
	return f, err
}

// linked finds the order that a link's token opens. Errors: NotFound, the same for a wrong token and a gone order.
func linked(ctx context.Context, tx *db.Tx, token string) (*shop.Invoice, error) {
	inv, err := tx.InvoiceByLink(ctx, shop.HashToken(token))
	if shop.IsKind(err, shop.NotFound) {
		err = shop.NotFoundf("order_link_unknown", "There is no order behind this link. Please check that the whole link was copied.")
	}
	return inv, err
}

// CustomerOrder is what the holder of a link sees. Errors: NotFound.
func (a *App) CustomerOrder(ctx context.Context, token string) (CustomerOrderView, error) {
	var f orderFacts
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := linked(ctx, tx, token)
		if err != nil {
			return err
		}
		f, err = a.orderFacts(ctx, tx, inv)
		return err
	})
	if err != nil {
		return CustomerOrderView{}, err
	}
	return f.customerView("/api/orders/" + token + "/parts/"), nil
}

func (f orderFacts) customerView(meshBase string) CustomerOrderView {
	inv := f.inv
	v := CustomerOrderView{
		Number: inv.OrderNumber, InvoiceNumber: inv.InvoiceNumber, Created: inv.Created, Status: inv.Status(), Sentence: inv.StatusMessage(), Steps: f.steps(),
		Ready: f.ready(), Contact: inv.Contact, Delivery: inv.Delivery, Note: inv.Note, Items: []OrderItemView{}, Files: []OrderFileView{},
		Price: f.price(), Paid: inv.Paid, Rounding: inv.Rounding, Balance: max(inv.Balance(), 0), Payment: inv.Payment, PayMethods: f.payMethods(), ReviewReasons: inv.ReviewReasons, Message: inv.Message,
		Transfer: f.transfer(), PickupAddress: f.pickupAddress(),
	}
	for _, it := range f.items {
		v.Items = append(v.Items, f.itemView(it, meshBase))
	}
	for _, file := range f.files {
		if file.Kind == "model" || file.Kind == "review_file" {
			v.Files = append(v.Files, OrderFileView{ID: file.ID, Name: file.Name, Bytes: file.Bytes, Kind: file.Kind})
		}
	}
	return v
}

func (f orderFacts) itemView(it shop.Item, meshBase string) OrderItemView {
	v := OrderItemView{
		ID: it.ID, Name: it.Name, Copies: it.Copies, Material: it.Choices.Material, Colour: it.Choices.Colour, ColourHex: it.Choices.ColourHex,
		Quality: it.Choices.Quality, Infill: it.Choices.Infill, Supports: it.Choices.Supports,
	}
	if look, ok := lookOf(shop.Part{Inspection: it.Inspection}); ok {
		size := look.Mesh.SizeMM
		v.SizeMM = &size
	}
	if len(it.Price.Rows) > 0 && f.price() != nil {
		price := it.Price
		v.Price = &price
	}
	for _, j := range f.jobs {
		if j.ItemID == it.ID {
			v.JobState = j.State
		}
	}
	for _, file := range f.files {
		if file.ItemID == it.ID && file.Kind == "mesh" {
			v.MeshURL = meshBase + it.ID + "/mesh"
		}
	}
	return v
}

// price is absent while a person still has to set it.
func (f orderFacts) price() *shop.Price {
	if f.inv.Price.Total == 0 || (f.inv.Review == shop.ReviewRequested && f.inv.Price.Estimated) {
		return nil
	}
	p := f.inv.Price
	return &p
}

func (f orderFacts) ready() *shop.Ready {
	r := shop.ReadyDate(f.inv.ReadyDate)
	if r.Date == "" || f.inv.Closed != 0 {
		return nil
	}
	return &r
}

// payMethods lists how the order may be paid now. An order under a transfer or pickup can still be paid by card.
func (f orderFacts) payMethods() []string {
	out := []string{}
	if !f.inv.Payable() || f.inv.Hold != "" {
		return out
	}
	for _, m := range f.settings.PaymentMethods(f.inv.Balance(), f.inv.Delivery.Method, f.cards) {
		out = append(out, string(m))
	}
	return out
}

func (f orderFacts) transfer() *TransferView {
	if !f.inv.Payable() || f.settings.BankDetails == "" {
		return nil
	}
	return &TransferView{Lines: strings.Split(strings.TrimSpace(f.settings.BankDetails), "\n"), Reference: f.inv.OrderNumber}
}

func (f orderFacts) pickupAddress() string {
	if f.inv.Delivery.Method != shop.Pickup {
		return ""
	}
	return f.settings.PickupAddress
}

// steps are the stops that this order makes, with the one it is at.
func (f orderFacts) steps() []StepView {
	inv := f.inv
	type stop struct {
		key, label string
		done       bool
		at         shop.Time
	}
	stops := []stop{{"ordered", "Ordered", true, inv.Created}}
	if inv.Review != shop.ReviewNone {
		stops = append(stops, stop{"reviewed", "Reviewed", inv.Review == shop.ReviewApproved, 0})
	}
	if inv.Payment != shop.AtPickup {
		stops = append(stops, stop{"paid", "Paid", inv.State == shop.Paid, inv.PaidAt})
	}
	live := inv.Jobs.Total - inv.Jobs.Cancelled
	done := inv.Jobs.Ready + inv.Jobs.Shipped + inv.Jobs.Completed
	last := stop{"ready", "Ready to collect", live > 0 && done == live, 0}
	if inv.Delivery.Method == shop.Ship {
		last = stop{"shipped", "Shipped", live > 0 && inv.Jobs.Shipped+inv.Jobs.Completed == live, 0}
	}
	stops = append(stops, stop{"released", "In the queue", inv.Released != 0, inv.Released}, stop{"printing", "Printing", inv.Jobs.Started > 0, 0}, last, stop{"completed", "Done", live > 0 && inv.Jobs.Completed == live, 0})
	out := make([]StepView, len(stops))
	at := 0 // the last stop before the first that is still to come
	for i, s := range stops {
		out[i] = StepView{Key: s.key, Label: s.label, Done: s.done, At: s.at}
		if s.done && at == i-1 {
			at = i
		}
	}
	if inv.Closed != 0 { // what was to come does not come any more
		label := "Cancelled"
		if inv.Review == shop.ReviewRefused {
			label = "Refused"
		}
		at++
		out = append(out[:at], StepView{Key: "closed", Label: label, Done: true, At: inv.Closed})
	}
	out[at].Current = true
	return out
}

// PayOrder lets the holder of a link choose how to pay. Errors: NotFound; Conflict when nothing is to be paid;
// Invalid for a way this order cannot be paid; as PayByCard.
func (a *App) PayOrder(ctx context.Context, token, method string) (PayView, error) {
	var f orderFacts
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		inv, err := linked(ctx, tx, token)
		if err != nil {
			return err
		}
		if f, err = a.orderFacts(ctx, tx, inv); err != nil {
			return err
		}
		if !inv.Payable() {
			return shop.Conflictf("nothing_due", "There is nothing to pay on this order.")
		}
		allowed := false
		for _, m := range f.payMethods() {
			allowed = allowed || m == method
		}
		if !allowed {
			return shop.Invalidf("method_not_offered", "method", "This order cannot be paid that way. Please choose another.")
		}
		if string(inv.Payment) == method {
			return nil
		}
		inv.Payment = shop.PaymentMethod(method)
		if err := tx.SaveInvoice(ctx, inv); err != nil {
			return err
		}
		if err := tx.Log(ctx, shop.Activity{Who: "Customer", InvoiceID: inv.ID, Message: "Chose to pay by " + method + "."}); err != nil {
			return err
		}
		return a.issueOnOrder(ctx, tx, inv)
	})
	if err != nil {
		return PayView{}, err
	}
	var v PayView
	if method == string(shop.ByCard) {
		if v.PayURL, err = a.PayByCard(ctx, f.inv.ID); err != nil {
			return v, err
		}
	}
	a.notify("order", f.inv.ID)
	v.Order, err = a.CustomerOrder(ctx, token)
	return v, err
}

// OrderFileLink signs a link to one of the files a customer sent. Errors: NotFound.
func (a *App) OrderFileLink(ctx context.Context, token, fileID string) (LinkView, error) {
	var file shop.OrderFile
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := linked(ctx, tx, token)
		if err != nil {
			return err
		}
		file, err = tx.OrderFile(ctx, fileID)
		if err != nil || file.InvoiceID != inv.ID || (file.Kind != "model" && file.Kind != "review_file") {
			return shop.NotFoundf("file_not_found", "This file is not here any more.")
		}
		return nil
	})
	if err != nil {
		return LinkView{}, err
	}
	return a.link(file, file.ClientID)
}

// OrderItemMesh opens the mesh of a line of the order behind a link. Errors: NotFound.
func (a *App) OrderItemMesh(ctx context.Context, token, itemID string) (MeshFile, error) {
	var id string
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := linked(ctx, tx, token)
		if err == nil {
			id = inv.ID
		}
		return err
	})
	if err != nil {
		return MeshFile{}, err
	}
	return a.StaffItemMesh(ctx, id, itemID)
}

// StaffItemMesh opens the mesh of an order's line. Errors: NotFound.
func (a *App) StaffItemMesh(ctx context.Context, invoiceID, itemID string) (MeshFile, error) {
	var file shop.OrderFile
	unit := shop.Millimetre
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		items, err := tx.Items(ctx, invoiceID)
		if err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, invoiceID)
		if err != nil {
			return err
		}
		for _, it := range items {
			if it.ID == itemID {
				unit = it.Choices.Unit
			}
		}
		for _, f := range files {
			if f.ItemID == itemID && f.Kind == "mesh" {
				file = f
				return nil
			}
		}
		return shop.NotFoundf("model_not_found", "This line has no model to show.")
	})
	if err != nil {
		return MeshFile{}, err
	}
	return a.viewMesh(ctx, "order-files", file.BlobID, unit, file.SHA256)
}

// ReturnFromCheckout tells a customer who comes back from the card page how the payment stands, and settles it if
// Stripe's message is late. The order's link is given only to the browser that ordered. Errors: NotFound.
func (a *App) ReturnFromCheckout(ctx context.Context, cartID, intentID string) (ReturnView, error) {
	state, inv, err := a.checkReturn(ctx, intentID)
	if err != nil {
		return ReturnView{}, err
	}
	v := ReturnView{State: state, OrderNumber: inv.OrderNumber}
	if cartID != "" && inv.CartID == cartID {
		v.OrderURL = "/order/mine"
	}
	return v, nil
}

func sliceFacts(it shop.Item) (f shop.SliceFacts) {
	_ = json.Unmarshal(it.Result, &f)
	return f
}
