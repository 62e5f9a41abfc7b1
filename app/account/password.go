package account

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// hashRounds is OWASP's figure for PBKDF2-HMAC-SHA256.
const hashRounds = 600_000

// passwords lets two passwords be checked at once: each costs a tenth of a second of a core.
type passwords struct{ slots chan struct{} }

func newPasswords() *passwords { return &passwords{slots: make(chan struct{}, 2)} }

func (g *passwords) hash(password string, salt []byte, rounds int) []byte {
	g.slots <- struct{}{}
	defer func() { <-g.slots }()
	key, err := pbkdf2.Key(sha256.New, password, salt, rounds, 32)
	if err != nil {
		panic(err) // only for figures that make no sense
	}
	return key
}

func (g *passwords) seal(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	return fmt.Sprintf("pbkdf2-sha256$%d$%s$%s", hashRounds, base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(g.hash(password, salt, hashRounds)))
}

func (g *passwords) opens(sealed, password string) bool {
	f := strings.Split(sealed, "$")
	if len(f) != 4 {
		g.hash(password, []byte("nobody is known by this address"), hashRounds) // so that the answer takes as long
		return false
	}
	rounds, err1 := strconv.Atoi(f[1])
	salt, err2 := base64.RawStdEncoding.DecodeString(f[2])
	want, err3 := base64.RawStdEncoding.DecodeString(f[3])
	if err1 != nil || err2 != nil || err3 != nil {
		return false
	}
	return subtle.ConstantTimeCompare(g.hash(password, salt, rounds), want) == 1
}
