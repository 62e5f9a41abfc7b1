package app

import (
	"bytes"
	"context"
	"encoding/json"
	"path"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// maxNote bounds what a customer may write to the shop, in letters.
const maxNote = 2000

// draft is an order ready to be written.
type draft struct {
	cart  shop.Cart
	inv   *shop.Invoice
	items []shop.Item
	files []draftFile
}

type draftFile struct {
	row  shop.OrderFile
	from db.Blob // the blob it is a copy of; or
	text []byte  // what it holds
	blob db.Blob // its own, once copied
}

// draftOrder checks what was asked and works the order out from the cart as it is now.
func (a *App) draftOrder(ctx context.Context, o *order) (*draft, error) {
	counter := o.source == "counter"
	var err error
	if o.contact, err = o.contact.Clean(counter); err != nil {
		return nil, err
	}
	if o.delivery, err = o.delivery.Clean(); err != nil {
		return nil, err
	}
	if o.note = strings.TrimSpace(o.note); len([]rune(o.note)) > maxNote {
		return nil, shop.Invalidf("note_too_long", "note", "Please keep the note under 2,000 letters.")
	}
	var d *draft
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		b, err := a.bench(ctx, tx)
		if err != nil {
			return err
		}
		if !b.open && !counter && o.payment != shop.ByReview {
			return shop.Unavailablef("shop_not_open", "The shop is not taking orders yet. Please come back soon.")
		}
		if !o.termsAccepted || (!counter && o.termsVersion != b.settings.Terms.Version) {
			return shop.Invalidf("terms_not_accepted", "terms_accepted", "Please read the terms and tick that you agree.")
		}
		cart, err := tx.Cart(ctx, o.cartID)
		if err != nil {
			return err
		}
		awaited, _, err := arriving(ctx, tx, o.cartID)
		if err != nil {
			return err
		}
		if len(awaited) > 0 {
			return stillArriving(awaited)
		}
		parts, err := tx.Parts(ctx, o.cartID)
		if err != nil {
			return err
		}
		if len(parts) == 0 {
			return shop.Conflictf("cart_empty", "There is nothing to order yet. Please add a file first.")
		}
		if d, err = a.workOut(ctx, tx, b, cart, parts, o); err != nil {
			return err
		}
		return nil
	})
	return d, err
}

// workOut prices the cart and decides what kind of order it is.
func (a *App) workOut(ctx context.Context, tx *db.Tx, b bench, cart shop.Cart, parts []shop.Part, o *order) (*draft, error) {
	fee, err := b.settings.Shipping(o.delivery)
	if err != nil && (!shop.IsKind(err, shop.Unavailable) || o.payment != shop.ByReview) {
		return nil, err
	}
	q, err := a.quote(ctx, tx, b, parts, fee, o.adjusted)
	if err != nil {
		return nil, err
	}
	for _, p := range q.parts {
		if p.State == shop.PartInspecting || (p.State == shop.PartQueued && o.payment != shop.ByReview) {
			return nil, shop.Conflictf("part_not_ready", "%s is still being worked on. Please wait until its price is exact.", p.Name)
		}
	}
	inv := &shop.Invoice{
		ID: shop.NewID(), CartID: cart.ID, ClientID: shop.NewID(), Source: o.source, State: shop.Draft, Review: shop.ReviewNone, Payment: o.payment,
		Currency: b.settings.Currency, Contact: o.contact, Delivery: o.delivery, Note: o.note, TermsVersion: b.settings.Terms.Version, ReviewReasons: []string{},
	}
	if q.price != nil {
		inv.Price = *q.price
	} else {
		inv.Price = b.settings.Pricing.Order(nil, fee, b.settings.EffectiveTax(), b.settings.Currency, nil, false)
	}
	if inv.Price.Total > shop.MaxOrder {
		return nil, shop.Invalidf("order_too_large", "copies", "This order is too large to take here. Please ask us for a quote.")
	}
	if q.ready != nil {
		inv.ReadyDate = q.ready.Date
	}
	if err := admit(inv, b, q, o); err != nil {
		return nil, err
	}
	d := &draft{cart: cart, inv: inv}
	return d, d.collect(ctx, tx, b, q)
}

// admit lets an order be paid at once, or makes it a review. Staff at the counter have looked already.
func admit(inv *shop.Invoice, b bench, q quoted, o *order) error {
	if o.payment == shop.ByReview {
		inv.Review, inv.ReviewReasons = shop.ReviewRequested, q.reasons
		if len(q.reasons) == 0 {
			inv.ReviewReasons = []string{"The customer asked for a person to look at this order."}
		}
		// What is only a guess, or rests on prices nobody confirmed, is not shown as a price; staff set one.
		if inv.Price.Estimated || !b.open {
			tax := b.settings.EffectiveTax()
			inv.Price = b.settings.Pricing.Order(nil, nil, tax, b.settings.Currency, nil, false)
		}
		return nil
	}
	if o.source == "counter" {
		if q.price == nil || q.price.Estimated {
			return shop.Conflictf("price_not_exact", "Not every part has an exact price. Wait for it, or take the order as a review.")
		}
		if o.payment != shop.ByCash && o.payment != shop.ByTransfer && o.payment != shop.AtPickup {
			return shop.Invalidf("method_not_offered", "payment", "At the counter an order is paid in cash, by transfer or at pickup.")
		}
	} else {
		if !q.canPay {
			if len(q.reasons) > 0 {
				return shop.Conflictf("review_needed", "This order cannot be paid at once: %s Please choose Request review.", strings.Join(q.reasons, " "))
			}
			return shop.Conflictf("price_not_exact", "The price is not exact yet. Please wait a moment and try again.")
		}
		allowed := false
		for _, m := range b.settings.PaymentMethods(inv.Price.Total, o.delivery.Method, b.cards) {
			allowed = allowed || m == o.payment
		}
		if inv.Price.Total != o.expected {
			return &TotalMoved{Price: inv.Price}
		}
		if !allowed {
			return shop.Invalidf("method_not_offered", "payment", "This order cannot be paid that way. Please choose another.")
		}
	}
	if o.adjusted == nil && inv.Price.Total != o.expected {
		return &TotalMoved{Price: inv.Price}
	}
	return nil
}

// collect lists the order's lines and files: what the customer sent, the mesh, the G-code that was priced, and the
// settings it was made with.
func (d *draft) collect(ctx context.Context, tx *db.Tx, b bench, q quoted) error {
	sent := map[string]bool{}
	add := func(kind, name, item, blobID string) error {
		from, err := tx.Blob(ctx, blobID)
		if err == nil {
			d.files = append(d.files, draftFile{row: d.fileRow(kind, name, item), from: from})
		}
		return err
	}
	for _, p := range q.parts {
		m, _ := b.menu.Material(p.Choices.MaterialID)
		c := m.Colour(p.Choices.ColourID)
		it := shop.Item{
			ID: shop.NewID(), InvoiceID: d.inv.ID, Name: p.Name, Kind: p.Kind, Copies: p.Choices.Copies, SliceKey: p.SliceKey, Inspection: p.Inspection,
			Choices: shop.ItemChoices{Choices: p.Choices, Material: m.Name, Profile: m.Profile, Colour: c.Name, ColourHex: c.Hex},
			Price:   shop.PartPrice{Rows: []shop.PriceRow{}},
		}
		if p.State == shop.PartSliced {
			if price, ok := d.inv.Price.Parts[p.ID]; ok {
				it.Price = price
			}
			it.Result, _ = json.Marshal(p.slice.Facts)
			it.GCodeHash = p.slice.Facts.GCodeSHA256
		}
		d.items = append(d.items, it)
		if !sent[p.RawBlob] {
			sent[p.RawBlob] = true
			kind, name := "model", p.Name
			if p.Kind == shop.KindReviewFile {
				kind = "review_file"
			}
			if raw, err := tx.Blob(ctx, p.RawBlob); err == nil && raw.Name != "" {
				name = raw.Name
			}
			if err := add(kind, name, it.ID, p.RawBlob); err != nil {
				return err
			}
		}
		if p.MeshBlob != "" {
			if err := add("mesh", baseName(p.Name)+"_mesh.stl", it.ID, p.MeshBlob); err != nil {
				return err
			}
		}
		if p.State == shop.PartSliced {
			if err := add("gcode", baseName(p.Name)+".gcode", it.ID, p.slice.GCodeBlob); err != nil {
				return err
			}
			text, err := json.MarshalIndent(map[string]any{
				"file": p.Name, "machine": b.class.Name, "definition": b.class.Definition, "choices": it.Choices, "result": p.slice.Facts, "slice_key": p.SliceKey, "price": it.Price,
			}, "", "  ")
			if err != nil {
				return err
			}
			d.files = append(d.files, draftFile{row: d.fileRow("settings", baseName(p.Name)+"_settings.json", it.ID), text: text})
		}
	}
	return nil
}

func (d *draft) fileRow(kind, name, item string) shop.OrderFile {
	return shop.OrderFile{ID: shop.NewID(), ClientID: d.inv.ClientID, InvoiceID: d.inv.ID, ItemID: item, Kind: kind, Name: shop.CleanFileName(name)}
}

func baseName(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// copyFiles makes every file of the order durable in its bucket.
func (a *App) copyFiles(ctx context.Context, d *draft) error {
	for i := range d.files {
		f := &d.files[i]
		var err error
		if f.text == nil {
			f.blob, err = a.copyToOrder(ctx, f.from, d.inv.ClientID, f.row.Name)
		} else {
			id := shop.NewID()
			var obj storage.Object
			obj, err = a.files.Put(ctx, storage.OrderFiles, id, bytes.NewReader(f.text))
			f.blob = db.Blob{ID: id, Bucket: string(storage.OrderFiles), ClientID: d.inv.ClientID, Name: f.row.Name, Size: obj.Size, SHA256: obj.SHA256}
			err = diskError(err)
		}
		if err != nil {
			return err
		}
		f.row.BlobID = f.blob.ID
	}
	return nil
}

// discardCopies removes the files of an order that was not written. One that stays is found by the sweep.
func (a *App) discardCopies(d *draft) {
	for _, f := range d.files {
		if f.blob.ID == "" {
			continue
		}
		if err := a.files.Remove(storage.OrderFiles, f.blob.ID); err != nil {
			a.log.Warn("a copy is left for the sweep", "blob", f.blob.ID, "err", err)
		}
	}
}
