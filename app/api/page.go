package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// pagePolicy is the content policy of the shop's pages: everything from this door, nothing inline but style attributes
// (the kit positions its pop-ups with them), forms only to the card page. payOrigin is the stand-in's, in a demo.
func pagePolicy(payOrigin string) string {
	forms := "'self' https://checkout.stripe.com"
	if payOrigin != "" {
		forms += " " + payOrigin
	}
	return strings.Join([]string{
		"default-src 'self'", "script-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'", "img-src 'self' data: blob:",
		"font-src 'self'", "connect-src 'self'", "worker-src 'self' blob:", "object-src 'none'", "base-uri 'none'",
		"form-action " + forms, "frame-ancestors 'none'",
	}, "; ")
}

// stepWorkerPolicy is for the one script that reads STEP files: a worker has the policy that its own script comes with. What reads them is
// compiled C++, which makes functions as it starts. Nothing else may, and it may fetch nothing but itself.
const stepWorkerPolicy = "default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// stepWorker matches the name that the bundler gives this script (web/src/step/step.worker.ts).
var stepWorker = regexp.MustCompile(`^assets/step\.worker-[A-Za-z0-9_-]{8,}\.js$`)

// notePolicy is for the small pages made here: no script, and the one style by its hash.
var notePolicy = func() string {
	sum := sha256.Sum256([]byte(noteStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// pages are the built site, in memory: a map from path to file leaves nothing for a crafted path to find.
type pages struct {
	built bool
	files map[string]*asset
}

// asset is one built file.
type asset struct {
	body    []byte
	kind    string
	etag    string
	policy  string        // its own; "" for that of the pages
	forever bool          // its name changes with its content
	zipped  func() []byte // nil where it does not pay
}

// hashedName matches what the bundler puts into a file's name, as in app-C3X9b1aZ.js.
var hashedName = regexp.MustCompile(`-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$`)

func newPages(site fs.FS, built bool) *pages {
	p := &pages{files: map[string]*asset{}}
	if site == nil || !built {
		return p
	}
	err := fs.WalkDir(site, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && strings.HasPrefix(path.Base(name), "."):
			return fs.SkipDir // the bundler's own notes
		case e.IsDir() || strings.HasPrefix(path.Base(name), "."):
			return nil
		}
		body, err := fs.ReadFile(site, name)
		if err != nil {
			return err
		}
		p.files["/"+name] = newAsset(name, body)
		return nil
	})
	p.built = err == nil && p.files["/index.html"] != nil && p.files["/staff.html"] != nil
	return p
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	a := &asset{
		body: body, kind: mime.TypeByExtension(path.Ext(name)), etag: `"` + hex.EncodeToString(sum[:12]) + `"`,
		forever: strings.HasPrefix(name, "assets/") && hashedName.MatchString(name),
	}
	if stepWorker.MatchString(name) {
		a.policy = stepWorkerPolicy
	}
	if kind, ok := map[string]string{".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
		".svg": "image/svg+xml", ".woff2": "font/woff2", ".json": fiber.MIMEApplicationJSON, ".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}[path.Ext(name)]; ok {
		a.kind = kind // whatever the machine's own table says
	}
	if a.kind == "" {
		a.kind = fiber.MIMEOctetStream
	}
	if len(body) > 1024 && (strings.HasPrefix(a.kind, "text/") || strings.Contains(a.kind, "json") || strings.Contains(a.kind, "svg") || strings.Contains(a.kind, "wasm")) {
		a.zipped = sync.OnceValue(func() []byte { return zip(body) })
	}
	return a
}

func zip(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil || out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}

// customerPage matches the addresses that the customers' pages know; anything else gets their not-found page.
var customerPage = regexp.MustCompile(`^/(checkout|terms|order/[^/]+|return/[^/]+)?$`)

// page serves a built file, or the customers' page for every other address.
func page(d *door, c *fiber.Ctx) error {
	p, at := d.server.pages, c.Path()
	if strings.HasPrefix(at, "/api/") || at == "/api" {
		return newProblem(http.StatusNotFound, "")
	}
	if !p.built {
		return notBuilt(c)
	}
	if strings.HasSuffix(at, ".html") {
		return newProblem(http.StatusNotFound, "") // pages are reached by their addresses, staff's on the shop's door only
	}
	if a := p.files[at]; a != nil {
		return a.send(c)
	}
	if d.kind == Public && (at == "/staff" || strings.HasPrefix(at, "/staff/")) || strings.HasPrefix(at, "/assets/") {
		return newProblem(http.StatusNotFound, "")
	}
	if !customerPage.MatchString(at) {
		c.Status(http.StatusNotFound)
	}
	return p.files["/index.html"].send(c)
}

// staffPage serves staff's page for all its addresses.
func staffPage(d *door, c *fiber.Ctx) error {
	if !d.server.pages.built {
		return notBuilt(c)
	}
	return d.server.pages.files["/staff.html"].send(c)
}

func notBuilt(c *fiber.Ctx) error {
	c.Status(http.StatusServiceUnavailable)
	return sendNote(c, "The pages are not built yet", "This program was built without its pages. Run `make run` in the source folder: it builds them and starts the shop.")
}

// send writes the file. The status, if not 200, is set before.
func (a *asset) send(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if a.forever {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	if a.policy != "" {
		c.Set(fiber.HeaderContentSecurityPolicy, a.policy)
	}
	c.Set(fiber.HeaderContentType, a.kind)
	c.Set(fiber.HeaderETag, a.etag)
	body := a.body
	if a.zipped != nil {
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
			if z := a.zipped(); z != nil {
				body = z
				c.Set(fiber.HeaderContentEncoding, "gzip")
				c.Set(fiber.HeaderETag, "W/"+a.etag)
			}
		}
	}
	if c.Response().StatusCode() == http.StatusOK && matches(c.Get(fiber.HeaderIfNoneMatch), a.etag) {
		c.Response().Header.Del(fiber.HeaderContentEncoding)
		return c.SendStatus(http.StatusNotModified)
	}
	c.Response().SetBodyRaw(body)
	return nil
}
