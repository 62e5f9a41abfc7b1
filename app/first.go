package app

import (
	"context"
	"encoding/base64"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

const secretLinkKey = "link_key" //nolint:gosec // the name of a secret, not one

// A demonstration's name and the stand-in's keys. They open nothing else.
const (
	demoName          = "Corner Print Shop"
	DemoStripeKey     = "sk_test_buildplate_demo_key_000000"
	DemoWebhookSecret = "whsec_buildplate_demo_secret_0000000000"
)

// firstStart gives a new shop its first values. It changes nothing in a shop that has them.
func (a *App) firstStart(ctx context.Context) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Settings(ctx); err == nil {
			return a.demoKeys(ctx, tx)
		} else if !shop.IsKind(err, shop.NotFound) {
			return err
		}
		s := shop.DefaultSettings(localZone())
		for _, m := range shop.DefaultMaterials() {
			if err := tx.InsertMaterial(ctx, m); err != nil {
				return err
			}
			if s.Defaults.MaterialID == "" {
				s.Defaults = shop.Choices{MaterialID: m.ID, ColourID: m.Colours[0].ID, Quality: "0.20", Infill: 20, Supports: shop.SupportsAuto, Copies: 1, Unit: shop.Millimetre}
			}
		}
		class := shop.MachineClass{ID: shop.NewID(), Name: "Creality Ender-3", Definition: "creality_ender3", Active: true}
		if err := tx.InsertMachineClass(ctx, class); err != nil {
			return err
		}
		if err := tx.InsertPrinter(ctx, shop.Printer{ID: shop.NewID(), ClassID: class.ID, Name: "Ender-3", Status: "ACTIVE"}); err != nil {
			return err
		}
		if err := tx.StartSeries(ctx, "order", "ORD-", 1001); err != nil {
			return err
		}
		if err := tx.StartSeries(ctx, "invoice", "INV-", 1); err != nil {
			return err
		}
		if a.cfg.Demo {
			s.BusinessName, s.TaxNumber, s.PricesConfirmed, s.TimeZone = demoName, "51 824 753 556", true, "Australia/Sydney"
			s.PickupAddress, s.Email, s.Phone = "12 Example Street, Sydney NSW 2000", "hello@example.com", "02 5550 1234"
			s.BankDetails = "Corner Print Shop\nBSB 000-000\nAccount 1234 5678"
			s.ShowRates = true
		}
		if err := tx.SaveSettings(ctx, s, a.cfg.Demo); err != nil {
			return err
		}
		return a.demoKeys(ctx, tx)
	})
}

// demoKeys lets a demonstration take cards from the stand-in, and only from it.
func (a *App) demoKeys(ctx context.Context, tx *db.Tx) error {
	if !a.cfg.Demo {
		return nil
	}
	if err := tx.SetSecret(ctx, secretStripeKey, DemoStripeKey); err != nil {
		return err
	}
	return tx.SetSecret(ctx, secretWebhook, DemoWebhookSecret)
}

func localZone() string {
	if name := time.Local.String(); name != "Local" && name != "" {
		return name
	}
	return "Australia/Sydney"
}

// openSigner reads the key that signs links, or makes it.
func (a *App) openSigner(ctx context.Context) error {
	var key storage.Key
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		text, err := tx.Secret(ctx, secretLinkKey)
		if err != nil {
			return err
		}
		if text == "" {
			key = storage.NewKey()
			return tx.SetSecret(ctx, secretLinkKey, key.ID+":"+base64.RawStdEncoding.EncodeToString(key.Secret))
		}
		id, secret, _ := cutKey(text)
		key = storage.Key{ID: id, Secret: secret}
		return nil
	})
	if err != nil {
		return err
	}
	a.signer, err = storage.NewSigner(key)
	return err
}

func cutKey(text string) (id string, secret []byte, err error) {
	for i := range text {
		if text[i] == ':' {
			secret, err = base64.RawStdEncoding.DecodeString(text[i+1:])
			return text[:i], secret, err
		}
	}
	return "", nil, storage.ErrBadGrant
}
