package api

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"buildplate/app/shop"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// Problem is an error as clients see it (RFC 9457). Detail is a message for the person at the page.
type Problem struct {
	Title  string         `json:"title" doc:"The status in words"`
	Status int            `json:"status"`
	Detail string         `json:"detail" doc:"A message for the person at the page"`
	Kind   string         `json:"kind" doc:"invalid, conflict, not_found, too_large, throttled, unavailable, unauthenticated, forbidden, ..."`
	Code   string         `json:"code" doc:"What exactly went wrong, for programs; keeps its meaning for ever. Where nothing narrower is known it is the kind"`
	Field  string         `json:"field,omitempty" doc:"The field of the request that is at fault"`
	Errors []FieldProblem `json:"errors,omitempty" doc:"Where more than one field is at fault: each of them, the first too"`
	Price  *shop.Price    `json:"price,omitempty" doc:"With code total_moved: the price that holds now"`
	Edit   *shop.Edit     `json:"edit,omitempty" doc:"With code changed_meanwhile: the change that came first"`

	retryAfter time.Duration
}

// FieldProblem is what is wrong with one field of a request.
type FieldProblem struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail" doc:"A message for the person at the page"`
}

// Error gives the message.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives huma the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType tells huma the media type of a problem.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders gives huma the headers that go with the problem.
func (p *Problem) GetHeaders() http.Header {
	if p.retryAfter <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {seconds(p.retryAfter)}}
}

const problemType = "application/problem+json"

// seconds rounds a wait up to whole seconds, as Retry-After wants it.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// kinds is the one table from a shop error's kind to the status and name that clients see.
var kinds = map[shop.Kind]struct {
	status int
	name   string
}{
	shop.Internal:        {http.StatusInternalServerError, "internal"},
	shop.Invalid:         {http.StatusUnprocessableEntity, "invalid"},
	shop.Unauthenticated: {http.StatusUnauthorized, "unauthenticated"},
	shop.Forbidden:       {http.StatusForbidden, "forbidden"},
	shop.NotFound:        {http.StatusNotFound, "not_found"},
	shop.Conflict:        {http.StatusConflict, "conflict"},
	shop.TooLarge:        {http.StatusRequestEntityTooLarge, "too_large"},
	shop.TooMany:         {http.StatusTooManyRequests, "throttled"},
	shop.PaymentRequired: {http.StatusPaymentRequired, "payment_required"},
	shop.Unavailable:     {http.StatusServiceUnavailable, "unavailable"},
	shop.NoSpace:         {http.StatusInsufficientStorage, "no_space"},
	shop.Gone:            {http.StatusGone, "gone"},
}

// statuses are the messages for errors that arise before any use case: from Fiber, fasthttp and huma.
var statuses = map[int]struct{ kind, message string }{
	http.StatusBadRequest:                  {"invalid", "The request could not be understood."},
	http.StatusUnauthorized:                {"unauthenticated", "Log in first."},
	http.StatusForbidden:                   {"forbidden", "This is not allowed."},
	http.StatusNotFound:                    {"not_found", "There is nothing at this address."},
	http.StatusMethodNotAllowed:            {"not_found", "This address cannot be used that way."},
	http.StatusNotAcceptable:               {"invalid", "The reply cannot be had in the form that was asked for."},
	http.StatusRequestTimeout:              {"unavailable", "The request took too long to arrive. Try again."},
	http.StatusConflict:                    {"conflict", "This has changed meanwhile. Look again."},
	http.StatusPreconditionFailed:          {"invalid", "This version of the upload protocol is not spoken here; version 1.0.0 is."},
	http.StatusRequestEntityTooLarge:       {"too_large", "This is more than one request may carry."},
	http.StatusRequestURITooLong:           {"invalid", "The address is too long."},
	http.StatusUnsupportedMediaType:        {"invalid", "The request has a form that is not accepted here."},
	http.StatusMisdirectedRequest:          {"forbidden", "This address does not lead to the shop."},
	http.StatusUnprocessableEntity:         {"invalid", "Something that was entered cannot be accepted."},
	http.StatusTooManyRequests:             {"throttled", "That was too often. Wait a moment and try again."},
	http.StatusRequestHeaderFieldsTooLarge: {"invalid", "The request’s header is too large."},
	http.StatusServiceUnavailable:          {"unavailable", "The shop is busy. Try again in a moment."},
}

// newProblem makes a problem for a status, with the status's message if none is given.
func newProblem(status int, message string) *Problem {
	s, ok := statuses[status]
	if !ok {
		s.kind, s.message = kinds[shop.Internal].name, shop.MessageOf(nil)
	}
	if message == "" {
		message = s.message
	}
	return &Problem{Title: http.StatusText(status), Status: status, Detail: message, Kind: s.kind, Code: s.kind}
}

// problemOf turns any error into a problem. Errors without a kind, and causes worth keeping, go to the log.
func (s *Server) problemOf(ctx context.Context, err error, where string) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var f *fiber.Error
	if errors.As(err, &f) {
		return newProblem(f.Code, "")
	}
	kind := shop.KindOf(err)
	if kind == shop.Internal && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) { // the time for it ran out: nothing is broken
		kind, err = shop.Unavailable, &shop.Error{Kind: shop.Unavailable, Err: err}
	}
	row, ok := kinds[kind]
	if !ok {
		row = kinds[shop.Internal]
	}
	switch {
	case row.status == http.StatusInternalServerError:
		s.log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("route", where), slog.Any("error", err))
	case row.status > http.StatusInternalServerError:
		s.log.LogAttrs(ctx, slog.LevelWarn, "request refused", slog.String("route", where), slog.Any("error", err))
	}
	message, code := shop.MessageOf(err), string(shop.CodeOf(err))
	if kind == shop.Internal {
		message, code = shop.MessageOf(nil), row.name
	}
	var fields []FieldProblem
	for _, e := range shop.FieldsOf(err) {
		fields = append(fields, FieldProblem{e.Field, string(e.Code), e.Message})
	}
	return &Problem{Errors: fields, Title: http.StatusText(row.status), Status: row.status, Detail: message, Kind: row.name, Code: code, Field: shop.FieldOf(err), Price: shop.PriceOf(err), Edit: shop.EditOf(err), retryAfter: shop.AfterOf(err)}
}

func init() {
	huma.NewError = humaProblem
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return humaProblem(status, message, errs...)
	}
	huma.DefaultArrayNullable = false // the views promise lists that are never null
}

// fail answers with a problem: JSON for programs, a plain page for people who followed a link.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	p := s.problemOf(c.UserContext(), err, c.Method()+" "+c.Route().Path)
	for name, values := range p.GetHeaders() {
		c.Set(name, values[0])
	}
	c.Status(p.Status)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if c.Method() == fiber.MethodGet && !strings.HasPrefix(c.Path(), "/api/") && strings.Contains(c.Get(fiber.HeaderAccept), "text/html") {
		return sendNote(c, p.Title, p.Detail)
	}
	body, err := jsonBytes(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, problemType)
	return c.Send(body)
}

// noteStyle is the whole style of the pages that are made here; the hash in their policy allows only it.
const noteStyle = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:12vh auto;padding:0 1.5rem;color-scheme:light dark}` +
	`table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top;border-bottom:1px solid #8884}` +
	`code,pre{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}body.wide{max-width:72rem;margin:4vh auto}summary{cursor:pointer}`

var noteTemplate = template.Must(template.New("note").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title><style>{{.Style}}</style><h1>{{.Title}}</h1><p>{{.Text}}</p><p><a href="/">To the start page</a></p></html>
`))

// sendNote answers with a page of one message. The status is set before.
func sendNote(c *fiber.Ctx, title, text string) error {
	return sendTemplate(c, noteTemplate, map[string]any{"Title": title, "Text": text, "Style": template.CSS(noteStyle)})
}

func sendTemplate(c *fiber.Ctx, t *template.Template, data any) error {
	var page strings.Builder
	if err := t.Execute(&page, data); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, notePolicy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.SendString(page.String())
}
