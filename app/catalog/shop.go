package catalog

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
)

// Shop is what every customer's page starts from.
func (s *Service) Shop(ctx context.Context) (ShopView, error) {
	var v ShopView
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := s.PriceBasis(ctx, tx)
		if err != nil {
			return err
		}
		set := b.Settings
		terms, _, err := tx.Terms(ctx, set.Terms.Version)
		if err != nil {
			return err
		}
		ready, err := s.settings.IsSetUp(ctx, tx)
		if err != nil {
			return err
		}
		delivery := shop.Pickup
		if set.CheckCollection(delivery) != nil {
			delivery = shop.Ship
		}
		v = ShopView{
			SetUp: ready, Name: set.BusinessName, Email: set.Email, Phone: set.Phone, Demo: s.settings.Demo(), Open: b.Open, Accent: set.Accent, Currency: set.Currency, Locale: strings.TrimSuffix("en-"+set.Country, "-"), TimeZone: set.TimeZone,
			Version: s.cfg.Version, SourceURL: s.cfg.SourceURL,
			Limits:    LimitsView{FileBytes: shop.MaxFileBytes, PartBytes: shop.MaxUploadPiece, Files: shop.MaxCartFiles, Copies: shop.MaxCopies},
			Printer:   b.Machines.First().View(),
			Materials: []MaterialView{}, Infills: []int{10, 20, 40, 60, 100}, Defaults: set.Defaults, Terms: terms, States: shop.AustralianStates, Country: set.Country,
			PaymentMethods: set.PaymentMethods(0, delivery, b.Cards), Pickup: PickupView{Address: set.PickupAddress, Hours: set.OpeningHours, Limit: set.PickupLimit},
			PayLimit: PayLimitView{Cents: set.PayLimit, Hours: set.PayLimitAllHours, RunHours: set.PayLimitHours}, Tax: set.EffectiveTax(), ShowRates: set.ShowRates, RoundCash: set.RoundCash,
		}
		if v.Name == "" {
			v.Name = "3D printing"
		}
		notes := map[string]string{"0.28": "Quick and sturdy.", "0.20": "The usual choice.", "0.16": "A finer surface.", "0.12": "The finest, and slow."}
		for _, q := range slicer.Qualities() {
			v.Qualities = append(v.Qualities, QualityView{ID: q.ID, Name: q.Name, Note: notes[q.ID]})
		}
		for _, m := range b.Menu.Materials {
			v.Materials = append(v.Materials, MaterialView{ID: m.ID, Name: m.Name, Note: m.Note, Colours: m.Colours})
		}
		return nil
	})
	return v, err
}
