package engine

// bounds is what a process is held to by the system. Zero means no bound.
type bounds struct {
	Nice         int
	CPUSeconds   uint64
	AddressSpace uint64 // bytes
	FileSize     uint64 // bytes
	OpenFiles    uint64
}
