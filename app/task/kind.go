package task

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"buildplate/db"
)

// Kind is a sort of task and how it is done. It runs more than once for the same promise after a crash, so doing it twice
// must be harmless.
type Kind struct {
	// Name is the group and what is done there, "clean.carts". Tasks of one group are done one after another, by as many
	// workers as the group has.
	Name string
	// Run does a task that is promised without a payload. Kinds with one are made by Typed.
	Run func(context.Context) error
	// Schedule is when the task is added by itself, as cron writes it, in the shop's time zone; "" for never. No daily one
	// is between 2 and 3 at night: that hour is skipped, or comes twice, when clocks change.
	Schedule string
	// Period is how often it is added at most: the hour's name is the key of an hourly task, so that a restart adds
	// nothing twice.
	Period Period
	// After is the kind of task that adds this one when it is done, for work that goes by what the other left; "" for none.
	After string
	// ByAge says that it deletes what is old: it waits while the machine's clock is not trusted.
	ByAge bool
	// Backoff is how long to pause after a failure and when to give up; the zero value is the pauses of chores.
	Backoff db.Backoff
	// Workers is how many tasks of the group may be done at once, 0 for one. The most of the group's kinds counts.
	Workers int
	// Alone makes it a group of its own, for what must not wait for the others of its first name.
	Alone bool

	payload reflect.Type
	run     func(context.Context, json.RawMessage) error
}

// Typed gives a kind a payload: what Enqueue promises is a P, and run gets it back. A chore is added with the zero P.
func Typed[P any](k Kind, run func(context.Context, P) error) Kind {
	k.payload = reflect.TypeFor[P]()
	k.run = func(ctx context.Context, text json.RawMessage) error {
		var p P
		if err := json.Unmarshal(text, &p); err != nil {
			return fmt.Errorf("payload of a task %s: %w", k.Name, err)
		}
		return run(ctx, p)
	}
	return k
}

// withRun is the kind with what does its tasks, whichever way it was given, and its pauses.
func (k Kind) withRun() Kind {
	if k.run == nil {
		plain := k.Run
		k = Typed(k, func(ctx context.Context, _ struct{}) error { return plain(ctx) })
	}
	if k.Backoff == (db.Backoff{}) {
		k.Backoff = backoff
	}
	return k
}

// group is the first part of the kind's name, or all of it.
func (k Kind) group() string {
	if k.Alone {
		return k.Name
	}
	name, _, _ := strings.Cut(k.Name, ".")
	return name
}

// chore says whether it comes by itself.
func (k Kind) chore() bool { return k.Schedule != "" || k.After != "" }

// Period is how a time is written as a task's key.
type Period string

// Periods.
const (
	Minute Period = "2006-01-02T15:04"
	Hour   Period = "2006-01-02T15"
	Day    Period = "2006-01-02"
)

// backoff is for chores, which come again by themselves: they give up before the next one is due.
var backoff = db.Backoff{First: time.Minute, Most: 10 * time.Minute, Tries: 4}
