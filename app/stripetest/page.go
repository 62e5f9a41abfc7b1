package stripetest

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed page.html
var pageText string

//go:embed style.css
var pageStyle []byte

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// pageView is what the hosted page shows.
type pageView struct {
	Name, Amount, Email, Cancel, Error string
	Open, Paid                         bool
	Success                            string
}

func (s *Server) view(c *session, problem string) pageView {
	return pageView{
		Name: c.name, Amount: fmt.Sprintf("%d.%02d %s", c.amount/100, c.amount%100, upper(c.currency)), Email: c.email, Cancel: c.cancel, Success: c.success,
		Error: problem, Open: c.status == "open", Paid: c.status == "complete",
	}
}

func upper(currency string) string { return string(bytes.ToUpper([]byte(currency))) }

func (s *Server) showPage(w http.ResponseWriter, r *http.Request) { s.render(w, r, http.StatusOK, "") }

func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, problem string) {
	s.mu.Lock()
	s.expireDue()
	c := s.sessions[r.PathValue("id")]
	if c == nil {
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	view := s.view(c, problem)
	s.mu.Unlock()
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, view); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

func (s *Server) showStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(pageStyle)
}

// usePage does what the customer pressed.
func (s *Server) usePage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	sessionID := r.PathValue("id")
	s.mu.Lock()
	c := s.sessions[sessionID]
	s.mu.Unlock()
	if c == nil {
		http.NotFound(w, r)
		return
	}
	var err error
	switch r.PostFormValue("action") {
	case "pay":
		err = s.Pay(sessionID)
	case "disputed": // as Stripe's test card does whose payments are disputed at once; no button offers it
		if err = s.Pay(sessionID); err == nil {
			s.mu.Lock()
			intent := c.intent
			s.mu.Unlock()
			_, err = s.Dispute(intent)
		}
	case "later":
		if err = s.PayLater(sessionID); err == nil && s.opts.Later > 0 {
			s.finishLater(sessionID)
		}
	case "decline":
		s.render(w, r, http.StatusPaymentRequired, "Your card was declined. Try another card.")
		return
	case "cancel":
		http.Redirect(w, r, c.cancel, http.StatusSeeOther)
		return
	default:
		s.render(w, r, http.StatusBadRequest, "Press one of the buttons.")
		return
	}
	if err != nil { // paid or expired meanwhile: the page says so
		s.render(w, r, http.StatusConflict, "")
		return
	}
	http.Redirect(w, r, c.success, http.StatusSeeOther)
}

func (s *Server) finishLater(sessionID string) {
	s.deliveries.start(func() {
		select {
		case <-s.ctx.Done():
		case <-time.After(s.opts.Later):
			if err := s.Finish(sessionID, true); err != nil {
				s.opts.Log.Info("finish a delayed payment", "err", err)
			}
		}
	})
}
