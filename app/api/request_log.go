package api

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"buildplate/app/logging"

	"github.com/gofiber/fiber/v2"
)

// slowRequest is how long a request may take before its line is a warning.
const slowRequest = time.Second

// observe gives every request an id of ours, whatever id it came with, and logs how it went. The id is on the reply
// and on every line that is logged with the request's context. The log knows the route's pattern, never the path:
// links to orders and uploads carry their secret in it.
func (d *door) observe(c *fiber.Ctx) error {
	start, id := time.Now(), rand.Text()[:12]
	ctx := logging.WithRequest(d.server.base, id)
	c.SetUserContext(ctx)
	c.Set(fiber.HeaderXRequestID, id)
	if err := c.Next(); err != nil {
		if err := d.onError(c, err); err != nil { // here and not in Fiber, so that the status is known below
			return err
		}
	}
	took, status := time.Since(start), c.Response().StatusCode()
	level := slog.LevelDebug
	switch {
	case status == http.StatusInternalServerError:
		level = slog.LevelError
	case status > http.StatusInternalServerError || took > slowRequest:
		level = slog.LevelWarn
	}
	d.server.log.LogAttrs(ctx, level, "request", slog.String("door", string(d.kind)), slog.String("route", c.Method()+" "+c.Route().Path),
		slog.Int("status", status), slog.Int64("took_ms", took.Milliseconds()))
	return nil
}
