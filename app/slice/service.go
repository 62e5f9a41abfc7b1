package slice

import (
	"context"
	"log/slog"
	"time"

	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/slicer"
)

// Service slices what is asked for, once for each key.
type Service struct {
	db      *db.DB
	files   *file.Service
	slicer  *slicer.Slicer
	queue   *slicer.Queue
	log     *slog.Logger
	events  *event.Bus
	tasks   *task.Service
	waiting *waiting
	stopped func(key string)
	room    func(ctx context.Context, tx *db.Tx, key string, bytes int64) error
}

// New is a service without workers; Start gives it some.
func New(d *db.DB, files *file.Service, engine *slicer.Slicer, events *event.Bus, tasks *task.Service, log *slog.Logger) *Service {
	s := &Service{db: d, files: files, slicer: engine, log: log, events: events, tasks: tasks, waiting: newWaiting(), stopped: func(string) {}, room: func(context.Context, *db.Tx, string, int64) error { return nil }}
	tasks.Register(task.Kind{Name: "clean.slicing", Run: func(context.Context) error { return engine.Sweep() }, Schedule: "40 * * * *", Period: task.Hour})
	tasks.Register(task.Kind{Name: "draw.thumbnails", Run: s.drawMissing, Schedule: "50 * * * *", Period: task.Hour})
	tasks.Register(task.Kind{Name: "clean.slices", Run: s.clean, After: "clean.carts", ByAge: true}) // parts of old carts keep their slices
	return s
}

// OnStopped has act called when a slice was stopped before its end, a second later: somebody may have come to want it.
func (s *Service) OnStopped(act func(key string)) { s.stopped = act }

// turn is what a slice takes that is neither small nor large: whoever has larger ones sliced has fewer turns.
const turn = 5 * time.Second

// Long is how long a slice may run before it makes way for others.
const Long = time.Minute

// HaveRoom has ask called before G-code is made and before it is kept: whether whoever waits for it may have so many bytes
// of it.
func (s *Service) HaveRoom(ask func(ctx context.Context, tx *db.Tx, key string, bytes int64) error) {
	s.room = ask
}

// Start gives the queue its workers: so many slices run at once, and those that have run for long make way. It belongs
// before the first Queue.
func (s *Service) Start(workers int, long time.Duration) {
	s.queue = slicer.NewQueue(slicer.QueueOptions{Workers: workers, Long: long, Held: workers, Turn: turn, Changed: s.waiting.change})
}

// Close stops the slices that run and waits for them.
func (s *Service) Close() {
	if s.queue != nil {
		s.queue.Close()
	}
}

// Run passes progress on to the pages that wait, a few times a second at most, until the context ends.
func (s *Service) Run(ctx context.Context) {
	for s.waiting.changed.Wait(ctx, time.Minute) {
		for _, cart := range s.waiting.carts() {
			s.events.Publish(event.CartChanged{ID: cart})
		}
		select {
		case <-ctx.Done():
		case <-time.After(400 * time.Millisecond):
		}
	}
}

// Prepare resolves what a model would be sliced with. Errors: slicer's, about the model or the settings.
func (s *Service) Prepare(r slicer.Request) (slicer.Plan, error) { return s.slicer.Prepare(r) }

// Find reads a result from the cache. A failure that says nothing about the part is forgotten, so that it is tried again.
// Errors: NotFound.
func (s *Service) Find(ctx context.Context, tx *db.Tx, key string) (shop.Slice, error) {
	found, err := tx.Slice(ctx, key)
	if err == nil && found.Failed && !slicer.Code(found.Facts.Code).AboutPart() {
		if err := tx.ForgetFailedSlice(ctx, key); err != nil {
			return found, err
		}
		err = shop.NotFoundf("slice_not_found", "This part has to be sliced again.")
	}
	if err != nil {
		return found, err
	}
	s.waiting.mark(key)
	return found, tx.UseSlice(ctx, key)
}

// Await notes what a result may come to that a cart waits for. It gives the work to queue once the transaction that says so is
// kept.
func (s *Service) Await(plan slicer.Plan, in Inspection, cart shop.Cart, meshBlob string) slicer.Work {
	grams, supportGrams, seconds := slicer.Estimate(plan, in.Mesh)
	s.waiting.expect(plan.Key, shop.SliceFacts{Seconds: seconds, Grams: grams, SupportGrams: supportGrams, SupportsUsed: plan.SupportsUsed})
	return slicer.Work{
		Key: plan.Key, Owner: cart.ID, Networks: shop.NetworkNames(cart.Address), Address: cart.Address, Lane: LaneOf(cart.UserID != ""),
		Run: func(ctx context.Context, progress func(float64)) {
			s.waiting.await(plan.Key, cart.ID) // again, where it was broken off while nobody waited for it yet
			s.run(ctx, plan, meshBlob, progress)
		},
	}
}

// Ahead is the work of a slice that nobody waits for: it is done while nothing else is, and broken off as soon as anything else waits.
func (s *Service) Ahead(plan slicer.Plan, in slicer.Inspection, cart shop.Cart, meshBlob string) slicer.Work {
	w := s.Await(plan, Inspection{Mesh: in}, cart, meshBlob)
	w.Lane = slicer.LaneAhead
	w.Run = func(ctx context.Context, progress func(float64)) { s.run(ctx, plan, meshBlob, progress) }
	return w
}

// LaneOf is whose turn comes first: that of a cart a member of staff works on.
func LaneOf(staff bool) slicer.Lane {
	if staff {
		return slicer.LaneStaff
	}
	return slicer.LaneCustomer
}

// Queue gives work its place in the queue. Nobody may want it any more: after it belongs DropUnwanted.
func (s *Service) Queue(w slicer.Work) {
	if w.Lane != slicer.LaneAhead {
		s.waiting.await(w.Key, w.Owner)
	}
	s.queue.Add(w)
}

// Place says where in the queue a result is.
func (s *Service) Place(key string) slicer.Place { return s.queue.Place(key) }

// Len is how many slices wait and run.
func (s *Service) Len() (waiting, active int) { return s.queue.Len() }

// Estimate is what a result that is waited for may come to, from the model's geometry. It is never charged.
func (s *Service) Estimate(key string) (shop.SliceFacts, bool) { return s.waiting.estimate(key) }

// FromCache says whether a result was there before it was asked for, since the shop started.
func (s *Service) FromCache(key string) bool { return s.waiting.fromCache(key) }

// Engine names the engine that slices, with its version.
func (s *Service) Engine() (name, version string) {
	return s.slicer.Engine.Name(), s.slicer.Engine.Version()
}
