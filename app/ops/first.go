package ops

import (
	"context"
	"time"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// A demonstration's name and the stand-in's keys. They open nothing else.
const (
	demoName          = "Corner Print Shop"
	DemoStripeKey     = "sk_test_buildplate_demo_key_000000"
	DemoWebhookSecret = "whsec_buildplate_demo_secret_0000000000"
)

// FirstStart gives a new shop its first values; a demonstration gets an example of a shop. Its printers are those named,
// or one. It changes nothing in a shop that has them.
func FirstStart(ctx context.Context, d *db.DB, demo bool, printers ...string) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Settings(ctx); err == nil {
			return demoKeys(ctx, tx, demo)
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
		if len(printers) == 0 {
			printers = []string{"Ender-3"}
		}
		for _, name := range printers {
			if err := tx.InsertPrinter(ctx, shop.Printer{ID: shop.NewID(), ClassID: class.ID, Name: name, Status: "ACTIVE"}); err != nil {
				return err
			}
		}
		if err := tx.StartSeries(ctx, "order", "ORD-", 1001); err != nil {
			return err
		}
		if err := tx.StartSeries(ctx, "invoice", "INV-", 1); err != nil {
			return err
		}
		if demo {
			s.BusinessName, s.TaxNumber, s.PricesConfirmed, s.TimeZone = demoName, "51 824 753 556", true, "Australia/Sydney"
			s.PickupAddress, s.Email, s.Phone = "12 Example Street, Sydney NSW 2000", "hello@example.com", "02 5550 1234"
			s.BankDetails = "Corner Print Shop\nBSB 000-000\nAccount 1234 5678"
			s.ShowRates = true
		}
		if err := tx.SaveSettings(ctx, s, demo, ""); err != nil {
			return err
		}
		return demoKeys(ctx, tx, demo)
	})
}

// demoKeys lets a demonstration take cards from the stand-in, and only from it.
func demoKeys(ctx context.Context, tx *db.Tx, demo bool) error {
	if !demo {
		return nil
	}
	if err := tx.SetSecret(ctx, setting.SecretStripeKey, DemoStripeKey); err != nil {
		return err
	}
	return tx.SetSecret(ctx, setting.SecretWebhook, DemoWebhookSecret)
}

func localZone() string {
	if name := time.Local.String(); name != "Local" && name != "" {
		return name
	}
	return "Australia/Sydney"
}
