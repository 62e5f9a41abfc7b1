package stripetest

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// session is a checkout session.
type session struct {
	id, name, currency, email, reference string
	success, cancel                      string
	amount                               int64
	created, expires                     time.Time
	metadata, intentMetadata             map[string]string
	methods                              []string
	status, payment                      string // open, complete, expired; paid, unpaid
	intent, intentStatus                 string
	charge                               *charge
}

// Session is a checkout session as tests see it.
type Session struct {
	ID, URL, Status, PaymentStatus, PaymentIntent, Currency, Reference, Name, Email string
	Amount                                                                          int64
	Expires                                                                         time.Time
	Metadata                                                                        map[string]string
	SuccessURL, CancelURL                                                           string
}

// Sessions lists all sessions as they stand, in the order they were made.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expireDue()
	var all []Session
	for _, c := range s.order {
		all = append(all, Session{
			ID: c.id, URL: s.pageURL(c), Status: c.status, PaymentStatus: c.payment, PaymentIntent: c.intent, Currency: c.currency, Reference: c.reference,
			Name: c.name, Email: c.email, Amount: c.amount, Expires: c.expires, Metadata: c.metadata, SuccessURL: c.success, CancelURL: c.cancel,
		})
	}
	return all
}

func (s *Server) pageURL(c *session) string { return s.opts.BaseURL + "/pay/" + c.id }

// object is the session as the API shows it.
func (c *session) object(pageURL string, expand bool) map[string]any {
	var intent, page any
	if c.intent != "" {
		intent = c.intent
		if expand {
			intent = map[string]any{"id": c.intent, "object": "payment_intent", "status": c.intentStatus, "amount": c.amount, "currency": c.currency, "metadata": c.intentMetadata}
		}
	}
	if c.status == "open" {
		page = pageURL
	}
	return map[string]any{
		"id": c.id, "object": "checkout.session", "amount_subtotal": c.amount, "amount_total": c.amount, "cancel_url": c.cancel, "success_url": c.success,
		"client_reference_id": c.reference, "created": c.created.Unix(), "currency": c.currency, "customer_email": c.email, "expires_at": c.expires.Unix(),
		"livemode": false, "metadata": c.metadata, "mode": "payment", "payment_intent": intent, "payment_method_types": c.methods,
		"payment_status": c.payment, "status": c.status, "url": page,
	}
}

// knownParams are the parameters that the stand-in understands; Stripe refuses those it does not know.
var knownParams = regexp.MustCompile(`^(mode|client_reference_id|customer_email|expires_at|success_url|cancel_url|locale|submit_type|` +
	`payment_method_types\[\d+\]|metadata\[\w+\]|payment_intent_data\[(description|receipt_email|metadata\]\[\w+)\]|` +
	`line_items\[0\]\[(quantity|price_data\]\[(currency|unit_amount|product_data\]\[(name|description)))\]|expand\[\d*\])$`)

// emailForm is what the stand-in takes for an e-mail address; Stripe's own rules are not published.
var emailForm = regexp.MustCompile(`^[!-~]+@[!-~]+\.[!-~]+$`)

func (s *Server) createSession(r *http.Request) (any, error) {
	f := r.PostForm
	for key := range f {
		if !knownParams.MatchString(key) {
			return nil, refuse(http.StatusBadRequest, key, "Received unknown parameter: %s", key)
		}
	}
	now := s.opts.Now()
	c := &session{
		id: id("cs_test"), created: now, expires: now.Add(24 * time.Hour), status: "open", payment: "unpaid",
		name: f.Get("line_items[0][price_data][product_data][name]"), currency: f.Get("line_items[0][price_data][currency]"),
		email: f.Get("customer_email"), reference: f.Get("client_reference_id"), success: f.Get("success_url"), cancel: f.Get("cancel_url"),
		metadata: submap(f, "metadata"), intentMetadata: submap(f, "payment_intent_data[metadata]"),
	}
	for i := 0; f.Has(fmt.Sprintf("payment_method_types[%d]", i)); i++ {
		c.methods = append(c.methods, f.Get(fmt.Sprintf("payment_method_types[%d]", i)))
	}
	unit, err := strconv.ParseInt(f.Get("line_items[0][price_data][unit_amount]"), 10, 64)
	quantity, qerr := strconv.ParseInt(f.Get("line_items[0][quantity]"), 10, 64)
	switch {
	case f.Get("mode") != "payment":
		return nil, refuse(http.StatusBadRequest, "mode", "You must provide the mode payment.")
	case err != nil || unit < 0 || qerr != nil || quantity < 1:
		return nil, refuse(http.StatusBadRequest, "line_items", "Invalid amount or quantity.")
	case unit*quantity < 50:
		return nil, refuse(http.StatusBadRequest, "line_items", "The Checkout Session's total amount due must add up to at least 50 cents.")
	case unit*quantity > 999_999_99:
		return nil, refuse(http.StatusBadRequest, "line_items", "The Checkout Session's total amount due must be no more than 999,999.99.")
	case len(c.currency) != 3 || strings.ToLower(c.currency) != c.currency:
		return nil, refuse(http.StatusBadRequest, "line_items[0][price_data][currency]", "Invalid currency: %s.", c.currency)
	case c.name == "":
		return nil, refuse(http.StatusBadRequest, "line_items[0][price_data][product_data][name]", "Missing required param.")
	case !absolute(c.success):
		return nil, refuse(http.StatusBadRequest, "success_url", "Not a valid URL")
	case c.cancel != "" && !absolute(c.cancel):
		return nil, refuse(http.StatusBadRequest, "cancel_url", "Not a valid URL")
	case f.Has("customer_email") && !emailForm.MatchString(c.email):
		return nil, refuse(http.StatusBadRequest, "customer_email", "Invalid email address: %s", c.email)
	case len(c.methods) > 0 && slices.Contains(c.methods, ""):
		return nil, refuse(http.StatusBadRequest, "payment_method_types", "Invalid payment method.")
	}
	if f.Has("expires_at") {
		at, err := strconv.ParseInt(f.Get("expires_at"), 10, 64)
		c.expires = time.Unix(at, 0)
		if life := c.expires.Sub(now); err != nil || life < 30*time.Minute || life > 24*time.Hour {
			return nil, refuse(http.StatusBadRequest, "expires_at", "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.")
		}
	}
	c.amount = unit * quantity
	s.sessions[c.id] = c
	s.order = append(s.order, c)
	return c.object(s.pageURL(c), false), nil
}

func (s *Server) retrieveSession(r *http.Request) (any, error) {
	s.expireDue()
	c := s.sessions[r.PathValue("id")]
	if c == nil {
		return nil, refuse(http.StatusNotFound, "session", "No such checkout.session: %s", r.PathValue("id"))
	}
	expand := false
	for key, values := range r.Form {
		expand = expand || strings.HasPrefix(key, "expand[") && slices.Contains(values, "payment_intent")
	}
	return c.object(s.pageURL(c), expand), nil
}

func (s *Server) expireSession(r *http.Request) (any, error) {
	s.expireDue()
	c := s.sessions[r.PathValue("id")]
	if c == nil {
		return nil, refuse(http.StatusNotFound, "session", "No such checkout.session: %s", r.PathValue("id"))
	}
	if c.status != "open" {
		return nil, refuse(http.StatusBadRequest, "", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `%s`.", c.status)
	}
	s.expire(c)
	return c.object(s.pageURL(c), false), nil
}

func (s *Server) expire(c *session) {
	c.status = "expired"
	s.emit("checkout.session.expired", c.object(s.pageURL(c), false))
}

// expireDue closes the sessions whose time is over.
func (s *Server) expireDue() {
	now := s.opts.Now()
	for _, c := range s.order {
		if c.status == "open" && !now.Before(c.expires) {
			s.expire(c)
		}
	}
}

// refuse says no as Stripe does; a parameter of a resource that is not there bears the code resource_missing.
func refuse(status int, param, format string, args ...any) error {
	r := &refusal{status: status, Type: "invalid_request_error", Param: param, Text: fmt.Sprintf(format, args...)}
	if status == http.StatusNotFound {
		r.Code = "resource_missing"
	}
	return r
}

func submap(f url.Values, prefix string) map[string]string {
	m := map[string]string{}
	for key := range f {
		if rest, ok := strings.CutPrefix(key, prefix+"["); ok {
			m[strings.TrimSuffix(rest, "]")] = f.Get(key)
		}
	}
	return m
}

func absolute(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
