package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"buildplate/slicer/internal/fault"
)

// The files in a job's folder. Programs know them by these names and not by
// their paths: they run in the folder, and what is above it is closed to them.
const (
	definitionName = "machine.def.json"
	// The engine writes the model's name into the G-code (;MESH:), and the same
	// part must give the same G-code wherever it was kept.
	modelName     = "model.stl"
	argumentsName = "arguments.json"
	outName       = "out.gcode"
)

// definition is all the machine definition the engine needs when every
// setting is given to it: how many extruders to make before the settings come.
const definition = `{"settings":{"machine_extruder_count":{"type":"int","default_value":1}}}`

// noValue is what the engine logs when it lacks a setting; the key follows.
const noValue = "setting with no value given: '"

// prepare checks the job, puts the engine's files into its folder and makes
// the engine's arguments.
func (j *Job) prepare(m machine) ([]string, error) {
	for _, path := range []*string{&j.Model, &j.Out, &j.Dir} {
		if *path == "" {
			return nil, errors.New("a job needs a model, an output and a folder")
		}
		full, err := filepath.Abs(*path)
		if err != nil {
			return nil, err
		}
		*path = full
	}
	if err := os.WriteFile(filepath.Join(j.Dir, definitionName), []byte(definition), 0o600); err != nil {
		return nil, err
	}
	if err := j.bring(m); err != nil {
		return nil, err
	}
	args := []string{"slice", "-j", definitionName}
	args, err := appendSettings(args, j.Global)
	if err != nil {
		return nil, err
	}
	args, err = appendSettings(append(args, "-e0"), j.Extruder)
	if err != nil {
		return nil, err
	}
	return append(args, "-o", outName, "-l", modelName), nil
}

// raw is where the engine writes the G-code.
func (j *Job) raw() string { return filepath.Join(j.Dir, outName) }

// bring puts the model into the job's folder: without a copy where the disk
// allows it, and the child will not own it.
func (j *Job) bring(m machine) error {
	to := filepath.Join(j.Dir, modelName)
	if to == j.Model || !m.OwnUser && os.Link(j.Model, to) == nil {
		return nil
	}
	from, err := os.Open(j.Model)
	if err != nil {
		return err
	}
	defer from.Close()
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

func appendSettings(args []string, settings []Setting) ([]string, error) {
	for _, s := range settings {
		if s.Key == "" || strings.ContainsAny(s.Key, "=\x00") || strings.Contains(s.Value, "\x00") {
			return nil, fmt.Errorf("setting %q cannot be given to the engine", s.Key)
		}
		args = append(args, "-s", s.Key+"="+s.Value)
	}
	return args, nil
}

// progress hands on fractions that grow, from 0 to 1.
func (j *Job) progress(to float64) func(float64) {
	if j.Progress == nil {
		return func(float64) {}
	}
	at := -1.0
	return func(f float64) {
		if f = min(max(f, 0), to); f > at {
			at = f
			j.Progress(f)
		}
	}
}

// setting returns a setting's value, the extruder's before the global one.
func (j *Job) setting(key string) string {
	for _, settings := range [][]Setting{j.Extruder, j.Global} {
		for _, s := range settings {
			if s.Key == key {
				return s.Value
			}
		}
	}
	return ""
}

// isTrue reads a truth value as the engine does.
func isTrue(value string) bool {
	switch value {
	case "on", "yes", "true", "True":
		return true
	}
	n, err := strconv.Atoi(value)
	return err == nil && n != 0
}

// slice supervises the process, then checks what came of it. The line function
// of the process must have filled in report by its end.
func (j *Job) slice(ctx context.Context, p process, report *Report) (Report, error) {
	missing := ""
	inner := p.line
	p.line = func(line string) {
		if _, after, ok := strings.Cut(line, noValue); ok {
			missing, _, _ = strings.Cut(after, "'")
		}
		inner(line)
	}
	o, err := p.run(ctx)
	if err == nil {
		err = j.check(o, missing, *report)
	} else if ctx.Err() == nil {
		err = fail(fault.CodeMissing, err)
	}
	if err == nil && j.raw() != j.Out {
		err = os.Rename(j.raw(), j.Out)
	}
	if err != nil {
		_ = os.Remove(j.raw())
		return Report{}, err
	}
	return *report, nil
}

func (j *Job) check(o outcome, missing string, r Report) error {
	size := int64(-1)
	if info, err := os.Stat(j.raw()); err == nil {
		size = info.Size()
	}
	log := errors.New(o.tail)
	switch {
	case o.code != "":
		return fail(o.code, o.err)
	case missing != "":
		return fail(fault.CodeSettings, fmt.Errorf("the engine was not given %q", missing))
	case o.signal == "SIGXFSZ" || size >= j.Limits.Output:
		return fail(fault.CodeTooDetailed, fmt.Errorf("the G-code exceeds %d bytes", j.Limits.Output))
	case o.err != nil && outOfMemory(o.tail):
		return fail(fault.CodeMemory, errors.Join(o.err, log))
	case o.err != nil:
		return fail(fault.CodeCrashed, errors.Join(o.err, log))
	case size <= 0:
		return fail(fault.CodeCrashed, errors.Join(errors.New("the engine wrote no G-code"), log))
	case r.Seconds <= 0 || r.FilamentMM3 <= 0:
		return fail(fault.CodeNothingToPrint, fmt.Errorf("the engine reports %g s and %g mm³", r.Seconds, r.FilamentMM3))
	}
	return nil
}

// outOfMemory recognises how programs say that an allocation failed: C++ by
// the names of its exceptions.
func outOfMemory(log string) bool {
	for _, said := range []string{"bad_alloc", "bad_array_new_length", "out of memory", "cannot allocate memory"} {
		if strings.Contains(strings.ToLower(log), said) {
			return true
		}
	}
	return false
}
