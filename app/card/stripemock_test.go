package card

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/shop"
)

// stripeMockVersion is the release whose copy of Stripe's API description checks our requests.
const stripeMockVersion = "v0.203.0"

// stripeMock starts Stripe's own mock, which checks every parameter against the description of the API. It is built
// once, into the user's cache folder.
func stripeMock(t *testing.T) string {
	t.Helper()
	without := func(format string, args ...any) {
		t.Helper()
		need.Without(t, "stripe", fmt.Sprintf(format, args...))
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		without("there is no cache folder for stripe-mock: %v", err)
	}
	folder := filepath.Join(cache, "buildplate", "stripe-mock-"+stripeMockVersion)
	program := filepath.Join(folder, "stripe-mock")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if _, err := os.Stat(program); err != nil {
		build := exec.Command("go", "install", "github.com/stripe/stripe-mock@"+stripeMockVersion)
		build.Env = append(os.Environ(), "GOBIN="+folder, "GOFLAGS=", "CGO_ENABLED=0", "GOOS=", "GOARCH=")
		if out, err := build.CombinedOutput(); err != nil {
			without("stripe-mock cannot be built: %v\n%s", err, out)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	mock := exec.CommandContext(ctx, program, "-http-addr", "127.0.0.1:0")
	mock.WaitDelay = time.Second
	out, err := mock.StdoutPipe()
	if err == nil {
		err = mock.Start()
	}
	if err != nil {
		stop()
		without("stripe-mock does not start: %v", err)
	}
	t.Cleanup(func() {
		stop()
		_ = mock.Wait()
	})
	address := regexp.MustCompile(`address: (127\.0\.0\.1:\d+)`)
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := address.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case at := <-found:
		return "http://" + at
	case <-time.After(30 * time.Second):
		t.Fatal("stripe-mock does not say where it listens")
		return ""
	}
}

func TestStripeMockAcceptsEveryRequest(t *testing.T) {
	base := stripeMock(t)
	ctx := context.Background()
	c := newStripeClient(base)
	params := sessionParams{
		Amount: 2430, Currency: "aud", Item: "Order ORD-1001", Email: "ada@example.com", SuccessURL: "https://print.example/return/1?result=success",
		CancelURL: "https://print.example/return/1?result=cancel", Expires: time.Now().Add(sessionLife).Unix(), Reference: "1",
		Metadata: map[string]string{"instance": "i", "invoice_id": "v", "order_number": "ORD-1001", "intent_id": "1"}, Methods: []string{"card"},
	}
	key := "sk_test_123"
	made, err := c.createSession(ctx, key, "order:1:1", params)
	if err != nil || made.ID == "" {
		t.Fatalf("create: %+v, %v", made, err)
	}
	params.Email = ""
	if _, err := c.createSession(ctx, key, "order:1:2", params); err != nil {
		t.Errorf("create for a customer without an address: %v", err)
	}
	if s, err := c.session(ctx, key, made.ID); err != nil || s.ID == "" {
		t.Errorf("retrieve: %+v, %v", s, err)
	}
	if s, err := c.expireSession(ctx, key, made.ID); err != nil || s.ID == "" {
		t.Errorf("expire: %+v, %v", s, err)
	}
	n := 0
	err = c.events(ctx, key, shop.TimeOf(time.Now().Add(-time.Hour)), handledEvents, func(e stripeEvent) error {
		if n++; e.ID == "" || len(e.Data.Object) == 0 {
			t.Errorf("event: %+v", e)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Errorf("events: %d, %v", n, err)
	}

	// It does refuse.
	req, err := http.NewRequest(http.MethodPost, base+"/v1/checkout/sessions", strings.NewReader(url.Values{"mode": {"payment"}, "no_such_parameter": {"1"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("stripe-mock takes an unknown parameter: %s", res.Status)
	}
}
