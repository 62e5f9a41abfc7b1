package storage_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"buildplate/storage"
)

var signedAt = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func signer(t *testing.T, current storage.Key, older ...storage.Key) *storage.Signer {
	t.Helper()
	s, err := storage.NewSigner(current, older...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func aGrant(t *testing.T) storage.Grant {
	return storage.Grant{Bucket: storage.PDFs, ID: newID(t), Method: "GET", Client: newID(t), Door: "public", Expires: signedAt.Add(storage.MaxGrant)}
}

func sign(t *testing.T, s *storage.Signer, g storage.Grant) string {
	t.Helper()
	token, err := s.Sign(g, signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSignedLink(t *testing.T) {
	s := signer(t, storage.NewKey())
	want := aGrant(t)
	token := sign(t, s, want)
	if strings.ContainsAny(token, "/+=?&# ") || strings.Contains(token, ".pdf") {
		t.Errorf("%q is not fit for a path", token)
	}
	for _, method := range []string{"GET", "HEAD"} {
		if got, err := s.Verify(token, "public", method, signedAt); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", method, got, err, want)
		}
	}
	for _, c := range []struct {
		name, method string
		at           time.Time
		want         error
	}{
		{"last second", "GET", want.Expires.Add(-time.Second), nil},
		{"on the second", "GET", want.Expires, storage.ErrGrantExpired},
		{"a second late", "GET", want.Expires.Add(time.Second), storage.ErrGrantExpired},
		{"the clock was set back", "GET", signedAt.Add(-time.Second), storage.ErrGrantExpired},
		{"delete", "DELETE", signedAt, storage.ErrBadGrant},
		{"no method", "", signedAt, storage.ErrBadGrant},
	} {
		if _, err := s.Verify(token, "public", c.method, c.at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for _, door := range []string{"shop", ""} {
		if _, err := s.Verify(token, door, "GET", signedAt); !errors.Is(err, storage.ErrBadGrant) {
			t.Errorf("at the door %q: %v", door, err)
		}
		g := want
		if g.Door = door + "\n"; door != "shop" {
			g.Door = ""
		}
		if _, err := s.Sign(g, signedAt); !errors.Is(err, storage.ErrBadName) {
			t.Errorf("a link for the door %q: %v", g.Door, err)
		}
	}
}

func TestNoChangedLinkIsAccepted(t *testing.T) {
	s := signer(t, storage.NewKey())
	token := sign(t, s, aGrant(t))
	refused := func(mutant string) {
		t.Helper()
		if _, err := s.Verify(mutant, "public", "GET", signedAt); err == nil {
			t.Errorf("accepted %q for %q", mutant, token)
		}
	}
	for i := range token {
		for bit := range 8 {
			b := []byte(token)
			b[i] ^= 1 << bit
			refused(string(b))
		}
		refused(token[:i])
		refused(token[:i] + token[i+1:])
		refused(token[:i] + "\n" + token[i:])
	}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
	for range 10_000 {
		b := []byte(token)
		for range 1 + r.IntN(4) {
			b[r.IntN(len(b))] = alphabet[r.IntN(len(alphabet))]
		}
		if string(b) != token {
			refused(string(b))
		}
	}
	refused(token + "=")
	refused(token + "." + token)
	refused("")
	refused("...")
	refused(token[:strings.LastIndexByte(token, '.')+1]) // no signature at all
	// The parts of two good links do not mix.
	other := strings.Split(sign(t, s, aGrant(t)), ".")
	mixed := strings.Split(token, ".")
	mixed[2] = other[2]
	refused(strings.Join(mixed, "."))
	if t.Failed() {
		t.Logf("seed %d", seed)
	}
}

func TestKeysRotate(t *testing.T) {
	old, current := storage.NewKey(), storage.NewKey()
	token := sign(t, signer(t, old), aGrant(t))
	if _, err := signer(t, current, old).Verify(token, "public", "GET", signedAt); err != nil {
		t.Errorf("a link of the older key: %v", err)
	}
	if _, err := signer(t, current).Verify(token, "public", "GET", signedAt); !errors.Is(err, storage.ErrBadGrant) {
		t.Errorf("after a restore: %v, want ErrBadGrant", err)
	}
	impostor := storage.Key{ID: old.ID, Secret: current.Secret}
	if _, err := signer(t, impostor).Verify(token, "public", "GET", signedAt); !errors.Is(err, storage.ErrBadGrant) {
		t.Errorf("the same id, another secret: %v", err)
	}
	for name, keys := range map[string][]storage.Key{
		"short":    {{ID: "a", Secret: make([]byte, 31)}},
		"empty":    {{ID: "a"}},
		"bad id":   {{ID: "a.b", Secret: make([]byte, 32)}},
		"no id":    {{Secret: make([]byte, 32)}},
		"the same": {old, old},
	} {
		if _, err := storage.NewSigner(keys[0], keys[1:]...); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestOnlySensibleGrantsAreSigned(t *testing.T) {
	s := signer(t, storage.NewKey())
	for name, spoil := range map[string]func(*storage.Grant){
		"over five minutes": func(g *storage.Grant) { g.Expires = g.Expires.Add(time.Second) },
		"already over":      func(g *storage.Grant) { g.Expires = signedAt },
		"bucket":            func(g *storage.Grant) { g.Bucket = "staging" },
		"id":                func(g *storage.Grant) { g.ID = "../lock" },
		"client":            func(g *storage.Grant) { g.Client = "a\nb" },
		"method":            func(g *storage.Grant) { g.Method = "DELETE" },
	} {
		g := aGrant(t)
		spoil(&g)
		if token, err := s.Sign(g, signedAt); err == nil {
			t.Errorf("%s: signed as %q", name, token)
		}
	}
}

func FuzzVerify(f *testing.F) {
	s, err := storage.NewSigner(storage.Key{ID: "k", Secret: make([]byte, 32)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("v1.k.e30.AAAA")
	f.Add("v1.k..")
	f.Fuzz(func(t *testing.T, token string) {
		if g, err := s.Verify(token, "public", "GET", signedAt); err == nil {
			if again, err := s.Sign(g, signedAt); err != nil || again != token {
				t.Errorf("%q is accepted but would be signed as %q, %v", token, again, err)
			}
		}
	})
}
