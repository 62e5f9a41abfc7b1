package order

import (
	"context"
	"slices"

	"buildplate/app/billing"
	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// priceItems is what an order comes to now, by the prices of today: its items that were sliced, and its delivery, with what
// their printing takes. Items that were not sliced have no price; nobody confirmed prices yet, and none has.
func priceItems(ctx context.Context, tx *db.Tx, b catalog.PriceBasis, o *shop.Order, items []shop.Item) (price shop.Price, t shop.Printing, err error) {
	fee, err := b.Settings.Shipping(o.Delivery)
	if err != nil && !shop.IsKind(err, shop.Unavailable) {
		return price, t, err
	}
	plates, err := tx.PlatesOf(ctx, o.ID)
	if err != nil {
		return price, t, err
	}
	meshes, err := meshHashes(ctx, tx, o.ID)
	if err != nil {
		return price, t, err
	}
	var facts []shop.PartFacts
	for _, it := range items {
		m, offered := b.Menu.Material(it.Choices.MaterialID)
		_, inspected := slice.InspectionOf(it.Inspection)
		if !b.Open || !offered || !inspected || it.SliceKey == "" || it.GCodeHash == "" {
			continue
		}
		takes := shop.PrintingOf(plates, it.ID)
		if _, out := o.Price.LeftOut(it.ID); !out {
			t.Seconds, t.Longest = t.Seconds+takes.Seconds, max(t.Longest, takes.Longest)
		}
		on, _ := b.Machines.Find(classOf(plates, it.ID)) // without one, an hour costs what it does in the shop
		facts = append(facts, shop.PartFacts{
			ID: it.ID, Name: it.Name, Colour: it.Choices.Colour, Mesh: meshes[it.ID], Copies: it.Copies, Grams: takes.Grams, SupportGrams: takes.SupportGrams, Seconds: takes.Seconds,
			SellPerGram: m.SellPerGram, PerHour: on.RatePerHour, Runs: takes.Runs,
		})
	}
	return b.Settings.Pricing.Order(facts, fee, b.Settings.EffectiveTax(), b.Settings.Currency, nil, b.Settings.ShowRates), t, nil
}

// classOf is the machine class that an item is made on; "" for one that is made elsewhere.
func classOf(plates []shop.Plate, itemID string) string {
	at := slices.IndexFunc(plates, func(p shop.Plate) bool { return p.ItemID == itemID && p.ClassID != "" })
	if at < 0 {
		return ""
	}
	return plates[at].ClassID
}

// meshHashes are the hashes of the items' meshes: set-up is charged once for each.
func meshHashes(ctx context.Context, tx *db.Tx, orderID string) (map[string]string, error) {
	files, err := tx.OrderFiles(ctx, orderID)
	of := map[string]string{}
	for _, f := range files {
		if f.Kind == "mesh" {
			of[f.ItemID] = f.SHA256
		}
	}
	return of, err
}

// reprice works the price of the order out anew, from the slices of all its items, and takes it back into review where it was
// approved already: its draft of an invoice is void then.
func (s *Service) reprice(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, r *remaking) error {
	approved := o.Review != shop.ReviewRequested
	why := shop.Remade(*r.item)
	if err := o.ReviewAgain(why); err != nil {
		return err
	}
	b, err := s.catalog.PriceBasis(ctx, tx)
	if err != nil {
		return err
	}
	price, printing, err := priceItems(ctx, tx, b, o, r.items)
	if err != nil {
		return err
	}
	for i := range r.items {
		it := &r.items[i]
		it.Price = shop.PartPrice{Rows: []shop.PriceRow{}}
		if worked, ok := price.Parts[it.ID]; ok {
			it.Price = worked
		}
		if err := tx.SaveItem(ctx, *it); err != nil {
			return err
		}
	}
	price = price.LeaveOutAgain(o.Price, r.items, b.Settings.EffectiveTax())
	if approved {
		if err := billing.Void(ctx, tx, o, why.Message, who.Name); err != nil {
			return err
		}
		o.Price = price
	} else {
		o.Price = o.Price.Repriced(price, b.Settings.EffectiveTax())
	}
	if standing, ok := r.standing(b); ok {
		o.SettleItem(standing, r.items)
	}
	o.ReviewReasons = o.SettledReasons(b.Settings, b.Cards, printing, allSliced(o.Kept(r.items)))
	o.Promised = b.Settings.ReadyOn(tx.Now, b.Queue, printing.Seconds/3600, b.Printers).Date
	return nil
}

// standing is how the model that took an item's place stands; not ok where nobody inspected it.
func (r *remaking) standing(b catalog.PriceBasis) (p shop.PartStanding, ok bool) {
	in, inspected := slice.InspectionOf(r.item.Inspection)
	if !inspected {
		return p, false
	}
	on, known := b.Machines.Find(classOf(r.plates, r.item.ID))
	if !known {
		on = b.Machines.Largest()
	}
	fit := in.Mesh.Fit(on.Bed)
	return shop.PartStanding{
		ID: r.item.ID, Name: r.item.Name, Watertight: in.Mesh.Watertight, UnitsSure: r.part.UnitAnswered || !in.Units.Ask, Fits: fit.AsIs || fit.Turned, Sliced: true,
	}, true
}

// allSliced says whether of all items it is known how long they print.
func allSliced(items []shop.Item) bool {
	return !slices.ContainsFunc(items, func(it shop.Item) bool { return it.GCodeHash == "" })
}
