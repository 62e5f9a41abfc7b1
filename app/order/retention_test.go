package order_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// In a shop where years pass, models go when the terms say, after a warning; what is disputed, unpaid, not done or to be
// kept stays, and so do names, hashes and papers.
func TestModelsGoAsTheTermsSay(t *testing.T) {
	s := newNights(t)
	guest, kept, disputed, account := s.done(1), s.done(1), s.done(1), s.done(1)
	open := s.placed(1)
	closed, err := s.Orders.CancelOrder(t.Context(), s.admin, s.placed(1).ID, 0, "Changed their mind.")
	if err != nil {
		t.Fatal(err)
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		payments, err := tx.PaymentsOf(ctx, disputed.ID)
		if err != nil {
			return err
		}
		o, err := tx.Order(ctx, account.ID)
		if err != nil {
			return err
		}
		u := shop.User{ID: shop.NewID(), Email: "tom@example.com", Name: "Tom", Role: shop.RoleClient, ClientID: o.ClientID, State: shop.UserActive}
		return errors.Join(tx.InsertUser(ctx, u), tx.SaveDispute(ctx, shop.Dispute{ID: "dp_1", PaymentID: payments[0].ID, InvoiceID: payments[0].InvoiceID, Amount: 40_00, State: shop.DisputeOpen, Seen: tx.Now, Created: tx.Now}),
			s.Ops.PaymentChanged(ctx, tx, event.PaymentChanged{ID: payments[0].ID}))
	})
	all := []order.StaffOrderView{guest, kept, disputed, account, open, closed}
	want := func(when string, n ...int) {
		t.Helper()
		if got := s.files(all...); !slices.Equal(got, n) {
			t.Errorf("%s the orders have %v files, want %v", when, got, n)
		}
	}
	if v := s.customer(guest.ID).Keeping; v.Warn || v.Goes.Sub(shop.TimeOf(s.Now())).Round(day) != 90*day || v.Days != 90 || !v.MayKeep {
		t.Errorf("at first: %+v", v)
	}
	if v := s.see(open.ID).Keeping; v.Stop != shop.StopNotCompleted || v.Goes != 0 {
		t.Errorf("while it is made: %+v", v)
	}
	s.pass(75 * day)
	if v := s.customer(guest.ID).Keeping; v.Warn {
		t.Errorf("after 75 days: %+v", v)
	}
	s.pass(2 * day)
	for _, o := range []order.StaffOrderView{guest, kept} {
		if v := s.customer(o.ID).Keeping; !v.Warn || v.Goes.Sub(shop.TimeOf(s.Now())).Round(day) != 14*day {
			t.Errorf("after 77 days: %+v", v)
		}
	}
	if v := s.see(disputed.ID).Keeping; v.Warn || v.Stop != shop.StopDispute {
		t.Errorf("disputed: %+v", v)
	}
	if v := s.see(account.ID).Keeping; v.Warn || v.Days != 731 {
		t.Errorf("of an account: %+v", v)
	}
	if v := s.see(closed.ID).Keeping; v.Warn || v.Stop != shop.StopUnpaid {
		t.Errorf("closed, with money due back: %+v", v)
	}
	now, err := s.Orders.KeepOwnFiles(t.Context(), shop.Guest(kept.ID), "/x", true)
	if err != nil || !now.Keeping.Keep || now.Keeping.Warn || now.Keeping.Goes != 0 || now.Keeping.Stop != shop.StopWish {
		t.Errorf("%+v, %v", now.Keeping, err)
	}
	s.pass(13 * day)
	want("a day before", 4, 4, 4, 4, 4, 4)
	s.pass(2 * day)
	want("afterwards", 0, 4, 4, 4, 4, 4)
	o := s.customer(guest.ID)
	if len(o.Files) != 0 || len(o.DeletedFiles) != 1 || o.DeletedFiles[0].Name != "block 0.stl" || o.DeletedFiles[0].Reason != shop.DeletedByAge || o.DeletedFiles[0].SHA256 != apptest.FileOf(t, guest, "model").SHA256 || o.Keeping.MayKeep {
		t.Errorf("%+v, %+v", o.DeletedFiles, o.Keeping)
	}
	if v := s.see(guest.ID); len(v.DeletedFiles) != 4 || v.Activity[0].Code != shop.VerbFilesExpired || v.Activity[0].Message != "Deleted 4 files, as the terms say." || v.Items[0].MeshURL != "" {
		t.Errorf("%+v, %+v", v.DeletedFiles, v.Activity)
	}
	if _, err := s.Orders.KeepFiles(t.Context(), s.admin, guest.ID, 0, true); !shop.IsCode(err, "files_gone") {
		t.Errorf("kept when they are gone: %v", err)
	}
	// The wish is taken back: the page says it anew, for as long.
	v, err := s.Orders.KeepFiles(t.Context(), s.admin, kept.ID, 0, false)
	if err != nil || v.Keeping.Keep || !v.Keeping.Warn || v.Activity[0].Code != shop.VerbFilesLetGo {
		t.Errorf("%+v, %v", v.Keeping, err)
	}
	s.pass(time.Hour)
	s.pass(13 * day)
	want("after 13 days of warning", 0, 4, 4, 4, 4, 4)
	// The dispute ends, the money is sent back: their days were over long before, and they are warned of all the same.
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		payments, err := tx.PaymentsOf(ctx, disputed.ID)
		return errors.Join(err, tx.SaveDispute(ctx, shop.Dispute{ID: "dp_1", PaymentID: payments[0].ID, InvoiceID: payments[0].InvoiceID, Amount: 40_00, State: shop.DisputeWon, Seen: tx.Now, Created: tx.Now}),
			s.Ops.PaymentChanged(ctx, tx, event.PaymentChanged{ID: payments[0].ID}))
	})
	if err := s.Billing.NoteRefund(t.Context(), s.admin, closed.Payments[0].ID, billing.SentBackRequest{Reference: "in cash"}); err != nil {
		t.Fatal(err)
	}
	s.pass(2 * day)
	want("after the dispute", 0, 0, 4, 4, 4, 4)
	s.pass(13 * day)
	want("13 days after the dispute", 0, 0, 4, 4, 4, 4)
	s.pass(2 * day)
	want("at the end", 0, 0, 0, 4, 4, 0)
	s.pass(600 * day)
	want("after nearly two years", 0, 0, 0, 4, 4, 0)
	s.pass(15 * day)
	s.pass(60 * day)
	want("after two years", 0, 0, 0, 0, 4, 0)
}

// An order that is opened again keeps its models, and begins anew when it is done.
func TestAnOrderOpenedAgainKeepsItsModels(t *testing.T) {
	s := newNights(t)
	o := s.done(1)
	s.pass(80 * day)
	if !s.see(o.ID).Keeping.Warn {
		t.Fatal("there is no warning")
	}
	set := func(state shop.OrderState, completed func(now shop.Time) shop.Time) {
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			again, err := tx.Order(ctx, o.ID)
			if err != nil {
				return err
			}
			again.State, again.Completed = state, completed(tx.Now)
			return tx.SaveOrder(ctx, again, "")
		})
	}
	set(shop.OrderOpen, func(shop.Time) shop.Time { return 0 })
	s.pass(15 * day)
	if v := s.see(o.ID); len(v.Files) != 4 || v.Keeping.Warn || v.Keeping.Stop != shop.StopNotCompleted {
		t.Fatalf("%d files, %+v", len(v.Files), v.Keeping)
	}
	set(shop.OrderCompleted, func(now shop.Time) shop.Time { return now })
	s.pass(89 * day)
	s.pass(13 * day)
	if n := s.files(o); n[0] != 4 {
		t.Errorf("%d files", n[0])
	}
	s.pass(2 * day)
	if n := s.files(o); n[0] != 0 {
		t.Errorf("%d files", n[0])
	}
}

// A night that would delete unusually much deletes nothing until an admin says so.
func TestUnusuallyMuchWaitsForAnAdmin(t *testing.T) {
	s := newNights(t)
	many, few := s.done(13), s.done(1)
	held := func() (files, of int) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			a, err := tx.OpenAlarm(ctx, shop.AlarmDeletion)
			if shop.IsKind(err, shop.NotFound) {
				return nil
			}
			files, of = a.Params.Files, a.Params.Of
			return err
		})
		return files, of
	}
	s.pass(80 * day)
	s.pass(14 * day)
	if files, of := held(); files != 56 || of != 56 || !slices.Equal(s.files(many, few), []int{52, 4}) {
		t.Fatalf("%d of %d files wait, %v are left", files, of, s.files(many, few))
	}
	if _, err := s.Ops.ConfirmDeletion(t.Context(), s.admin, 55); !shop.IsCode(err, "deletion_changed") {
		t.Errorf("another number is confirmed: %v", err)
	}
	// What is kept meanwhile is not deleted by that word.
	if _, err := s.Orders.KeepOwnFiles(t.Context(), shop.Guest(few.ID), "/x", true); err != nil {
		t.Fatal(err)
	}
	// It goes in several transactions, and what must always hold does so after each.
	var writes, broken atomic.Int32
	s.DB.OnWrite(func(time.Duration) {
		writes.Add(1)
		if found, err := s.DB.Check(context.WithoutCancel(t.Context())); err != nil || len(found) > 0 {
			broken.Add(1)
			t.Logf("after a transaction: %v %q", err, found)
		}
	})
	if _, err := s.Ops.ConfirmDeletion(t.Context(), s.admin, 56); err != nil {
		t.Fatal(err)
	}
	apptest.Await(t, "the alarm is over", func() bool { n, _ := held(); return n == 0 })
	if broken.Load() > 0 || writes.Load() < 52/10 {
		t.Errorf("%d of %d transactions left what must not be", broken.Load(), writes.Load())
	}
	if got := s.files(many, few); !slices.Equal(got, []int{0, 4}) {
		t.Errorf("%v files are left", got)
	}
	if v := s.see(many.ID); len(v.DeletedFiles) != 52 || v.Activity[0].Message != "Deleted 52 files, as the terms say." {
		t.Errorf("%d deleted, %+v", len(v.DeletedFiles), v.Activity[0])
	}
	if _, err := s.Ops.ConfirmDeletion(t.Context(), s.admin, 56); !shop.IsCode(err, "deletion_not_held") {
		t.Errorf("confirmed twice: %v", err)
	}
}

// The days of the settings count for orders from then on: what was ordered before keeps what its terms promised, and has more
// where there is more by now.
func TestAnOrderKeepsTheDaysOfItsTerms(t *testing.T) {
	s := newNights(t)
	before := s.done(1)
	guests := func(days int) (v setting.TermsView) {
		t.Helper()
		v, err := s.Settings.Terms(t.Context(), s.admin)
		if err != nil {
			t.Fatal(err)
		}
		for i := range v.Retention {
			if v.Retention[i].Kind == shop.RetainGuest {
				v.Retention[i].Days = days
			}
		}
		if v, err = s.Settings.SaveTerms(t.Context(), s.admin, v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if terms := guests(20); terms.Published.Version != "2" {
		t.Fatalf("%+v", terms.Published)
	}
	after := s.done(1)
	if v := s.customer(before.ID); v.TermsVersion != "1" || v.TermsAt == 0 || v.Keeping.Days != 90 {
		t.Errorf("%s, %+v", v.TermsVersion, v.Keeping)
	}
	if v := s.customer(after.ID); v.TermsVersion != "2" || v.Keeping.Days != 20 {
		t.Errorf("%s, %+v", v.TermsVersion, v.Keeping)
	}
	old, err := s.Settings.PublishedTerms(t.Context(), "1")
	if err != nil || old.Current || !slices.Contains(old.Paragraphs, shop.DefaultSettings("").Terms.Filled(shop.DefaultRetention()).Paragraphs[4]) {
		t.Errorf("%+v, %v", old, err)
	}
	want := func(when string, n ...int) {
		t.Helper()
		if got := s.files(before, after); !slices.Equal(got, n) {
			t.Errorf("%s the orders have %v files, want %v", when, got, n)
		}
	}
	s.pass(6 * day)
	s.pass(13 * day)
	want("after 19 days", 4, 4)
	s.pass(2 * day)
	want("after 21 days", 4, 0)
	s.pass(56 * day) // 77
	if v := s.customer(before.ID).Keeping; !v.Warn {
		t.Errorf("after 77 days: %+v", v)
	}
	// More is for everybody, warned or not.
	guests(120)
	s.pass(15 * day) // 92
	want("after 92 days, kept for 120 by now", 4, 0)
	if v := s.customer(before.ID).Keeping; v.Warn || v.Days != 120 {
		t.Errorf("after 92 days: %+v", v)
	}
	guests(20)
	s.pass(day)
	s.pass(13 * day)
	want("13 days after it was warned anew", 4, 0)
	s.pass(2 * day)
	want("at the end", 0, 0)
}

// What takes the place of models that went by age goes by age itself.
func TestAModelAfterTheFilesWentGoesToo(t *testing.T) {
	s := newNights(t)
	a := newCounter(t, s.Scenario)
	block := apptest.Block(20, 20, 10)
	o := a.requested(map[string][]byte{"block.stl": block, "vase.jpg": photo})
	total := shop.Cents(40_00)
	o, err := s.Orders.ApproveOrder(t.Context(), s.admin, o.ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "agreed"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Billing.TakePayment(t.Context(), s.admin, o.InvoiceID, 0, shop.ByCash, total, ""); err != nil {
		t.Fatal(err)
	}
	o = s.see(o.ID)
	at := slices.IndexFunc(o.Jobs, func(j shop.Job) bool { return !j.Elsewhere })
	here, photoJob := o.Jobs[at], o.Jobs[1-at]
	only := o
	only.Jobs = []shop.Job{here}
	s.move(only, shop.JobPrinting, shop.JobPrintingComplete)
	if _, err = handOver(t.Context(), s.Orders, s.admin, o.ID, collected(here.ItemID, 1)); err != nil {
		t.Fatal(err)
	}
	ends := func() {
		t.Helper()
		if _, err := s.Orders.CancelRest(t.Context(), s.admin, o.ID, order.CancelRestRequest{Reason: "not needed", Costs: &total, CostsReason: "The drawing was work."}); err != nil {
			t.Fatal(err)
		}
		for range 40 {
			if s.pass(10 * day); len(s.see(o.ID).Files) == 0 {
				return
			}
		}
		t.Errorf("%d files stay", len(s.see(o.ID).Files))
	}
	ends()
	if _, err := s.Jobs.Move(t.Context(), s.admin, photoJob.ID, job.MoveRequest{State: shop.JobInQueue}); err != nil {
		t.Fatal(err)
	}
	part := a.brings("model.stl", block)
	o = s.see(o.ID)
	item := slices.IndexFunc(o.Items, func(it order.StaffItemView) bool { return it.ID == photoJob.ItemID })
	if o, err = a.replaces(o, item, part, false); err != nil || len(o.Files) != 3 || !o.Keeping.MayKeep {
		t.Fatalf("%v, files %+v, keeping %+v", err, o.Files, o.Keeping)
	}
	ends()
	if v := s.see(o.ID); v.Keeping.MayKeep || v.Activity[0].Code != shop.VerbFilesExpired || v.Activity[0].Message != "Deleted 3 files, as the terms say." {
		t.Errorf("%+v, %+v", v.Keeping, v.Activity[0])
	}
}
