package engine

// confinement is all that a child is held to.
type confinement struct {
	Bounds  bounds
	Reach   reach
	Machine machine
}

// bounds is what a process is held to by the system. Zero means no bound.
type bounds struct {
	Nice       int
	CPUSeconds uint64
	Data       uint64 // bytes of memory that is its own and writable
	Stack      uint64 // bytes of each thread's stack
	FileSize   uint64 // bytes
	OpenFiles  uint64
}

// reach is what a process finds of the machine's files: nothing else, where
// the machine can close it off.
type reach struct {
	Folder string   // its private folder: read and written, and nothing in it executed
	Runs   []string // itself and its loader: read and executed
	Reads  []string // its libraries; one that is missing is left out
}

// in adds the private folder.
func (r reach) in(folder string) reach {
	r.Folder = folder
	return r
}

// machine is what this machine can hold a child to, beside the bounds.
type machine struct {
	Landlock bool // no files but those of its reach, no TCP
	Truncate bool // and files outside cannot be emptied
	Filter   bool // no sockets, no processes, nothing else of the system that slicing does without
	Root     bool // the shop runs as root
	OwnUser  bool // and can give each child a user of its own
}

// Weakness is something that this machine cannot hold a slice to.
type Weakness struct {
	Code    string // for programs; it never changes
	Message string // for staff
}

// Weaknesses lists what this machine cannot hold a slice to.
func Weaknesses() []Weakness {
	all := thisMachine().weaknesses()
	if !CanHold {
		all = append(all, Weakness{"slice_not_held", "Long slices cannot make way for short ones."})
	}
	return all
}
