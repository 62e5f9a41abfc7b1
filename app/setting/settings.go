package setting

import (
	"context"
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
		PickupAddress: s.PickupAddress, OpeningHours: s.OpeningHours, BankDetails: s.BankDetails, Accent: s.Accent, PublicURL: s.PublicURL, TimeZone: s.TimeZone, LeadDays: s.LeadDays, PayLimit: s.PayLimit,
		PayLimitHours: s.PayLimitHours, PayLimitAllHours: s.PayLimitAllHours, PickupLimit: s.PickupLimit, ShowRates: s.ShowRates, RoundCash: s.RoundCash, ReleasePolicy: s.ReleasePolicy, StaffDiscount: s.StaffDiscount,
		Pricing:  PricingView{MachinePerHour: s.Pricing.MachinePerHour, Setup: s.Pricing.Setup, PlateStart: s.Pricing.PlateStart, Minimum: s.Pricing.Minimum, Materials: []MaterialPriceView{}},
		Supports: viewSupports(s),
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

// draft is what a save of the settings screen would keep.
type draft struct {
	was, next shop.Settings
	priced    []shop.Material // those that are sold otherwise from now on
	changes   []shop.Change   // of these
	key       string          // Stripe's secret key, "" leaves the one that there is
	removeKey bool
	webhook   string // the signing secret, "" leaves the one that there is
}

// Check refuses what the settings screen sends where it cannot be kept. Errors: Invalid, with all the fields that are wrong.
func Check(ctx context.Context, tx *db.Tx, v View) error {
	_, err := newDraft(ctx, tx, v)
	return err
}

// newDraft makes a draft of what the settings screen sends. Errors: those of Check.
func newDraft(ctx context.Context, tx *db.Tx, v View) (d draft, err error) {
	if d.was, err = tx.Settings(ctx); err != nil {
		return d, err
	}
	s := d.was
	s.BusinessName, s.Country, s.TaxNumber, s.TaxRegistered, s.PricesConfirmed = strings.TrimSpace(v.BusinessName), v.Country, strings.TrimSpace(v.TaxNumber), v.TaxRegistered, v.PricesConfirmed
	s.Email, s.Phone, s.PickupAddress, s.OpeningHours, s.BankDetails, s.Accent = strings.TrimSpace(v.Email), strings.TrimSpace(v.Phone), strings.TrimSpace(v.PickupAddress), strings.TrimSpace(v.OpeningHours), strings.TrimSpace(v.BankDetails), v.Accent
	s.PublicURL, s.TimeZone, s.LeadDays, s.ShowRates, s.RoundCash = strings.TrimRight(strings.TrimSpace(v.PublicURL), "/"), v.TimeZone, v.LeadDays, v.ShowRates, v.RoundCash
	s.PayLimit, s.PayLimitHours, s.PayLimitAllHours, s.PickupLimit, s.ReleasePolicy, s.StaffDiscount = v.PayLimit, v.PayLimitHours, v.PayLimitAllHours, v.PickupLimit, v.ReleasePolicy, v.StaffDiscount
	s.Pricing.MachinePerHour, s.Pricing.Setup, s.Pricing.PlateStart, s.Pricing.Minimum = v.Pricing.MachinePerHour, v.Pricing.Setup, v.Pricing.PlateStart, v.Pricing.Minimum
	v.Supports.decide(&s)
	d.next = s
	d.key, d.webhook = strings.TrimSpace(v.Stripe.SecretKey), strings.TrimSpace(v.Stripe.WebhookSecret)
	d.removeKey = v.Stripe.Removes()
	stored, err := tx.Secret(ctx, SecretStripeKey)
	if err != nil {
		return d, err
	}
	materials, err := d.price(ctx, tx, v.Pricing.Materials)
	if err != nil {
		return d, err
	}
	return d, shop.Together(s.Check(), s.CheckWaysToPay(d.key != "" || stored != "" && !d.removeKey), materials, d.checkKeys())
}

// price notes the prices of the menu that change, and says what is wrong with them.
func (d *draft) price(ctx context.Context, tx *db.Tx, next []MaterialPriceView) (wrong, err error) {
	known, err := tx.Materials(ctx, true)
	if err != nil {
		return nil, err
	}
	active := 0
	for _, m := range known {
		before := m
		for _, n := range next {
			if n.ID != m.ID {
				continue
			}
			wrong = shop.Together(wrong, shop.CheckPrice("pricing.materials", n.SellPerGram), shop.CheckPrice("pricing.materials", n.CostPerGram))
			if n.SellPerGram.Equal(m.SellPerGram) && n.CostPerGram.Equal(m.CostPerGram) && n.Active == m.Active {
				continue
			}
			m.SellPerGram, m.CostPerGram, m.Active = n.SellPerGram, n.CostPerGram, n.Active
			d.priced = append(d.priced, m)
			d.changes = append(d.changes, before.Changes(m, d.next.Currency)...)
		}
		if m.Active {
			active++
		}
	}
	if active == 0 {
		wrong = shop.Together(wrong, shop.Invalidf("material_missing", "pricing.materials", "Offer at least one material."))
	}
	return wrong, nil
}

// checkKeys refuses keys of Stripe that cannot be its. Errors: Invalid.
func (d *draft) checkKeys() error {
	var key, webhook error
	switch {
	case d.key == "":
	case IsDemo(d.key):
		key = shop.Invalidf("stripe_key_of_demo", "stripe.secret_key", "This is the key of a demonstration. Copy your own from Stripe: Developers, API keys.")
	default:
		key = CheckStripeKey(d.key)
	}
	if d.webhook != "" {
		webhook = CheckWebhookSecret(d.webhook)
	}
	return shop.Together(key, webhook)
}

// Keep checks and keeps what the settings screen sends. Keys that are left empty stay as they are, but for one that is removed; answered opens the
// shop; by is the name of whoever sent it. It says what was changed. Errors: those of Check.
func Keep(ctx context.Context, tx *db.Tx, v View, answered bool, by string) (changes []shop.Change, err error) {
	d, err := newDraft(ctx, tx, v)
	if err != nil {
		return nil, err
	}
	changes = append(d.was.Changes(d.next), d.changes...)
	for _, m := range d.priced {
		if err := tx.SaveMaterialPrices(ctx, m, by); err != nil {
			return nil, err
		}
	}
	if d.removeKey {
		changes = append(changes, shop.Change{Field: shop.RemovedStripeKey})
	} else if d.key != "" {
		changes = append(changes, shop.Change{Field: shop.ChangedStripeKey})
	}
	if d.removeKey || d.key != "" {
		if err := tx.SetSecret(ctx, SecretStripeKey, d.key); err != nil {
			return nil, err
		}
	}
	if d.webhook != "" {
		before, err := tx.Secret(ctx, SecretWebhook)
		if err != nil {
			return nil, err
		}
		if before != d.webhook {
			if err := tx.SetSecret(ctx, SecretWebhookBefore, before); err != nil {
				return nil, err
			}
		}
		changes = append(changes, shop.Change{Field: shop.ChangedWebhookSecret})
		if err := tx.SetSecret(ctx, SecretWebhook, d.webhook); err != nil {
			return nil, err
		}
	}
	return changes, tx.SaveSettings(ctx, d.next, answered, by)
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

// MaySave says whether the actor may save the settings screen as it is, before anything is done for that. Errors: Forbidden; Conflict
// as Save.
func (s *Service) MaySave(ctx context.Context, who shop.Actor, next View) error {
	if err := who.Must(shop.ChangeSettings, shop.TheShop); err != nil {
		return err
	}
	return s.db.Read(ctx, func(tx *db.Tx) error { return s.current(ctx, tx, next) })
}

// current refuses settings that were made from another version, and keys for a demonstration. Errors: Invalid; Conflict.
func (s *Service) current(ctx context.Context, tx *db.Tx, next View) error {
	if next.Version == 0 {
		return shop.Invalidf("version_missing", "version", "Say which version of the settings this was made from.")
	}
	if s.cfg.Demo && (next.Stripe.SecretKey != "" || next.Stripe.RemoveSecretKey || next.Stripe.WebhookSecret != "") {
		e := shop.Conflictf("demo_without_stripe", "A demonstration takes cards only from its stand-in. Start the shop without --demo to use Stripe.")
		e.Field = "stripe.secret_key"
		if next.Stripe.SecretKey == "" && !next.Stripe.RemoveSecretKey {
			e.Field = "stripe.webhook_secret"
		}
		return e
	}
	stored, by, at, err := tx.SettingsVersion(ctx)
	if err != nil {
		return err
	}
	return CheckVersion(ctx, tx, next.Version, stored, by, at)
}

// Save keeps the settings screen. Errors: Forbidden for anyone but an admin; Conflict when somebody saved another version
// meanwhile; Invalid with the field.
func (s *Service) Save(ctx context.Context, who shop.Actor, next View) (v View, err error) {
	if err := who.Must(shop.ChangeSettings, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.current(ctx, tx, next); err != nil {
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
