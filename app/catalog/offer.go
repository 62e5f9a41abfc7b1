package catalog

import (
	"context"
	"fmt"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
)

// Offer is everything a price rests on beside the parts, read in one transaction.
type Offer struct {
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

// Offer reads what the shop offers now.
func (s *Service) Offer(ctx context.Context, tx *db.Tx) (o Offer, err error) {
	if o.Settings, err = tx.Settings(ctx); err != nil {
		return o, err
	}
	if o.Menu, err = Menu(ctx, tx); err != nil {
		return o, err
	}
	if o.Class, err = tx.MachineClass(ctx); err != nil {
		return o, err
	}
	if o.Open, err = tx.Answered(ctx); err != nil {
		return o, err
	}
	if o.Cards, err = s.settings.CardReady(ctx, tx); err != nil {
		return o, err
	}
	if o.Queue, err = tx.QueueHours(ctx); err != nil {
		return o, err
	}
	printers, err := tx.Printers(ctx)
	for _, p := range printers {
		if p.Status == "ACTIVE" {
			o.Printers++
		}
	}
	if err != nil {
		return o, err
	}
	settings, err := slicer.ResolveSettings(slicer.Stack{Printer: o.Class.Definition, Quality: "0.20", Material: "PLA", Overrides: []slicer.Layer{{Name: "the shop’s settings for the machine", Set: o.Class.Overrides}}})
	if err != nil {
		return o, fmt.Errorf("machine class %s: %w", o.Class.Name, err)
	}
	o.Bed, o.Generic = slicer.BedOf(settings), settings.Generic
	return o, nil
}

// Menu is what customers choose from.
func Menu(ctx context.Context, tx *db.Tx) (shop.Menu, error) {
	ms, err := tx.Materials(ctx, false)
	return shop.Menu{Materials: ms}, err
}
