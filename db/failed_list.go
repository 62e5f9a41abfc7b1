package db

import (
	"context"
	"slices"
)

// Failed is a piece of work that failed and stays for a person: a task that was given up, or one of Stripe's events that could not
// be applied.
type Failed struct {
	Task  *Task
	Event *StripeEvent
}

func (f Failed) id() string {
	if f.Task != nil {
		return f.Task.ID
	}
	return f.Event.ID
}

// failedEvent is true of an event that could not be applied, but for one that only waits for its payment.
const failedEvent = `state = 'failed' AND error <> '` + EventWaits + `'`

// FailedPage lists a page of what failed and stays for a person, the latest first. Next is where the page after it begins, "" on
// the last one. Errors: Invalid for an after that is no next.
func (tx *Tx) FailedPage(ctx context.Context, after string, limit int) (failed []Failed, next string, err error) {
	pos, id, err := cursorOr(after, latestPlace)
	if err != nil {
		return nil, "", err
	}
	ids, next, err := tx.placed(ctx, limit, `SELECT id, place FROM (
		SELECT * FROM (SELECT id, finished AS place FROM outbox WHERE state = 'dead' AND (finished, id) < (?1, ?2) ORDER BY finished DESC, id DESC LIMIT ?3)
		UNION ALL SELECT * FROM (SELECT id, received FROM webhook_events WHERE `+failedEvent+` AND (received, id) < (?1, ?2) ORDER BY received DESC, id DESC LIMIT ?3))
		ORDER BY place DESC, id DESC LIMIT ?3`, pos, id, limit+1)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	tasks, err := list(ctx, tx, scanTask, `SELECT `+taskColumns+` FROM outbox WHERE id IN (SELECT value FROM json_each(?))`, toJSON(ids))
	if err != nil {
		return nil, "", err
	}
	events, err := list(ctx, tx, scanEvent, `SELECT `+eventColumns+` FROM webhook_events WHERE id IN (SELECT value FROM json_each(?))`, toJSON(ids))
	for i := range tasks {
		failed = append(failed, Failed{Task: &tasks[i]})
	}
	for i := range events {
		failed = append(failed, Failed{Event: &events[i]})
	}
	slices.SortFunc(failed, func(a, b Failed) int { return slices.Index(ids, a.id()) - slices.Index(ids, b.id()) })
	return failed, next, err
}

// CountFailed counts what failed and stays for a person, up to one more than MostCounted.
func (tx *Tx) CountFailed(ctx context.Context) (n int, err error) {
	err = tx.one(ctx, `SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = 'dead' UNION ALL SELECT 1 FROM webhook_events WHERE `+failedEvent+` LIMIT ?)`, []any{MostCounted + 1}, &n)
	return n, err
}
