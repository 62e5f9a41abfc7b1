package card

import (
	"encoding/json"
	"strings"
	"time"

	"buildplate/app/shop"
)

// sessionParams is everything that Stripe is told of a payment. It is stored with the intent, so that a repeated call
// says exactly the same.
type sessionParams struct {
	Amount     int64             `json:"amount"` // in the currency's minor unit
	Currency   string            `json:"currency"`
	Item       string            `json:"item"`
	Email      string            `json:"email,omitempty"`
	SuccessURL string            `json:"success_url"`
	CancelURL  string            `json:"cancel_url"`
	Expires    int64             `json:"expires"` // unix seconds
	Reference  string            `json:"reference"`
	Metadata   map[string]string `json:"metadata"`
	Methods    []string          `json:"methods"`
}

// stripeSession is what Stripe says of a checkout session.
type stripeSession struct {
	ID            string            `json:"id"`
	URL           string            `json:"url"`
	Status        string            `json:"status"`         // open, complete or expired
	PaymentStatus string            `json:"payment_status"` // paid, unpaid or no_payment_required
	Amount        int64             `json:"amount_total"`
	Currency      string            `json:"currency"`
	Livemode      bool              `json:"livemode"`
	Reference     string            `json:"client_reference_id"`
	Metadata      map[string]string `json:"metadata"`
	Intent        expandable        `json:"payment_intent"`
	Email         string            `json:"customer_email"` // that the shop gave
	Payer         stripePayer       `json:"customer_details"`
}

// stripePayer is who paid, as they told Stripe.
type stripePayer struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

// stripeCharge is what Stripe says of a card charge; AmountRefunded is the sum of all refunds so far.
type stripeCharge struct {
	ID             string            `json:"id"`
	AmountRefunded int64             `json:"amount_refunded"`
	Livemode       bool              `json:"livemode"`
	Metadata       map[string]string `json:"metadata"`
	Intent         expandable        `json:"payment_intent"`
}

// stripeRefund is what Stripe says of one refund.
type stripeRefund struct {
	ID     string     `json:"id"`
	Amount int64      `json:"amount"`
	Status string     `json:"status"` // pending, succeeded, failed, canceled, requires_action
	Intent expandable `json:"payment_intent"`
}

// stripeDispute is what Stripe says of a dispute.
type stripeDispute struct {
	ID       string     `json:"id"`
	Amount   int64      `json:"amount"`
	Status   string     `json:"status"`
	Created  int64      `json:"created"` // unix seconds
	Livemode bool       `json:"livemode"`
	Intent   expandable `json:"payment_intent"`
	Evidence evidence   `json:"evidence_details"`
}

// evidence is what Stripe says of what the shop sends it about a dispute.
type evidence struct {
	Due int64 `json:"due_by"` // unix seconds; 0 where none is to be sent any more
}

// due is by when Stripe has to have it; 0 where it does not say.
func (v evidence) due() shop.Time {
	if v.Due == 0 {
		return 0
	}
	return shop.TimeOf(time.Unix(v.Due, 0))
}

// stripeEvent is an event, from a webhook or from the list. Only these fields are read, and whichever API version it
// bears: an endpoint made in the dashboard sends the account's version, and the fields mean the same in all of them.
type stripeEvent struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Created    int64           `json:"created"` // unix seconds
	Livemode   bool            `json:"livemode"`
	APIVersion string          `json:"api_version"`
	Data       stripeEventData `json:"data"`
}

type stripeEventData struct {
	Object json.RawMessage `json:"object"`
}

// expandable is a reference to another object: its id, or the object itself.
type expandable struct {
	ID     string
	Status string // of an object
}

func (x *expandable) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var object struct {
			ID     string `json:"id"`
			Status string `json:"status"`
		}
		err := json.Unmarshal(b, &object)
		x.ID, x.Status = object.ID, object.Status
		return err
	}
	var id *string
	err := json.Unmarshal(b, &id)
	if id != nil {
		x.ID = *id
	}
	return err
}

// currencyCode is Stripe's name of a currency as the shop writes it.
func currencyCode(stripes string) string { return strings.ToUpper(stripes) }
