package dbtest_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"testing"

	"buildplate/db/dbtest"
)

// These tests kill a process that stores, removes and sweeps files, as `kill -9`
// does, and then ask the disk and the database what is left of the promises the
// process had made. A promise is a line the child writes after the commit; a
// line in a pipe survives the one who wrote it.

// failpoints are the names in the source of package storage.
func failpoints(t *testing.T) []string {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(dbtest.Root(t), "storage", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range sources {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`failpoint\.Reach\("([^"]+)"\)`).FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
	}
	sort.Strings(names)
	if len(names) < 15 {
		t.Fatalf("only %d failpoints were found: %v", len(names), names)
	}
	return names
}

// TestNothingIsLostByAKill kills the shop at every failpoint of package storage
// and at a dozen moments of no one's choosing, in one data folder.
func TestNothingIsLostByAKill(t *testing.T) {
	dir, schema := t.TempDir(), dbtest.Schema(t)
	f, err := openDataFolder(dir, schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	p := &promises{stored: map[string]string{}, removing: map[string]bool{}, durable: map[string]int64{}}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	var kills []string
	for _, name := range failpoints(t) {
		kills = append(kills, fmt.Sprintf("%s:%d", name, 1+r.IntN(4)))
	}
	for range 12 {
		kills = append(kills, "")
	}
	r.Shuffle(len(kills), func(i, j int) { kills[i], kills[j] = kills[j], kills[i] })

	var orphans, uploads, removed, resumed int
	for i, failAt := range kills {
		step := fmt.Sprintf("kill %d (%s)", i+1, failAt)
		p.runChild(t, dir, failAt, 1+r.IntN(120))
		f, err := openDataFolder(dir, schema)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		swept, n, err := f.recoverFloor(t.Context())
		if err != nil {
			t.Errorf("%s: recovery: %v", step, err)
		}
		orphans, uploads, removed = orphans+len(swept.Quarantined), uploads+swept.Uploads, removed+n
		resumed += p.finishUploads(t, step, f)
		p.check(t, step, f)
		dbtest.Check(t, f.d)
		if err := f.close(); err != nil {
			t.Errorf("%s: %v", step, err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d promises (%d files, %d removals); after restarts: %d files without a row, %d dead uploads, %d removals finished, %d uploads resumed",
		len(kills), p.lines, len(p.stored), len(p.removing), orphans, uploads, removed, resumed)
}
