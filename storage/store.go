package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Bucket is one of the four places a blob can be.
type Bucket string

// The buckets. Tmp holds what a customer has uploaded but not ordered, and is
// the only one whose blobs expire by age alone.
const (
	Tmp         Bucket = "tmp"
	OrderFiles  Bucket = "order-files"
	Attachments Bucket = "attachments"
	PDFs        Bucket = "pdfs"
)

// Buckets lists every bucket.
func Buckets() []Bucket { return []Bucket{Tmp, OrderFiles, Attachments, PDFs} }

// Valid reports whether b is one of [Buckets].
func (b Bucket) Valid() bool {
	return b == Tmp || b == OrderFiles || b == Attachments || b == PDFs
}

const (
	bucketsDir    = "buckets"
	stagingDir    = "staging"
	quarantineDir = "quarantine"
	putSuffix     = ".put"
)

// Options of [Open]; the zero value suits the shop.
type Options struct {
	// Reserve is how many bytes stay free on the disk: uploads that would leave
	// less are refused. 0 means the larger of 1 GiB and 5 % of the disk; a
	// negative number means none.
	Reserve int64
	Log     *slog.Logger
	// Now is the clock for file times; nil means time.Now.
	Now func() time.Time
	// Fault is for tests.
	Fault Fault
}

// Store is the open data folder. Its methods may be called from any goroutine.
type Store struct {
	vol     *volume
	lock    *Lock
	now     func() time.Time
	reserve int64

	mu     sync.Mutex
	busy   map[string]int // names in use: writing, or how many copy from it
	closed bool
}

// Open locks the data folder, lays out its folders and removes what writes of
// an earlier process left half done. Errors: [ErrLocked].
func Open(dir string, opts Options) (_ *Store, err error) {
	lock, err := LockDir(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("storage: open the data folder: %w", err)
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Store{
		vol:     &volume{root: root, fault: opts.Fault, log: opts.Log},
		lock:    lock,
		now:     opts.Now,
		reserve: opts.Reserve,
		busy:    make(map[string]int),
	}
	if err := errors.Join(s.makeRoom(), s.layOut(), s.dropHalfWritten()); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// makeRoom gives the ballast up if the disk has no room for a start: the database writes before anything else can.
func (s *Store) makeRoom() error {
	sp, err := s.Space()
	if err != nil || sp.Free >= NearlyFull {
		return err
	}
	given, err := s.DropBallast()
	if given > 0 {
		s.vol.log.Warn("the disk is full: the ballast was given up", "bytes", given)
	}
	return err
}

// layOut makes the folders and syncs them all, because the process that made
// one of them may have died before its name was durable.
func (s *Store) layOut() error {
	dirs := []string{bucketsDir, stagingDir, quarantineDir}
	for _, b := range Buckets() {
		dirs = append(dirs, path.Join(bucketsDir, string(b)), path.Join(quarantineDir, string(b)))
	}
	for _, dir := range dirs {
		if err := s.vol.mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	for _, dir := range append(dirs, ".") {
		if err := s.vol.syncDir(dir); err != nil {
			return err
		}
	}
	return s.probe()
}

// Clear removes every blob and every upload for good: of a shop that never opened. Nothing else uses the store meanwhile.
func (s *Store) Clear() error {
	for _, dir := range []string{bucketsDir, stagingDir, quarantineDir} {
		if err := s.vol.root.RemoveAll(dir); err != nil {
			return fmt.Errorf("storage: clear %s: %w", dir, err)
		}
	}
	return s.layOut()
}

// probe moves an empty file into every bucket. A bucket mounted from another
// disk would fail the first customer's upload at its very end; it should fail
// the start instead.
func (s *Store) probe() error {
	name := path.Join(stagingDir, "probe"+putSuffix)
	for _, b := range Buckets() {
		f, err := s.vol.create(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return err
		}
		f.abandon()
		there := path.Join(bucketsDir, string(b), "probe")
		if err := s.vol.rename(name, there); err != nil {
			return fmt.Errorf("the folder %s must be on the same disk as %s: %w", there, stagingDir, err)
		}
		if err := s.vol.remove(there); err != nil {
			return err
		}
	}
	return nil
}

// dropHalfWritten removes the shop's own unfinished writes. Nobody waits for
// them: the process that did is gone.
func (s *Store) dropHalfWritten() error {
	names, err := s.readDir(stagingDir)
	if err != nil {
		return err
	}
	for _, entry := range names {
		if strings.HasSuffix(entry.Name(), putSuffix) {
			if err := s.vol.remove(path.Join(stagingDir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close releases the data folder. Calls in progress fail; files already opened
// for reading stay open.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return errors.Join(s.vol.root.Close(), s.lock.Close())
}

// Degraded returns the reason why the store is read-only, or nil.
func (s *Store) Degraded() error { return s.vol.writable() }

// writing marks a name in Store.busy that belongs to one writer, so that two never meet. Any other number counts those
// who copy from it: blobs never change, so they do not disturb each other, and only its removal has to wait.
const writing = -1

// claim reserves names for one writer until release is called. Errors: [ErrBusy], [ErrClosed], [ErrDegraded].
func (s *Store) claim(names ...string) (release func(), err error) {
	return s.claimBeside("", names...)
}

// claimBeside is claim for a writer that reads a name beside those it writes; others may read it too. "" reads none.
func (s *Store) claimBeside(shared string, names ...string) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if err := s.vol.writable(); err != nil {
		return nil, err
	}
	for _, name := range names {
		if s.busy[name] != 0 || name == shared {
			return nil, fmt.Errorf("%w: %s", ErrBusy, name)
		}
	}
	if shared != "" {
		if s.busy[shared] == writing {
			return nil, fmt.Errorf("%w: %s", ErrBusy, shared)
		}
		s.busy[shared]++
	}
	for _, name := range names {
		s.busy[name] = writing
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, name := range names {
			delete(s.busy, name)
		}
		if shared != "" {
			if s.busy[shared]--; s.busy[shared] == 0 {
				delete(s.busy, shared)
			}
		}
	}, nil
}

func (s *Store) readDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.vol.root.FS(), name)
	if err != nil {
		return nil, fmt.Errorf("storage: list %s: %w", name, err)
	}
	return entries, nil
}

// validID holds ids to the one form we write: uuid.Parse alone would also take
// braces, upper case and "urn:uuid:", and one blob would have several names.
func validID(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.String() == id
}

// shard is the folder of a blob within its bucket. The last digits are used
// because the first ones of a UUIDv7 are the time, the same for all of a day.
func shard(id string) string { return id[len(id)-2:] }

func blobDir(b Bucket, id string) string {
	return path.Join(bucketsDir, string(b), shard(id))
}

// blobName returns the path of a blob, or ErrBadName.
func blobName(b Bucket, id string) (string, error) {
	if !b.Valid() || !validID(id) {
		return "", fmt.Errorf("%w: %q in %q", ErrBadName, id, string(b))
	}
	return path.Join(blobDir(b, id), id), nil
}

func stagingName(id string) (string, error) {
	if !validID(id) {
		return "", fmt.Errorf("%w: %q", ErrBadName, id)
	}
	return path.Join(stagingDir, id), nil
}
