package engine

// bounds is what a process is held to by the system. Zero means no bound.
type bounds struct {
	Nice       int
	CPUSeconds uint64
	Data       uint64 // bytes of memory that is its own and writable
	Stack      uint64 // bytes of each thread's stack
	FileSize   uint64 // bytes
	OpenFiles  uint64
}
