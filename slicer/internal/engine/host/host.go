package host

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
)

// Module is the engine as wasm2go translates it.
type Module interface {
	X__wasm_call_ctors()
	Xmain(argc, argv int32) int32
	Xmalloc(size int32) int32
}

// Config is what one run of the engine may see and use.
type Config struct {
	Args   []string // the command line, without the program's name
	Reads  []string // files it may open for reading, by the exact names Args uses
	Writes []string // files it may create

	Stdout, Stderr io.Writer

	MemoryLimit int64 // bytes the engine may hold, 16 MiB to 2 GiB; 0 means 1 GiB
	OutputLimit int64 // bytes it may write into files; 0 means no limit

	// Progress receives fractions from 0 to 1, Metadata what the engine
	// reports at the end of each mesh group; the last report counts.
	Progress func(fraction float64)
	Metadata func(Metadata)
}

// Metadata is the engine's own summary of a slice.
type Metadata struct {
	Flavor       string  // of the G-code, "Marlin"
	Seconds      int64   // printing time
	Material1MM3 int64   // filament of the first two extruders, cubic millimetres
	Material2MM3 int64   //
	NozzleMM     float64 // nozzle diameter
	FilamentMM3  int64   // filament of all extruders
}

// How a run can end other than well. Test with [errors.Is].
var (
	ErrMemory = errors.New("the engine needs more memory than it may have")
	ErrOutput = errors.New("the engine writes more than it may")
	ErrTrap   = errors.New("the engine crashed")
)

// ExitError is a run that the engine itself ended with a code other than 0.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("the engine ended with code %d", e.Code) }

// exit unwinds the engine's stack from inside an import.
type exit struct{ code int }

// Run starts the engine that instantiate makes and waits for its end. It
// returns nil, an [*ExitError], or an error that is one of [ErrMemory],
// [ErrOutput] and [ErrTrap].
//
// A run cannot be interrupted: put it in a process of its own.
func Run(c Config, instantiate func(*Host) (Module, Memory)) (err error) {
	h := newHost(c)
	defer func() { err = errors.Join(err, h.closeFiles()) }()
	defer func() { err = errors.Join(err, h.memory.detach()) }()
	defer func() {
		if r := recover(); r != nil {
			err = h.ended(r)
		}
	}()
	// What the processor stops is a crash of the engine like any other.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	module, memory := instantiate(h)
	if err := h.memory.attach(memory, c.MemoryLimit); err != nil {
		return err
	}
	module.X__wasm_call_ctors()
	h.exception = module.Xmalloc(exceptionRoom)
	argc, argv := h.arguments(module)
	h.Xexit(module.Xmain(argc, argv))
	return nil
}

// arguments copies the command line into the engine's memory.
func (h *Host) arguments(module Module) (argc, argv int32) {
	args := append([]string{"CuraEngine"}, h.config.Args...)
	argv = module.Xmalloc(int32(4 * (len(args) + 1)))
	for i, arg := range args {
		at := module.Xmalloc(int32(len(arg) + 1))
		h.memory.putString(at, arg)
		h.memory.putInt32(argv+int32(4*i), at)
	}
	h.memory.putInt32(argv+int32(4*len(args)), 0)
	return int32(len(args)), argv
}

// ended explains a panic that came out of the engine. What led to it, such as
// a refusal of memory that made the engine throw, matters more than its form.
func (h *Host) ended(r any) error {
	if h.cause != nil {
		return h.cause
	}
	e, ok := r.(exit)
	switch {
	case !ok:
		return fmt.Errorf("%w: %v", ErrTrap, r)
	case e.code != 0:
		return &ExitError{Code: e.code}
	}
	return nil
}
