package shop_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"buildplate/app/shop"
)

func TestKindGoesOutwards(t *testing.T) {
	cause := io.ErrUnexpectedEOF
	conflict := shop.Conflictf("quote_accepted", "This quote was accepted already.")
	for _, c := range []struct {
		name    string
		err     error
		kind    shop.Kind
		message string
		field   string
		code    shop.Code
	}{
		{"nil", nil, shop.Internal, "", "", "internal"},
		{"plain", cause, shop.Internal, "", "", "internal"},
		{"own", conflict, shop.Conflict, "This quote was accepted already.", "", "quote_accepted"},
		{"wrapped", fmt.Errorf("accept: %w", conflict), shop.Conflict, "This quote was accepted already.", "", "quote_accepted"},
		{"kind from inside", &shop.Error{Message: "Your order could not be placed.", Err: fmt.Errorf("x: %w", conflict)}, shop.Conflict, "Your order could not be placed.", "", "quote_accepted"},
		{"outer kind and code stand", &shop.Error{Kind: shop.NotFound, Code: "quote_not_found", Err: conflict}, shop.NotFound, "This quote was accepted already.", "", "quote_not_found"},
		{"field from inside", &shop.Error{Message: "The part cannot be added.", Err: shop.Invalidf("copies_missing", "copies", "Enter a number of copies.")}, shop.Invalid, "The part cannot be added.", "copies", "copies_missing"},
		{"code of the kind", &shop.Error{Kind: shop.TooMany}, shop.TooMany, "", "", "throttled"},
		{"what was not found", shop.IfNotFound(&shop.Error{Kind: shop.NotFound, Err: cause}, "order_not_found", "There is no such order."), shop.NotFound, "There is no such order.", "", "order_not_found"},
		{"what failed otherwise", shop.IfNotFound(cause, "order_not_found", "There is no such order."), shop.Internal, "", "", "internal"},
		{"joined", errors.Join(cause, conflict), shop.Conflict, "This quote was accepted already.", "", "quote_accepted"},
	} {
		if got := shop.KindOf(c.err); got != c.kind {
			t.Errorf("%s: kind %v, want %v", c.name, got, c.kind)
		}
		if got := shop.CodeOf(c.err); got != c.code {
			t.Errorf("%s: code %v, want %v", c.name, got, c.code)
		}
		if got := shop.MessageOf(c.err); c.message != "" && got != c.message {
			t.Errorf("%s: message %q, want %q", c.name, got, c.message)
		}
		if got := shop.FieldOf(c.err); got != c.field {
			t.Errorf("%s: field %q, want %q", c.name, got, c.field)
		}
	}
	if shop.IsKind(nil, shop.Internal) {
		t.Error("no error is of no kind")
	}
	if shop.IsCode(nil, "internal") || !shop.IsCode(conflict, "quote_accepted") {
		t.Error("no error has no code, and an error has its own")
	}
	if shop.IfNotFound(nil, "x", "x") != nil {
		t.Error("no error must stay none")
	}
}

// The cause is for the log: it must be there and nowhere else.
func TestCauseStaysInTheLog(t *testing.T) {
	err := shop.Unavailablef("printers_unavailable", "The printer list is not available now.").Because(errors.New("dial tcp 10.0.0.7"))
	if text := shop.Invalidf("copies_missing", "copies", "Enter a number.").Error(); text != "copies_missing copies: Enter a number." {
		t.Errorf("the log says %q", text)
	}
	if text := err.Error(); !strings.Contains(text, "10.0.0.7") || !strings.HasPrefix(text, "printers_unavailable: ") {
		t.Errorf("the log says %q", text)
	}
	if strings.Contains(shop.MessageOf(err), "10.0.0.7") {
		t.Error("the cause is in the message")
	}
	if got := shop.MessageOf(io.EOF); strings.Contains(got, "EOF") || !strings.HasSuffix(got, ".") {
		t.Errorf("a plain error is shown as %q", got)
	}
}

func TestEveryKindHasAName(t *testing.T) {
	seen := map[string]bool{}
	for k := shop.Internal; k <= shop.NoSpace; k++ {
		if name := k.String(); name == "" || seen[name] || strings.HasPrefix(name, "Kind(") {
			t.Errorf("kind %d is called %q", k, name)
		} else {
			seen[name] = true
		}
	}
}

func TestConstructors(t *testing.T) {
	for kind, err := range map[shop.Kind]*shop.Error{
		shop.Unauthenticated: shop.Unauthenticatedf("a_code", "Wait %d seconds.", 3),
		shop.Forbidden:       shop.Forbiddenf("a_code", "Wait %d seconds.", 3),
		shop.NotFound:        shop.NotFoundf("a_code", "Wait %d seconds.", 3),
		shop.Conflict:        shop.Conflictf("a_code", "Wait %d seconds.", 3),
		shop.TooLarge:        shop.TooLargef("a_code", "Wait %d seconds.", 3),
		shop.TooMany:         shop.TooManyf("a_code", "Wait %d seconds.", 3),
		shop.Unavailable:     shop.Unavailablef("a_code", "Wait %d seconds.", 3),
		shop.NoSpace:         shop.NoSpacef("a_code", "Wait %d seconds.", 3),
		shop.Invalid:         shop.Invalidf("a_code", "", "Wait %d seconds.", 3),
	} {
		if !shop.IsKind(err, kind) || !shop.IsCode(err, "a_code") || shop.MessageOf(err) != "Wait 3 seconds." || shop.FieldOf(err) != "" {
			t.Errorf("%v: %v", kind, err)
		}
		if err := err.Because(io.EOF); !errors.Is(err, io.EOF) {
			t.Errorf("%v: its cause is lost", kind)
		}
	}
}

func TestWhenToTryAgain(t *testing.T) {
	err := shop.TooManyf("login_locked", "Please wait.")
	if shop.AfterOf(err) != 0 {
		t.Error("a wait that nobody knows is told")
	}
	err.After = 42
	if got := shop.AfterOf(fmt.Errorf("login: %w", err)); got != 42 {
		t.Errorf("wait %d", got)
	}
}

func TestABusyShopIsToldWherever(t *testing.T) {
	for _, err := range []error{&shop.Error{Kind: shop.Unavailable, Err: io.EOF}, fmt.Errorf("price: %w", &shop.Error{Kind: shop.Unavailable})} {
		if m := shop.MessageOf(err); !strings.Contains(m, "busy") || !strings.Contains(m, "try again") {
			t.Errorf("%q", m)
		}
	}
}

func TestAFullDiskIsToldWherever(t *testing.T) {
	if m := shop.MessageOf(&shop.Error{Kind: shop.NoSpace, Err: io.EOF}); !strings.Contains(m, "disk is full") {
		t.Errorf("%q", m)
	}
}
