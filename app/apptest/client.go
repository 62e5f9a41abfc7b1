package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"

	"buildplate/app/apptest/wait"
	"buildplate/app/shop"
)

// Client speaks to one door of a shop as a page in a browser does: with a cookie jar of its own, and with the Origin
// that a browser adds.
type Client struct {
	Base   string      // http://127.0.0.1:1234
	From   string      // the address that a tunnel would vouch for; "" for none
	Header http.Header // sent with each request
	// Patience is how often a request that is told to slow down is tried again.
	Patience int
	http     *http.Client
}

// NewClient is a browser that has never been here.
func NewClient(base string) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // New has no way to fail without options
	}
	return &Client{Base: base, Patience: patience, http: &http.Client{
		Jar: jar, Timeout: 60 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 32},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Via lets each request go through what wraps the connections, such as a test that counts.
func (c *Client) Via(wrap func(http.RoundTripper) http.RoundTripper) {
	c.http.Transport = wrap(c.http.Transport)
}

// Close closes the browser's connections that nothing is asked on.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Cookies is the Cookie header that the browser would send now, "" for none.
func (c *Client) Cookies() string {
	at, err := url.Parse(c.Base)
	if err != nil {
		return ""
	}
	var pairs []string
	for _, cookie := range c.http.Jar.Cookies(at) {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}
	return strings.Join(pairs, "; ")
}

// Problem is an answer of 400 and above, as RFC 9457 words it.
type Problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Kind   string `json:"kind"`
	Code   string `json:"code"`
	Field  string `json:"field"`
	Errors []struct {
		Field string `json:"field"`
	} `json:"errors"`
	Price  *shop.Price `json:"price"`
	Edit   *shop.Edit  `json:"edit"`
	offset int64       // Upload-Offset, or -1
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// StatusOf is the status of a refusal; 0 for any other error, such as a broken connection, and for none.
func StatusOf(err error) int {
	var p *Problem
	if errors.As(err, &p) {
		return p.Status
	}
	return 0
}

// CodeOf is what exactly a refusal says went wrong; "" for any other error, and for none.
func CodeOf(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}

// ChangedBy is who changed first what a refused save was made from; "" for any other error, and for none.
func ChangedBy(err error) string {
	var p *Problem
	if errors.As(err, &p) && p.Code == "changed_meanwhile" && p.Edit != nil && p.Edit.At != 0 {
		return p.Edit.By
	}
	return ""
}

// FieldOf is the field that a refusal is about; "" for any other error, and for none.
func FieldOf(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Field
	}
	return ""
}

// FieldsOf are all the fields that a refusal is about, where it is about more than one.
func FieldsOf(err error) (fields []string) {
	var p *Problem
	if errors.As(err, &p) {
		for _, e := range p.Errors {
			fields = append(fields, e.Field)
		}
	}
	return fields
}

// Answer is a reply with its body read.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// patience is how often a page that is told to slow down tries again.
const patience = 30

// SendOnce sends a request with a raw body and reads the answer, whatever its status; the error is the connection's.
func (c *Client) SendOnce(ctx context.Context, method, path string, body []byte, header ...string) (Answer, error) {
	if !strings.HasPrefix(path, "http") {
		path = c.Base + path
	}
	req, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	if method != http.MethodGet && method != http.MethodHead {
		req.Header.Set("Origin", c.Base)
	}
	for name, values := range c.Header {
		req.Header[name] = values
	}
	if c.From != "" {
		req.Header.Set("Cf-Connecting-Ip", c.From)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return Answer{Status: res.StatusCode, Header: res.Header, Body: text}, err
}

// Send sends a request with a raw body and reads the answer; a refusal for haste (429) is waited out. It gives the
// answer whatever its status; the error is the connection's.
func (c *Client) Send(ctx context.Context, method, path string, body []byte, header ...string) (Answer, error) {
	for try := 0; ; try++ {
		a, err := c.SendOnce(ctx, method, path, body, header...)
		if err != nil || a.Status != http.StatusTooManyRequests || try >= c.Patience {
			return a, err
		}
		seconds, _ := strconv.Atoi(a.Header.Get("Retry-After"))
		if err := wait.Pause(ctx, max(time.Duration(seconds)*time.Second, 100*time.Millisecond)); err != nil {
			return a, err
		}
	}
}

// JSON sends in as JSON, unless it is nil, and reads the answer into out, unless it is nil.
// Errors: *Problem for an answer of 400 and above.
func (c *Client) JSON(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	var header []string
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body, header = text, []string{"Content-Type", "application/json"}
	}
	a, err := c.Send(ctx, method, path, body, header...)
	if err != nil {
		return err
	}
	if err := a.problem(); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if out == nil || len(a.Body) == 0 {
		return nil
	}
	if err := json.Unmarshal(a.Body, out); err != nil {
		return fmt.Errorf("%s %s: %w in %.200s", method, path, err, a.Body)
	}
	return nil
}

func (a Answer) problem() error {
	if a.Status < 400 {
		return nil
	}
	p := &Problem{offset: -1}
	if json.Unmarshal(a.Body, p) != nil {
		p.Detail = fmt.Sprintf("%.200s", a.Body)
	}
	p.Status = a.Status
	if n, err := strconv.ParseInt(a.Header.Get("Upload-Offset"), 10, 64); err == nil {
		p.offset = n
	}
	return p
}

// Get reads JSON.
func Get[T any](ctx context.Context, c *Client, path string) (v T, err error) {
	err = c.JSON(ctx, http.MethodGet, path, nil, &v)
	return v, err
}

// Post sends JSON and reads JSON.
func Post[T any](ctx context.Context, c *Client, path string, in any) (v T, err error) {
	err = c.JSON(ctx, http.MethodPost, path, in, &v)
	return v, err
}
