//go:build curaengine

package cura

import (
	"errors"
	"fmt"
	"testing"

	"buildplate/slicer/internal/engine/host"
)

// touching is the engine with another main function.
type touching struct {
	*Module
	main func(mem []byte)
}

func (m touching) Xmain(int32, int32) int32 { m.main(m.memory); return 0 }

// loaded keeps the compiler from leaving out a load.
var loaded uint64

// touch runs main over a memory of 16 MiB that may grow to 32.
func touch(main func(mem []byte)) error {
	return host.Run(host.Config{MemoryLimit: 32 << 20}, func(h *host.Host) (host.Module, host.Memory) {
		m := New(h, h)
		return touching{m, main}, m.Xmemory()
	})
}

// What a load or store touches ends the run as soon as its last byte lies
// outside, however far: an address and an offset lead 8 GiB far at most.
func TestNothingOutsideTheMemoryIsTouched(t *testing.T) {
	const size = 16 << 20
	accesses := map[string]struct {
		width uint64
		do    func(mem []byte, at uint64)
	}{
		"load16":  {2, func(mem []byte, at uint64) { loaded = uint64(load16(mem, at)) }},
		"load32":  {4, func(mem []byte, at uint64) { loaded = uint64(load32(mem, at)) }},
		"load64":  {8, func(mem []byte, at uint64) { loaded = uint64(load64(mem, at)) }},
		"store16": {2, func(mem []byte, at uint64) { store16(mem, at, 1) }},
		"store32": {4, func(mem []byte, at uint64) { store32(mem, at, 1) }},
		"store64": {8, func(mem []byte, at uint64) { store64(mem, at, 1) }},
	}
	for name, access := range accesses {
		at := func(at uint64) error { return touch(func(mem []byte) { access.do(mem, at) }) }
		for _, inside := range []uint64{0, 1, size / 2, size - access.width} {
			if err := at(inside); err != nil {
				t.Errorf("%s at %#x: %v", name, inside, err)
			}
		}
		for _, outside := range []uint64{size - access.width + 1, size, size + 1, 32 << 20, 1 << 31, 1<<32 - 1, 1<<32 + 1, size + 1<<32, 1<<33 - 2} {
			if err := at(outside); !errors.Is(err, host.ErrTrap) {
				t.Errorf("%s at %#x: %v", name, outside, err)
			}
		}
	}
}

func TestMemoryThatGrewIsReachedAndZero(t *testing.T) {
	err := host.Run(host.Config{MemoryLimit: 32 << 20}, func(h *host.Host) (host.Module, host.Memory) {
		m := New(h, h)
		return touching{m, func(mem []byte) {
			store64(m.memory, uint32(16<<20-8), 42)
			for _, size := range []int32{20 << 20, 32 << 20} {
				if h.Xemscripten_resize_heap(size) == 0 {
					panic(fmt.Sprintf("no growth to %d", size))
				}
				if load64(m.memory, uint32(16<<20-8)) != 42 || load64(m.memory, uint32(size-8)) != 0 {
					panic("what was there is gone, or what is new is not zero")
				}
			}
			if h.Xemscripten_resize_heap(32<<20+1) != 0 {
				panic("grown past the limit")
			}
		}}, m.Xmemory()
	})
	if !errors.Is(err, host.ErrMemory) {
		t.Error(err) // the refusal is what the run ends with
	}
}
