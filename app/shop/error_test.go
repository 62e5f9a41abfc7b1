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
	conflict := shop.Conflictf("This quote was accepted already.")
	for _, c := range []struct {
		name    string
		err     error
		kind    shop.Kind
		message string
		field   string
	}{
		{"nil", nil, shop.Internal, "", ""},
		{"plain", cause, shop.Internal, "", ""},
		{"own", conflict, shop.Conflict, "This quote was accepted already.", ""},
		{"wrapped", fmt.Errorf("accept: %w", conflict), shop.Conflict, "This quote was accepted already.", ""},
		{"kind from inside", &shop.Error{Message: "Your order could not be placed.", Err: fmt.Errorf("x: %w", conflict)}, shop.Conflict, "Your order could not be placed.", ""},
		{"outer kind stands", &shop.Error{Kind: shop.NotFound, Err: conflict}, shop.NotFound, "This quote was accepted already.", ""},
		{"field from inside", shop.Explain(shop.Invalidf("copies", "Enter a number of copies."), "The part cannot be added."), shop.Invalid, "The part cannot be added.", "copies"},
		{"explained cause", shop.Explain(cause, "The file could not be read."), shop.Internal, "The file could not be read.", ""},
		{"joined", errors.Join(cause, conflict), shop.Conflict, "This quote was accepted already.", ""},
	} {
		if got := shop.KindOf(c.err); got != c.kind {
			t.Errorf("%s: kind %v, want %v", c.name, got, c.kind)
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
	if shop.Explain(nil, "x") != nil {
		t.Error("explaining nothing must stay nothing")
	}
}

// The cause is for the log: it must be there and nowhere else.
func TestCauseStaysInTheLog(t *testing.T) {
	err := shop.Errorf(shop.Unavailable, "The printer list is not available now.").Because(errors.New("dial tcp 10.0.0.7"))
	if text := err.Error(); !strings.Contains(text, "10.0.0.7") || !strings.Contains(text, "unavailable") {
		t.Errorf("the log says %q", text)
	}
	if strings.Contains(shop.MessageOf(err), "10.0.0.7") {
		t.Error("the cause is in the sentence")
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
