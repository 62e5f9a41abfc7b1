package ops

import (
	"context"
	"errors"
	"time"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// demoName is a demonstration's shop.
const demoName = "Corner Print Shop"

// FirstStart gives a new shop its first values; a demonstration gets an example of a shop. Its printers are those named,
// or one. In a shop that has them it adds what an older program did not know of, and it refuses one of the other kind.
func FirstStart(ctx context.Context, d *db.DB, demo bool, printers ...string) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		if kept, err := tx.Settings(ctx); err == nil {
			if err := sameKind(ctx, tx, demo); err != nil {
				return err
			}
			return errors.Join(beginRetention(ctx, tx, kept), refillSearch(ctx, tx), raiseRefunds(ctx, tx))
		} else if !shop.IsKind(err, shop.NotFound) {
			return err
		}
		s := shop.DefaultSettings(localZone())
		s.Retention.Since = tx.Now
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
			s.OpeningHours = "Monday to Friday, 9 am to 5 pm\nSaturday, 10 am to 2 pm"
			s.BankDetails = "Corner Print Shop\nBSB 000-000\nAccount 1234 5678"
			s.ShowRates = true
		}
		if err := tx.SaveSettings(ctx, s, demo, ""); err != nil {
			return err
		}
		return demoKeys(ctx, tx, demo)
	})
}

// beginRetention has a shop of before models went by age count their days from now on, and gives it terms that say so.
func beginRetention(ctx context.Context, tx *db.Tx, s shop.Settings) error {
	if !s.BeginRetention(tx.Now) {
		return nil
	}
	next, err := tx.NextTermsVersion(ctx)
	if err != nil {
		return err
	}
	s.Terms.Version = next
	return tx.SaveSettings(ctx, s, false, "")
}

// sameKind refuses to start a real shop on a demonstration's database, and the other way round.
func sameKind(ctx context.Context, tx *db.Tx, demo bool) error {
	key, err := tx.Secret(ctx, setting.SecretStripeKey)
	switch {
	case err != nil:
		return err
	case setting.IsDemo(key) && !demo:
		return shop.Conflictf("database_of_demo", "This database is a demonstration’s; a real shop needs one of its own.")
	case !setting.IsDemo(key) && demo:
		return shop.Conflictf("database_of_shop", "This database is a real shop’s; a demonstration needs one of its own.")
	}
	return nil
}

// demoKeys lets a demonstration take cards from the stand-in, and only from it. They also are what says that a database is
// a demonstration's: they are kept together with its first settings, and nothing changes them.
func demoKeys(ctx context.Context, tx *db.Tx, demo bool) error {
	if !demo {
		return nil
	}
	if err := tx.SetSecret(ctx, setting.SecretStripeKey, setting.DemoStripeKey); err != nil {
		return err
	}
	return tx.SetSecret(ctx, setting.SecretWebhook, setting.DemoWebhookSecret)
}

func localZone() string {
	if name := time.Local.String(); name != "Local" && name != "" {
		return name
	}
	return "Australia/Sydney"
}
