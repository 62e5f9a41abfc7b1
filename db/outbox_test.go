package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

func enqueue(t *testing.T, d *db.DB, kind, key string, runAt shop.Time) (id string) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = tx.Enqueue(ctx, kind, key, map[string]string{"key": key}, runAt)
		return err
	})
	return id
}

func claim(t *testing.T, d *db.DB, kinds ...string) (task db.Task, ok bool) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		task, ok, err = tx.ClaimTask(ctx, kinds...)
		return err
	})
	return task, ok
}

func TestTaskFromPromiseToDone(t *testing.T) {
	d, now := clocked(t)
	id := enqueue(t, d, "mail.send", "invoice:7", now.Add(time.Minute))
	if again := enqueue(t, d, "mail.send", "invoice:7", *now); again != "" {
		t.Errorf("the same promise was added twice: %s", again)
	}
	if other := enqueue(t, d, "pdf.render", "invoice:7", now.Add(time.Hour)); other == "" {
		t.Error("the key of another kind was taken for ours")
	}
	if _, ok := claim(t, d); ok {
		t.Error("a task ran before its time")
	}
	*now = now.Add(time.Minute)
	if _, ok := claim(t, d, "pdf.render", "file.remove"); ok {
		t.Error("a worker was given another kind than its own")
	}
	task, ok := claim(t, d, "file.remove", "mail.send")
	if !ok || task.ID != id || task.State != db.TaskRunning || task.Attempts != 1 || string(task.Payload) != `{"key":"invoice:7"}` || task.Started != *now {
		t.Errorf("claimed %+v, %v", task, ok)
	}
	if _, ok := claim(t, d); ok {
		t.Error("a running task was claimed again")
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.FinishTask(ctx, id) })
	err := try(t, d, func(ctx context.Context, tx *db.Tx) error { return tx.FinishTask(ctx, id) })
	wantKind(t, "finish twice", err, shop.NotFound)
	if again := enqueue(t, d, "mail.send", "invoice:7", *now); again != "" {
		t.Error("a promise that was kept was made again")
	}
	*now = now.Add(time.Hour)
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.PruneTasks(ctx, tx.Now, 10)
		if n != 1 {
			t.Errorf("%d tasks were forgotten", n)
		}
		return err
	})
}

func TestTaskWithoutAKeyMayRepeat(t *testing.T) {
	d, now := clocked(t)
	if a, b := enqueue(t, d, "sweep", "", *now), enqueue(t, d, "sweep", "", *now); a == "" || b == "" || a == b {
		t.Errorf("ids %q and %q", a, b)
	}
}

func TestFailingTaskWaitsLongerEachTimeThenDies(t *testing.T) {
	d, now := clocked(t)
	backoff := db.Backoff{First: time.Minute, Most: 5 * time.Minute, Tries: 5}
	id := enqueue(t, d, "mail.send", "", 0)
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute} {
		if task, ok := claim(t, d); !ok || task.Attempts != i+1 {
			t.Fatalf("attempt %d: %+v, %v", i+1, task, ok)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			dead, err := tx.FailTask(ctx, id, fmt.Errorf("refused %d", i+1), backoff)
			if dead {
				t.Errorf("dead after attempt %d", i+1)
			}
			return err
		})
		*now = now.Add(wait - time.Millisecond)
		if _, ok := claim(t, d); ok {
			t.Errorf("attempt %d came before %s", i+2, wait)
		}
		*now = now.Add(time.Millisecond)
	}
	if _, ok := claim(t, d); !ok {
		t.Fatal("no last try")
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		dead, err := tx.FailTask(ctx, id, errors.New("refused 5"), backoff)
		if !dead {
			t.Error("not dead after the last try")
		}
		return err
	})
	*now = now.Add(1000 * time.Hour)
	if _, ok := claim(t, d); ok {
		t.Error("a dead task ran")
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		dead, _, err := tx.FailedPage(ctx, "", 10)
		if len(dead) != 1 || dead[0].Task.LastError != "refused 5" || dead[0].Task.Finished.IsZero() {
			t.Errorf("dead: %+v", dead)
		}
		n, err2 := tx.PruneTasks(ctx, tx.Now, 10)
		if n != 0 {
			t.Error("a dead task was forgotten")
		}
		return errors.Join(err, err2, tx.RetryTask(ctx, id))
	})
	if task, ok := claim(t, d); !ok || task.Attempts != 1 {
		t.Errorf("after retry: %+v, %v", task, ok)
	}
}

// A task during which the process ends is taken up again at the next start; one
// that ends the process every time is given up.
func TestInterruptedTasksAreReleased(t *testing.T) {
	d, _ := clocked(t)
	backoff := db.Backoff{First: time.Minute, Most: time.Hour, Tries: 3}
	id := enqueue(t, d, "slice", "", 0)
	for i := range 3 {
		if _, ok := claim(t, d); !ok {
			t.Fatalf("start %d: nothing to do", i)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			ids, err := tx.ReleaseTasks(ctx, func(string) db.Backoff { return backoff })
			if err != nil {
				return err
			}
			task, err := tx.Task(ctx, id)
			if dead := i == 2; len(ids) != 1 || ids[0] != id || (task.State == db.TaskDead) != dead {
				t.Errorf("start %d: %v, %+v", i, ids, task)
			}
			return err
		})
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		task, err := tx.Task(ctx, id)
		if task.State != db.TaskDead {
			t.Errorf("the task is %+v", task)
		}
		return err
	})
}

// Many workers, one outbox: each task is claimed by exactly one.
func TestWorkersNeverShareATask(t *testing.T) {
	const tasks, workers = 100, 16
	d, _ := clocked(t)
	for range tasks {
		enqueue(t, d, "slice", "", 0)
	}
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				var task db.Task
				var ok bool
				err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
					task, ok, err = tx.ClaimTask(t.Context())
					return err
				})
				if err != nil {
					t.Error(err)
				}
				if err != nil || !ok {
					return
				}
				mu.Lock()
				seen[task.ID]++
				mu.Unlock()
				if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.FinishTask(t.Context(), task.ID) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if len(seen) != tasks {
		t.Errorf("%d tasks were done, want %d", len(seen), tasks)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
}
