package api

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"buildplate/app/file"
	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
)

// fileHandlers send files behind signed links.
type fileHandlers struct{ files *file.Service }

// signed sends a file behind a signed link. It is only ever saved, never shown: no type that a browser would run,
// a sandbox should it try, and nothing kept on the way.
func (h fileHandlers) signed(d *door, c *fiber.Ctx) error {
	found, err := h.files.OpenSigned(c.UserContext(), string(d.kind), param(c, "signed"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, disposition(found.Name))
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	return sendRange(c, found.Reader, found.Size, "")
}

// disposition names a download (RFC 6266): plain ASCII for old clients, the whole name in UTF-8 for the others.
func disposition(name string) string {
	name = shop.CleanFileName(name)
	plain := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || strings.ContainsRune(`"\%;`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// sendRange sends a file or the one range that was asked for (RFC 9110, section 14). It closes the file. An etag of ""
// means that nobody can know whether it is still the same file, so a conditional range gets all of it.
func sendRange(c *fiber.Ctx, file io.ReadSeekCloser, size int64, etag string) error {
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	from, n, asked, ok := parseRange(c.Get(fiber.HeaderRange), size)
	if c.Method() != fiber.MethodGet {
		asked = false
	}
	if cond := c.Get("If-Range"); cond != "" && (etag == "" || cond != etag) {
		asked = false
	}
	switch {
	case !asked:
		from, n = 0, size
	case !ok:
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", size))
		_ = file.Close() // only read from
		return newProblem(http.StatusRequestedRangeNotSatisfiable, "The file ends before that.")
	default:
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", from, from+n-1, size))
		c.Status(http.StatusPartialContent)
	}
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		_ = file.Close()
		return err
	}
	c.Context().SetBodyStream(limited{io.LimitReader(file, n), file}, int(n))
	return nil
}

// limited reads a piece of a file; fasthttp closes it when it is sent.
type limited struct {
	io.Reader
	io.Closer
}

// parseRange reads a Range header for a file of a size. asked is false where the header may be ignored: none, another
// unit, several ranges, or nonsense. ok is false when the range lies outside the file.
func parseRange(header string, size int64) (from, n int64, asked, ok bool) {
	spec, found := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !found || !dash || strings.Contains(spec, ",") {
		return 0, 0, false, false
	}
	if first == "" { // the last so many bytes
		n, valid := number(last)
		if !valid {
			return 0, 0, false, false
		}
		n = min(n, size)
		return size - n, n, true, n > 0
	}
	from, valid := number(first)
	if !valid {
		return 0, 0, false, false
	}
	end := size - 1
	if last != "" {
		until, valid := number(last)
		if !valid || until < from {
			return 0, 0, false, false
		}
		end = min(until, end)
	}
	if from >= size {
		return 0, 0, true, false
	}
	return from, end - from + 1, true, true
}
