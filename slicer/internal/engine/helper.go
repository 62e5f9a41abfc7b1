package engine

import (
	"context"
	"errors"
	"fmt"
	"os"

	"buildplate/slicer/internal/fault"
)

// Helper is work of our own that is done in a child of this program, because
// what it reads comes from strangers: it may hang, crash or want all memory.
type Helper struct {
	Args   []string // after [ChildCommand]
	Stdin  *os.File // what it works on; not closed
	Dir    string   // a private folder that it may write to
	Limits Limits
}

// Run runs a helper to its end. What it found is in its folder; a [*fault.Error]
// says that it did not end well.
func (h Helper) Run(ctx context.Context) error {
	path, err := ownPath()
	if err != nil {
		return fail(fault.CodeMissing, err)
	}
	reach, err := ownNeeds()
	if err != nil {
		return fail(fault.CodeMissing, err)
	}
	h.Limits = h.Limits.withDefaults()
	path, args := confined(path, append([]string{ChildCommand}, h.Args...), confinement{Machine: thisMachine(), Reach: reach.in(h.Dir), Bounds: bounds{
		Nice:       helperNiceness,
		CPUSeconds: cpuSeconds(h.Limits),
		Data:       dataBound(h.Limits.Memory, 256<<20),
		FileSize:   uint64(h.Limits.Output),
		OpenFiles:  openFiles,
	}})
	p := process{
		path: path, args: args, dir: h.Dir, limits: h.Limits, stdin: h.Stdin,
		env: append(systemEnv(), "GOTRACEBACK=none", fmt.Sprintf("GOMEMLIMIT=%d", h.Limits.Memory/4*3)),
	}
	o, err := p.run(ctx)
	switch {
	case err != nil:
		return err
	case o.err == nil:
		return nil
	case o.code == "":
		o.code = fault.CodeCrashed
	}
	return fail(o.code, errors.Join(o.err, errors.New(o.tail)))
}
