package app

import (
	"context"
	"fmt"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/mesh"
	"buildplate/slicer/profile"
)

// bench is everything a price rests on beside the parts, read in one transaction.
type bench struct {
	settings shop.Settings
	menu     shop.Menu
	class    shop.MachineClass
	bed      mesh.Bed
	generic  bool
	cards    bool // card payment works
	open     bool // the first-start questions are answered
	queue    float64
	printers int
}

func (a *App) bench(ctx context.Context, tx *db.Tx) (b bench, err error) {
	if b.settings, err = tx.Settings(ctx); err != nil {
		return b, err
	}
	if b.menu, err = menuOf(ctx, tx); err != nil {
		return b, err
	}
	if b.class, err = tx.MachineClass(ctx); err != nil {
		return b, err
	}
	if b.open, err = tx.Answered(ctx); err != nil {
		return b, err
	}
	if b.cards, err = a.cardReady(ctx, tx); err != nil {
		return b, err
	}
	if b.queue, err = tx.QueueHours(ctx); err != nil {
		return b, err
	}
	printers, err := tx.Printers(ctx)
	for _, p := range printers {
		if p.Status == "ACTIVE" {
			b.printers++
		}
	}
	if err != nil {
		return b, err
	}
	settings, err := profile.Resolve(profile.Stack{Printer: b.class.Definition, Quality: "0.20", Material: "PLA", Overrides: []profile.Layer{{Name: "the shop's settings for the machine", Set: b.class.Overrides}}})
	if err != nil {
		return b, fmt.Errorf("machine class %s: %w", b.class.Name, err)
	}
	b.bed, b.generic = slicer.Bed(settings), settings.Generic
	return b, nil
}

// quoted is a cart worked out: its parts with what each rests on, and the price of them together.
type quoted struct {
	parts     []quotedPart
	price     *shop.Price
	ready     *shop.Ready
	canPay    bool
	reasons   []string
	estimated bool
	hours     float64
}

type quotedPart struct {
	shop.Part
	look     partLook
	hasLook  bool
	slice    shop.Slice // the zero value until it is sliced
	facts    shop.PartFacts
	priced   bool
	fits     bool
	fitWords string
	standing shop.PartStanding
}

// quote works a cart out. Only sliced parts have exact prices; what was guessed is marked, and a total with a guess in
// it is never charged.
func (a *App) quote(ctx context.Context, tx *db.Tx, b bench, parts []shop.Part, ship *shop.ShippingFee, adjusted *shop.Cents) (quoted, error) {
	var q quoted
	var facts []shop.PartFacts
	var standings []shop.PartStanding
	for _, p := range parts {
		qp, err := a.quotePart(ctx, tx, b, p)
		if err != nil {
			return q, err
		}
		if qp.priced {
			facts = append(facts, qp.facts)
			q.hours += qp.facts.Seconds / 3600 * float64(qp.facts.Copies)
		}
		q.estimated = q.estimated || qp.facts.Estimated
		q.parts = append(q.parts, qp)
		standings = append(standings, qp.standing)
	}
	if len(facts) > 0 {
		price := b.settings.Pricing.Order(facts, ship, b.settings.EffectiveTax(), b.settings.Currency, adjusted, b.settings.ShowRates)
		q.price = &price
		ready := b.settings.ReadyOn(tx.Now, b.queue, q.hours, b.printers)
		q.ready = &ready
	}
	var total shop.Cents
	if q.price != nil {
		total = q.price.Total
	}
	q.canPay, q.reasons = b.settings.CanPay(standings, total)
	q.canPay = q.canPay && b.open && q.price != nil && !q.price.Estimated
	if q.reasons == nil {
		q.reasons = []string{}
	}
	return q, nil
}

func (a *App) quotePart(ctx context.Context, tx *db.Tx, b bench, p shop.Part) (quotedPart, error) {
	q := quotedPart{Part: p, fits: true}
	q.look, q.hasLook = lookOf(p)
	q.standing = shop.PartStanding{
		Name: p.Name, ReviewFile: p.Kind == shop.KindReviewFile, Failed: p.State == shop.PartFailed, FailMessage: p.Message,
		Watertight: true, UnitsSure: true, Fits: true, Copies: p.Choices.Copies, Sliced: p.State == shop.PartSliced,
	}
	if q.hasLook {
		fit := q.look.Mesh.Fit(b.bed)
		q.fits, q.fitWords = fit.AsIs || fit.Turned, fit.Sentence
		q.standing.Watertight, q.standing.Fits = q.look.Mesh.Watertight, q.fits
		q.standing.UnitsSure = p.UnitAnswered || !q.look.Units.Ask
	}
	m, ok := b.menu.Material(p.Choices.MaterialID)
	if !ok || !q.hasLook {
		return q, nil
	}
	q.facts = shop.PartFacts{
		ID: p.ID, Name: p.Name, Mesh: p.MeshHash, Copies: p.Choices.Copies, SellPerGram: m.SellPerGram,
		PerPlate: shop.PerPlate(b.bed.Width, b.bed.Depth, q.look.Mesh.SizeMM[0], q.look.Mesh.SizeMM[1]),
	}
	take := func(f shop.SliceFacts, guess bool) {
		q.facts.Grams, q.facts.SupportGrams, q.facts.Seconds, q.facts.Estimated = f.Grams, f.SupportGrams, f.Seconds, guess
		q.priced = true
	}
	switch p.State {
	case shop.PartSliced:
		s, err := tx.Slice(ctx, p.SliceKey)
		if err != nil {
			return q, fmt.Errorf("slice of part %s: %w", p.ID, err)
		}
		q.slice = s
		take(s.Facts, false)
		q.standing.Hours = s.Facts.Seconds / 3600
	case shop.PartQueued:
		if guess, ok := a.slices.guess(p.SliceKey); ok {
			take(guess, true)
			q.standing.Hours = guess.Seconds / 3600
		}
	}
	return q, nil
}

// PriceCart prices a cart for one way of delivery. Errors: Invalid with the field for an address that cannot be;
// Unavailable where the shop has no price for it.
func (a *App) PriceCart(ctx context.Context, cartID string, d shop.Delivery) (PriceView, error) {
	var v PriceView
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		b, err := a.bench(ctx, tx)
		if err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		fee, err := b.settings.Shipping(d)
		if err != nil && !shop.IsKind(err, shop.Unavailable) {
			return err
		}
		far := err != nil
		q, err := a.quote(ctx, tx, b, parts, fee, nil)
		if err != nil {
			return err
		}
		v = PriceView{CanPay: q.canPay && !far, ReviewReasons: q.reasons, PaymentMethods: []shop.PaymentMethod{}}
		if q.ready != nil {
			v.Ready = *q.ready
		}
		if q.price != nil && b.open {
			v.Price = *q.price
		} else {
			v.Price = b.settings.Pricing.Order(nil, nil, b.settings.EffectiveTax(), b.settings.Currency, nil, false)
		}
		if far {
			v.ReviewReasons = append(v.ReviewReasons, "We have no delivery price for this address yet. A person will find one.")
		}
		if v.CanPay {
			v.PaymentMethods = b.settings.PaymentMethods(v.Price.Total, d.Method, b.cards)
		}
		return nil
	})
	return v, err
}

// Cart is what a visitor's page shows. Errors: NotFound.
func (a *App) Cart(ctx context.Context, cartID string) (CartView, error) {
	v := CartView{Parts: []PartView{}, ReviewReasons: []string{}}
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, cartID)
		if err != nil {
			return err
		}
		v.Version = c.Version
		if c.Order != "" {
			inv, err := tx.Invoice(ctx, c.Order)
			if err == nil {
				v.Order = &OrderedView{Number: inv.OrderNumber, URL: "/order/mine"}
			}
			return err
		}
		b, err := a.bench(ctx, tx)
		if err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		q, err := a.quote(ctx, tx, b, parts, nil, nil)
		if err != nil {
			return err
		}
		v.Ready, v.CanPay, v.ReviewReasons = q.ready, q.canPay, q.reasons
		if b.open { // until the prices are confirmed they are on request
			v.Price = q.price
		}
		for _, p := range q.parts {
			pv := a.partView(p, v.Price, b.settings.ShowRates)
			v.Busy = v.Busy || p.State == shop.PartInspecting || p.State == shop.PartQueued
			v.Parts = append(v.Parts, pv)
		}
		return nil
	})
	return v, err
}

func (a *App) partView(p quotedPart, price *shop.Price, showGrams bool) PartView {
	v := PartView{
		ID: p.ID, Name: p.Name, Bytes: p.Bytes, Kind: p.Kind, State: ShownState(p.State), Sentence: p.Message, Choices: p.Choices, UnitAnswered: p.UnitAnswered,
		Fits: p.fits, ReviewReasons: p.standing.ReviewReasons(),
	}
	if v.ReviewReasons == nil {
		v.ReviewReasons = []string{}
	}
	if !p.fits {
		v.FitSentence = p.fitWords
	}
	if p.MeshBlob != "" {
		v.MeshURL = "/api/quick-order/parts/" + p.ID + "/mesh?v=" + p.MeshHash[:8] + string(p.Choices.Unit)
	}
	if p.hasLook {
		v.Inspection = inspectionView(p.look.Mesh)
		v.UnitQuestion = unitQuestion(p.look.Units)
	}
	switch p.State {
	case shop.PartQueued:
		place := a.queue.Place(p.SliceKey)
		if place.Running {
			v.State, v.Progress = ShownSlicing, &place.Progress
		} else {
			v.QueuePosition = place.Waiting
		}
	case shop.PartSliced:
		f := p.slice.Facts
		v.Result = &SliceView{Seconds: f.Seconds, Layers: f.Layers, SupportsUsed: f.SupportsUsed, Engine: f.Engine}
		if showGrams {
			v.Result.Grams, v.Result.SupportGrams = &f.Grams, &f.SupportGrams
		}
		v.FromCache = a.slices.fromCache(p.SliceKey)
	}
	if p.priced && price != nil {
		pp := price.Parts[p.ID]
		v.Price = &pp
	}
	return v
}

func inspectionView(in mesh.Inspection) *InspectionView {
	v := &InspectionView{
		SizeMM: in.SizeMM, VolumeMM3: in.VolumeMM3, AreaMM2: in.AreaMM2, Triangles: in.Triangles, Bodies: in.Bodies,
		Watertight: in.Watertight, OverhangMM2: in.OverhangMM2, Findings: []FindingView{},
	}
	for _, f := range in.Findings {
		v.Findings = append(v.Findings, FindingView{Code: f.Code, Severity: string(f.Severity), Sentence: f.Sentence})
	}
	return v
}

func unitQuestion(q mesh.UnitQuestion) *UnitQuestionView {
	if !q.Ask {
		return nil
	}
	v := &UnitQuestionView{}
	for _, o := range []struct {
		unit  shop.Unit
		size  [3]float64
		words string
	}{{shop.Millimetre, q.AsMM, "millimetres"}, {shop.Inch, q.AsInch, "inches"}, {shop.Metre, q.AsM, "metres"}} {
		longest := max(o.size[0], o.size[1], o.size[2])
		if longest > 2000 { // no shop prints that: offering it would only confuse
			continue
		}
		v.Options = append(v.Options, UnitOptionView{Unit: o.unit, SizeMM: o.size, LongestMM: longest, Sentence: fmt.Sprintf("%s mm long (drawn in %s)", shortMM(longest), o.words)})
	}
	return v
}

func shortMM(mm float64) string {
	if mm >= 100 {
		return fmt.Sprintf("%.0f", mm)
	}
	return fmt.Sprintf("%.1f", mm)
}

// Shop is what every customer's page starts from.
func (a *App) Shop(ctx context.Context) (ShopView, error) {
	var v ShopView
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		b, err := a.bench(ctx, tx)
		if err != nil {
			return err
		}
		s := b.settings
		v = ShopView{
			Name: s.BusinessName, Demo: a.cfg.Demo, Open: b.open, Accent: s.Accent, Currency: s.Currency, Locale: "en-" + s.Country, TimeZone: s.TimeZone,
			Version: a.cfg.Version, SourceURL: a.cfg.SourceURL,
			Limits:    LimitsView{FileBytes: MaxFileBytes, PartBytes: UploadPart, Files: MaxCartFiles, Copies: shop.MaxCopies},
			Printer:   PrinterClassView{ID: b.class.ID, Name: b.class.Name, Bed: BedView{b.bed.Width, b.bed.Depth, b.bed.Height, b.bed.Elliptic, b.bed.CenterIsZero}, GenericProfile: b.generic},
			Materials: []MaterialView{}, Infills: []int{10, 20, 40, 60, 100}, Defaults: s.Defaults, Terms: s.Terms, States: shop.AustralianStates, Country: s.Country,
			PaymentMethods: s.PaymentMethods(0, shop.Pickup, b.cards), Pickup: PickupView{Address: s.PickupAddress, Limit: s.PickupLimit},
			PayLimit: PayLimitView{Cents: s.PayLimit, Hours: s.PayLimitHours}, Tax: s.EffectiveTax(), ShowRates: s.ShowRates, RoundCash: s.RoundCash,
		}
		if v.Name == "" {
			v.Name = "3D printing"
		}
		notes := map[string]string{"0.28": "Quick and sturdy.", "0.20": "The usual choice.", "0.16": "A finer surface.", "0.12": "The finest, and slow."}
		for _, q := range profile.Qualities() {
			name, _, _ := strings.Cut(q.Label, ",")
			v.Qualities = append(v.Qualities, QualityView{ID: q.ID, Name: name, Note: notes[q.ID]})
		}
		for _, m := range b.menu.Materials {
			v.Materials = append(v.Materials, MaterialView{ID: m.ID, Name: m.Name, Note: m.Note, Colours: m.Colours})
		}
		return nil
	})
	return v, err
}
