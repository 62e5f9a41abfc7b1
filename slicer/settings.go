package slicer

import "buildplate/slicer/internal/profile"

// Stack says which layers make up one list of settings: a printer, a quality and a material, any of the latter two
// left out by "", and overrides, lowest first.
type Stack = profile.Stack

// Layer is a named set of overrides of a [Stack]: keys with values as they are typed, "=" before a formula.
type Layer = profile.Layer

// Settings is a resolved stack: a value for each of Cura's keys. Generic is set where its quality or material is not
// the machine maker's own profile, Warnings are messages for staff.
type Settings = profile.Settings

// ErrNotBuilt is the *[Error] of whatever needs the machine definitions in a program that was built without them.
var ErrNotBuilt = profile.ErrNotBuilt

// Built tells whether the machine definitions are in this program.
func Built() bool { return profile.Built() }

// ResolveSettings computes every setting of a stack; the machine's G-code templates stay unexpanded. The error is an
// *Error: [CodeSettings], with the Key at fault where it is one setting; ErrNotBuilt.
func ResolveSettings(s Stack) (*Settings, error) {
	r := resolve(s)
	return r.plain, r.err
}

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
