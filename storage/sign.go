package storage

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxGrant is the longest a signed link may live.
const MaxGrant = 5 * time.Minute

// The ways a link is refused.
var (
	// ErrBadGrant is returned for a link that was not made here, was changed,
	// or does not cover the request. It does not say which.
	ErrBadGrant = errors.New("storage: not a valid link")
	// ErrGrantExpired is returned for a link of ours whose time is up.
	ErrGrantExpired = errors.New("storage: this link has expired")
)

// Grant is the right to do one thing with one blob for some minutes. It says
// nothing about whether the blob is still there and whose it is: the row must be
// checked when the link is used, and the file's name comes from there, too.
type Grant struct {
	Bucket  Bucket
	ID      string
	Method  string // http.MethodGet, which covers HEAD
	Client  string // the client the link was made for, a UUID; empty for staff
	Door    string // where alone the link is good, in letters
	Form    string // what is made of the blob as it is handed out, in letters; "" for nothing
	Expires time.Time
}

// Key is a secret that signs links.
type Key struct {
	ID     string // short and public: letters and digits
	Secret []byte // at least 32 bytes
}

// NewKey makes a key from the system's randomness.
func NewKey() Key {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: it ends the process instead
	return Key{ID: strings.ToLower(rand.Text()[:8]), Secret: secret}
}

// Signer makes and checks links of the form
//
//	v1.<key id>.<grant, base64url>.<HMAC-SHA256 of all before it, base64url>
//
// A link has no file extension on purpose: caches in front of the shop keep
// what looks like a PDF beyond the link's life.
type Signer struct {
	current Key
	keys    map[string][]byte
}

const signVersion = "v1"

// NewSigner signs with current and also accepts links of older keys, so that a
// key can be changed while links are out. Leaving the old ones out makes every
// link void at once, as after a restore.
func NewSigner(current Key, older ...Key) (*Signer, error) {
	s := &Signer{current: current, keys: make(map[string][]byte)}
	for _, k := range append([]Key{current}, older...) {
		if len(k.Secret) < 32 {
			return nil, fmt.Errorf("storage: key %q has %d bytes, a link needs a key of at least 32", k.ID, len(k.Secret))
		}
		if k.ID == "" || strings.Trim(k.ID, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return nil, fmt.Errorf("storage: the key id %q is not letters and digits", k.ID)
		}
		if _, twice := s.keys[k.ID]; twice {
			return nil, fmt.Errorf("storage: two keys have the id %q", k.ID)
		}
		s.keys[k.ID] = k.Secret
	}
	return s, nil
}

// Sign makes the link. The expiry is cut to whole seconds and must lie after now
// and at most [MaxGrant] away.
func (s *Signer) Sign(g Grant, now time.Time) (string, error) {
	if _, err := blobName(g.Bucket, g.ID); err != nil {
		return "", err
	}
	if g.Client != "" && !validID(g.Client) {
		return "", fmt.Errorf("%w: client %q", ErrBadName, g.Client)
	}
	if g.Door == "" || strings.Trim(g.Door, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "", fmt.Errorf("%w: door %q", ErrBadName, g.Door)
	}
	if strings.Trim(g.Form, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "", fmt.Errorf("%w: form %q", ErrBadName, g.Form)
	}
	if g.Method != http.MethodGet {
		return "", fmt.Errorf("storage: a link for %q cannot be made, only for %s", g.Method, http.MethodGet)
	}
	if life := g.Expires.Sub(now); life <= 0 || life > MaxGrant {
		return "", fmt.Errorf("storage: a link lives up to %s, not %s", MaxGrant, life)
	}
	// No field can hold a newline: bucket, ids, door, form and method were checked above.
	payload := strings.Join([]string{string(g.Bucket), g.ID, g.Client, g.Door, g.Method, strconv.FormatInt(g.Expires.Unix(), 10), g.Form}, "\n")
	text := signVersion + "." + s.current.ID + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return text + "." + signature(s.current.Secret, text), nil
}

// Verify checks a link for a request with the given method at a door. The grant it
// returns still has to be held against the row. Errors: [ErrBadGrant], [ErrGrantExpired].
func (s *Signer) Verify(token, door, method string, now time.Time) (Grant, error) {
	cut := strings.LastIndexByte(token, '.')
	if cut < 0 {
		return Grant{}, ErrBadGrant
	}
	text := token[:cut]
	parts := strings.Split(text, ".")
	if len(parts) != 3 || parts[0] != signVersion {
		return Grant{}, ErrBadGrant
	}
	secret, known := s.keys[parts[1]]
	if !known {
		return Grant{}, ErrBadGrant
	}
	// Compared as text: decoding would forgive line breaks and stray bits, and
	// one signature would have many spellings.
	if !hmac.Equal([]byte(token[cut+1:]), []byte(signature(secret, text))) {
		return Grant{}, ErrBadGrant
	}
	g, err := decodeGrant(parts[2])
	if err != nil {
		return Grant{}, err
	}
	if door != g.Door {
		return Grant{}, ErrBadGrant
	}
	if method != g.Method && method != http.MethodHead {
		return Grant{}, ErrBadGrant
	}
	// A link from the future means that our clock was set back since.
	if left := g.Expires.Sub(now); left <= 0 || left > MaxGrant {
		return Grant{}, ErrGrantExpired
	}
	return g, nil
}

func decodeGrant(part string) (Grant, error) {
	payload, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return Grant{}, ErrBadGrant
	}
	fields := strings.Split(string(payload), "\n")
	if len(fields) != 7 {
		return Grant{}, ErrBadGrant
	}
	expires, err := strconv.ParseInt(fields[5], 10, 64)
	if err != nil {
		return Grant{}, ErrBadGrant
	}
	return Grant{
		Bucket: Bucket(fields[0]), ID: fields[1], Client: fields[2], Door: fields[3], Method: fields[4], Form: fields[6],
		Expires: time.Unix(expires, 0).UTC(),
	}, nil
}

func signature(secret []byte, text string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
