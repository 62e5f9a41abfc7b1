package api

import (
	"bufio"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
)

// Streams of server-sent events. A page that cannot have one polls.
const (
	maxStreams        = 100 // of customers
	maxStreamsStaff   = 64  // theirs are apart, so that customers take none of them
	maxStreamsEach    = 4   // of one customer's browser: with two more requests it has no connections left
	maxStreamsLogin   = 8   // of one login of staff, whose pages leave the browser its connections (lib/streamPlaces.ts)
	maxStreamsAddress = 16  // of a customer's address
	maxStreamsNetwork = 32  // of the largest network that counts as one

	streamBeat     = 15 * time.Second
	streamPace     = 250 * time.Millisecond // between two pictures of a busy cart
	streamLife     = 30 * time.Minute       // then the page comes back and shows its cookie again
	streamPatience = streamBeat * 2
)

// streams counts the open ones.
type streams struct {
	beat time.Duration // between two words that only keep a stream open

	mu   sync.Mutex
	open map[string]int // of a session, an address, and of all customers or all staff
}

func newStreams() *streams { return &streams{open: map[string]int{}, beat: streamBeat} }

// streamOf is whose stream it is: a session of staff's or a cart, and the address, "" where it is not known.
type streamOf struct {
	session, address string
	staff            bool
}

// counts are where a stream is counted, and how many there may be.
func (s streamOf) counts() map[string]int {
	if s.staff {
		return map[string]int{"all staff": maxStreamsStaff, "session " + s.session: maxStreamsLogin}
	}
	counts := map[string]int{"all customers": maxStreams, "cart " + s.session: maxStreamsEach}
	for _, by := range countedBy(s.address) {
		counts["address "+by.who] = min(maxStreamsAddress*int(by.times), maxStreamsNetwork)
	}
	return counts
}

// acquire takes a place, or refuses with a Problem. release gives it back.
func (s *streams) acquire(of streamOf) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := of.counts()
	for name, most := range counts {
		if s.open[name] >= most {
			p := newProblem(http.StatusServiceUnavailable, "Too many pages are watching. This one asks now and then instead.")
			p.retryAfter = streamBeat
			return nil, p
		}
	}
	for name := range counts {
		s.open[name]++
	}
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for name := range counts {
			if s.open[name]--; s.open[name] == 0 {
				delete(s.open, name)
			}
		}
	}), nil
}

// cartEvent is the name of a whole cart in its stream.
const cartEvent = "cart"

// cartEvents sends the whole cart at once and after every change, so that a page that was away needs no history:
// Last-Event-ID is welcome and not needed.
func cartEvents(d *door, c *fiber.Ctx) error {
	s := d.server
	who := actorOf(c.UserContext())
	return s.stream(c, []string{event.Cart(who.CartID)}, func(w *eventWriter) error {
		view, err := s.carts.carts.Get(s.base, who)
		if err != nil {
			return err
		}
		return w.event(cartEvent, view)
	}, nil, func() bool { return true })
}

// errLoggedOut ends the stream of somebody whose sessions ended.
var errLoggedOut = errors.New("logged out")

// staffEvents sends staff what changed, event by event; the pages ask for what they show. It ends with the session: at once
// when it is ended for them, at the next beat when its time is over.
func staffEvents(d *door, c *fiber.Ctx) error {
	s := d.server
	session := callerOf(c.UserContext()).session
	loggedIn := func() bool {
		_, err := s.accounts.accounts.Session(s.base, session, d.kind)
		return !shop.IsKind(err, shop.Unauthenticated)
	}
	return s.stream(c, []string{event.Staff, event.User(actorOf(c.UserContext()).ID)}, nil, func(w *eventWriter, e event.Event) error {
		if _, ended := e.(event.SessionsEnded); ended {
			return errLoggedOut // a page that is still logged in comes back
		}
		return w.event(e.Name(), e)
	}, loggedIn)
}

// stream listens to topics and writes until the page goes, the shop closes or the stream is old. whole, if set, writes
// the state of things at the start and once after any number of changes; each, if set, writes one change. May is asked at
// every beat whether the stream may go on.
func (s *Server) stream(c *fiber.Ctx, topics []string, whole func(*eventWriter) error, each func(*eventWriter, event.Event) error, may func() bool) error {
	who := callerOf(c.UserContext())
	of := streamOf{session: topics[0], address: who.Address}
	if who.Can(shop.Work, shop.TheShop) {
		of = streamOf{session: shop.HashToken(who.session), staff: true}
	}
	if who.console {
		of.address = "" // the machine itself
	}
	release, err := s.streams.acquire(of)
	if err != nil {
		return err
	}
	events, cancel := s.deps.App.Events.Listen(topics...)
	ctx, conn := c.UserContext(), c.Context().Conn()
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	c.Set(fiber.HeaderConnection, "close") // its write deadline is its own
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer release()
		defer cancel()
		defer func() {
			if r := recover(); r != nil {
				s.log.LogAttrs(ctx, slog.LevelError, "event stream panicked", slog.Any("panic", r))
			}
		}()
		out := &eventWriter{w: w, conn: conn}
		if err := s.relay(out, events, pageGone(conn), whole, each, may); err != nil {
			s.log.LogAttrs(ctx, slog.LevelDebug, "event stream ended", slog.Any("error", err))
		}
	})
	return nil
}

// pageGone is closed when the page has closed its side. Writing would tell only at the next beat, and until then a page
// that is loaded again would find its own place taken. The page says nothing more, and the connection ends with the
// stream, so whatever is read here is its end.
func pageGone(conn net.Conn) <-chan struct{} {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if conn.SetReadDeadline(time.Time{}) != nil {
			return
		}
		for one := make([]byte, 1); ; {
			if _, err := conn.Read(one); err != nil {
				return
			}
		}
	}()
	return gone
}

func (s *Server) relay(out *eventWriter, events <-chan event.Event, gone <-chan struct{}, whole func(*eventWriter) error, each func(*eventWriter, event.Event) error, may func() bool) error {
	if err := out.text("retry: 3000\n\n"); err != nil {
		return err
	}
	if whole != nil {
		if err := whole(out); err != nil {
			return err
		}
	}
	beat := time.NewTicker(s.streams.beat)
	defer beat.Stop()
	end := time.NewTimer(streamLife)
	defer end.Stop()
	for {
		var err error
		select {
		case <-s.closing:
			return nil
		case <-gone:
			return nil
		case <-end.C:
			return nil
		case <-beat.C:
			if !may() {
				return nil
			}
			err = out.text("event: beat\ndata: {}\n\n") // pages time it
		case e := <-events:
			if each != nil {
				err = each(out, e)
				break
			}
			select { // slicing tells its progress often: one picture for all that happened
			case <-s.closing:
				return nil
			case <-gone:
				return nil
			case <-time.After(streamPace):
			}
			for len(events) > 0 {
				<-events
			}
			err = whole(out)
		}
		if err != nil {
			return err
		}
	}
}

// eventWriter writes server-sent events. A page that stops reading is left after streamPatience.
type eventWriter struct {
	w    *bufio.Writer
	conn net.Conn
}

func (w *eventWriter) event(name string, data any) error {
	body, err := json.Marshal(data) // one line, as the format wants it
	if err != nil {
		return err
	}
	return w.text("event: " + name + "\ndata: " + string(body) + "\n\n")
}

func (w *eventWriter) text(s string) error {
	if err := w.conn.SetWriteDeadline(time.Now().Add(streamPatience)); err != nil {
		return err
	}
	if _, err := w.w.WriteString(s); err != nil {
		return err
	}
	return w.w.Flush()
}
