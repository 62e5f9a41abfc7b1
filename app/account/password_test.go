package account

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"buildplate/app/shop"
)

// A hash as the first releases wrote it, of "correct horse battery" in 600,000 rounds; and what another program's
// argon2id makes of the same with less memory.
const (
	storedPBKDF2 = "pbkdf2-sha256$600000$AAECAwQFBgcICQoLDA0ODw$uwbIwLHdW/1OQPTil6LQ5k2n75S0uOwgmJAhyLQVNq0"
	weakArgon    = "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$VYd2oowjLaKFDCuPzjEbwOnRLksrkQE1AXAXWa+/2xg"
)

func TestPasswords(t *testing.T) {
	g := newPasswords()
	ctx := t.Context()
	fresh, err := g.seal(ctx, "correct horse battery")
	if err != nil || !regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).MatchString(fresh) {
		t.Errorf("%q, %v", fresh, err)
	}
	if again, err := g.seal(ctx, "correct horse battery"); err != nil || again == fresh {
		t.Errorf("two hashes of a password are one: %v", err)
	}
	for name, c := range map[string]struct {
		hash, password string
		ok, old        bool
	}{
		"of today":                  {fresh, "correct horse battery", true, false},
		"of today, wrong":           {fresh, "correct horse batterY", false, false},
		"of an earlier release":     {storedPBKDF2, "correct horse battery", true, true},
		"of it, wrong":              {storedPBKDF2, "correct horse", false, true},
		"of less memory":            {weakArgon, "correct horse battery", true, true},
		"none, and no password":     {"", "", false, false},
		"of another version":        {strings.Replace(fresh, "v=19", "v=16", 1), "correct horse battery", false, false},
		"of another kind":           {strings.Replace(fresh, "argon2id", "argon2i", 1), "correct horse battery", false, false},
		"cut off":                   {fresh[:len(fresh)-4], "correct horse battery", false, false},
		"that wants all the memory": {strings.Replace(fresh, "m=19456", "m=4294967295", 1), "correct horse battery", false, false},
		"that wants for ever":       {strings.Replace(storedPBKDF2, "600000", "2000000000", 1), "correct horse battery", false, false},
		"of no rounds":              {strings.Replace(storedPBKDF2, "600000", "0", 1), "correct horse battery", false, false},
	} {
		ok, old, err := g.opens(ctx, c.hash, c.password)
		if err != nil || ok != c.ok || (ok && old != c.old) {
			t.Errorf("a hash %s: %v, old %v, %v", name, ok, old, err)
		}
	}
}

// Two passwords are hashed at once; whoever waits for a turn and goes away is not waited for.
func TestPasswordsTakeTurns(t *testing.T) {
	g := newPasswords()
	release := make(chan struct{})
	if hashesAtOnce != 2 {
		t.Errorf("%d hashes at once take %d MiB", hashesAtOnce, 19*hashesAtOnce)
	}
	running := make(chan struct{}, hashesAtOnce)
	for range hashesAtOnce {
		go func() { _ = g.inTurn(context.Background(), func() { running <- struct{}{}; <-release }) }()
	}
	for range hashesAtOnce {
		<-running
	}
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := g.seal(ctx, "correct horse battery")
		left <- err
	}()
	cancel()
	if err := <-left; !shop.IsCode(err, "login_busy") {
		t.Errorf("whoever left: %v", err)
	}
	stayed := make(chan error)
	go func() {
		_, _, err := g.opens(t.Context(), "", "x")
		stayed <- err
	}()
	close(release)
	if err := <-stayed; err != nil {
		t.Errorf("whoever stayed: %v", err)
	}
}
