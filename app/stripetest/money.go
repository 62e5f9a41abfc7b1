package stripetest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// charge is money taken from a card.
type charge struct {
	id, intent, currency string
	amount, refunded     int64
	metadata             map[string]string
	created              time.Time
}

func (c *charge) object() map[string]any {
	return map[string]any{
		"id": c.id, "object": "charge", "amount": c.amount, "amount_captured": c.amount, "amount_refunded": c.refunded, "captured": true, "created": c.created.Unix(),
		"currency": c.currency, "livemode": false, "metadata": c.metadata, "paid": true, "payment_intent": c.intent,
		"refunded": c.refunded == c.amount, "status": "succeeded",
	}
}

// dispute is a cardholder's objection to a charge. Stripe gives it no metadata of the charge's.
type dispute struct {
	id, status string
	charge     *charge
	created    time.Time
}

func (d *dispute) object() map[string]any {
	return map[string]any{
		"id": d.id, "object": "dispute", "amount": d.charge.amount, "charge": d.charge.id, "created": d.created.Unix(), "currency": d.charge.currency,
		"livemode": false, "metadata": map[string]string{}, "payment_intent": d.charge.intent, "reason": "fraudulent", "status": d.status,
		"evidence_details": map[string]any{"due_by": d.created.Add(7 * 24 * time.Hour).Unix(), "has_evidence": false, "past_due": false, "submission_count": 0},
	}
}

// Pay pays a session by card, as the customer does on the page.
func (s *Server) Pay(sessionID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.openSession(sessionID)
	if err != nil {
		return err
	}
	s.complete(c)
	s.succeed(c)
	s.emit("checkout.session.completed", c.object(s.pageURL(c), false))
	return nil
}

// PayLater completes a session with a delayed method: the money comes, or not, with Finish.
func (s *Server) PayLater(sessionID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.openSession(sessionID)
	if err != nil {
		return err
	}
	s.complete(c)
	c.intentStatus = "processing"
	s.emit("checkout.session.completed", c.object(s.pageURL(c), false))
	return nil
}

// Finish ends a delayed payment.
func (s *Server) Finish(sessionID string, paid bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.sessions[sessionID]
	if c == nil || c.intentStatus != "processing" {
		return fmt.Errorf("stripetest: session %s is not being processed", sessionID)
	}
	if paid {
		s.succeed(c)
		s.emit("checkout.session.async_payment_succeeded", c.object(s.pageURL(c), false))
		return nil
	}
	c.intentStatus = "requires_payment_method"
	s.emit("checkout.session.async_payment_failed", c.object(s.pageURL(c), false))
	return nil
}

func (s *Server) openSession(id string) (*session, error) {
	s.expireDue()
	c := s.sessions[id]
	if c == nil || c.status != "open" {
		return nil, fmt.Errorf("stripetest: session %s is not open", id)
	}
	return c, nil
}

func (s *Server) complete(c *session) { c.status, c.intent = "complete", id("pi") }

func (s *Server) succeed(c *session) {
	c.payment, c.intentStatus = "paid", "succeeded"
	c.charge = &charge{id: id("ch"), intent: c.intent, currency: c.currency, amount: c.amount, metadata: c.intentMetadata, created: s.opts.Now()}
	s.charges[c.intent] = c.charge
}

// Refund sends money of a payment intent back, as the shop does in the dashboard.
func (s *Server) Refund(paymentIntent string, amount int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.refund(paymentIntent, amount)
	return err
}

// FailRefund lets a refund of a payment intent fail, as the customer's bank does days later: the money is on the shop's balance again.
func (s *Server) FailRefund(paymentIntent string, amount int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.charges[paymentIntent]
	if c == nil || amount <= 0 || amount > c.refunded {
		return refuse(http.StatusBadRequest, "amount", "No such refund of %s", paymentIntent)
	}
	c.refunded -= amount
	s.emit("charge.refund.updated", map[string]any{
		"id": id("re"), "object": "refund", "amount": amount, "charge": c.id, "created": s.opts.Now().Unix(), "currency": c.currency,
		"metadata": map[string]string{}, "payment_intent": c.intent, "status": "failed",
	})
	return nil
}

func (s *Server) refund(paymentIntent string, amount int64) (any, error) {
	c := s.charges[paymentIntent]
	if c == nil {
		return nil, refuse(http.StatusNotFound, "payment_intent", "No such payment_intent: %s", paymentIntent)
	}
	if amount <= 0 || c.refunded+amount > c.amount {
		return nil, refuse(http.StatusBadRequest, "amount", "Refund amount is greater than unrefunded amount on charge.")
	}
	c.refunded += amount
	refund := map[string]any{
		"id": id("re"), "object": "refund", "amount": amount, "charge": c.id, "created": s.opts.Now().Unix(), "currency": c.currency,
		"metadata": map[string]string{}, "payment_intent": c.intent, "status": "succeeded",
	}
	s.emit("refund.created", refund)
	s.emit("charge.refunded", c.object())
	return refund, nil
}

func (s *Server) createRefund(r *http.Request) (any, error) {
	intent := r.PostForm.Get("payment_intent")
	amount, err := strconv.ParseInt(r.PostForm.Get("amount"), 10, 64)
	if c := s.charges[intent]; !r.PostForm.Has("amount") && c != nil {
		amount, err = c.amount-c.refunded, nil
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "amount", "Invalid integer: %s", r.PostForm.Get("amount"))
	}
	return s.refund(intent, amount)
}

// Dispute has the cardholder object to a payment; it returns the dispute's id.
func (s *Server) Dispute(paymentIntent string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.charges[paymentIntent]
	if c == nil {
		return "", fmt.Errorf("stripetest: no charge for %s", paymentIntent)
	}
	d := &dispute{id: id("dp"), status: "needs_response", charge: c, created: s.opts.Now()}
	s.disputes[d.id] = d
	s.emit("charge.dispute.created", d.object())
	s.emit("charge.dispute.funds_withdrawn", d.object())
	return d.id, nil
}

// CloseDispute has the bank decide.
func (s *Server) CloseDispute(disputeID string, won bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.disputes[disputeID]
	if d == nil {
		return fmt.Errorf("stripetest: no dispute %s", disputeID)
	}
	s.decide(d, won)
	return nil
}

// closeDispute is a shop that gives a dispute up, which loses it.
func (s *Server) closeDispute(r *http.Request) (any, error) {
	d := s.disputes[r.PathValue("id")]
	if d == nil {
		return nil, refuse(http.StatusNotFound, "dispute", "No such dispute: %s", r.PathValue("id"))
	}
	s.decide(d, false)
	return d.object(), nil
}

// decide is the bank's verdict.
func (s *Server) decide(d *dispute, won bool) {
	d.status = "lost"
	if won {
		d.status = "won"
	}
	s.emit("charge.dispute.closed", d.object())
	if won {
		s.emit("charge.dispute.funds_reinstated", d.object())
	}
}
