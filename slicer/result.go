package slicer

import (
	"encoding/hex"
	"io"
	"math"
	"os"

	"buildplate/slicer/internal/gcode"
)

// Result is what one slice found: of one copy, or of all those on a plate.
type Result struct {
	Seconds       float64  // of printing
	Grams         float64  // of the model, skirt and brim included
	SupportGrams  float64  // of supports, beside Grams
	FilamentMM    float64  // length of all filament
	Layers        int      // in the G-code
	GCodeSHA256   string   // of the finished G-code, in hexadecimal
	GCodeBytes    int64    // its size
	Engine        string   // embedded or native
	EngineVersion string   // tells builds of the engine apart
	SupportsUsed  bool     // as in the [Plan]
	Generic       bool     // the quality or the material is not the machine maker's own profile
	Warnings      []string // messages for staff
}

// finish writes the G-code with its true header and says what it holds.
func (e extruded) finish(p Plan, out io.Writer) (Result, error) {
	f, err := os.Open(e.path)
	if err != nil {
		return Result{}, err
	}
	defer f.Close()
	digest, err := gcode.Finish(out, f, e.print, e.facts)
	if err != nil {
		return Result{}, err
	}
	grams, warnings := p.weigh()
	if text := e.lack.inWords(); text != "" {
		warnings = append(warnings, text)
	}
	radius := e.facts.DiameterMM / 2
	return Result{
		Seconds: e.report.Seconds, Grams: grams(e.print.ModelMM3), SupportGrams: grams(e.print.SupportMM3),
		FilamentMM: e.print.FilamentMM3() / (math.Pi * radius * radius), Layers: e.print.Layers,
		GCodeSHA256: hex.EncodeToString(digest.SHA256[:]), GCodeBytes: digest.Size,
		Engine: e.report.Engine, EngineVersion: e.report.Version,
		SupportsUsed: p.SupportsUsed, Generic: p.Settings.Generic, Warnings: warnings,
	}, nil
}

// fallbackDensity is of PLA, for a stack without a material.
const fallbackDensity = 1.24

// weigh gives the way from mm³ of filament to grams, and what people should know about the figures.
func (p Plan) weigh() (grams func(mm3 float64) float64, warnings []string) {
	warnings = append(warnings, p.Settings.Warnings...)
	if _, known := p.Settings.Density(); known {
		return p.Settings.Grams, warnings
	}
	warnings = append(warnings, "No material was chosen: the weight is worked out as for PLA.")
	return func(mm3 float64) float64 { return mm3 * fallbackDensity / 1000 }, warnings
}
