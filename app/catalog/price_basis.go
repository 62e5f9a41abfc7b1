package catalog

import (
	"context"
	"fmt"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
)

// PriceBasis is everything a price rests on beside the parts, read in one transaction.
type PriceBasis struct {
	Settings shop.Settings
	Menu     shop.Menu
	Class    shop.MachineClass
	Bed      slicer.Bed
	Generic  bool
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
	if b.Class, err = Machine(ctx, tx); err != nil {
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
	if err != nil {
		return b, err
	}
	settings, err := slicer.ResolveSettings(slicer.Stack{Printer: b.Class.Definition, Quality: "0.20", Material: "PLA", Overrides: []slicer.Layer{{Name: "the shop’s settings for the machine", Set: b.Class.Overrides}}})
	if err != nil {
		return b, fmt.Errorf("machine class %s: %w", b.Class.Name, err)
	}
	b.Bed, b.Generic = slicer.BedOf(settings), settings.Generic
	return b, nil
}

// Machine is what parts are sliced for, with the shop's settings of supports.
func Machine(ctx context.Context, tx *db.Tx) (shop.MachineClass, error) {
	class, err := tx.MachineClass(ctx)
	if err != nil {
		return class, err
	}
	s, err := tx.Settings(ctx)
	return class.Supporting(s.Supports), err
}

// Menu is what customers choose from.
func Menu(ctx context.Context, tx *db.Tx) (shop.Menu, error) {
	ms, err := tx.Materials(ctx, false)
	return shop.Menu{Materials: ms}, err
}
