package stripetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// APIVersion is the version whose shapes are spoken.
const APIVersion = "2023-10-16"

// Options of a stand-in.
type Options struct {
	Key           string // the secret key that is accepted, sk_test_...
	WebhookSecret string // signs events, whsec_...
	WebhookURL    string // where events go; "" delivers none
	// BaseURL is where browsers reach the handler, without a slash at the end. Start fills it in.
	BaseURL string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	Log *slog.Logger
	// Pauses before an event is delivered again; the last one repeats. nil is 1, 2, 4, 8, 15 seconds.
	Pauses []time.Duration
	// EventVersion is the API version that events bear, when an endpoint was made with another one.
	EventVersion string
	// Later is how long a delayed payment made on the page takes to succeed; 0 leaves it to Finish.
	Later time.Duration
	// Fault, if set, sees each call before it is carried out and once more after.
	Fault func(r *http.Request, done bool) Fault
}

// Fault is what goes wrong with a call.
type Fault int

// Faults.
const (
	NoFault       Fault = iota
	Drop                // the connection breaks: the caller learns nothing
	InternalError       // Stripe answers 500
	Busy                // Stripe answers 429
)

// Server is a stand-in. It is an http.Handler for the API under /v1 and the hosted page under /pay, and may be mounted
// under a prefix that is stripped.
type Server struct {
	opts Options
	mux  *http.ServeMux

	mu       sync.Mutex
	sessions map[string]*session
	order    []*session // as created
	charges  map[string]*charge
	disputes map[string]*dispute
	events   []*event
	replies  map[string]*reply // by idempotency key
	calls    []string

	deliveries deliveries
	ctx        context.Context
	stop       context.CancelFunc
	client     *http.Client
	listener   *http.Server
}

// New makes a stand-in that is reached at opts.BaseURL.
func New(opts Options) *Server {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Pauses == nil {
		opts.Pauses = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second}
	}
	if opts.EventVersion == "" {
		opts.EventVersion = APIVersion
	}
	s := &Server{
		opts: opts, mux: http.NewServeMux(), client: &http.Client{Timeout: 20 * time.Second},
		sessions: map[string]*session{}, charges: map[string]*charge{}, disputes: map[string]*dispute{}, replies: map[string]*reply{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mux.HandleFunc("POST /v1/checkout/sessions", s.api(s.createSession))
	s.mux.HandleFunc("GET /v1/checkout/sessions/{id}", s.api(s.retrieveSession))
	s.mux.HandleFunc("POST /v1/checkout/sessions/{id}/expire", s.api(s.expireSession))
	s.mux.HandleFunc("POST /v1/refunds", s.api(s.createRefund))
	s.mux.HandleFunc("POST /v1/disputes/{id}/close", s.api(s.closeDispute))
	s.mux.HandleFunc("GET /v1/events", s.api(s.listEvents))
	s.mux.HandleFunc("GET /pay/{id}", s.showPage)
	s.mux.HandleFunc("POST /pay/{id}", s.usePage)
	s.mux.HandleFunc("GET /pay/style.css", s.showStyle)
	s.mux.HandleFunc("/v1/", s.api(func(r *http.Request) (any, error) {
		return nil, refuse(http.StatusNotFound, "", "Unrecognized request URL (%s: %s).", r.Method, r.URL.Path)
	}))
	return s
}

// Start makes a stand-in and serves it at addr ("127.0.0.1:0" takes any free port); URL says where.
func Start(addr string, opts Options) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if opts.BaseURL == "" {
		opts.BaseURL = "http://" + l.Addr().String()
	}
	s := New(opts)
	s.listener = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := s.listener.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.opts.Log.Error("the stand-in for Stripe stopped", "err", err)
		}
	}()
	return s, nil
}

// URL is the base URL: of the API for the shop, and of the page for browsers.
func (s *Server) URL() string { return s.opts.BaseURL }

// Close stops serving and delivering.
func (s *Server) Close() error {
	var err error
	if s.listener != nil {
		err = s.listener.Close()
	}
	s.stop()
	s.deliveries.wait()
	return err
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Calls lists the API calls answered so far, as "POST /v1/checkout/sessions".
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

// refusal is an error as Stripe tells it.
type refusal struct {
	status int
	Type   string `json:"type"`
	Code   string `json:"code,omitempty"`
	Param  string `json:"param,omitempty"`
	Text   string `json:"message"`
}

func (r *refusal) Error() string { return r.Text }

// reply is what an idempotency key replays.
type reply struct {
	request string
	status  int
	body    []byte
}

// api wraps an operation, which runs under the lock, with keys, idempotency, faults and errors as Stripe has them.
func (s *Server) api(operate func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		if err := r.ParseForm(); err != nil {
			write(w, http.StatusBadRequest, map[string]any{"error": refuse(http.StatusBadRequest, "", "The request cannot be read: %v", err)})
			return
		}
		if s.fault(w, r, false) {
			return
		}
		status, body, replayed := s.answer(r, operate)
		if s.fault(w, r, true) {
			return
		}
		w.Header().Set("Request-Id", id("req"))
		w.Header().Set("Stripe-Version", APIVersion)
		if replayed {
			w.Header().Set("Idempotent-Replayed", "true")
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

func (s *Server) fault(w http.ResponseWriter, r *http.Request, done bool) bool {
	if s.opts.Fault == nil {
		return false
	}
	switch s.opts.Fault(r, done) {
	case Drop:
		panic(http.ErrAbortHandler)
	case InternalError:
		write(w, http.StatusInternalServerError, map[string]any{"error": &refusal{Type: "api_error", Text: "An error occurred on our side."}})
	case Busy:
		write(w, http.StatusTooManyRequests, map[string]any{"error": &refusal{Type: "invalid_request_error", Code: "rate_limit", Text: "Too many requests."}})
	default:
		return false
	}
	return true
}

func (s *Server) answer(r *http.Request, operate func(*http.Request) (any, error)) (status int, body []byte, replayed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	if strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") != s.opts.Key || s.opts.Key == "" {
		return encode(nil, &refusal{status: http.StatusUnauthorized, Type: "invalid_request_error", Text: "Invalid API Key provided."})
	}
	key := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || key == "" {
		v, err := operate(r)
		return encode(v, err)
	}
	sum := sha256.Sum256([]byte(r.URL.Path + "?" + r.Form.Encode()))
	request := hex.EncodeToString(sum[:])
	if old := s.replies[key]; old != nil {
		if old.request != request {
			return encode(nil, &refusal{status: http.StatusBadRequest, Type: "idempotency_error", Text: "Keys for idempotent requests can only be used with the same parameters they were first used with."})
		}
		return old.status, old.body, true
	}
	v, err := operate(r)
	status, body, _ = encode(v, err)
	if err == nil { // what was refused before it began is not kept
		s.replies[key] = &reply{request: request, status: status, body: body}
	}
	return status, body, false
}

func encode(v any, err error) (status int, body []byte, replayed bool) {
	status = http.StatusOK
	if err != nil {
		var no *refusal
		if !errors.As(err, &no) {
			no = &refusal{status: http.StatusInternalServerError, Type: "api_error", Text: err.Error()}
		}
		status, v = no.status, map[string]any{"error": no}
	}
	body, err = json.Marshal(v)
	if err != nil {
		return http.StatusInternalServerError, []byte(`{"error":{"type":"api_error"}}`), false
	}
	return status, body, false
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// id makes an id with Stripe's kind of prefix.
func id(prefix string) string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return prefix + "_" + hex.EncodeToString(b[:])
}
