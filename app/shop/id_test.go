package shop

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestIDs(t *testing.T) {
	a, b := NewID(), NewID()
	if a >= b {
		t.Errorf("%s was made before %s", a, b)
	}
}

func TestTokens(t *testing.T) {
	a, b := NewToken(), NewToken()
	if raw, err := base64.RawURLEncoding.DecodeString(a); err != nil || len(raw) != 32 {
		t.Errorf("a token has %d bytes, %v", len(raw), err)
	}
	if a == b || HashToken(a) == HashToken(b) {
		t.Error("two tokens are the same")
	}
	if h := HashToken(a); h != HashToken(a) || len(h) != 64 || strings.Contains(h, a) {
		t.Errorf("the hash is %q", h)
	}
	if got := HashToken("abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-2, B.1
		t.Errorf("the hash of abc is %s", got)
	}
}
