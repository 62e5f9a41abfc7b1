package ops_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/storage"
)

// store keeps a paper of the shop's own.
func (s *trouble) store() {
	b, err := s.Files.Put(s.t.Context(), storage.PDFs, "paper.pdf", func(w io.Writer) error {
		_, err := fmt.Fprint(w, shop.NewID())
		return err
	})
	s.must(err)
	s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertBlob(ctx, b) })
}

func (s *trouble) path(id string) string {
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(s.Path), "*", "*", "*", id))
	return append(found, "")[0]
}

// spoil damages a whole file, or takes it away.
func (s *trouble) spoil(r *rand.Rand) {
	var whole []db.Blob
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.BlobsToCheck(ctx, tx.Now.Add(time.Hour), db.Blob{}, 100)
		for _, b := range all {
			if _, spoilt := s.aside[b.ID]; b.Bucket == string(storage.PDFs) && !spoilt {
				whole = append(whole, b)
			}
		}
		return err
	})
	if len(whole) == 0 {
		return
	}
	id := whole[r.IntN(len(whole))].ID
	path := s.path(id)
	text, err := os.ReadFile(path)
	s.must(err)
	s.aside[id] = path
	s.must(os.WriteFile(path+".whole", text, 0o600))
	s.must(os.Remove(path))
	if r.IntN(2) == 0 {
		text[0] ^= 1
		s.must(os.WriteFile(path, text, 0o600))
	}
}

// restore puts one file back that was spoiled.
func (s *trouble) restore() {
	for id, path := range s.aside {
		s.must(os.Rename(path+".whole", path))
		delete(s.aside, id)
		break
	}
}

// giveUp throws one broken file away.
func (s *trouble) giveUp() {
	broken := s.causes(shop.AlarmFileDamaged, shop.AlarmFileMissing)
	if len(broken) == 0 {
		return
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error { return s.Files.Trash(ctx, tx, broken[0]) })
	if path, ok := s.aside[broken[0]]; ok {
		s.must(os.Remove(path + ".whole"))
		delete(s.aside, broken[0])
	}
}

// payTwice has an order paid on two of Stripe's pages.
func (s *trouble) payTwice() {
	s.t.Helper()
	v := apptest.NewVisitor(s.t, s)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	v.Sliced()
	placed := v.Checkout(apptest.Order(shop.ByCard, v.Price().Price.Total))
	var first string
	s.Write(func(ctx context.Context, tx *db.Tx) error { // the shop believes the first page to be over
		o, err := tx.OrderByLink(ctx, shop.HashToken(apptest.Token(placed.OrderURL)))
		if err != nil {
			return err
		}
		row, err := tx.ActiveCheckout(ctx, o.Invoice.ID)
		if err != nil {
			return err
		}
		first, row.State = row.StripeID, shop.CheckoutExpired
		return tx.SaveCheckout(ctx, row)
	})
	again, err := apptest.Post[order.PayView](s.t.Context(), v.Client, "/api/order-links/"+apptest.Token(placed.OrderURL)+"/pay", map[string]string{"method": "card"})
	s.must(err)
	v.PaysOn(again.PayURL)
	s.must(s.Stripe.Pay(first))
	s.Stripe.Wait()
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.OrderByLink(ctx, shop.HashToken(apptest.Token(placed.OrderURL)))
		if err != nil {
			return err
		}
		payments, err := tx.PaymentsOf(ctx, o.ID)
		for _, p := range payments {
			if p.State == shop.PaymentSettled {
				s.took = append(s.took, p.ProcessorID)
			}
		}
		return err
	})
}

// stray keeps money that belongs to no order.
func (s *trouble) stray() {
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		p := shop.Payment{
			ID: shop.NewID(), Amount: 24_30, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_" + shop.NewID(),
			State: shop.PaymentNeedsReview, Created: tx.Now,
		}
		if err := tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		return s.Events.Emit(ctx, tx, event.PaymentChanged{ID: p.ID})
	})
}

// decide ends one unapplied payment: a person says that it went back, or Stripe does.
func (s *trouble) decide(r *rand.Rand) {
	unapplied := s.causes(shop.AlarmPayment)
	if len(unapplied) == 0 {
		return
	}
	var p shop.Payment
	s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = tx.PaymentToReturn(ctx, unapplied[0])
		return err
	})
	if p.OrderID != "" && r.IntN(2) == 0 { // Stripe knows it
		s.must(s.Stripe.Refund(p.ProcessorID, int64(p.Amount)))
		s.Stripe.Wait()
	} else {
		s.must(s.Billing.PaymentSentBack(s.t.Context(), grace, p.ID, 0, "sent back by hand"))
	}
}

// dispute ends a dispute, or begins one over money that Stripe took.
func (s *trouble) dispute(r *rand.Rand) {
	if disputed := s.causes(shop.AlarmDispute); len(disputed) > 0 {
		var open []shop.Dispute
		s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			open, err = tx.DisputesOfPayment(ctx, disputed[0])
			return err
		})
		s.must(s.Stripe.CloseDispute(open[0].ID, r.IntN(2) == 0))
	} else if len(s.took) > 0 {
		_, err := s.Stripe.Dispute(s.took[0])
		s.must(err)
		s.took = s.took[1:]
	}
	s.Stripe.Wait()
}

// refund sends some of a payment back in Stripe, or has an admin say what such a refund means.
func (s *trouble) refund(r *rand.Rand) {
	if waiting := s.causes(shop.AlarmRefund); len(waiting) > 0 {
		s.must(s.Billing.AnswerRefund(s.t.Context(), grace, waiting[0], 0, r.IntN(2) == 0))
	} else if len(s.took) > 0 {
		s.must(s.Stripe.Refund(s.took[0], 5_00))
		s.took = s.took[1:]
	}
	s.Stripe.Wait()
}

// surplus lets more money count for an order than is owed, or notes that such money went back.
func (s *trouble) surplus() {
	if over := s.causes(shop.AlarmRefundDue); len(over) > 0 {
		s.must(s.Billing.NoteRefund(s.t.Context(), grace, over[0], billing.SentBackRequest{Reference: "in Stripe"}))
		return
	}
	s.stray()
	v := apptest.NewVisitor(s.t, s)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	v.Sliced()
	placed := v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total))
	for _, id := range s.causes(shop.AlarmPayment) {
		var p shop.Payment
		s.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = tx.Payment(ctx, id)
			return err
		})
		if p.InvoiceID == "" && p.Amount > v.Price().Price.Total {
			s.must(s.Billing.ApplyPayment(s.t.Context(), grace, id, 0, placed.OrderNumber, "it was for this"))
			return
		}
	}
}

// message keeps a Stripe event that could not be applied, or applies one that is kept.
func (s *trouble) message(r *rand.Rand) {
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		e := db.StripeEvent{ID: "evt_" + shop.NewID(), Type: "charge.refunded", Payload: "{}", State: "failed", Attempts: 20, Error: "no such invoice", Received: tx.Now}
		if waiting, err := tx.FailedEvents(ctx, db.StripeEvent{}, 100); err != nil {
			return err
		} else if len(waiting) > 0 && r.IntN(2) == 0 {
			e = waiting[0]
			e.State, e.Error = "applied", ""
			if err := tx.SaveEvent(ctx, e); err != nil {
				return err
			}
		} else {
			if r.IntN(3) == 0 {
				e.Error = db.EventWaits
			}
			if _, err := tx.RecordEvent(ctx, e); err != nil {
				return err
			}
		}
		return s.Events.Emit(ctx, tx, event.TaskChanged{ID: e.ID})
	})
}

// jump puts the clock forward so far that it is held, until an admin accepts it.
func (s *trouble) jump() {
	if len(s.causes(shop.AlarmClock)) > 0 {
		_, err := s.Ops.AcceptClock(s.t.Context(), grace)
		s.must(err)
		return
	}
	s.Pass(25 * time.Hour)
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		if err := s.Tasks.TrustClock(ctx, tx); err != nil && !errors.Is(err, task.ErrClockHeld) {
			return err
		}
		return nil
	})
}

// retry has one dead task tried again.
func (s *trouble) retry() {
	if dead := s.causes(shop.AlarmTask); len(dead) > 0 {
		s.must(s.Ops.RetryTask(s.t.Context(), grace, dead[0]))
		s.tried(dead[0])
	}
}
