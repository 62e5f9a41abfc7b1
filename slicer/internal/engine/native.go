package engine

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"buildplate/slicer/internal/fault"
)

// DefaultNative is the name under which CuraEngine is looked up on the PATH.
const DefaultNative = "CuraEngine"

// Native is a CuraEngine installed on this machine: a path, a name to look up
// on the PATH, or "" for [DefaultNative]. It runs the program once, to learn
// its version, and its loader, to learn its libraries: after a change of
// either the shop has to be started again.
func Native(ctx context.Context, path string) (Engine, error) {
	if path == "" {
		path = DefaultNative
	}
	found, err := exec.LookPath(path)
	if err == nil {
		found, err = filepath.Abs(found)
	}
	if err != nil {
		return nil, fail(fault.CodeMissing, err)
	}
	e := native{path: found, machine: thisMachine()}
	if e.reach, err = needs(ctx, found, e.machine); err == nil {
		e.version, err = e.askVersion(ctx)
	}
	if err != nil {
		return nil, &fault.Error{Code: fault.CodeMissing, Message: found + " is not a CuraEngine that runs here.", Err: err}
	}
	return e, nil
}

type native struct {
	path, version string
	reach         reach // but for the folder
	machine       machine
}

func (native) Name() string      { return "native" }
func (e native) Version() string { return e.version }

// versionLine is part of what CuraEngine prints when asked for help:
// "Cura_SteamEngine version 4.13.0".
var versionLine = regexp.MustCompile(`Cura_SteamEngine version (\S+)`)

func (e native) askVersion(ctx context.Context) (string, error) {
	dir, done, err := question()
	if err != nil {
		return "", err
	}
	defer done()
	version := ""
	p := e.process(dir, []string{"help"}, Limits{Wall: 10 * time.Second}.withDefaults())
	p.line = func(line string) {
		if m := versionLine.FindStringSubmatch(line); m != nil && version == "" {
			version = m[1]
		}
	}
	o, err := p.run(ctx)
	if err != nil {
		return "", err
	}
	if version == "" {
		return "", errors.Join(errors.New("it does not tell its version"), o.err, errors.New(o.tail))
	}
	return version, nil
}

func (e native) process(dir string, args []string, l Limits) process {
	p := process{dir: dir, limits: l, env: append(systemEnv(),
		"LC_ALL=C",          // a decimal comma would corrupt numbers
		"OMP_NUM_THREADS=1", // one slice has one core
	)}
	// For supports CuraEngine starts a thread per layer. Their stacks count as
	// memory in full, though hardly touched; so the hard bound leaves room for
	// thousands of small ones, and what the process really holds is watched.
	p.resident = l.Memory
	p.path, p.args = confined(e.path, args, confinement{Machine: e.machine, Reach: e.reach.in(dir), Bounds: bounds{
		Nice:       niceness,
		CPUSeconds: cpuSeconds(l),
		Data:       dataBound(l.Memory, 4<<30),
		Stack:      1 << 20,
		FileSize:   uint64(l.Output),
		OpenFiles:  openFiles,
	}})
	return p
}

// younger are settings that CuraEngine 4.13 asks for and definitions of the
// time of the embedded engine lack, with the values that change nothing.
var younger = []Setting{
	{"conical_overhang_hole_size", "0"},
	{"ironing_monotonic", "false"},
	{"lightning_infill_overhang_angle", "40"},
	{"lightning_infill_prune_angle", "40"},
	{"lightning_infill_straightening_angle", "40"},
	{"lightning_infill_support_angle", "40"},
	{"machine_extruders_share_nozzle", "false"},
	{"machine_extruders_shared_nozzle_initial_retraction", "0"},
	{"roofing_monotonic", "false"},
	{"skin_monotonic", "false"},
}

// withYounger adds the younger settings that the list does not have.
func withYounger(settings []Setting) []Setting {
	have := make(map[string]bool, len(settings))
	for _, s := range settings {
		have[s.Key] = true
	}
	all := slices.Clone(settings)
	for _, s := range younger {
		if !have[s.Key] {
			all = append(all, s)
		}
	}
	return all
}

func (e native) Slice(ctx context.Context, j Job) (Report, error) {
	j.Limits = j.Limits.withDefaults()
	j.Global, j.Extruder = withYounger(j.Global), withYounger(j.Extruder)
	args, err := j.prepare(e.machine)
	if err != nil {
		return Report{}, fail(fault.CodeCrashed, err)
	}
	// -v for the report, -p for progress; one thread, for the same G-code
	// every time.
	args = slices.Insert(args, 1, "-v", "-p", "-m1")
	report := &Report{Engine: e.Name(), Version: e.version}
	p := e.process(j.Dir, args, j.Limits)
	p.line = nativeReader(&j, report)
	return j.slice(ctx, p, report)
}

// nativeReader understands CuraEngine's log:
//
//	Progress:inset+skin:97:100 	0.268897%
//	Print time (s): 1278
//	Filament (mm^3): 3547
//
// The number before the percent sign is a fraction all the same.
func nativeReader(j *Job, report *Report) func(string) {
	progress := j.progress(1)
	return func(line string) {
		if strings.HasPrefix(line, "Progress:") && strings.HasSuffix(line, "%") {
			fields := strings.Fields(line)
			if f, err := strconv.ParseFloat(strings.TrimSuffix(fields[len(fields)-1], "%"), 64); err == nil {
				progress(f)
			}
		}
		if s, ok := strings.CutPrefix(line, "Print time (s): "); ok {
			report.Seconds, _ = strconv.ParseFloat(s, 64)
			report.FilamentMM3 = 0
		}
		// One line per extruder: "Filament (mm^3): 3547", then "Filament2: 12".
		if label, value, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(label, "Filament") {
			if f, err := strconv.ParseFloat(value, 64); err == nil {
				report.FilamentMM3 += f
			}
		}
	}
}

var errDisagree = errors.New("the installed CuraEngine does not agree with the embedded one")

// disagreement is an error if two reports differ by more than the fraction.
func disagreement(a, b Report, fraction float64) error {
	apart := func(x, y float64) bool { return max(x, y)-min(x, y) > fraction*max(x, y) }
	if apart(a.Seconds, b.Seconds) || apart(a.FilamentMM3, b.FilamentMM3) {
		return fmt.Errorf("%w: %s %s says %.0f s and %.0f mm³, %s %s says %.0f s and %.0f mm³", errDisagree,
			a.Engine, a.Version, a.Seconds, a.FilamentMM3, b.Engine, b.Version, b.Seconds, b.FilamentMM3)
	}
	return nil
}
