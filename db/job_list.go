package db

import (
	"context"
	"math"
	"slices"

	"buildplate/app/shop"
)

// JobFilter narrows the list of jobs. Its tabs are active, done and all; another one is active.
type JobFilter struct {
	ListFilter
	State     shop.JobState // "" for all of the tab
	PrinterID string        // "" for all
}

// The conditions of the tabs on j, and how hurried a job is, word for word as the indexes have them.
const (
	activeJobs = "j.state NOT IN ('COMPLETED', 'CANCELLED')"
	doneJobs   = "j.state IN ('COMPLETED', 'CANCELLED')"
	// notBegun are the states in which a job is on no printer, whichever one it was on before.
	notBegun = "('QUEUED', 'PRE_PROCESSING', 'IN_QUEUE', 'CANCELLED')"
	jobRank  = "(CASE j.priority WHEN 'URGENT' THEN 0 WHEN 'FAST_TRACK' THEN 1 ELSE 2 END)"
)

// JobPage lists a page of jobs that a text finds: the active ones as they are to be made, the others newest first. A text
// finds all jobs of an order by what the order is known by, and by the name of a part those of that part, and they come
// newest first. Next is where the page after begins, ""
// on the last one. Errors: Invalid.
func (tx *Tx) JobPage(ctx context.Context, f JobFilter) (jobs []shop.Job, next string, err error) {
	match, err := tx.matching(ctx, searchedJobs, "", f.Text)
	if err != nil {
		return nil, "", err
	}
	query, args, err := f.page(match)
	if err != nil {
		return nil, "", err
	}
	ids, next, err := tx.placed(ctx, f.Limit, query, args...)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	jobs, err = list(ctx, tx, scanJob, jobQuery+"WHERE j.id IN (SELECT value FROM json_each(?))", toJSON(ids))
	slices.SortFunc(jobs, func(a, b shop.Job) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return jobs, next, err
}

// page is the query of a page's ids and places; match is what the index is asked, "" where it is not. A place is two numbers and the id: how hurried a job is, or the row of the
// index that found it, then its position.
func (f JobFilter) page(match string) (query string, args []any, err error) {
	from, where, args := f.where()
	if match != "" {
		first, pos, id, err := jobCursor(f.After, math.MaxInt64, math.MaxInt64)
		hits, found := foundJobs(match, first)
		args = append(append(found, args...), first, pos, id, f.Limit+1)
		return "SELECT j.id, s.rowid || '.' || j.position FROM " + hits + " WHERE " + where +
			" AND (s.rowid, j.position, j.id) < (?, ?, ?) ORDER BY s.rowid DESC LIMIT ?", args, err
	}
	if f.Tab == "done" || f.Tab == "all" {
		_, pos, id, err := jobCursor(f.After, 0, math.MaxInt64)
		return "SELECT j.id, '0.' || j.position FROM " + from + " WHERE " + where + " AND (j.position, j.id) < (?, ?) ORDER BY j.position DESC, j.id DESC LIMIT ?", append(args, pos, id, f.Limit+1), err
	}
	first, pos, id, err := jobCursor(f.After, -1, 0)
	return "SELECT j.id, " + jobRank + " || '.' || j.position FROM " + from + " WHERE " + where + " AND (" + jobRank + ", j.position, j.id) > (?, ?, ?) ORDER BY " + jobRank + ", j.position, j.id LIMIT ?",
		append(args, first, pos, id, f.Limit+1), err
}

// foundJobs are the jobs that the index finds, up to a row of it, as tables: s are the rows, which are read first.
func foundJobs(match string, upTo int64) (from string, args []any) {
	n := searchedJobs
	return "(" + foundRows + ") s CROSS JOIN search_docs d ON d.doc = s.rowid CROSS JOIN jobs j ON j.id = d.id", []any{match, n.base, min(n.base+spread, upTo)}
}

// where is the index that has the jobs in their order, and the condition on j.
func (f JobFilter) where() (from, where string, args []any) {
	from, where = "jobs j INDEXED BY jobs_active", activeJobs
	switch f.Tab {
	case "done":
		from, where = "jobs j INDEXED BY jobs_done", doneJobs
	case "all":
		from, where = "jobs j INDEXED BY jobs_position", "1"
	}
	if f.PrinterID != "" {
		if f.Tab == "done" || f.Tab == "all" {
			from = "jobs j INDEXED BY jobs_printer"
		}
		where += " AND j.printer_id = ? AND j.state NOT IN " + notBegun
		args = append(args, f.PrinterID)
	}
	if f.State != "" {
		if f.PrinterID == "" && from != "jobs j INDEXED BY jobs_active" {
			from = "jobs j INDEXED BY jobs_state"
		}
		where += " AND j.state = ?"
		args = append(args, f.State)
	}
	return from, where, args
}

// jobCursor reads where a page ended; "" is before the first one. Errors: Invalid.
func jobCursor(after string, first, pos int64) (int64, int64, string, error) {
	if after == "" {
		return first, pos, "", nil
	}
	first, rest, err := cursorOf(after)
	if err != nil {
		return 0, 0, "", err
	}
	pos, id, err := cursorOf(rest)
	return first, pos, id, err
}

// JobCounts are how many jobs there are, each up to one more than MostCounted: by state, and by printer and state.
type JobCounts struct {
	States   map[shop.JobState]int
	Printers map[string]map[shop.JobState]int
}

// CountJobs counts the jobs that a text finds.
func (tx *Tx) CountJobs(ctx context.Context, text string) (JobCounts, error) {
	type count struct {
		state   shop.JobState
		printer string
		n       int
		sums    bool // it counts for its state, too
	}
	match, err := tx.matching(ctx, searchedJobs, "", text)
	if err != nil {
		return JobCounts{}, err
	}
	query, args := countJobs(match)
	rows, err := list(ctx, tx, func(row scanner) (c count, err error) {
		err = row.Scan(&c.state, &c.printer, &c.n, &c.sums)
		return c, err
	}, query, args...)
	c := JobCounts{States: map[shop.JobState]int{}, Printers: map[string]map[shop.JobState]int{}}
	for _, r := range rows {
		if r.sums {
			c.States[r.state] = min(c.States[r.state]+r.n, MostCounted+1)
		}
		if r.printer == "" || !r.state.Begun() {
			continue
		}
		if c.Printers[r.printer] == nil {
			c.Printers[r.printer] = map[shop.JobState]int{}
		}
		c.Printers[r.printer][r.state] = min(r.n, MostCounted+1)
	}
	return c, err
}

// countJobs counts by state and printer: what the index finds in one reading; else the active ones, of which there are few,
// in one, and of the others no more than are counted.
func countJobs(match string) (query string, args []any) {
	if match != "" {
		hits, args := foundJobs(match, math.MaxInt64)
		return "SELECT j.state, coalesce(j.printer_id, ''), count(*), 1 FROM " + hits + " GROUP BY 1, 2", args
	}
	const most = MostCounted + 1
	return `SELECT j.state, coalesce(j.printer_id, ''), count(*), 1 FROM jobs j WHERE ` + activeJobs + ` GROUP BY 1, 2
		UNION ALL SELECT s.value, '', (SELECT count(*) FROM (SELECT 1 FROM jobs j WHERE j.state = s.value LIMIT ?)), 1 FROM json_each('["COMPLETED", "CANCELLED"]') s
		UNION ALL SELECT 'COMPLETED', r.id, (SELECT count(*) FROM (SELECT 1 FROM jobs j WHERE j.printer_id = r.id AND j.state = 'COMPLETED' LIMIT ?)), 0 FROM printers r`, []any{most, most}
}
