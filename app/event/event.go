package event

import "buildplate/app/shop"

// Event is one thing that happened. As JSON it is what pages are told.
type Event interface {
	// Name is what pages know the event by: the name of a server-sent event.
	Name() string
	// Topics are the pages that hear of it; none keeps it inside.
	Topics() []string
}

// All are the events, one of each kind.
var All = []Event{
	CartChanged{}, OrderPlaced{}, OrderChanged{}, JobChanged{}, TaskChanged{}, UserChanged{}, AlarmChanged{}, SessionsEnded{}, SliceFinished{},
	PaymentTaken{}, PaymentChanged{}, InvoiceChanged{}, ClientChanged{}, FileChanged{}, SweepHeld{}, DeletionHeld{}, ClockChanged{}, ModelAccepted{},
}

// Staff is the topic of every page of staff.
const Staff = "staff"

// User is the topic of the pages that somebody has open.
func User(id string) string { return "user:" + id }

// Cart is the topic of the pages that show a cart.
func Cart(id string) string { return "cart:" + id }

// CartChanged says that a cart, one of its parts or its place in the queue is another than before.
type CartChanged struct {
	ID string `json:"id"`
}

// Name is cart_changed.
func (CartChanged) Name() string { return "cart_changed" }

// Topics are the cart's own pages.
func (e CartChanged) Topics() []string { return []string{Cart(e.ID)} }

// OrderPlaced says that there is a new order. Staff's pages play a sound.
type OrderPlaced struct {
	ID     string `json:"id"`
	Number string `json:"number" doc:"As people know it: ORD-1001"`
}

// Name is order_placed.
func (OrderPlaced) Name() string { return "order_placed" }

// Topics are staff's pages.
func (OrderPlaced) Topics() []string { return []string{Staff} }

// OrderChanged says that an order, its money, its files or its jobs are others than before.
type OrderChanged struct {
	ID string `json:"id"`
}

// Name is order_changed.
func (OrderChanged) Name() string { return "order_changed" }

// Topics are staff's pages.
func (OrderChanged) Topics() []string { return []string{Staff} }

// InvoiceChanged says that an invoice is another than before, or gone, where no OrderChanged says it of the order that it is
// for: it stands alone, or was deleted.
type InvoiceChanged struct {
	ID string `json:"id"`
}

// Name is invoice_changed.
func (InvoiceChanged) Name() string { return "invoice_changed" }

// Topics are staff's pages.
func (InvoiceChanged) Topics() []string { return []string{Staff} }

// ClientChanged says that a client is new, another than before, or gone.
type ClientChanged struct {
	ID string `json:"id"`
}

// Name is client_changed.
func (ClientChanged) Name() string { return "client_changed" }

// Topics are none: no page shows clients by themselves.
func (ClientChanged) Topics() []string { return nil }

// JobChanged says that a job moved.
type JobChanged struct {
	ID      string `json:"id"`
	OrderID string `json:"order_id"`
}

// Name is job_changed.
func (JobChanged) Name() string { return "job_changed" }

// Topics are staff's pages.
func (JobChanged) Topics() []string { return []string{Staff} }

// ClockChanged says that the machine's clock is held from now on, or trusted again.
type ClockChanged struct {
	Held bool `json:"held"`
}

// Name is clock_changed.
func (ClockChanged) Name() string { return "clock_changed" }

// Topics are none: what staff must know of it is an alarm.
func (ClockChanged) Topics() []string { return nil }

// TaskChanged says that a task was done, failed or was tried again, or that a chore was begun; a Stripe event that
// could not be applied is one among them, by its own id.
type TaskChanged struct {
	ID string `json:"id"`
}

// Name is task_changed.
func (TaskChanged) Name() string { return "task_changed" }

// Topics are staff's pages.
func (TaskChanged) Topics() []string { return []string{Staff} }

// UserChanged says that somebody who works here was invited, changed, disabled or removed.
type UserChanged struct {
	ID string `json:"id"`
}

// Name is user_changed.
func (UserChanged) Name() string { return "user_changed" }

// Topics are staff's pages.
func (UserChanged) Topics() []string { return []string{Staff} }

// SessionsEnded says that somebody was logged out by more than their own click: streams of theirs end with it.
type SessionsEnded struct {
	UserID string `json:"user_id"`
}

// Name is sessions_ended.
func (SessionsEnded) Name() string { return "sessions_ended" }

// Topics are the pages of whoever was logged out.
func (e SessionsEnded) Topics() []string { return []string{User(e.UserID)} }

// SliceFinished says that a slice was kept, made or failed: what waits for it can go on.
type SliceFinished struct {
	Key string `json:"key"`
}

// Name is slice_finished.
func (SliceFinished) Name() string { return "slice_finished" }

// Topics are none: the carts that waited tell their pages.
func (SliceFinished) Topics() []string { return nil }

// FileChanged says that a file was found missing or damaged, is whole again, or was given up while it was neither.
type FileChanged struct {
	ID string `json:"id"` // of its blob
}

// Name is file_changed.
func (FileChanged) Name() string { return "file_changed" }

// Topics are none: what staff must know of it is an alarm.
func (FileChanged) Topics() []string { return nil }

// SweepHeld says how many files of how many a sweep would have removed, which were too many to do so by itself; none when
// the latest sweep removed what there was.
type SweepHeld struct {
	Files int `json:"files"`
	Of    int `json:"of"`
}

// Name is sweep_held.
func (SweepHeld) Name() string { return "sweep_held" }

// Topics are none: what staff must know of it is an alarm.
func (SweepHeld) Topics() []string { return nil }

// DeletionHeld says how many files of how many a night would have deleted by age, which were too many to do so by itself; none
// when the latest night deleted what there was.
type DeletionHeld struct {
	Files int `json:"files"`
	Of    int `json:"of"`
}

// Name is deletion_held.
func (DeletionHeld) Name() string { return "deletion_held" }

// Topics are none: what staff must know of it is an alarm.
func (DeletionHeld) Topics() []string { return nil }

// PaymentChanged says that a payment was recorded, decided about, or sent back in part.
type PaymentChanged struct {
	ID string `json:"id"`
}

// Name is payment_changed.
func (PaymentChanged) Name() string { return "payment_changed" }

// Topics are none: the order that changed tells staff's pages.
func (PaymentChanged) Topics() []string { return nil }

// AlarmChanged says that an alarm was raised or cleared.
type AlarmChanged struct {
	Kind string `json:"kind"`
}

// Name is alarm_changed.
func (AlarmChanged) Name() string { return "alarm_changed" }

// Topics are staff's pages.
func (AlarmChanged) Topics() []string { return []string{Staff} }

// PaymentTaken says that staff let money count for an invoice, or that its order waits for a refused model, so that a payment page that still
// asks for it is closed.
type PaymentTaken struct {
	InvoiceID string `json:"invoice_id"`
}

// Name is payment_taken.
func (PaymentTaken) Name() string { return "payment_taken" }

// Topics are none: the order that changed tells staff's pages.
func (PaymentTaken) Topics() []string { return nil }

// ModelAccepted says that files and meshes that were refused are taken again, and who decided it, so that orders go on that wait for them.
type ModelAccepted struct {
	Hashes []string   `json:"-"`
	By     shop.Actor `json:"-"`
}

// Name is model_accepted.
func (ModelAccepted) Name() string { return "model_accepted" }

// Topics are none: the orders that go on tell staff's pages.
func (ModelAccepted) Topics() []string { return nil }
