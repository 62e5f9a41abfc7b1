package setting

import (
	"context"
	"errors"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// Read reads the settings screen.
func Read(ctx context.Context, tx *db.Tx) (v View, err error) {
	s, err := tx.Settings(ctx)
	if err != nil {
		return v, err
	}
	v = View{
		BusinessName: s.BusinessName, Country: s.Country, TaxNumber: s.TaxNumber, TaxRegistered: s.TaxRegistered, PricesConfirmed: s.PricesConfirmed, Email: s.Email, Phone: s.Phone,
		PickupAddress: s.PickupAddress, BankDetails: s.BankDetails, Accent: s.Accent, PublicURL: s.PublicURL, TimeZone: s.TimeZone, LeadDays: s.LeadDays, PayLimit: s.PayLimit,
		PayLimitHours: s.PayLimitHours, PickupLimit: s.PickupLimit, ShowRates: s.ShowRates, RoundCash: s.RoundCash, ReleasePolicy: s.ReleasePolicy, StaffDiscount: s.StaffDiscount,
		Pricing: PricingView{MachinePerHour: s.Pricing.MachinePerHour, Setup: s.Pricing.Setup, PlateStart: s.Pricing.PlateStart, Minimum: s.Pricing.Minimum, Materials: []MaterialPriceView{}},
	}
	if v.Version, _, _, err = tx.SettingsVersion(ctx); err != nil {
		return v, err
	}
	materials, err := tx.Materials(ctx, true)
	if err != nil {
		return v, err
	}
	for _, m := range materials {
		v.Pricing.Materials = append(v.Pricing.Materials, MaterialPriceView{ID: m.ID, Name: m.Name, SellPerGram: m.SellPerGram, CostPerGram: m.CostPerGram, Active: m.Active})
	}
	key, err := tx.Secret(ctx, SecretStripeKey)
	if err != nil {
		return v, err
	}
	hook, err := tx.Secret(ctx, SecretWebhook)
	v.Stripe = StripeView{SecretKeySet: key != "", WebhookSecretSet: hook != ""}
	return v, err
}

// Keep checks and keeps what the settings screen sends. Keys that are left empty stay as they are, but for one that is removed; answered opens the
// shop; by is the name of whoever sent it. It says what was changed. Errors: Invalid with the field.
func Keep(ctx context.Context, tx *db.Tx, v View, answered bool, by string) (changes []shop.Change, err error) {
	s, err := tx.Settings(ctx)
	if err != nil {
		return nil, err
	}
	was := s
	s.BusinessName, s.Country, s.TaxNumber, s.TaxRegistered, s.PricesConfirmed = strings.TrimSpace(v.BusinessName), v.Country, strings.TrimSpace(v.TaxNumber), v.TaxRegistered, v.PricesConfirmed
	s.Email, s.Phone, s.PickupAddress, s.BankDetails, s.Accent = strings.TrimSpace(v.Email), strings.TrimSpace(v.Phone), strings.TrimSpace(v.PickupAddress), strings.TrimSpace(v.BankDetails), v.Accent
	s.PublicURL, s.TimeZone, s.LeadDays, s.ShowRates, s.RoundCash = strings.TrimRight(strings.TrimSpace(v.PublicURL), "/"), v.TimeZone, v.LeadDays, v.ShowRates, v.RoundCash
	s.PayLimit, s.PayLimitHours, s.PickupLimit, s.ReleasePolicy, s.StaffDiscount = v.PayLimit, v.PayLimitHours, v.PickupLimit, v.ReleasePolicy, v.StaffDiscount
	s.Pricing.MachinePerHour, s.Pricing.Setup, s.Pricing.PlateStart, s.Pricing.Minimum = v.Pricing.MachinePerHour, v.Pricing.Setup, v.Pricing.PlateStart, v.Pricing.Minimum
	if err := s.Check(); err != nil {
		return nil, err
	}
	changes = was.Changes(s)
	known, err := tx.Materials(ctx, true)
	if err != nil {
		return nil, err
	}
	active := 0
	for _, m := range known {
		for _, n := range v.Pricing.Materials {
			if n.ID != m.ID {
				continue
			}
			if err := errors.Join(shop.CheckPrice("pricing.materials", n.SellPerGram), shop.CheckPrice("pricing.materials", n.CostPerGram)); err != nil {
				return nil, err
			}
			if n.SellPerGram.Equal(m.SellPerGram) && n.CostPerGram.Equal(m.CostPerGram) && n.Active == m.Active {
				continue
			}
			before := m
			m.SellPerGram, m.CostPerGram, m.Active = n.SellPerGram, n.CostPerGram, n.Active
			changes = append(changes, before.Changes(m, s.Currency)...)
			if err := tx.SaveMaterialPrices(ctx, m, by); err != nil {
				return nil, err
			}
		}
		if m.Active {
			active++
		}
	}
	if active == 0 {
		return nil, shop.Invalidf("material_missing", "pricing.materials", "Offer at least one material.")
	}
	switch key := strings.TrimSpace(v.Stripe.SecretKey); {
	case key == "" && v.Stripe.RemoveSecretKey:
		changes = append(changes, shop.Change{Field: shop.RemovedStripeKey})
		if err := tx.SetSecret(ctx, SecretStripeKey, ""); err != nil {
			return nil, err
		}
	case key != "":
		if err := CheckStripeKey(key); err != nil {
			return nil, err
		}
		if IsDemo(key) {
			return nil, shop.Invalidf("stripe_key_of_demo", "stripe.secret_key", "This is the key of a demonstration. Copy your own from Stripe: Developers, API keys.")
		}
		changes = append(changes, shop.Change{Field: shop.ChangedStripeKey})
		if err := tx.SetSecret(ctx, SecretStripeKey, key); err != nil {
			return nil, err
		}
	}
	if secret := strings.TrimSpace(v.Stripe.WebhookSecret); secret != "" {
		if err := CheckWebhookSecret(secret); err != nil {
			return nil, err
		}
		before, err := tx.Secret(ctx, SecretWebhook)
		if err != nil {
			return nil, err
		}
		if before != secret {
			if err := tx.SetSecret(ctx, SecretWebhookBefore, before); err != nil {
				return nil, err
			}
		}
		changes = append(changes, shop.Change{Field: shop.ChangedWebhookSecret})
		if err := tx.SetSecret(ctx, SecretWebhook, secret); err != nil {
			return nil, err
		}
	}
	return changes, tx.SaveSettings(ctx, s, answered, by)
}

// Get reads the settings screen. Errors: Forbidden.
func (s *Service) Get(ctx context.Context, who shop.Actor) (v View, err error) {
	if err := who.Must(shop.ChangeSettings, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v, err = Read(ctx, tx)
		return err
	})
	return v, err
}

// Save keeps the settings screen. Errors: Forbidden for anyone but an admin; Conflict when somebody saved another version
// meanwhile; Invalid with the field.
func (s *Service) Save(ctx context.Context, who shop.Actor, next View) (v View, err error) {
	if err := who.Must(shop.ChangeSettings, shop.TheShop); err != nil {
		return v, err
	}
	if next.Version == 0 {
		return v, shop.Invalidf("version_missing", "version", "Say which version of the settings this was made from.")
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if s.cfg.Demo && (next.Stripe.SecretKey != "" || next.Stripe.RemoveSecretKey || next.Stripe.WebhookSecret != "") {
			return shop.Conflictf("demo_without_stripe", "A demonstration takes cards only from its stand-in. Start the shop without --demo to use Stripe.")
		}
		stored, by, at, err := tx.SettingsVersion(ctx)
		if err != nil {
			return err
		}
		if err := CheckVersion(ctx, tx, next.Version, stored, by, at); err != nil {
			return err
		}
		changes, err := Keep(ctx, tx, next, next.PricesConfirmed, who.Name)
		if err != nil {
			return err
		}
		if len(changes) > 0 {
			if err := tx.Log(ctx, who.Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{Changes: changes})); err != nil {
				return err
			}
		}
		v, err = Read(ctx, tx)
		return err
	})
	return v, err
}
