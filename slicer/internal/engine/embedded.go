package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"buildplate/slicer/internal/engine/host"
	"buildplate/slicer/internal/fault"
)

// EmbeddedVersion is the npm package that the embedded engine comes from.
const EmbeddedVersion = "cura-wasm-1.5.2"

var errNotBuilt = errors.New("this program was built without its engine (build tag curaengine); `make build` includes it")

// EmbeddedBuilt says whether this program has CuraEngine inside.
func EmbeddedBuilt() bool { return embeddedBuilt }

// Embedded is the engine inside this program. It is a [*fault.Error] with
// [fault.CodeMissing] if the program was built without it.
func Embedded() (Engine, error) {
	if !embeddedBuilt {
		return nil, &fault.Error{Code: fault.CodeMissing, Message: "This program was built without its slicer.", Err: errNotBuilt}
	}
	if err := host.CanReserve(); err != nil {
		return nil, &fault.Error{Code: fault.CodeMissing, Message: "This program may not use as many addresses as its slicer needs. Is there a limit on its virtual memory (`ulimit -v`)? Lift it, and start again.", Err: err}
	}
	path, err := ownPath()
	if err != nil {
		return nil, fail(fault.CodeMissing, err)
	}
	reach, err := ownNeeds()
	if err != nil {
		return nil, fail(fault.CodeMissing, err)
	}
	return embedded{path, reach, thisMachine()}, nil
}

type embedded struct {
	path    string
	reach   reach // but for the folder
	machine machine
}

func (embedded) Name() string    { return "embedded" }
func (embedded) Version() string { return EmbeddedVersion }

func (e embedded) Slice(ctx context.Context, j Job) (Report, error) {
	j.Limits = j.Limits.withDefaults()
	args, err := j.prepare(e.machine)
	if err != nil {
		return Report{}, fail(fault.CodeCrashed, err)
	}
	encoded, err := json.Marshal(args)
	if err != nil {
		return Report{}, fail(fault.CodeCrashed, err)
	}
	if err := os.WriteFile(filepath.Join(j.Dir, argumentsName), encoded, 0o600); err != nil {
		return Report{}, fail(fault.CodeCrashed, err)
	}

	report := &Report{Engine: e.Name(), Version: e.Version()}
	ended := new(childEnd)
	path, childArgs := confined(e.path, []string{
		ChildCommand,
		"-memory", strconv.FormatInt(j.Limits.Memory, 10),
		"-output", strconv.FormatInt(j.Limits.Output, 10),
		"-" + argsFileFlag, argumentsName,
	}, confinement{Machine: e.machine, Reach: e.reach.in(j.Dir), Bounds: bounds{
		Nice:       niceness,
		CPUSeconds: cpuSeconds(j.Limits),
		Data:       dataBound(j.Limits.Memory, 256<<20),
		FileSize:   uint64(j.Limits.Output) + 1<<20, // the child itself stops sooner
		OpenFiles:  openFiles,
	}})
	_, err = j.slice(ctx, process{
		path: path, args: childArgs, dir: j.Dir, limits: j.Limits,
		// One slice has one core; the collector has nothing to do in the child.
		env:  append(systemEnv(), "GOMAXPROCS=1", "GOTRACEBACK=none"),
		line: e.reader(&j, report, ended),
	}, report)

	var failed *fault.Error
	if errors.As(err, &failed) && failed.Code == fault.CodeCrashed && ended.code != "" {
		return Report{}, fail(ended.code, errors.New(ended.cause))
	}
	if err != nil {
		return Report{}, err
	}
	if err := j.closeGCode(); err != nil {
		_ = os.Remove(j.Out)
		return Report{}, fail(fault.CodeCrashed, err)
	}
	return *report, nil
}

// closeGCode appends the last lines of the G-code. The engine composes them
// but never writes them out: it was built for a page that stays open, where
// nothing flushes a file at the end. One of them turns the nozzle's heater
// off. They are the ones an installed CuraEngine writes.
func (j *Job) closeGCode() error {
	var lines strings.Builder
	if j.setting("machine_gcode_flavor") == "RepRap (RepRap)" {
		lines.WriteString("M83 ;relative extrusion mode\n")
	} else {
		lines.WriteString("M82 ;absolute extrusion mode\n")
	}
	if isTrue(j.setting("machine_nozzle_temp_enabled")) {
		lines.WriteString("M104 S0\n")
	}
	lines.WriteString(";End of Gcode\n")

	f, err := os.OpenFile(j.Out, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(lines.String())
	return errors.Join(err, f.Close())
}

// childEnd is what a child says about its own failure.
type childEnd struct {
	code  fault.Code
	cause string
}

// reader understands the lines of a child.
func (e embedded) reader(j *Job, report *Report, ended *childEnd) func(string) {
	progress := j.progress(1)
	return func(line string) {
		if s, ok := strings.CutPrefix(line, progressLine); ok {
			if f, err := strconv.ParseFloat(s, 64); err == nil {
				progress(f)
			}
		}
		if s, ok := strings.CutPrefix(line, metadataLine); ok {
			var m host.Metadata
			if json.Unmarshal([]byte(s), &m) == nil {
				report.Seconds, report.FilamentMM3 = float64(m.Seconds), float64(m.FilamentMM3)
			}
		}
		if s, ok := strings.CutPrefix(line, endLine); ok {
			code, cause, _ := strings.Cut(s, " ")
			ended.code, ended.cause = fault.Code(code), cause
		}
	}
}

const (
	niceness       = 15
	helperNiceness = 5 // somebody waits for it
	openFiles      = 64
)

// dataBound holds a process to memory, and so much beside it for its code and
// libraries.
func dataBound(memory, beside int64) uint64 {
	if raceDetector {
		return 0 // its shadow memory is terabytes
	}
	return uint64(memory + beside)
}

func cpuSeconds(l Limits) uint64 { return uint64(math.Ceil(l.CPU.Seconds())) }

// ownPath is the path under which this program can be started again.
func ownPath() (string, error) {
	if selfPath != "" {
		return selfPath, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return path, nil
}

// systemEnv is what little of the environment a program cannot do without on
// some systems. Nothing else of ours reaches an engine.
func systemEnv() []string {
	var env []string
	for _, key := range []string{"SYSTEMROOT", "TMP", "TEMP"} {
		if v, ok := os.LookupEnv(key); ok {
			env = append(env, key+"="+v)
		}
	}
	return env
}
