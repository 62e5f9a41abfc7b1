//go:build linux && (amd64 || arm64)

package host

import "golang.org/x/sys/unix"

// reachable is how far a load or store of the engine leads: a 32-bit address,
// a 32-bit offset, and the rest of the last page.
const reachable = 1<<33 + pageSize

// region is address space that nothing else can lie in. What was not granted
// of it can be neither read nor written: the processor stops who tries, so
// that the engine's loads and stores need not look.
type region []byte

// reserve takes no memory.
func reserve(int64) (region, error) {
	return unix.Mmap(-1, 0, reachable, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
}

// grant makes bytes from one place up to another usable, all zero.
func (r region) grant(from, to int64) error {
	if from == to {
		return nil
	}
	return unix.Mprotect(r[from:to], unix.PROT_READ|unix.PROT_WRITE)
}

func (r region) release() error { return unix.Munmap(r) }
