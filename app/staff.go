package app

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
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// How long a login lasts: unused, and at most.
const (
	loginIdle = 12 * time.Hour
	loginMost = 7 * 24 * time.Hour
)

// freeFailures is how often a password may be wrong before the account waits; the wait doubles up to longestWait.
const (
	freeFailures = 5
	longestWait  = 15 * time.Minute
	setupLinkAge = 24 * time.Hour
)

// hashRounds is OWASP's figure for PBKDF2-HMAC-SHA256.
const hashRounds = 600_000

// loginGate lets two passwords be checked at once: each costs a tenth of a second of a core.
type loginGate struct{ slots chan struct{} }

func newLoginGate() *loginGate { return &loginGate{slots: make(chan struct{}, 2)} }

func (g *loginGate) hash(password string, salt []byte, rounds int) []byte {
	g.slots <- struct{}{}
	defer func() { <-g.slots }()
	key, err := pbkdf2.Key(sha256.New, password, salt, rounds, 32)
	if err != nil {
		panic(err) // only for figures that make no sense
	}
	return key
}

func (g *loginGate) seal(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	return fmt.Sprintf("pbkdf2-sha256$%d$%s$%s", hashRounds, base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(g.hash(password, salt, hashRounds)))
}

func (g *loginGate) opens(sealed, password string) bool {
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

// SetupLink makes the one-time path that sets up the first admin; "" when there is somebody already. Earlier links stop
// working.
func (a *App) SetupLink(ctx context.Context) (path string, err error) {
	token := shop.NewToken()
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.CountStaff(ctx)
		if err != nil || n > 0 {
			token = ""
			return err
		}
		return tx.InsertSetupLink(ctx, shop.HashToken(token))
	})
	if token == "" || err != nil {
		return "", err
	}
	return "/staff/setup/" + token, nil
}

// SetupState says whether the shop still needs its first admin, and what the questions start from.
func (a *App) SetupState(ctx context.Context) (SetupView, error) {
	v := SetupView{Demo: a.cfg.Demo}
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		n, err := tx.CountStaff(ctx)
		if err != nil {
			return err
		}
		v.Needed = n == 0
		v.Defaults, err = settingsView(ctx, tx)
		return err
	})
	return v, err
}

// Setup spends the one-time link: it makes the first admin, keeps the first answers, and logs in.
// Errors: Unauthenticated for a wrong or used link; Conflict when somebody was set up already; Invalid with the field.
func (a *App) Setup(ctx context.Context, req SetupRequest) (Principal, string, error) {
	contact, err := shop.Contact{Name: req.Name, Email: req.Email}.Clean(true)
	if err != nil || contact.Email == "" {
		return Principal{}, "", shop.Invalidf("staff_contact_malformed", "email", "Please give your name and an e-mail address like name@example.com.")
	}
	if len([]rune(req.Password)) < 10 {
		return Principal{}, "", shop.Invalidf("password_too_short", "password", "A password has at least 10 characters. A few words are easy to remember.")
	}
	if !a.cfg.Demo && req.Settings == nil {
		return Principal{}, "", shop.Invalidf("settings_missing", "settings", "Please answer the questions about your shop.")
	}
	sealed := a.logins.seal(req.Password)
	admin := shop.Staff{ID: shop.NewID(), Email: contact.Email, Name: contact.Name, Role: shop.RoleAdmin, Password: sealed}
	token := shop.NewToken()
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.UseSetupLink(ctx, shop.HashToken(req.Token), tx.Now.Add(-setupLinkAge)); err != nil {
			return shop.Unauthenticatedf("setup_link_spent", "This link was used or replaced. Start the shop again to get a new one.").Because(err)
		}
		n, err := tx.CountStaff(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return shop.Conflictf("shop_set_up", "The shop is set up already. Please log in.")
		}
		if err := tx.InsertStaff(ctx, admin); err != nil {
			return err
		}
		if req.Settings != nil {
			if !req.Settings.PricesConfirmed {
				return shop.Invalidf("prices_not_confirmed", "prices_confirmed", "Please look at the prices and confirm them: customers pay them from now on.")
			}
			if err := keepSettings(ctx, tx, *req.Settings, true); err != nil {
				return err
			}
		}
		return login(ctx, tx, admin, token)
	})
	if err != nil {
		return Principal{}, "", err
	}
	return principal(admin), token, nil
}

func principal(s shop.Staff) Principal {
	return Principal{StaffID: s.ID, Name: s.Name, Email: s.Email, Role: s.Role}
}

func login(ctx context.Context, tx *db.Tx, s shop.Staff, token string) error {
	return tx.InsertLogin(ctx, shop.Session{TokenHash: shop.HashToken(token), Staff: s, Created: shop.TimeOf(tx.Now), Seen: shop.TimeOf(tx.Now), Expires: shop.TimeOf(tx.Now.Add(loginMost))})
}

// errWrongLogin does not say whether it is the address or the password.
var errWrongLogin = shop.Unauthenticatedf("login_wrong", "The e-mail address or the password is wrong.")

// Login checks a password and gives a new session's token. After five wrong ones the account waits, longer each time,
// never for good. Errors: Unauthenticated; TooMany while it waits.
func (a *App) Login(ctx context.Context, email, password, _ string) (Principal, string, error) {
	var s shop.Staff
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		s, err = tx.StaffByEmail(ctx, strings.TrimSpace(email))
		return err
	})
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return Principal{}, "", err
	}
	if wait := s.LockedUntil.Sub(shop.TimeOf(a.db.Now())); wait > 0 {
		wait = (wait + time.Second - 1).Truncate(time.Second)
		refusal := shop.TooManyf("login_locked", "Too many wrong passwords. Please wait %d seconds and try again.", int(wait.Seconds()))
		refusal.After = wait
		return Principal{}, "", refusal
	}
	ok := a.logins.opens(s.Password, password)
	token := shop.NewToken()
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		switch {
		case s.ID == "":
			return nil
		case ok:
			if err := tx.SaveLoginFailures(ctx, s.ID, 0, 0); err != nil {
				return err
			}
			return login(ctx, tx, s, token)
		}
		now, err := tx.StaffByEmail(ctx, s.Email)
		if err != nil {
			return err
		}
		failures, until := now.Failures+1, shop.Time(0)
		if failures >= freeFailures {
			wait := min(time.Second<<min(failures-freeFailures, 12), longestWait)
			until = shop.TimeOf(tx.Now.Add(wait))
		}
		return tx.SaveLoginFailures(ctx, s.ID, failures, until)
	})
	if err != nil {
		return Principal{}, "", err
	}
	if !ok {
		return Principal{}, "", errWrongLogin
	}
	return principal(s), token, nil
}

// Logout ends a session; it is no error when it has ended.
func (a *App) Logout(ctx context.Context, sessionToken string) error {
	return a.db.Write(ctx, func(tx *db.Tx) error { return tx.DeleteLogin(ctx, shop.HashToken(sessionToken)) })
}

// Session says who a session's token is. Errors: Unauthenticated.
func (a *App) Session(ctx context.Context, sessionToken string) (Principal, error) {
	hash := shop.HashToken(sessionToken)
	var s shop.Session
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		s, err = tx.Login(ctx, hash)
		return err
	})
	now := a.db.Now()
	if shop.IsKind(err, shop.NotFound) || (err == nil && (s.Expires < shop.TimeOf(now) || s.Seen < shop.TimeOf(now.Add(-loginIdle)))) {
		return Principal{}, shop.Unauthenticatedf("login_needed", "Please log in.")
	}
	if err != nil {
		return Principal{}, err
	}
	if s.Seen < shop.TimeOf(now.Add(-time.Minute)) {
		if err := a.db.Write(ctx, func(tx *db.Tx) error { return tx.SeeLogin(ctx, hash) }); err != nil {
			return Principal{}, err
		}
	}
	return principal(s.Staff), nil
}
