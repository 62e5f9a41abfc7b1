package db

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"buildplate/app/shop"
)

// TaskState is where a task stands.
type TaskState string

// A task is ready until a worker claims it, running until the worker says how
// it went, and then done, ready again later, or dead: given up until a person
// says retry.
const (
	TaskReady   TaskState = "ready"
	TaskRunning TaskState = "running"
	TaskDone    TaskState = "done"
	TaskDead    TaskState = "dead"
)

// Task is a piece of work that a transaction has promised: it is done at least
// once, so doing it twice must be harmless.
type Task struct {
	ID        string
	Kind      string
	Key       string // with Kind unique for ever, so that the same thing is promised once; "" if not
	Payload   json.RawMessage
	State     TaskState
	RunAt     shop.Time
	Attempts  int // including the running one
	LastError string
	Created   shop.Time
	Started   shop.Time // the latest attempt; zero before the first
	Finished  shop.Time // done or dead; zero otherwise
}

// Backoff is how long to wait after a failed attempt: First, then twice as long
// each time up to Most; after Tries attempts the task is dead.
type Backoff struct {
	First, Most time.Duration
	Tries       int
}

// after is the wait following a number of failed attempts.
func (b Backoff) after(attempts int) time.Duration {
	wait := b.First
	for range attempts - 1 {
		if wait >= b.Most/2 {
			return b.Most
		}
		wait *= 2
	}
	return min(wait, b.Most)
}

const taskColumns = `id, kind, coalesce(key, ''), payload, state, run_at, attempts, last_error, created, started, finished`

func scanTask(row scanner) (t Task, err error) {
	var payload string
	err = row.Scan(&t.ID, &t.Kind, &t.Key, &payload, &t.State, &t.RunAt, &t.Attempts, &t.LastError, &t.Created, &t.Started, &t.Finished)
	t.Payload = json.RawMessage(payload)
	return t, err
}

// Enqueue promises a task with this transaction: kind, an optional key, the
// payload as JSON, and when to run it (the zero time for at once). When kind and
// key were promised before, in whatever state, nothing is added and the id is "".
func (tx *Tx) Enqueue(ctx context.Context, kind, key string, payload any, runAt shop.Time) (id string, err error) {
	text, err := json.Marshal(payload)
	if err != nil {
		return "", fmt.Errorf("db: payload of a task %s: %w", kind, err)
	}
	u, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	if runAt.IsZero() {
		runAt = tx.Now
	}
	n, err := tx.exec(ctx, `
		INSERT INTO outbox (id, kind, key, payload, run_at, created) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, key) DO NOTHING`,
		u.String(), kind, nullText(key), string(text), runAt, tx.Now)
	if err != nil || n == 0 {
		return "", err
	}
	return u.String(), nil
}

// ClaimTask takes the task that has been due longest and marks it as running.
// With kinds, only those are considered, so that slow kinds can have workers of
// their own. ok is false when nothing is due.
func (tx *Tx) ClaimTask(ctx context.Context, kinds ...string) (t Task, ok bool, err error) {
	args := []any{tx.Now, tx.Now}
	filter := ""
	if len(kinds) > 0 {
		list, names := anyOf(kinds)
		filter = ` AND kind IN ` + list
		args = append(args, names...)
	}
	due, err := list(ctx, tx, scanTask, `
		UPDATE outbox SET state = 'running', attempts = attempts + 1, started = ?
		WHERE id = (SELECT id FROM outbox WHERE state = 'ready' AND run_at <= ?`+filter+` ORDER BY run_at, id LIMIT 1)
		RETURNING `+taskColumns, args...)
	if err != nil || len(due) == 0 {
		return Task{}, false, err
	}
	return due[0], true, nil
}

// anyOf is a list of kinds for IN, with its arguments.
func anyOf(kinds []string) (list string, args []any) {
	for _, k := range kinds {
		args = append(args, k)
	}
	return `(` + strings.TrimSuffix(strings.Repeat(`?, `, len(kinds)), `, `) + `)`, args
}

// TaskDue says whether a task of the kinds could be claimed.
func (tx *Tx) TaskDue(ctx context.Context, kinds ...string) (due bool, err error) {
	filter, args := anyOf(kinds)
	err = tx.one(ctx, `SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'ready' AND run_at <= ? AND kind IN `+filter+`)`, append([]any{tx.Now}, args...), &due)
	return due, err
}

// TaskPromised says whether a kind was promised under a key, in whatever state it is.
func (tx *Tx) TaskPromised(ctx context.Context, kind, key string) (promised bool, err error) {
	err = tx.one(ctx, `SELECT EXISTS (SELECT 1 FROM outbox WHERE kind = ? AND key = ?)`, []any{kind, key}, &promised)
	return promised, err
}

// HoldTask puts a running task back as if it had not been claimed. NotFound: it is not running.
func (tx *Tx) HoldTask(ctx context.Context, id string) error {
	return tx.change(ctx, `UPDATE outbox SET state = 'ready', attempts = attempts - 1 WHERE id = ? AND state = 'running'`, id)
}

// HastenTask makes a task that waits due now. NotFound: it does not wait.
func (tx *Tx) HastenTask(ctx context.Context, id string) error {
	return tx.change(ctx, `UPDATE outbox SET run_at = min(run_at, ?) WHERE id = ? AND state = 'ready'`, tx.Now, id)
}

// LatestTask returns the task of a kind that was begun last. NotFound: none was.
func (tx *Tx) LatestTask(ctx context.Context, kind string) (Task, error) {
	return get(ctx, tx, scanTask, `SELECT `+taskColumns+` FROM outbox WHERE kind = ? AND started IS NOT NULL ORDER BY started DESC, id DESC LIMIT 1`, kind)
}

// NextTask returns the task of a kind that runs, or else the one that is due first. NotFound: none waits.
func (tx *Tx) NextTask(ctx context.Context, kind string) (Task, error) {
	return get(ctx, tx, scanTask, `SELECT `+taskColumns+` FROM outbox WHERE kind = ? AND state IN ('running', 'ready')
		ORDER BY state = 'running' DESC, run_at, id LIMIT 1`, kind)
}

// FinishTask marks a running task as done. A worker that writes its result in
// the same transaction does both or neither. NotFound: it is not running.
func (tx *Tx) FinishTask(ctx context.Context, id string) error {
	return tx.change(ctx, `UPDATE outbox SET state = 'done', finished = ? WHERE id = ? AND state = 'running'`, tx.Now, id)
}

// FailTask notes that an attempt has failed and puts the task back for later,
// or buries it when it was the last try. NotFound: it is not running.
func (tx *Tx) FailTask(ctx context.Context, id string, cause error, b Backoff) (dead bool, err error) {
	t, err := get(ctx, tx, scanTask, `SELECT `+taskColumns+` FROM outbox WHERE id = ? AND state = 'running'`, id)
	if err != nil {
		return false, err
	}
	if t.Attempts >= b.Tries {
		return true, tx.bury(ctx, t, cause.Error())
	}
	return false, tx.putBack(ctx, t, cause.Error(), tx.Now.Add(b.after(t.Attempts)))
}

// RetryTask takes a dead task up again from its first try, now. NotFound: it is
// not dead.
func (tx *Tx) RetryTask(ctx context.Context, id string) error {
	return tx.change(ctx, `UPDATE outbox SET state = 'ready', attempts = 0, run_at = ?, finished = NULL WHERE id = ? AND state = 'dead'`, tx.Now, id)
}

// interrupted is the cause of an attempt that the end of the process cut short.
const interrupted = "the shop stopped while this was being done"

// ReleaseTasks puts back, at start, what an earlier process was doing when it
// ended, and returns the ids. The attempt counts: a task that brings the process
// down every time ends up dead after its kind's Tries like any other.
func (tx *Tx) ReleaseTasks(ctx context.Context, backoff func(kind string) Backoff) (ids []string, err error) {
	running, err := list(ctx, tx, scanTask, `SELECT `+taskColumns+` FROM outbox WHERE state = 'running' ORDER BY id`)
	if err != nil {
		return nil, err
	}
	for _, t := range running {
		ids = append(ids, t.ID)
		if t.Attempts >= backoff(t.Kind).Tries {
			err = tx.bury(ctx, t, interrupted)
		} else {
			err = tx.putBack(ctx, t, interrupted, tx.Now)
		}
		if err != nil {
			return ids, err
		}
	}
	return ids, nil
}

// BuryOtherTasks gives up what waits and is of none of the known kinds, and returns the ids.
func (tx *Tx) BuryOtherTasks(ctx context.Context, known []string) (ids []string, err error) {
	filter, args := anyOf(known)
	others, err := list(ctx, tx, scanTask, `SELECT `+taskColumns+` FROM outbox WHERE state = 'ready' AND NOT kind IN `+filter+` ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	for _, t := range others {
		if err := tx.bury(ctx, t, "this version of the shop does not know how to do it"); err != nil {
			return ids, err
		}
		ids = append(ids, t.ID)
	}
	return ids, nil
}

// SettleDeadTasks marks what was given up of a kind as done, because a later task has done it too, and returns the ids.
func (tx *Tx) SettleDeadTasks(ctx context.Context, kind string) ([]string, error) {
	return list(ctx, tx, scanText, `UPDATE outbox SET state = 'done', finished = ? WHERE kind = ? AND state = 'dead' RETURNING id`, tx.Now, kind)
}

func (tx *Tx) bury(ctx context.Context, t Task, cause string) error {
	if err := tx.change(ctx, `UPDATE outbox SET state = 'dead', last_error = ?, finished = ? WHERE id = ?`, cause, tx.Now, t.ID); err != nil {
		return err
	}
	return tx.noteFailure(ctx, t, cause)
}

func (tx *Tx) putBack(ctx context.Context, t Task, cause string, runAt shop.Time) error {
	if err := tx.change(ctx, `UPDATE outbox SET state = 'ready', last_error = ?, run_at = ? WHERE id = ?`, cause, runAt, t.ID); err != nil {
		return err
	}
	return tx.noteFailure(ctx, t, cause)
}

func (tx *Tx) noteFailure(ctx context.Context, t Task, cause string) error {
	_, err := tx.exec(ctx, `INSERT INTO outbox_failures (task_id, at, attempt, error) VALUES (?, ?, ?, ?)`, t.ID, tx.Now, t.Attempts, cause)
	return err
}

// Task returns a task in any state. NotFound.
func (tx *Tx) Task(ctx context.Context, id string) (Task, error) {
	return get(ctx, tx, scanTask, `SELECT `+taskColumns+` FROM outbox WHERE id = ?`, id)
}

// PruneTasks forgets some of the tasks done before a time, at most limit, and with them that their keys were used; it
// says how many. Dead ones stay until somebody has dealt with them.
func (tx *Tx) PruneTasks(ctx context.Context, before shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state = 'done' AND finished < ? ORDER BY finished LIMIT ?)`, before, limit)
}
