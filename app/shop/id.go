package shop

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/google/uuid"
)

// NewID gives a time-ordered id (UUIDv7). An id is never a secret.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// NewToken gives 256 random bits for a link or a cookie; HashToken is what is stored.
func NewToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// HashToken is the form a token is kept in.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
