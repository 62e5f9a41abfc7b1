package db

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/app/shop"
)

// aBoard is a shop of 60 orders with a job each, in all states, on three printers or none, some of them hurried.
func aBoard(t *testing.T) (s shelf, jobs []shop.Job) {
	t.Helper()
	s = shelf{openAt(t, filepath.Join(t.TempDir(), "shop.db"), readFile(t, "../schema.sql"), Options{}), t}
	s.write(func(tx *Tx) error {
		_, err := tx.exec(t.Context(), printersOfTests)
		return err
	})
	for i := range 60 {
		j := shop.Job{
			ID: fmt.Sprintf("j%02d", i*7%60), State: shop.JobStates[i%len(shop.JobStates)], Priority: []string{"NORMAL", "NORMAL", "URGENT", "FAST_TRACK"}[i%4], PrinterID: []string{"", "r1", "r2", "r3"}[i/3%4],
			OrderNumber: fmt.Sprintf("ORD-%d", 1000+i), Customer: []string{"Ada Lovelace", "Grace Hopper"}[i%2],
		}
		if j.State == shop.JobCancelled {
			j.PrinterID = ""
		}
		id := fmt.Sprintf("o%02d", i)
		s.put(row{id: id, number: j.OrderNumber, name: j.Customer, created: 1000 + i})
		s.write(func(tx *Tx) error {
			_, err := tx.exec(t.Context(), `
				INSERT INTO order_items (id, order_id, position, name, kind, copies, choices, total) VALUES ('i' || ?1, ?1, 1, 'clip.stl', 'model', 2, '{}', 0);
				INSERT INTO plates (id, order_id, origin, position, runs, created) VALUES ('p' || ?1, ?1, 'priced', 1, 2, 1);
				INSERT INTO plate_items (plate_id, item_id, copies) VALUES ('p' || ?1, 'i' || ?1, 1);
				INSERT INTO jobs (id, plate_id, title, state, priority, printer_id, position, created, updated) VALUES (?2, 'p' || ?1, 'clip.stl', ?3, ?4, nullif(?5, ''), ?6, 1, 1)`,
				id, j.ID, j.State, j.Priority, j.PrinterID, 1+i/2) // two at each position
			return errors.Join(err, tx.IndexOrder(t.Context(), id))
		})
		jobs = append(jobs, j)
	}
	return s, jobs
}

const printersOfTests = `
	INSERT INTO machine_classes (id, name, definition, created) VALUES ('m', 'Ender-3', 'creality_ender3', 1);
	INSERT INTO printers (id, class_id, name, status, created) VALUES ('r1', 'm', 'Ada', 'ACTIVE', 1), ('r2', 'm', 'Bruno', 'ACTIVE', 1), ('r3', 'm', 'Clio', 'ACTIVE', 1)`

// jobPages reads a list of jobs page by page to its end.
func (s shelf) jobPages(f JobFilter) (ids []string) {
	s.t.Helper()
	for page := 1; ; page++ {
		var jobs []shop.Job
		var next string
		err := s.Read(s.t.Context(), func(tx *Tx) (err error) {
			jobs, next, err = tx.JobPage(s.t.Context(), f)
			return err
		})
		if err != nil || page > 100 {
			s.t.Fatalf("page %d of %+v: %v", page, f, err)
		}
		for _, j := range jobs {
			ids = append(ids, j.ID)
		}
		if len(jobs) > f.Limit || next != "" && len(jobs) < f.Limit || page > 1 && len(jobs) == 0 {
			s.t.Fatalf("page %d of %+v has %d jobs, the next begins at %q", page, f, len(jobs), next)
		}
		if f.After = next; next == "" {
			return ids
		}
	}
}

// Page by page, whatever the view, the state, the printer, the text and the length of a page, every job comes once; the
// active ones by how hurried they are and as they came, the others newest first.
func TestPagesReachEachJobOnce(t *testing.T) {
	s, jobs := aBoard(t)
	rank := map[string]int{"URGENT": 0, "FAST_TRACK": 1, "NORMAL": 2}
	type placed struct {
		shop.Job
		position int
	}
	for _, view := range []string{"active", "done", "all"} {
		for _, state := range []shop.JobState{"", shop.JobPrinting, shop.JobCompleted} {
			for _, printer := range []string{"", "r1", "r3"} {
				for _, text := range []string{"", "lovelace", "ad", "clip ORD"} {
					var want []placed
					for i, j := range jobs {
						final := j.State.Final()
						if (view == "all" || (view == "done") == final) && (state == "" || state == j.State) && (printer == "" || printer == j.PrinterID && j.State.Begun()) &&
							(text == "" || text == "clip ORD" || strings.HasPrefix(j.Customer, "Ada")) {
							want = append(want, placed{j, 1 + i/2})
						}
					}
					slices.SortFunc(want, func(a, b placed) int {
						switch {
						case text != "": // by order, and each has one job
							return strings.Compare(b.OrderNumber, a.OrderNumber)
						case view != "active":
							return slices.Compare([]int{b.position, strings.Compare(b.ID, a.ID)}, []int{a.position, 0})
						}
						return slices.Compare([]int{rank[a.Priority], a.position, strings.Compare(a.ID, b.ID)}, []int{rank[b.Priority], b.position, 0})
					})
					ids := []string{}
					for _, j := range want {
						ids = append(ids, j.ID)
					}
					for _, limit := range []int{1, 3, 7, 50, 100} {
						f := JobFilter{ListFilter: ListFilter{Tab: view, Text: text, Limit: limit}, State: state, PrinterID: printer}
						if got := s.jobPages(f); !slices.Equal(got, ids) {
							t.Fatalf("%+v:\n%q, want\n%q", f, got, ids)
						}
					}
				}
			}
		}
	}
	for _, after := range []string{"x", "1.2", "1.x.j01", "x.1.j01", "."} {
		err := s.Read(t.Context(), func(tx *Tx) error {
			_, _, err := tx.JobPage(t.Context(), JobFilter{ListFilter: ListFilter{After: after, Limit: 5}})
			return err
		})
		if !shop.IsCode(err, "cursor_malformed") {
			t.Errorf("after %q: %v", after, err)
		}
	}
}

// What is counted is what is listed, with a text and without.
func TestJobsAreCountedAsTheyAreListed(t *testing.T) {
	s, _ := aBoard(t)
	for _, text := range []string{"", "lovelace", "nobody"} {
		var c JobCounts
		err := s.Read(t.Context(), func(tx *Tx) (err error) {
			c, err = tx.CountJobs(t.Context(), text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range shop.JobStates {
			if n := len(s.jobPages(JobFilter{ListFilter: ListFilter{Tab: "all", Text: text, Limit: 100}, State: state})); c.States[state] != n {
				t.Errorf("%q: %d are %s, %d are counted", text, n, state, c.States[state])
			}
			for _, printer := range []string{"r1", "r2", "r3"} {
				if n := len(s.jobPages(JobFilter{ListFilter: ListFilter{Tab: "all", Text: text, Limit: 100}, State: state, PrinterID: printer})); c.Printers[printer][state] != n {
					t.Errorf("%q: %d on %s are %s, %d are counted", text, n, printer, state, c.Printers[printer][state])
				}
			}
		}
	}
}

// Counting jobs ends at one more than a thousand.
func TestCountsOfJobsEndAtOneMoreThanAThousand(t *testing.T) {
	s := shelf{manyRows(t, 3000), t}
	for _, text := range []string{"", "example.com"} {
		err := s.Read(t.Context(), func(tx *Tx) error {
			c, err := tx.CountJobs(t.Context(), text)
			if c.States[shop.JobCompleted] != MostCounted+1 || c.Printers["r1"][shop.JobCompleted] == 0 || c.States[shop.JobPrinting] == 0 || c.States[shop.JobPrinting] > 50 {
				t.Errorf("%q: %+v", text, c)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
