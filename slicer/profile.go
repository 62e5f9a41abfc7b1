package slicer

import "buildplate/slicer/internal/profile"

// Printer is one machine the shop can slice for, by the identifier of its definition.
type Printer = profile.Printer

// Printers returns every printer definition, sorted by identifier, those that are no machines themselves included
// (Visible is false); nil where the definitions are not built in.
func Printers() []Printer { return profile.Printers() }

// FindPrinter returns the printer with this identifier.
func FindPrinter(id string) (p Printer, ok bool) { return profile.FindPrinter(id) }

// Quality is a layer height, in mm, with what Cura's profiles set alongside it.
type Quality = profile.Quality

// Qualities returns the qualities on offer, coarsest first.
func Qualities() []Quality { return profile.Qualities() }

// FindQuality returns the quality with this identifier, its layer height in mm: 0.2 is 0.20.
func FindQuality(id string) (q Quality, ok bool) { return profile.FindQuality(id) }

// Material is a kind of filament with what Cura's profiles set for it: density in g/cm³, diameter in mm.
type Material = profile.Material

// FindMaterial returns the kind of filament with this identifier (PLA, PETG, ABS, TPU), in either case.
func FindMaterial(id string) (m Material, ok bool) { return profile.FindMaterial(id) }
