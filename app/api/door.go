package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"buildplate/app/shop"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// Door is where a route can be reached.
type Door = shop.Door

// The doors: the local network, and the tunnel.
const (
	Shop   = shop.ShopDoor
	Public = shop.PublicDoor
)

// door is one listener's Fiber app with its own limits on visitors.
type door struct {
	kind     Door
	server   *Server
	app      *fiber.App
	huma     huma.API
	throttle *throttle
	parts    *bodies // pieces of uploads
	messages *bodies // of Stripe, those that are large
	gate     *gate
	requests map[string]reflect.Type // of the typed rows, by method and path
}

// newDoor builds a Fiber app with the rows of the table that are marked for it.
func (s *Server) newDoor(kind Door) *door {
	d := &door{kind: kind, server: s, throttle: newThrottle(time.Now), parts: newParts(kind, time.Now), messages: newMessages(time.Now), gate: newGate(), requests: map[string]reflect.Type{}}
	d.app = fiber.New(fiber.Config{
		AppName:               "buildplate",
		BodyLimit:             bodyLimit,
		CaseSensitive:         true,
		Concurrency:           maxConns + 256, // those that the gate has closed end a moment later
		DisableStartupMessage: true,
		ErrorHandler:          d.onError,
		IdleTimeout:           idleTimeout,
		Immutable:             true, // strings that outlive a request would otherwise become another visitor's
		ReadBufferSize:        readBuffer,
		ReadTimeout:           readTimeout,
		StrictRouting:         true,
	})
	d.app.Server().HeaderReceived = d.received
	if kind == Shop {
		d.gate.each = maxConnsOne
	}
	d.app.Use(d.observe, d.refuseEncoded, d.front)
	d.huma = humafiber.New(d.app, humaConfig(s.deps.Version))
	for _, row := range s.routes() {
		if slices.Contains(row.Doors, kind) {
			row.mount(d, row)
		}
	}
	describeStreams(d.huma)
	d.app.Use(func(*fiber.Ctx) error { return newProblem(http.StatusNotFound, "") })
	return d
}

// refuseEncoded stands before everything: a small compressed body could otherwise become gigabytes.
func (d *door) refuseEncoded(c *fiber.Ctx) error {
	if len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		d.secureHeaders(c)
		return newProblem(http.StatusUnsupportedMediaType, "Compressed requests are not accepted.")
	}
	return c.Next()
}

// front is what every request passes: headers, panics, who may talk to this door.
func (d *door) front(c *fiber.Ctx) (err error) {
	s := d.server
	defer d.arrived(c)
	defer func() {
		if r := recover(); r != nil {
			s.log.LogAttrs(c.UserContext(), slog.LevelError, "handler panicked", slog.String("route", c.Method()+" "+c.Route().Path),
				slog.Any("panic", r), slog.String("stack", string(debug.Stack())))
			c.Response().ResetBody()
			err = newProblem(http.StatusInternalServerError, "")
		}
	}()
	d.secureHeaders(c)
	switch {
	case !fieldsNamed(&c.Request().Header):
		c.Context().SetConnectionClose() // where it ends is read in another way by whoever reads that name in another way
		return newProblem(http.StatusBadRequest, "This request has a header whose name is none.")
	case d.kind == Shop && tunnelled(&c.Request().Header):
		s.log.LogAttrs(c.UserContext(), slog.LevelWarn, "the shop's own door was reached through a tunnel; point the tunnel at the public door",
			slog.String("host", string(c.Request().Header.Host())))
		return newProblem(http.StatusMisdirectedRequest, "This door is for the local network only. Point the tunnel at the public door.")
	case !d.welcome(c):
		return newProblem(http.StatusMisdirectedRequest, "The shop is not known by this address. If it should be, set it as the shop’s public address.")
	case d.crossSite(c):
		return newProblem(http.StatusForbidden, "This request came from another site. Use the shop’s own page.")
	}
	return c.Next()
}

// arrived gives back the right to send a large body, and says whether the request had it. The body goes with it: the server
// would keep its memory for as long as the connection is open, and many connections are.
func (d *door) arrived(c *fiber.Ctx) (had bool) {
	r := &c.Context().Request
	if had = d.parts.done(&r.Header) || d.messages.done(&r.Header); had {
		r.SwapBody(nil)
	}
	return had
}

// onError answers what handlers return, and what fasthttp refuses before any handler.
func (d *door) onError(c *fiber.Ctx, err error) error {
	granted := d.arrived(c)
	d.secureHeaders(c)
	if f := (*fiber.Error)(nil); !errors.As(err, &f) || f.Code != http.StatusRequestEntityTooLarge {
		return d.server.fail(c, err)
	}
	length, refusal := c.Request().Header.ContentLength(), err
	switch path := c.Path(); {
	case strings.HasPrefix(path, uploadPath+"/"):
		c.Set(tusResumable, tusVersion)
		discardBody(c)
		refusal = newProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("One piece of an upload may be %d MiB.", partLimit>>20))
		if !granted && length <= partLimit {
			refusal = comeAgain("Many files are arriving just now. Your upload continues in a moment.")
		}
	case path == webhookPath && length > 0 && length <= webhookLimit && !d.maybeSigned(&c.Context().Request.Header):
		refusal = newProblem(http.StatusBadRequest, "The signature of this event is not valid.")
	case path == webhookPath && !granted && length > 0 && length <= webhookLimit:
		refusal = comeAgain("Many large events are arriving just now. Send this one again.")
	}
	return d.server.fail(c, refusal)
}

// comeAgain refuses for now.
func comeAgain(message string) *Problem {
	p := newProblem(http.StatusServiceUnavailable, message)
	p.retryAfter = time.Second
	return p
}

// A body that was refused is read and thrown away, as far as a piece of an upload goes: closed on bytes that nobody read, the
// connection would be reset, and the answer lost with it.
const (
	discardTime = 10 * time.Second
	discardLast = 250 * time.Millisecond // for what the server may have read already
)

func discardBody(c *fiber.Ctx) {
	conn := c.Context().Conn()
	buf := make([]byte, 16<<10)
	until := time.Now().Add(discardTime)
	for left := min(c.Request().Header.ContentLength(), partLimit); left > 0; {
		if left <= readBuffer && time.Until(until) > discardLast {
			until = time.Now().Add(discardLast)
		}
		if conn.SetReadDeadline(until) != nil {
			return
		}
		n, err := conn.Read(buf[:min(left, len(buf))])
		if left -= n; err != nil {
			return
		}
	}
}

// secureHeaders are on every reply; pages and files tighten or loosen what is theirs.
func (d *door) secureHeaders(c *fiber.Ctx) {
	h := &c.Response().Header
	h.Set(fiber.HeaderContentSecurityPolicy, d.server.policy)
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	h.Set(fiber.HeaderXFrameOptions, "DENY")
	h.Set(fiber.HeaderReferrerPolicy, "same-origin")
	h.Set(fiber.HeaderPermissionsPolicy, "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set(fiber.HeaderCacheControl, "no-store")
}

// plain mounts a Fiber handler. HEAD goes with GET.
func plain(handle func(d *door, c *fiber.Ctx) error) func(*door, Route) {
	return func(d *door, row Route) {
		path := fiberPath(row.Path)
		handler := func(c *fiber.Ctx) error {
			if err := d.identify(c, row); err != nil {
				return err
			}
			return handle(d, c)
		}
		d.app.Add(row.Method, path, handler)
		if row.Method == fiber.MethodGet {
			d.app.Add(fiber.MethodHead, path, handler)
		}
	}
}

// fiberPath turns {name} into :name.
func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// typed mounts a handler with types for its request and reply, checked and described by huma.
func typed[I, O any](handle func(ctx context.Context, in *I) (*O, error)) func(*door, Route) {
	return func(d *door, row Route) {
		op := huma.Operation{
			OperationID: operationID(row), Method: row.Method, Path: row.Path, Summary: row.Summary, Tags: []string{row.tag()},
			Middlewares: huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
				c := humafiber.Unwrap(ctx)
				if err := d.identify(c, row); err != nil {
					if err := d.server.fail(c, err); err != nil {
						c.Status(http.StatusInternalServerError)
					}
					return
				}
				next(huma.WithContext(ctx, c.UserContext()))
			}},
		}
		where := row.Method + " " + row.Path
		d.requests[where] = reflect.TypeFor[I]()
		huma.Register(d.huma, op, func(ctx context.Context, in *I) (*O, error) {
			cleanRequest(in)
			out, err := handle(ctx, in)
			if err != nil {
				return nil, d.server.problemOf(ctx, err, where)
			}
			return out, nil
		})
	}
}

func jsonBytes(v any) ([]byte, error) { return json.Marshal(v) }
