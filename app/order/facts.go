package order

import (
	"context"
	"slices"
	"strings"
	"time"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// orderFacts is an order with everything that hangs on it, read in one transaction.
type orderFacts struct {
	order    *shop.Order
	items    []shop.Item
	files    []shop.OrderFile
	deleted  []shop.DeletedFile
	keeping  KeepingView
	jobs     []shop.Job
	settings shop.Settings
	today    string // in the shop's time zone
	cards    bool
	coming   bool          // a bank still decides on a payment of it
	refunds  []shop.Refund // of payments that count
	surplus  shop.Cents    // that came when nothing was owed, and waits to go back
	money    bool          // that came, whatever became of it
	before   *OrderRefView // the order that this one is in the place of
	after    *OrderRefView // the order that is in the place of this one

	plates    []shop.Plate // in their order
	machines  catalog.Machines
	pictures  map[string]shop.Time // by item: when its picture was drawn
	copies    []shop.ItemCopies
	handovers []shop.Handover // the first one first; undone ones, too
}

func (s *Service) orderFacts(ctx context.Context, tx *db.Tx, o *shop.Order) (f orderFacts, err error) {
	f.order = o
	if f.items, err = tx.Items(ctx, o.ID); err != nil {
		return f, err
	}
	if f.files, err = tx.OrderFiles(ctx, o.ID); err != nil {
		return f, err
	}
	if f.deleted, err = tx.DeletedFiles(ctx, o.ID); err != nil {
		return f, err
	}
	o.Items.Items = len(f.items)
	for _, it := range f.items {
		o.Items.Copies += it.Copies
	}
	if f.jobs, err = tx.JobsOf(ctx, o.ID); err != nil {
		return f, err
	}
	if f.plates, err = tx.PlatesOf(ctx, o.ID); err != nil {
		return f, err
	}
	if f.machines, err = catalog.ReadMachines(ctx, tx); err != nil {
		return f, err
	}
	if f.pictures, err = tx.ItemThumbnails(ctx, o.ID); err != nil {
		return f, err
	}
	if f.copies, err = tx.ItemCopies(ctx, o.ID); err != nil {
		return f, err
	}
	if f.handovers, err = tx.HandoversOf(ctx, o.ID); err != nil {
		return f, err
	}
	if f.settings, err = tx.Settings(ctx); err != nil {
		return f, err
	}
	f.today = tx.Now.Time().In(f.settings.Location()).Format(time.DateOnly)
	if f.coming, err = paymentComing(ctx, tx, o); err != nil {
		return f, err
	}
	refunds, err := tx.RefundsOf(ctx, o.ID)
	if err != nil {
		return f, err
	}
	for _, r := range refunds {
		if r.Counts {
			f.refunds = append(f.refunds, r)
		}
	}
	payments, err := tx.PaymentsOf(ctx, o.ID)
	if err != nil {
		return f, err
	}
	f.money = len(payments) > 0
	if f.before, f.after, err = replacements(ctx, tx, o); err != nil {
		return f, err
	}
	for _, p := range payments {
		if p.State == shop.PaymentDuplicate {
			f.surplus += p.Left()
		}
	}
	if f.keeping, err = f.readKeeping(ctx, tx); err != nil {
		return f, err
	}
	if f.cards, err = s.settings.CardReady(ctx, tx); err != nil {
		return f, err
	}
	o.ReviewReasons = o.SettledReasons(f.settings, f.cards, shop.PrintingOf(o.KeptPlates(f.plates), ""), allSliced(o.Kept(f.items))) // the settings may be others by now
	return f, nil
}

// paymentComing says whether the customer has paid and the bank still decides, as it does for days on a debit.
func paymentComing(ctx context.Context, tx *db.Tx, o *shop.Order) (bool, error) {
	if o.Invoice == nil {
		return false, nil
	}
	session, err := tx.ActiveCheckout(ctx, o.Invoice.ID)
	if shop.IsKind(err, shop.NotFound) {
		return false, nil
	}
	return err == nil && session.State == shop.CheckoutProcessing, err
}

// status is how far the order is, by how it can be paid now.
func (f orderFacts) status() string { return f.order.StatusNow(f.payMethods(), f.coming) }

// statusMessage says in one line what happens next.
func (f orderFacts) statusMessage() string { return f.order.StatusMessage(f.payMethods(), f.coming) }

func (f orderFacts) customerView(meshBase string) CustomerOrderView {
	o := f.order
	v := CustomerOrderView{
		Number: o.Number, InvoiceNumber: f.customerInvoice(), VoidInvoice: f.voidInvoice(), Created: o.Created, Status: f.status(), StatusMessage: f.statusMessage(), Steps: f.steps(),
		Editable: f.editable(), TakenBack: o.TakenBack(), Replaces: f.before.number(), ReplacedBy: f.after.number(), Ready: f.promised(), Contact: o.Contact, Delivery: o.Delivery, Note: o.Note, Items: []OrderItemView{}, Files: []OrderFileView{},
		Price: f.customerPrice(), Adjusted: o.Adjusted(), AskedTax: f.customerTax(), Paid: o.Paid(), Rounding: o.Rounding(), Balance: max(o.Balance(), 0), Payment: o.Payment, PayMethods: f.payMethods(), PayNote: o.PayNote(f.payMethods(), f.coming), PayReason: o.PayReason(), PaymentComing: f.coming, ReviewReasons: o.CustomerReasons(), ShopMessage: o.Message,
		Transfer: f.transfer(), PickupAddress: f.pickupAddress(), Refunds: []CustomerRefundView{}, DueBack: o.DueBack(), Surplus: f.surplus, TermsVersion: o.TermsVersion, TermsAt: o.TermsAt,
		DeletedFiles: f.deletedViews(sentKind), Keeping: f.keeping,
		Handovers: []CustomerHandoverView{}, Shelf: o.Copies.Shelves,
	}
	if o.Invoice != nil {
		v.GivenUp = o.Invoice.GivenUp()
	}
	for _, h := range f.handovers {
		if h.Undone == 0 {
			v.Handovers = append(v.Handovers, CustomerHandoverView{
				Kind: h.Kind, At: h.At, CollectedBy: h.CollectedBy, Carrier: h.Carrier, TrackingNumber: h.TrackingNumber, TrackingURL: h.TrackingURL(), Items: h.Items,
			})
		}
	}
	for _, r := range f.refunds {
		row := CustomerRefundView{Amount: r.Amount, At: r.Created, Method: string(r.Method), Noted: r.Noted()}
		if row.Noted {
			row.Reference = r.Reason
		}
		v.Refunds = append(v.Refunds, row)
	}
	for _, it := range f.items {
		v.Items = append(v.Items, f.itemView(it, meshBase, v.Price != nil))
	}
	for _, file := range f.files {
		if sentKind(file.Kind) {
			v.Files = append(v.Files, f.fileView(file, meshBase))
		}
	}
	return v
}

func (f orderFacts) fileView(file shop.OrderFile, meshBase string) OrderFileView {
	v := OrderFileView{ID: file.ID, Name: file.Name, Bytes: file.Bytes, Kind: file.Kind, Link: f.linkOf(file.Kind, file.ItemID)}
	if file.Kind == "model" || file.Kind == "mesh" {
		v.ThumbnailURL = shop.ThumbnailURL(meshBase+file.ItemID, f.pictures[file.ItemID])
	}
	return v
}

// linkOf is the link that a customer gave in the place of an item's file; "" where this is a file.
func (f orderFacts) linkOf(kind, itemID string) string {
	at := slices.IndexFunc(f.items, func(it shop.Item) bool { return it.ID == itemID })
	if kind != shop.KindReviewFile || at < 0 {
		return ""
	}
	return shop.WebLink(f.items[at].Name)
}

func (f orderFacts) itemView(it shop.Item, meshBase string, priced bool) OrderItemView {
	v := OrderItemView{
		ID: it.ID, Name: it.Name, Copies: it.Copies, Material: it.Choices.Material, Colour: it.Choices.Colour, ColourHex: it.Choices.ColourHex,
		Quality: it.Choices.Quality, PrintAnyway: it.Choices.PrintAnyway, Infill: it.Choices.Infill, Supports: it.Choices.Supports, Pose: it.Pose.Turned(), ThumbnailURL: shop.ThumbnailURL(meshBase+it.ID, f.pictures[it.ID]),
	}
	if was := it.Choices.Instead; was != nil {
		v.Instead = &InsteadOfView{Ordered: was.Ordered.Made(), Printed: it.Choices.Made(), Reason: was.Reason}
	}
	if in, ok := slice.InspectionOf(it.Inspection); ok {
		size := in.Mesh.SizeMM
		v.SizeMM, v.Converted = &size, in.Converted
	}
	if len(it.Price.Rows) > 0 && priced {
		price := it.Price
		v.Price = &price
	}
	v.LeftOut, _ = f.order.Price.LeftOut(it.ID)
	for _, c := range f.copies {
		if c.ItemID == it.ID {
			v.Left, v.Ready, v.ToCome = c.Left, c.Ready, c.Here-c.Ready+c.ToCome
		}
	}
	for _, j := range f.jobs {
		if j.ItemID == it.ID {
			v.JobState = j.State.Tells(v.JobState)
			v.Made, v.Again = v.Made+j.Done, v.Again+j.Again()
		}
	}
	for _, file := range f.files {
		if file.ItemID == it.ID && file.Kind == "mesh" {
			v.MeshURL = meshBase + it.ID + "/mesh"
			if file.SentAs != it.Name { // else it is what was sent, brought again
				v.MadeFrom = file.SentAs
			}
		}
		if file.ItemID == it.ID && file.Kind == "review_file" { // it goes with what was deleted
			v.Link = shop.WebLink(it.Name)
		}
	}
	v.Machine, v.Plates = f.machineOf(it).View(), f.plateViews(it, meshBase)
	if len(v.Plates) > 0 {
		v.LayersURL = v.Plates[0].LayersURL
	}
	return v
}

// price is absent while a person still has to set it.
func (f orderFacts) price() *shop.Price {
	agreed := f.order.Review == shop.ReviewNone || f.order.Review == shop.ReviewApproved
	if !agreed && (f.order.Price.Total == 0 || f.order.Price.Estimated) {
		return nil
	}
	p := f.order.Price.Shown()
	return &p
}

// customerPrice is absent also while a part of it is missing that the customer would have to pay.
func (f orderFacts) customerPrice() *shop.Price {
	if f.order.Review == shop.ReviewRequested && f.order.DeliveryUnpriced() {
		return nil
	}
	return f.price()
}

// promised is when the customer may count on it: not before somebody has looked at it, and not a day that has passed.
func (f orderFacts) promised() *shop.Ready {
	o := f.order
	if o.Review == shop.ReviewRequested || o.State == shop.OrderOpen && o.Promised < f.today {
		return nil
	}
	return ready(o)
}

func ready(o *shop.Order) *shop.Ready {
	r := shop.Ready{Date: o.Promised}
	if r.Date == "" || o.Closed != 0 {
		return nil
	}
	return &r
}

// payMethods lists how the order may be paid now.
func (f orderFacts) payMethods() []shop.PaymentMethod {
	return f.order.PayMethods(f.settings, f.cards, f.coming)
}

func (f orderFacts) transfer() *TransferView {
	if !f.order.Payable() || f.order.RefusedModel() != "" || f.settings.BankDetails == "" {
		return nil
	}
	return &TransferView{Lines: strings.Split(strings.TrimSpace(f.settings.BankDetails), "\n"), Reference: f.order.Number}
}

func (f orderFacts) pickupAddress() string {
	if f.order.Delivery.Method != shop.Pickup {
		return ""
	}
	return f.settings.PickupAddress
}

// customerTax is the tax within what the customer is asked for; nothing while they see no price.
func (f orderFacts) customerTax() shop.Cents {
	if f.customerPrice() == nil {
		return 0
	}
	return f.order.AskedTax()
}
