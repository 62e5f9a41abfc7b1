package app

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

func settingsView(ctx context.Context, tx *db.Tx) (v SettingsView, err error) {
	s, err := tx.Settings(ctx)
	if err != nil {
		return v, err
	}
	v = SettingsView{
		BusinessName: s.BusinessName, Country: s.Country, TaxNumber: s.TaxNumber, TaxRegistered: s.TaxRegistered, PricesConfirmed: s.PricesConfirmed, Email: s.Email, Phone: s.Phone,
		PickupAddress: s.PickupAddress, BankDetails: s.BankDetails, Accent: s.Accent, PublicURL: s.PublicURL, TimeZone: s.TimeZone, LeadDays: s.LeadDays, PayLimit: s.PayLimit,
		PayLimitHours: s.PayLimitHours, PickupLimit: s.PickupLimit, ShowRates: s.ShowRates, RoundCash: s.RoundCash, ReleasePolicy: s.ReleasePolicy,
		Pricing: PricingView{MachinePerHour: s.Pricing.MachinePerHour, Setup: s.Pricing.Setup, PlateStart: s.Pricing.PlateStart, Minimum: s.Pricing.Minimum, Materials: []MaterialPriceView{}},
	}
	materials, err := tx.Materials(ctx, true)
	if err != nil {
		return v, err
	}
	for _, m := range materials {
		v.Pricing.Materials = append(v.Pricing.Materials, MaterialPriceView{ID: m.ID, Name: m.Name, SellPerGram: m.SellPerGram, CostPerGram: m.CostPerGram, Active: m.Active})
	}
	key, err := tx.Secret(ctx, secretStripeKey)
	if err != nil {
		return v, err
	}
	hook, err := tx.Secret(ctx, secretWebhook)
	v.Stripe = StripeView{SecretKeySet: key != "", WebhookSecretSet: hook != ""}
	return v, err
}

// keepSettings checks and keeps what the settings screen sends. Keys that are left empty stay as they are.
func keepSettings(ctx context.Context, tx *db.Tx, v SettingsView, answered bool) error {
	s, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	s.BusinessName, s.Country, s.TaxNumber, s.TaxRegistered, s.PricesConfirmed = strings.TrimSpace(v.BusinessName), v.Country, strings.TrimSpace(v.TaxNumber), v.TaxRegistered, v.PricesConfirmed
	s.Email, s.Phone, s.PickupAddress, s.BankDetails, s.Accent = strings.TrimSpace(v.Email), strings.TrimSpace(v.Phone), strings.TrimSpace(v.PickupAddress), strings.TrimSpace(v.BankDetails), v.Accent
	s.PublicURL, s.TimeZone, s.LeadDays, s.ShowRates, s.RoundCash = strings.TrimRight(strings.TrimSpace(v.PublicURL), "/"), v.TimeZone, v.LeadDays, v.ShowRates, v.RoundCash
	s.PayLimit, s.PayLimitHours, s.PickupLimit, s.ReleasePolicy = v.PayLimit, v.PayLimitHours, v.PickupLimit, v.ReleasePolicy
	s.Pricing.MachinePerHour, s.Pricing.Setup, s.Pricing.PlateStart, s.Pricing.Minimum = v.Pricing.MachinePerHour, v.Pricing.Setup, v.Pricing.PlateStart, v.Pricing.Minimum
	if err := s.Check(); err != nil {
		return err
	}
	known, err := tx.Materials(ctx, true)
	if err != nil {
		return err
	}
	active := 0
	for _, m := range known {
		for _, n := range v.Pricing.Materials {
			if n.ID != m.ID {
				continue
			}
			if n.SellPerGram.IsNegative() || n.CostPerGram.IsNegative() {
				return shop.Invalidf("price_negative", "pricing.materials", "The price of %s cannot be below zero.", m.Name)
			}
			m.SellPerGram, m.CostPerGram, m.Active = n.SellPerGram, n.CostPerGram, n.Active
			if err := tx.SaveMaterialPrices(ctx, m); err != nil {
				return err
			}
		}
		if m.Active {
			active++
		}
	}
	if active == 0 {
		return shop.Invalidf("material_missing", "pricing.materials", "Please leave at least one material on the menu.")
	}
	if key := strings.TrimSpace(v.Stripe.SecretKey); key != "" {
		if err := checkStripeKey(key); err != nil {
			return err
		}
		if err := tx.SetSecret(ctx, secretStripeKey, key); err != nil {
			return err
		}
	}
	if secret := strings.TrimSpace(v.Stripe.WebhookSecret); secret != "" {
		if err := checkWebhookSecret(secret); err != nil {
			return err
		}
		before, err := tx.Secret(ctx, secretWebhook)
		if err != nil {
			return err
		}
		if before != secret {
			if err := tx.SetSecret(ctx, secretWebhookBefore, before); err != nil {
				return err
			}
		}
		if err := tx.SetSecret(ctx, secretWebhook, secret); err != nil {
			return err
		}
	}
	return tx.SaveSettings(ctx, s, answered)
}

// ShopSettings reads the settings screen.
func (a *App) ShopSettings(ctx context.Context) (v SettingsView, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		v, err = settingsView(ctx, tx)
		return err
	})
	return v, err
}

// SaveSettings keeps the settings screen. Errors: Forbidden for anyone but an admin; Invalid with the field.
func (a *App) SaveSettings(ctx context.Context, p Principal, s SettingsView) (v SettingsView, err error) {
	if p.Role != shop.RoleAdmin {
		return v, shop.Forbiddenf("admin_only", "Only an admin can change the settings.")
	}
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		if a.cfg.Demo && (s.Stripe.SecretKey != "" || s.Stripe.WebhookSecret != "") {
			return shop.Conflictf("demo_without_stripe", "A demonstration takes cards only from its stand-in. Start the shop without --demo to use Stripe.")
		}
		if err := keepSettings(ctx, tx, s, s.PricesConfirmed); err != nil {
			return err
		}
		if err := tx.Log(ctx, p.activity("", "Changed the settings.")); err != nil {
			return err
		}
		v, err = settingsView(ctx, tx)
		return err
	})
	return v, err
}
