package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// promise is what the store had said about one file by some moment.
type promise struct {
	bucket  Bucket // "" while it is only an upload
	content []byte // all of it
	durable int64  // bytes of an upload that were acknowledged
	stored  bool
	// doing is the call that is under way: until it returns, either outcome is right.
	doing string
	gone  bool // its removal was acknowledged
}

// diary is what a store did and said: changes of the disk, and after each the promises that hold.
type diary struct {
	changes []change
	said    []map[string]promise // said[n] holds once n changes are made
	now     map[string]promise
}

func (d *diary) promises() map[string]promise {
	all := make(map[string]promise, len(d.now))
	for id, p := range d.now {
		all[id] = p
	}
	return all
}

// say changes a promise from this moment on.
func (d *diary) say(id string, change func(*promise)) {
	p := d.now[id]
	change(&p)
	d.now[id] = p
	d.said[len(d.changes)] = d.promises()
}

func (d *diary) record(c change) {
	d.changes = append(d.changes, c)
	d.said = append(d.said, d.promises())
}

func quietStore(t *testing.T, dir string) (*Store, error) {
	t.Helper()
	return Open(dir, Options{Reserve: -1, Log: slog.New(slog.DiscardHandler)})
}

// keepDiary lets a store do everything it can, several times over.
func keepDiary(t *testing.T, r *rand.Rand) (start *disk, d *diary) {
	t.Helper()
	dir := t.TempDir()
	s, err := quietStore(t, dir)
	must(t, err)
	defer s.Close()
	start = newDisk()
	start.adopt(t, dir)
	d = &diary{now: map[string]promise{}, said: []map[string]promise{{}}}
	s.vol.record = d.record
	content := func() []byte {
		b := make([]byte, 600+r.IntN(3000))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	id := func() string { return uuid.Must(uuid.NewV7()).String() }
	ctx := t.Context()
	for range 4 {
		made := id()
		text := content()
		d.say(made, func(p *promise) { p.bucket, p.content, p.doing = PDFs, text, "put" })
		_, err := s.Put(ctx, PDFs, made, bytes.NewReader(text))
		must(t, err)
		d.say(made, func(p *promise) { p.stored, p.doing = true, "" })

		up := id()
		text = content()
		d.say(up, func(p *promise) { p.content, p.doing = text, "begin" })
		must(t, s.CreateStaging(up, int64(len(text))))
		d.say(up, func(p *promise) { p.doing = "" })
		half := int64(len(text) / 2)
		n, err := s.AppendAt(ctx, up, 0, io.MultiReader(bytes.NewReader(text[:half]), strings.NewReader("")), half)
		must(t, err)
		d.say(up, func(p *promise) { p.durable = n })
		// A part whose end was never acknowledged is sent again from where it began.
		_, err = s.AppendAt(ctx, up, half, bytes.NewReader(text[half:half+100]), 100)
		must(t, err)
		n, err = s.AppendAt(ctx, up, half, bytes.NewReader(text[half:]), int64(len(text)))
		must(t, err)
		d.say(up, func(p *promise) { p.durable, p.bucket, p.doing = n, Tmp, "finish" })
		_, err = s.Finish(ctx, up, Tmp, up)
		must(t, err)
		d.say(up, func(p *promise) { p.stored, p.doing = true, "" })

		twin := id()
		d.say(twin, func(p *promise) { p.bucket, p.content, p.doing = OrderFiles, text, "copy" })
		must(t, s.Copy(ctx, Tmp, up, OrderFiles, twin))
		d.say(twin, func(p *promise) { p.stored, p.doing = true, "" })

		d.say(up, func(p *promise) { p.doing = "remove" })
		must(t, s.Remove(Tmp, up))
		d.say(up, func(p *promise) { p.stored, p.gone, p.doing = false, true, "" })

		given := id()
		text = content()
		d.say(given, func(p *promise) { p.content, p.doing = text, "begin" })
		must(t, s.CreateStaging(given, 9))
		d.say(given, func(p *promise) { p.doing = "give up" })
		must(t, s.RemoveStaging(given))
		d.say(given, func(p *promise) { p.gone, p.doing = true, "" })
	}
	return start, d
}

// broken lists what a store that starts on a folder after a power cut has lost of its promises.
func broken(t *testing.T, dir string, said map[string]promise) (found []string) {
	t.Helper()
	miss := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	s, err := quietStore(t, dir)
	if err != nil {
		return []string{"the store does not start: " + err.Error()}
	}
	defer s.Close()
	ctx := t.Context()
	for id, p := range said {
		want := sha256.Sum256(p.content)
		object := Object{Bucket: p.bucket, ID: id, Size: int64(len(p.content)), SHA256: hex.EncodeToString(want[:])}
		there := func() bool { return p.bucket != "" && s.Verify(ctx, object) == nil }
		switch {
		case p.gone:
			if _, err := s.StatStaging(id); !errors.Is(err, fs.ErrNotExist) {
				miss("upload %s was given up and is there: %v", id, err)
			}
			if p.bucket != "" {
				if _, err := s.Stat(p.bucket, id); !errors.Is(err, fs.ErrNotExist) {
					miss("%s was removed and is there: %v", id, err)
				}
			}
		case p.doing == "remove":
			if err := s.Remove(p.bucket, id); err != nil {
				miss("%s cannot be removed again: %v", id, err)
			}
		case p.stored:
			if !there() {
				miss("%s was stored: %v", id, s.Verify(ctx, object))
			}
		case p.doing == "finish":
			if got, err := s.Finish(ctx, id, p.bucket, id); err != nil || got != object {
				miss("the complete upload %s is finished as %+v, %v", id, got, err)
			}
		case p.doing == "put" || p.doing == "copy":
			if _, err := s.Stat(p.bucket, id); err == nil && !there() {
				miss("half of %s is in its bucket", id)
			}
		case p.doing == "":
			if err := holds(s, id, p); err != nil {
				miss("upload %s: %v", id, err)
			}
		}
	}
	for _, b := range Buckets() {
		for info, err := range s.List(b) {
			p, ok := said[info.ID]
			if err != nil || !ok || p.bucket != b {
				miss("nobody put %s into %s (%v)", info.ID, b, err)
			}
		}
		for name := range s.Strays(b) {
			miss("stray %s", name)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, stagingDir, "*"+putSuffix))
	if err != nil || len(left) > 0 {
		miss("half-written files: %v, %v", left, err)
	}
	next := uuid.Must(uuid.NewV7()).String()
	if _, err := s.Put(ctx, PDFs, next, strings.NewReader("business goes on")); err != nil {
		miss("nothing can be stored any more: %v", err)
	}
	return found
}

// holds compares an upload with the bytes that were acknowledged.
func holds(s *Store, id string, p promise) error {
	f, err := s.OpenStaging(id)
	if err != nil {
		return err
	}
	defer f.Close()
	got := make([]byte, p.durable)
	if _, err := io.ReadFull(f, got); err != nil {
		return fmt.Errorf("%d bytes were acknowledged: %w", p.durable, err)
	}
	if !bytes.Equal(got, p.content[:p.durable]) {
		return errors.New("other bytes than were acknowledged")
	}
	return nil
}

// crashFolder is where states are built: in memory where the system has it.
func crashFolder(t *testing.T) string {
	t.Helper()
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err == nil && info.IsDir() {
		if dir, err := os.MkdirTemp(memory, "buildplate-"); err == nil { //nolint:usetesting // not where the test would have it
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			return dir
		}
	}
	return t.TempDir()
}

// cutEverywhere cuts the power after every change, with every kind of loss, and reports what was lost; it stops at most
// findings.
func cutEverywhere(t *testing.T, r *rand.Rand, random, most int, lie func(change) bool) (states int, found []string) {
	t.Helper()
	start, d := keepDiary(t, r)
	folder := crashFolder(t)
	for n := range len(d.changes) + 1 {
		if n > 0 {
			start.apply(d.changes[n-1], lie)
		}
		for _, l := range losses(r, random) {
			states++
			dir := filepath.Join(folder, fmt.Sprint(states))
			must(t, os.Mkdir(dir, 0o700))
			start.crash(t, dir, l)
			for _, miss := range broken(t, dir, d.said[n]) {
				last := "the start"
				if n > 0 {
					last = string(d.changes[n-1].op) + " " + d.changes[n-1].name
				}
				found = append(found, fmt.Sprintf("cut %d, after %s, %s: %s", n, last, l.name, miss))
			}
			must(t, os.RemoveAll(dir))
			if len(found) >= most {
				return states, found
			}
		}
	}
	return states, found
}

// A power cut, unlike the death of a process, takes with it what was not synced. Whatever the store has acknowledged is
// there afterwards, nothing half-written is in a bucket, and the store goes on.
func TestPowerLoss(t *testing.T) {
	random := 15
	switch {
	case testing.Short():
		random = 2
	case os.Getenv("BUILDPLATE_THOROUGH") != "": // more than ten thousand states
		random = 60
	}
	seed := rand.Uint64()
	states, found := cutEverywhere(t, rand.New(rand.NewPCG(seed, 0)), random, 10, nil)
	t.Logf("seed %d: %d states", seed, states)
	for _, f := range found {
		t.Error(f)
	}
}

// A store that left out any one kind of sync would lose something, and the model would show it.
func TestPowerLossIsSeen(t *testing.T) {
	in := func(dir string) func(change) bool {
		return func(c change) bool { return c.op == OpSyncDir && (c.name == dir || strings.HasPrefix(c.name, dir+"/")) }
	}
	for name, lie := range map[string]func(change) bool{
		"files":                 func(c change) bool { return c.op == OpSync },
		"folders of blobs":      func(c change) bool { return in(bucketsDir)(c) && strings.Count(c.name, "/") == 2 },
		"folders of those":      func(c change) bool { return in(bucketsDir)(c) && strings.Count(c.name, "/") == 1 },
		"the folder of uploads": in(stagingDir),
		"files the shop writes": func(c change) bool { return c.op == OpSync && strings.HasSuffix(c.name, putSuffix) },
	} {
		if _, found := cutEverywhere(t, rand.New(rand.NewPCG(1, 2)), 2, 1, lie); len(found) == 0 {
			t.Errorf("without syncing %s nothing is lost", name)
		}
	}
}
