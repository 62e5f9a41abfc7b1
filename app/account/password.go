package account

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"

	"buildplate/app/shop"
)

// What a new hash costs: OWASP's figures for argon2id, of memory in KiB, passes over it and threads.
const (
	argonMemory  = 19 * 1024
	argonPasses  = 2
	argonThreads = 1

	saltBytes = 16
	keyBytes  = 32
)

// What a stored hash may ask for. Hashes are ours; a damaged one must not take the machine's memory.
const (
	maxArgonMemory   = 256 * 1024
	maxArgonPasses   = 16
	maxPBKDF2Rounds  = 10_000_000
	pbkdf2Prefix     = "pbkdf2-sha256"
	argonPrefix      = "argon2id"
	argonParamsStyle = "m=%d,t=%d,p=%d"
)

// hashesAtOnce bounds what checking passwords takes from the machine: each hash has 19 MiB and a core for a moment.
const hashesAtOnce = 2

// passwords hashes passwords and checks them against hashes. New hashes are argon2id, written as PHC strings
// ($argon2id$v=19$m=19456,t=2,p=1$salt$key); PBKDF2's of earlier releases still open.
type passwords struct{ slots chan struct{} }

func newPasswords() *passwords { return &passwords{slots: make(chan struct{}, hashesAtOnce)} }

// inTurn runs work when fewer than hashesAtOnce others do. Errors: Unavailable when the context ends before.
func (g *passwords) inTurn(ctx context.Context, work func()) error {
	if ctx.Err() == nil {
		select {
		case g.slots <- struct{}{}:
			defer func() { <-g.slots }()
			work()
			return nil
		case <-ctx.Done():
		}
	}
	return errBusy(ctx)
}

func errBusy(ctx context.Context) error {
	return shop.Unavailablef("login_busy", "Too many people are logging in at once. Try again in a moment.").Because(context.Cause(ctx))
}

// seal hashes a new password. Errors: Unavailable when the context ends before its turn.
func (g *passwords) seal(ctx context.Context, password string) (hash string, err error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt)
	return g.sealWith(ctx, salt, password)
}

// renew hashes a password as today where its hash is of an earlier release. It keeps the salt, by which devices know that it is the
// same password. Errors: those of seal.
func (g *passwords) renew(ctx context.Context, old, password string) (hash string, err error) {
	if s, ok := readHash(old); ok && len(s.salt) == saltBytes {
		return g.sealWith(ctx, s.salt, password)
	}
	return g.seal(ctx, password)
}

func (g *passwords) sealWith(ctx context.Context, salt []byte, password string) (hash string, err error) {
	err = g.inTurn(ctx, func() {
		key := argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonThreads, keyBytes)
		hash = fmt.Sprintf("$%s$v=%d$"+argonParamsStyle+"$%s$%s", argonPrefix, argon2.Version, argonMemory, argonPasses, argonThreads,
			base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
	})
	return hash, err
}

// opens says whether a password is the one of a hash, and whether the hash is to be made anew, since it is of an earlier
// release. Without a hash nothing opens, and it takes as long. Errors: Unavailable when the context ends before its turn.
func (g *passwords) opens(ctx context.Context, hash, password string) (ok, old bool, err error) {
	s, known := readHash(hash)
	if !known {
		s = sealed{salt: []byte("nobody is known by this address")[:saltBytes], memory: argonMemory, passes: argonPasses, threads: argonThreads}
	}
	err = g.inTurn(ctx, func() { ok = subtle.ConstantTimeCompare(s.hash(password), s.key) == 1 })
	return ok && known, s.rounds > 0 || s.memory != argonMemory || s.passes != argonPasses || s.threads != argonThreads, err
}

// sealed is a stored hash: PBKDF2's if it has rounds, else argon2id's.
type sealed struct {
	salt, key      []byte
	rounds         int
	memory, passes uint32
	threads        uint8
}

func (s sealed) hash(password string) []byte {
	if s.rounds == 0 {
		return argon2.IDKey([]byte(password), s.salt, s.passes, s.memory, s.threads, keyBytes)
	}
	key, err := pbkdf2.Key(sha256.New, password, s.salt, s.rounds, keyBytes)
	if err != nil {
		return nil // only for figures that make no sense, and they open nothing
	}
	return key
}

// readHash reads what seal wrote, now or in an earlier release.
func readHash(hash string) (s sealed, ok bool) {
	f := strings.Split(hash, "$")
	switch {
	case len(f) == 4 && f[0] == pbkdf2Prefix:
		rounds, err := strconv.Atoi(f[1])
		if err != nil || rounds < 1 || rounds > maxPBKDF2Rounds {
			return s, false
		}
		s.rounds = rounds
	case len(f) == 6 && f[0] == "" && f[1] == argonPrefix && f[2] == fmt.Sprintf("v=%d", argon2.Version):
		var threads uint32
		if n, err := fmt.Sscanf(f[3], argonParamsStyle, &s.memory, &s.passes, &threads); err != nil || n != 3 {
			return s, false
		}
		if s.memory < 8 || s.memory > maxArgonMemory || s.passes < 1 || s.passes > maxArgonPasses || threads < 1 || threads > 8 {
			return s, false
		}
		s.threads = uint8(threads)
	default:
		return s, false
	}
	var err1, err2 error
	s.salt, err1 = base64.RawStdEncoding.DecodeString(f[len(f)-2])
	s.key, err2 = base64.RawStdEncoding.DecodeString(f[len(f)-1])
	return s, err1 == nil && err2 == nil && len(s.key) == keyBytes
}

// saltOf is the salt of a stored hash: each password has its own, whatever its hash costs. A hash that cannot be read is its own.
func saltOf(hash string) string {
	if s, ok := readHash(hash); ok {
		return "salt " + base64.RawStdEncoding.EncodeToString(s.salt)
	}
	return hash
}
