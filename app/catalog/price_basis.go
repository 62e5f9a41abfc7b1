package catalog

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// PriceBasis is everything a price rests on beside the parts, read in one transaction.
type PriceBasis struct {
	Settings shop.Settings
	Menu     shop.Menu
	Machines Machines
	Cards    bool // card payment works
	Open     bool // the first-start questions are answered
	Queue    float64
	Printers int
}

// PriceBasis reads it as it is now.
func (s *Service) PriceBasis(ctx context.Context, tx *db.Tx) (b PriceBasis, err error) {
	if b.Settings, err = tx.Settings(ctx); err != nil {
		return b, err
	}
	if b.Menu, err = Menu(ctx, tx); err != nil {
		return b, err
	}
	if b.Machines, err = ReadMachines(ctx, tx); err != nil {
		return b, err
	}
	if b.Open, err = tx.Answered(ctx); err != nil {
		return b, err
	}
	if b.Cards, err = s.settings.CardReady(ctx, tx); err != nil {
		return b, err
	}
	if b.Queue, err = tx.QueueHours(ctx); err != nil {
		return b, err
	}
	printers, err := tx.Printers(ctx)
	for _, p := range printers {
		if p.Status == "ACTIVE" {
			b.Printers++
		}
	}
	return b, err
}

// Menu is what customers choose from.
func Menu(ctx context.Context, tx *db.Tx) (shop.Menu, error) {
	ms, err := tx.Materials(ctx, false)
	return shop.Menu{Materials: ms}, err
}
