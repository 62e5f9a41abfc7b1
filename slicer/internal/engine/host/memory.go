package host

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Memory is the engine's linear memory as wasm2go exposes it.
type Memory = interface {
	Slice() *[]byte
	Grow(delta, max int64) int64
}

const (
	pageSize      = 64 << 10
	defaultMemory = 1 << 30
	maxMemory     = 1 << 31 // pointers are signed 32 bit: the module's own limit
)

// memory reads and writes the engine's linear memory. An address outside it
// panics, which ends the run as a crash of the engine.
type memory struct {
	bytes  *[]byte
	region region
	limit  int64
}

// attach moves the memory to where it may grow without being copied: a slice
// that needs 800 MB holds 800 MB, not the old and the new.
func (m *memory) attach(from Memory, limit int64) error {
	if limit <= 0 {
		limit = defaultMemory
	}
	bytes := from.Slice()
	now := int64(len(*bytes))
	m.limit = max(min(limit, maxMemory), now) / pageSize * pageSize
	var err error
	if m.region, err = reserve(m.limit); err != nil {
		return fmt.Errorf("reserve addresses for the engine's memory: %w", err)
	}
	if err := m.region.grant(0, now); err != nil {
		return fmt.Errorf("%w: %w", ErrMemory, err)
	}
	copy(m.region[:now], *bytes)
	*bytes = m.region[:now:now]
	m.bytes = bytes
	return nil
}

// CanReserve says whether this process can have the addresses that the
// engine's memory lies in; a limit such as `ulimit -v` may not let it.
func CanReserve() error {
	r, err := reserve(0)
	if err != nil {
		return err
	}
	return r.release()
}

// detach gives the memory back; the engine must not run any more.
func (m *memory) detach() error {
	if m.region == nil {
		return nil
	}
	if m.bytes != nil {
		*m.bytes = nil
	}
	return m.region.release()
}

// grow makes at least size bytes available, and says whether it could.
func (m *memory) grow(size uint32) bool {
	if int64(size) > m.limit {
		return false
	}
	// A fifth more than asked for, as Emscripten does, saves calls.
	now := int64(len(*m.bytes))
	want := max(int64(size), now+now/5)
	want = max(now, min((want+pageSize-1)/pageSize*pageSize, m.limit))
	if m.region.grant(now, want) != nil {
		return false
	}
	*m.bytes = m.region[:want:want]
	return true
}

// span returns n bytes at the address, shared with the engine.
func (m *memory) span(at, n int32) []byte {
	start := uint64(uint32(at))
	return (*m.bytes)[start : start+uint64(uint32(n))]
}

func (m *memory) int32(at int32) int32 {
	return int32(binary.LittleEndian.Uint32(m.span(at, 4)))
}

func (m *memory) putInt32(at, v int32) {
	binary.LittleEndian.PutUint32(m.span(at, 4), uint32(v))
}

func (m *memory) putInt64(at int32, v int64) {
	binary.LittleEndian.PutUint64(m.span(at, 8), uint64(v))
}

// string copies a string that ends in a zero byte.
func (m *memory) string(at int32) string {
	rest := (*m.bytes)[uint32(at):]
	return string(rest[:bytes.IndexByte(rest, 0)])
}

func (m *memory) putString(at int32, s string) {
	span := m.span(at, int32(len(s)+1))
	copy(span, s)
	span[len(s)] = 0
}
