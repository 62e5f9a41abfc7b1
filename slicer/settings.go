package slicer

import "buildplate/slicer/internal/profile"

// Stack says which layers make up one list of settings: a printer, a quality and a material, any of the latter two
// left out by "", and overrides, lowest first.
type Stack = profile.Stack

// Layer is a named set of overrides of a [Stack]: keys with values as they are typed, "=" before a formula.
type Layer = profile.Layer

// Settings is a resolved stack: a value for each of Cura's keys. Generic is set where its quality or material is not
// the machine maker's own profile, Warnings are sentences for staff.
type Settings = profile.Settings

// ErrNotBuilt is the *[Error] of whatever needs the machine definitions in a program that was built without them.
var ErrNotBuilt = profile.ErrNotBuilt

// Built tells whether the machine definitions are in this program.
func Built() bool { return profile.Built() }

// ResolveSettings computes every setting of a stack; the machine's G-code templates stay unexpanded. The error is an
// *Error: [CodeSettings], with the Key at fault where it is one setting; ErrNotBuilt.
func ResolveSettings(s Stack) (*Settings, error) { return profile.Resolve(s) }
