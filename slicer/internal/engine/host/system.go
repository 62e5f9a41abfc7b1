package host

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Host answers the engine's imports for one run.
type Host struct {
	config    Config
	memory    memory
	files     map[int32]file
	nextFD    int32
	written   int64
	exception int32 // address of exceptionRoom bytes
	cause     error // what the host could not do for the engine
}

func newHost(c Config) *Host {
	return &Host{config: c, files: map[int32]file{}, nextFD: 2}
}

// The environment is empty.
func (h *Host) Xenviron_get(_, _ int32) int32 { return 0 }

func (h *Host) Xenviron_sizes_get(count, size int32) int32 {
	h.memory.putInt32(count, 0)
	h.memory.putInt32(size, 0)
	return 0
}

// Xgettimeofday serves the engine's log, which says how long each stage took.
func (h *Host) Xgettimeofday(at, _ int32) int32 {
	now := time.Now()
	h.memory.putInt32(at, int32(now.Unix()))
	h.memory.putInt32(at+4, int32(now.Nanosecond()/1000))
	return 0
}

// Xstrftime_l belongs to C++ locales; the engine formats no date.
func (h *Host) Xstrftime_l(_, _, _, _, _ int32) int32 { return 0 }

func (h *Host) Xemscripten_memcpy_big(to, from, n int32) int32 {
	copy(h.memory.span(to, n), h.memory.span(from, n))
	return to
}

func (h *Host) Xemscripten_resize_heap(size int32) int32 {
	if !h.memory.grow(uint32(size)) {
		h.cause = ErrMemory
		return 0
	}
	return 1
}

// XsetTempRet0 takes the upper half of 64-bit results, which nobody reads.
func (h *Host) XsetTempRet0(int32) {}

func (h *Host) Xsignal(_, _ int32) int32 { return 0 }

func (h *Host) Xexit(code int32) { panic(exit{code: int(code)}) }

func (h *Host) Xabort() { panic("abort") }

// exceptionRoom is how much memory is kept for the one exception a run
// can throw: the heap may be full by then.
const exceptionRoom = 4096

func (h *Host) X__cxa_allocate_exception(size int32) int32 {
	if size > exceptionRoom {
		panic("C++ exception too large")
	}
	return h.exception
}

// X__cxa_throw ends the run: the engine was built without catch.
func (h *Host) X__cxa_throw(_, typeInfo, _ int32) {
	name := h.memory.string(h.memory.int32(typeInfo + 4))
	panic(fmt.Sprintf("C++ exception of type %s", name))
}

// Xemscripten_run_script is how the engine reports to the page it believes to
// run in: by JavaScript that calls one of two functions.
func (h *Host) Xemscripten_run_script(at int32) {
	script := h.memory.string(at)
	if args, ok := call(script, "cura-wasm-progress-callback"); ok && h.config.Progress != nil {
		if f, err := strconv.ParseFloat(args, 64); err == nil {
			h.config.Progress(min(max(f, 0), 1))
		}
	}
	if args, ok := call(script, "cura-wasm-metadata-callback"); ok && h.config.Metadata != nil {
		if m, err := parseMetadata(args); err == nil {
			h.config.Metadata(m)
		}
	}
}

// call returns what stands between the brackets of globalThis["name"](...).
func call(script, name string) (args string, ok bool) {
	args, ok = strings.CutPrefix(script, `globalThis["`+name+`"](`)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(args, ")")
}

// parseMetadata reads `"Marlin", 1278, 3547, 0, 0.400000, 3547`.
func parseMetadata(args string) (Metadata, error) {
	var m Metadata
	_, err := fmt.Sscanf(args, "%q, %d, %d, %d, %g, %d",
		&m.Flavor, &m.Seconds, &m.Material1MM3, &m.Material2MM3, &m.NozzleMM, &m.FilamentMM3)
	return m, err
}
