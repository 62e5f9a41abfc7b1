package storage

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A model of a disk that may lose whatever was not synced. It is fed the changes
// a store has made and builds what a power cut at any of them may leave, as the
// file systems studied in "All File Systems Are Not Created Equal" (OSDI 2014)
// do, the weakest of them included:
//
//   - of the writes to a file since its last sync any may be missing, torn, or
//     present in length alone, as zeros or as what the block held before;
//   - of the names given and taken in a folder since its last sync any may be
//     missing, in whatever order they were made;
//   - a rename may leave both names, never none: file systems with a journal
//     promise that much, and the shop asks for one of them.
type disk struct {
	root *folder
}

// folder and file are what a name can stand for.
type folder struct {
	changes []naming
	durable int // how many of them survive a power cut for certain
}

// naming is one change of a folder.
type naming struct {
	name string
	to   any // *folder or *inode; nil takes the name away
	// A rename takes the old name away when the new one stands in its folder.
	newIn *folder
	newAt int
	sure  bool // survives for certain, though its folder was not synced
	kept  bool // in the crash being built
}

type inode struct {
	changes []change
	durable int
}

func newDisk() *disk { return &disk{root: &folder{}} }

func (d *disk) folder(name string) *folder {
	f := d.root
	if name == "." {
		return f
	}
	for part := range strings.SplitSeq(name, "/") {
		f = f.get(part).(*folder)
	}
	return f
}

func (f *folder) get(name string) any {
	for _, n := range slices.Backward(f.changes) {
		if n.name == name {
			return n.to
		}
	}
	return nil
}

func (d *disk) inode(name string) *inode {
	return d.folder(path.Dir(name)).get(path.Base(name)).(*inode)
}

func (d *disk) set(name string, to any) {
	f := d.folder(path.Dir(name))
	f.changes = append(f.changes, naming{name: path.Base(name), to: to})
}

// apply takes in one change. lie leaves out what it names: a store that forgot
// that call.
func (d *disk) apply(c change, lie func(change) bool) {
	if lie != nil && lie(c) {
		return
	}
	switch c.op {
	case OpMkdir:
		d.set(c.name, &folder{})
	case OpCreate:
		known, _ := d.folder(path.Dir(c.name)).get(path.Base(c.name)).(*inode)
		if known == nil {
			d.set(c.name, &inode{})
		} else if c.flag&os.O_TRUNC != 0 {
			known.changes = append(known.changes, change{op: OpTruncate})
		}
	case OpWrite, OpTruncate:
		i := d.inode(c.name)
		i.changes = append(i.changes, c)
	case OpSync:
		i := d.inode(c.name)
		i.durable = len(i.changes)
	case OpRename:
		from := d.folder(path.Dir(c.from))
		d.set(c.name, from.get(path.Base(c.from)))
		to := d.folder(path.Dir(c.name))
		from.changes = append(from.changes, naming{name: path.Base(c.from), newIn: to, newAt: len(to.changes) - 1})
	case OpLink:
		d.set(c.name, d.inode(c.from))
	case OpRemove:
		if d.folder(path.Dir(c.name)).get(path.Base(c.name)) != nil {
			d.set(c.name, nil)
		}
	case OpSyncDir:
		f := d.folder(c.name)
		f.durable = len(f.changes)
		for _, n := range f.changes {
			if n.newIn != nil { // the journal holds both halves of a rename
				n.newIn.changes[n.newAt].sure = true
			}
		}
	}
}

// loss decides what of the unsynced changes a power cut leaves.
type loss struct {
	name string
	// naming and write say whether an unsynced change survives; how a write
	// that does looks is up to tear.
	naming, write func() bool
	tear          func(data []byte) []byte
}

func whole(data []byte) []byte { return data }

// losses are the corners, and then what chance brings.
func losses(r *rand.Rand, random int) []loss {
	yes, no := func() bool { return true }, func() bool { return false }
	all := []loss{
		{"nothing unsynced survives", no, no, whole},
		{"everything survives", yes, yes, whole},
		{"names survive, bytes do not", yes, no, whole},
		{"bytes survive, names do not", no, yes, whole},
		{"lengths survive, as zeros", yes, yes, func(data []byte) []byte { return make([]byte, len(data)) }},
	}
	for range random {
		names, bytes := r.Float64(), r.Float64()
		all = append(all, loss{
			"by chance", func() bool { return r.Float64() < names }, func() bool { return r.Float64() < bytes },
			func(data []byte) []byte {
				out := slices.Clone(data)
				switch r.IntN(4) {
				case 0: // cut at a sector
					return out[:len(out)/512*512]
				case 1: // sectors that never came
					for at := 0; at < len(out); at += 512 {
						if r.IntN(2) == 0 {
							clear(out[at:min(at+512, len(out))])
						}
					}
				case 2: // what the block held before
					for i := range out {
						out[i] = byte(r.Uint32())
					}
				}
				return out
			},
		})
	}
	return all
}

// crash writes to dir what is left. Folders and files keep their identity: two
// names of one file are links.
func (d *disk) crash(t *testing.T, dir string, l loss) {
	t.Helper()
	d.choose(d.root, l)
	d.build(t, d.root, dir, l, map[*inode]string{})
}

// choose decides which names survive, additions before the removals that hang
// on them.
func (d *disk) choose(f *folder, l loss) {
	for i := range f.changes {
		n := &f.changes[i]
		n.kept = i < f.durable || n.sure || l.naming()
		if sub, ok := n.to.(*folder); ok {
			d.choose(sub, l)
		}
	}
}

func (d *disk) build(t *testing.T, f *folder, dir string, l loss, made map[*inode]string) {
	t.Helper()
	names := map[string]any{}
	for _, n := range f.changes {
		if n.kept && (n.newIn == nil || n.newIn.changes[n.newAt].kept) {
			names[n.name] = n.to
		}
	}
	for name, to := range names {
		at := filepath.Join(dir, name)
		switch to := to.(type) {
		case *folder:
			must(t, os.Mkdir(at, 0o700))
			d.build(t, to, at, l, made)
		case *inode:
			if first, ok := made[to]; ok {
				must(t, os.Link(first, at))
				continue
			}
			made[to] = at
			must(t, os.WriteFile(at, to.content(l), 0o600))
		}
	}
}

// content is what the file holds after the cut.
func (i *inode) content(l loss) []byte {
	var out []byte
	for n, c := range i.changes {
		if n >= i.durable && !l.write() {
			continue
		}
		data := c.data
		if n >= i.durable {
			data = l.tear(data)
		}
		if c.op == OpTruncate {
			out = resized(out, int(c.at))
			continue
		}
		if end := int(c.at) + len(data); end > len(out) {
			out = resized(out, end)
		}
		copy(out[c.at:], data)
	}
	return out
}

func resized(b []byte, n int) []byte {
	if n <= len(b) {
		return b[:n]
	}
	return append(b, make([]byte, n-len(b))...)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// adopt takes in a folder as it is, durable.
func (d *disk) adopt(t *testing.T, dir string) {
	t.Helper()
	must(t, fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || name == ".":
			return err
		case e.IsDir():
			d.set(name, &folder{})
		default:
			d.set(name, &inode{})
		}
		parent := d.folder(path.Dir(name))
		parent.durable = len(parent.changes)
		return nil
	}))
}
