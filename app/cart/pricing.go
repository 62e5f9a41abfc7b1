package cart

import (
	"context"
	"fmt"
	"slices"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// Priced is a cart worked out: its parts with what each rests on, and the price of them together.
type Priced struct {
	Parts     []PricedPart
	Price     *shop.Price
	Ready     *shop.Ready
	CanPay    bool
	Reasons   []shop.ReviewReason
	Estimated bool
	Hours     float64
}

// PricedPart is a part with what its price rests on.
type PricedPart struct {
	shop.Part
	Found      *slice.Inspection // nil until it is inspected
	Plates     []PricedPlate     // once it is sliced, the full one first
	Waits      []string          // the keys of slices that it waits for, while it is queued
	Facts      shop.PartFacts
	Priced     bool
	Fits       bool
	FitMessage string
	Machine    catalog.Machine // it is sliced for, or would be
	Standing   shop.PartStanding
}

// PricedPlate is a plate with its slice, of one run.
type PricedPlate struct {
	shop.Plate
	Slice shop.Slice
}

// Price works a cart out. Only sliced parts have exact prices; what was estimated is marked, and a total with an estimate in
// it is never charged. A part that was refused for good counts for nothing, and nothing is paid while it is there.
func (s *Service) Price(ctx context.Context, tx *db.Tx, o catalog.PriceBasis, parts []shop.Part, ship *shop.ShippingFee, adjusted *shop.Cents) (Priced, error) {
	var q Priced
	var facts []shop.PartFacts
	var standings []shop.PartStanding
	refused := false
	for _, p := range parts {
		qp, err := s.pricePart(ctx, tx, o, p)
		if err != nil {
			return q, err
		}
		q.Parts = append(q.Parts, qp)
		if p.Refused {
			refused = true
			continue
		}
		if qp.Priced {
			facts = append(facts, qp.Facts)
			q.Hours += qp.Facts.Seconds / 3600
		}
		q.Estimated = q.Estimated || qp.Facts.Estimated
		standings = append(standings, qp.Standing)
	}
	if len(facts) > 0 {
		price := o.Settings.Pricing.Order(facts, ship, o.Settings.EffectiveTax(), o.Settings.Currency, adjusted, o.Settings.ShowRates)
		q.Price = &price
		ready := o.Settings.ReadyOn(tx.Now, o.Queue, q.Hours, o.Printers)
		q.Ready = &ready
	}
	var total shop.Cents
	if q.Price != nil {
		total = q.Price.Total
	}
	payable, reasons := o.Settings.CanPay(standings, total)
	q.CanPay = payable && !refused && o.Open && q.Price != nil && !q.Price.Estimated
	q.Reasons = reasons
	return q, nil
}

func (s *Service) pricePart(ctx context.Context, tx *db.Tx, o catalog.PriceBasis, p shop.Part) (PricedPart, error) {
	q := PricedPart{Part: p, Fits: true, Machine: o.Machines.First()}
	if found, ok := slice.InspectionOf(p.Inspection); ok {
		q.Found = &found
	}
	q.Standing = shop.PartStanding{
		ID: p.ID, Name: p.Name, ReviewFile: p.Kind == shop.KindReviewFile, Failed: p.State == shop.PartFailed, FailMessage: p.Message,
		Watertight: true, PrintAnyway: p.PrintAnyway, UnitsSure: true, Fits: true, Sliced: p.State == shop.PartSliced,
	}
	if q.Found != nil {
		q.Machine = machineOf(p, *q.Found, o)
		fit := q.Found.Mesh.Fit(q.Machine.Bed)
		q.Fits, q.FitMessage = fit.AsIs || fit.Turned, fit.Message
		q.Standing.Watertight, q.Standing.Fits = q.Found.Mesh.Watertight, q.Fits
		q.Standing.UnitsSure = p.UnitAnswered || !q.Found.Units.Ask
	}
	m, ok := o.Menu.Material(p.Choices.MaterialID)
	if !ok || q.Found == nil || p.Refused {
		return q, nil
	}
	q.Facts = shop.PartFacts{
		ID: p.ID, Name: p.Name, Colour: m.Colour(p.Choices.ColourID).Name, Mesh: p.MeshHash, Copies: p.Choices.Copies, SellPerGram: m.SellPerGram, PerHour: q.Machine.RatePerHour,
		PerPlate: shop.PerPlate(q.Machine.Bed.Width, q.Machine.Bed.Depth, q.Found.Mesh.SizeMM[0], q.Found.Mesh.SizeMM[1]),
	}
	switch p.State {
	case shop.PartSliced:
		return q, q.takePlates(ctx, tx)
	case shop.PartQueued:
		plates, err := tx.PlatesOfPart(ctx, p.ID)
		if err != nil {
			return q, err
		}
		for _, plate := range plates {
			if _, err := tx.Slice(ctx, plate.SliceKey); shop.IsKind(err, shop.NotFound) {
				q.Waits = append(q.Waits, plate.SliceKey)
			}
		}
		one, ok, err := s.estimate(ctx, tx, p)
		if err != nil || !ok {
			return q, err
		}
		plate := shop.Plate{Runs: p.Choices.Copies, Copies: 1}
		plate.Takes(one)
		q.take(shop.PrintingOf([]shop.Plate{plate}, ""))
		q.Facts.Runs, q.Facts.Estimated = 0, true
	}
	return q, nil
}

// machineOf is the machine that a part was sliced for, which stays so until something else is chosen for it; before, the one that it would
// be sliced for.
func machineOf(p shop.Part, in slice.Inspection, o catalog.PriceBasis) catalog.Machine {
	if p.SliceKey != "" && (p.State == shop.PartSliced || p.State == shop.PartQueued) {
		if m, ok := o.Machines.Find(p.ClassID); ok {
			return m
		}
	}
	return machineFor(p, in, o.Machines, o.Menu)
}

// machines are those that the parts are on.
func (q Priced) machines(o catalog.PriceBasis) []catalog.PrinterClassView {
	all := []catalog.PrinterClassView{}
	for _, m := range o.Machines {
		if slices.ContainsFunc(q.Parts, func(p PricedPart) bool { return p.Machine.ID == m.ID }) {
			all = append(all, m.View())
		}
	}
	return all
}

// take has the price rest on what its plates take.
func (q *PricedPart) take(t shop.Printing) {
	q.Priced = true
	q.Facts.Grams, q.Facts.SupportGrams, q.Facts.Seconds, q.Facts.Runs = t.Grams, t.SupportGrams, t.Seconds, t.Runs
	q.Standing.Hours, q.Standing.LongestRun = t.Seconds/3600, t.Longest/3600
}

// takePlates reads the plates of a part that is sliced.
func (q *PricedPart) takePlates(ctx context.Context, tx *db.Tx) error {
	plates, err := tx.PlatesOfPart(ctx, q.ID)
	if err != nil {
		return err
	}
	var t shop.Printing
	for _, p := range plates {
		found, err := tx.Slice(ctx, p.SliceKey)
		if err != nil {
			return fmt.Errorf("slice of part %s: %w", q.ID, err)
		}
		p.Takes(found.Facts)
		t.Add(p)
		q.Plates = append(q.Plates, PricedPlate{p, found})
	}
	q.take(t)
	return nil
}

// estimate is what one copy of a queued part takes: as it was sliced or, until then, as its geometry lets one guess.
func (s *Service) estimate(ctx context.Context, tx *db.Tx, p shop.Part) (f shop.SliceFacts, ok bool, err error) {
	one, err := tx.Slice(ctx, p.SliceKey)
	if err == nil && !one.Failed {
		return one.Facts, true, nil
	}
	if shop.IsKind(err, shop.NotFound) {
		err = nil
	}
	f, ok = s.slices.Estimate(p.SliceKey)
	return f, ok, err
}

// PriceFor prices a cart for one way of delivery. Errors: Invalid with the field for an address that cannot be;
// Unavailable where the shop has no price for it.
func (s *Service) PriceFor(ctx context.Context, who shop.Actor, d shop.Delivery) (PriceView, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return PriceView{}, err
	}
	cartID := who.CartID
	var v PriceView
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := s.catalog.PriceBasis(ctx, tx)
		if err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		fee, err := o.Settings.Shipping(d)
		if err != nil && !shop.IsKind(err, shop.Unavailable) {
			return err
		}
		far := err != nil
		q, err := s.Price(ctx, tx, o, parts, fee, nil)
		if err != nil {
			return err
		}
		v = PriceView{CanPay: q.CanPay && !far, ReviewReasons: shop.Messages(q.Reasons), PaymentMethods: []shop.PaymentMethod{}}
		if q.Ready != nil {
			v.Ready = *q.Ready
		}
		if q.Price != nil && o.Open {
			v.Price = *q.Price
		} else {
			v.Price = o.Settings.Pricing.Order(nil, nil, o.Settings.EffectiveTax(), o.Settings.Currency, nil, false)
		}
		if far {
			v.ReviewReasons = append(v.ReviewReasons, shop.NoDeliveryPrice)
		}
		methods := o.Settings.PaymentMethods(v.Price.Total, d.Method, o.Cards)
		v.PayAgreed = len(methods) == 0
		switch {
		case v.CanPay && v.PayAgreed:
			v.CanPay, v.ReviewReasons = false, append(v.ReviewReasons, shop.NoWayToPay)
		case v.CanPay:
			v.PaymentMethods = methods
		}
		return nil
	})
	return v, err
}
