package slicer

import "buildplate/slicer/internal/engine"

// Engine is a CuraEngine that can slice: its name and version, which are part of a slice's key, and Slice, which
// writes a [Job]'s G-code and returns its [Report]. Its errors are *[Error], or the cause of the context's end.
type Engine = engine.Engine

// Job is one model for an [Engine]: the path of a binary STL in millimetres with the bed's middle at (0, 0), the path
// for the G-code, an empty folder, and every setting.
type Job = engine.Job

// Setting is one setting as an [Engine] reads it: "true", "0.4", "[0, 10]".
type Setting = engine.Setting

// Report is what an [Engine] says about its slice: printing time in seconds, filament in mm³, rounded down.
type Report = engine.Report

// Limits bounds one run of an [Engine]: time by the clock and of the processor, bytes of memory and of G-code. A zero
// field stands for the default.
type Limits = engine.Limits

// EngineInfo is what is known of the engine inside this program.
type EngineInfo struct {
	Built   bool   // it is in this build
	Version string // the npm package it comes from: cura-wasm-1.5.2
}

// EmbeddedEngine tells of the engine inside this program.
func EmbeddedEngine() EngineInfo {
	return EngineInfo{Built: engine.EmbeddedBuilt(), Version: engine.EmbeddedVersion}
}

// Weakness is something that this machine cannot hold a slice to: a code for programs, a message for staff.
type Weakness = engine.Weakness

// Weaknesses lists what this machine cannot hold a slice to, nor the reading of a file; nothing on a Linux of our days.
func Weaknesses() []Weakness { return engine.Weaknesses() }
