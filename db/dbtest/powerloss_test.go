package dbtest_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"buildplate/db"
	"buildplate/db/dbtest"
)

const ledgerChild = "BUILDPLATE_LEDGER_CHILD" // the data folder

// keepLedger does what its standard input says, a line for each step, and answers when SQLite has: "commit" writes the
// next pair of rows, "checkpoint" moves the log into the database.
func keepLedger(dir string) error {
	ctx := context.Background()
	path := filepath.Join(dir, "shop.db")
	d, err := db.Open(ctx, path, "", db.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	beside, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	n := 0
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		switch in.Text() {
		case "commit":
			n++
			err = d.Write(ctx, func(tx *db.Tx) error {
				for _, half := range halves {
					if _, err := tx.Enqueue(ctx, "loss", fmt.Sprint(n, half), padding(n), tx.Now); err != nil {
						return err
					}
				}
				return nil
			})
		case "checkpoint":
			_, err = beside.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		}
		if err != nil {
			return err
		}
		fmt.Println("done")
	}
	return in.Err()
}

// halves are the two rows of a commit, which survive together or not at all.
var halves = []string{"-a", "-b"}

// padding is what the rows of a commit hold: less than a page, or many.
func padding(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	b := make([]byte, []int{20, 900, 9000, 30_000}[r.IntN(4)])
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

// moment is the two files as they are when SQLite has answered: all of it is synced, since the shop commits with
// synchronous=FULL.
type moment struct {
	db, wal []byte
	acked   int // commits
}

// recordLedger has a child commit and checkpoint, and takes the files between its steps. This process has no lock on
// them that reading could drop.
func recordLedger(t *testing.T, commits int) (all []moment) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.db")
	if err := dbtest.OpenUnchecked(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ledgerChild+"="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	answers := bufio.NewReader(stdout)
	take := func(step string, acked int) {
		if _, err := io.WriteString(stdin, step+"\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := answers.ReadString('\n'); err != nil || line != "done\n" {
			t.Fatalf("%s: the child says %q, %v", step, line, err)
		}
		m := moment{acked: acked}
		var errs [2]error
		m.db, errs[0] = os.ReadFile(path)
		m.wal, errs[1] = os.ReadFile(path + "-wal")
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	for n := 1; n <= commits; n++ {
		take("commit", n)
		if n%7 == 0 {
			take("checkpoint", n)
		}
	}
	return all
}

const (
	sector    = 512
	walHeader = 32
)

// between is what a power cut may leave on the way from one moment to the next. SQLite syncs the log before it copies
// pages into the database, and the database before it begins the log anew; a new header of the log is synced before
// what follows it. Within these bounds sectors reach the disk in any order, or never, and new ones may hold anything.
func between(r *rand.Rand, a, b moment) moment {
	m := moment{db: a.db, wal: a.wal, acked: a.acked}
	restarted := len(a.wal) >= walHeader && !bytes.Equal(a.wal[:walHeader], b.wal[:walHeader])
	switch {
	case !bytes.Equal(a.db, b.db) && r.IntN(2) == 0: // the log is complete, the database is being written
		m.db, m.wal = mixed(r, a.db, b.db, 4096), b.wal
	case restarted && r.IntN(4) == 0: // the header alone
		m.wal = append(slices.Clone(b.wal[:walHeader]), a.wal[walHeader:]...)
	case restarted:
		m.wal = append(slices.Clone(b.wal[:walHeader]), mixed(r, a.wal[walHeader:], b.wal[walHeader:], sector)...)
	default:
		m.wal = mixed(r, a.wal, b.wal, sector)
	}
	return m
}

// mixed takes each block from before or after, and for one that is new, also zeros or anything; the end may be missing.
func mixed(r *rand.Rand, before, after []byte, block int) []byte {
	out := slices.Clone(before)
	end := len(before)
	if len(after) > len(before) {
		end += r.IntN(len(after) - len(before) + 1)
		out = append(out, make([]byte, end-len(before))...)
	}
	share := r.Float64()
	for at := 0; at < min(end, len(after)); at += block {
		to := min(at+block, end, len(after))
		switch {
		case r.Float64() < share:
			copy(out[at:to], after[at:to])
		case at >= len(before) && r.IntN(3) == 0:
			for i := at; i < to; i++ {
				out[i] = byte(r.Uint32())
			}
		}
	}
	return out
}

// lost opens what is left and lists what of the acknowledged commits is missing; upTo is the commit that was under way.
func lost(t *testing.T, dir string, m moment, upTo int) (found []string) {
	t.Helper()
	path := filepath.Join(dir, "shop.db")
	if err := errors.Join(os.WriteFile(path, m.db, 0o600), os.WriteFile(path+"-wal", m.wal, 0o600)); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	d, err := db.Open(ctx, path, "", db.Options{Log: slog.New(slog.DiscardHandler), Readers: 1})
	if err != nil {
		return []string{"it does not open: " + err.Error()}
	}
	defer d.Close()
	found, err = d.Check(ctx)
	if err != nil {
		return []string{"it cannot be checked: " + err.Error()}
	}
	rows := map[string]string{}
	err = d.Write(ctx, func(tx *db.Tx) error {
		for {
			k, ok, err := tx.ClaimTask(ctx, "loss")
			if err != nil || !ok {
				return err
			}
			var text string
			if err := json.Unmarshal(k.Payload, &text); err != nil {
				return err
			}
			rows[k.Key] = text
		}
	})
	if err != nil {
		return append(found, "it cannot be worked with: "+err.Error())
	}
	for n := 1; n <= upTo; n++ {
		there := 0
		for _, half := range halves {
			text, ok := rows[fmt.Sprint(n, half)]
			if ok {
				there++
			}
			if ok && text != padding(n) {
				found = append(found, fmt.Sprintf("commit %d holds something else", n))
			}
		}
		if there == 1 || there == 0 && n <= m.acked {
			found = append(found, fmt.Sprintf("of commit %d %d rows are left, and %d were acknowledged", n, there, m.acked))
		}
		delete(rows, fmt.Sprint(n, halves[0]))
		delete(rows, fmt.Sprint(n, halves[1]))
	}
	if len(rows) > 0 {
		found = append(found, fmt.Sprintf("%d rows nobody wrote", len(rows)))
	}
	return found
}

// stateFolder is an empty folder for each state, in memory where the system has it.
func stateFolder(t *testing.T) func() string {
	t.Helper()
	const memory = "/dev/shm"
	base, n := t.TempDir(), 0
	if info, err := os.Stat(memory); err == nil && info.IsDir() {
		if dir, err := os.MkdirTemp(memory, "buildplate-"); err == nil { //nolint:usetesting // not where the test would have it
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			base = dir
		}
	}
	return func() string {
		_ = os.RemoveAll(filepath.Join(base, fmt.Sprint(n)))
		n++
		dir := filepath.Join(base, fmt.Sprint(n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
}

// Whatever SQLite has acknowledged survives a power cut, and what it was about to write is there wholly or not at all.
func TestPowerLossOfTheDatabase(t *testing.T) {
	each := 8
	switch {
	case testing.Short():
		each = 2
	case os.Getenv("BUILDPLATE_THOROUGH") != "":
		each = 60
	}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	folder := stateFolder(t)
	moments := recordLedger(t, 42)
	restarts, copies, states := 0, 0, 0
	for i, a := range moments[:len(moments)-1] {
		b := moments[i+1]
		if !bytes.Equal(a.db, b.db) {
			copies++
		}
		if !bytes.Equal(a.wal[:walHeader], b.wal[:walHeader]) {
			restarts++
		}
		for range each {
			states++
			for _, miss := range lost(t, folder(), between(r, a, b), b.acked) {
				t.Errorf("seed %d, between commits %d and %d: %s", seed, a.acked, b.acked, miss)
			}
		}
		if t.Failed() {
			return
		}
	}
	if restarts < 3 || copies < 3 {
		t.Errorf("the log began anew %d times, and was copied %d times: too little is tried", restarts, copies)
	}
	t.Logf("seed %d: %d states", seed, states)
}

// Without the last synced bytes a commit is lost, and the check says so.
func TestPowerLossOfTheDatabaseIsSeen(t *testing.T) {
	folder := stateFolder(t)
	m := recordLedger(t, 5)[4]
	if found := lost(t, folder(), m, 5); len(found) > 0 {
		t.Fatalf("untouched: %v", found)
	}
	for _, short := range []int{1, sector, 4096} {
		cut := m
		cut.wal = m.wal[:len(m.wal)-short]
		if found := lost(t, folder(), cut, 5); len(found) == 0 {
			t.Errorf("%d bytes short, and nothing is missed", short)
		}
	}
}
