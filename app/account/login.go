package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// freeFailures is how often a password may be wrong before the account waits; the wait doubles up to longestWait.
const (
	freeFailures = 5
	longestWait  = 15 * time.Minute
)

// login begins a session of a user at the shop's door.
func login(ctx context.Context, tx *db.Tx, u shop.User, token string) error {
	now := tx.Now
	return tx.InsertSession(ctx, shop.Session{TokenHash: shop.HashToken(token), User: u, Door: shop.ShopDoor, Created: now, Seen: now, Expires: now.Add(shop.SessionMost)})
}

// errWrongLogin does not say whether it is the address or the password.
var errWrongLogin = shop.Unauthenticatedf("login_wrong", "The e-mail address or the password is wrong.")

// Login checks a password and gives a new session's token. After five wrong ones the account waits, longer each time,
// never for good. A hash of an earlier release is made anew. Errors: Unauthenticated; TooMany while it waits; Forbidden for whoever an admin disabled.
func (s *Service) Login(ctx context.Context, email, password string) (p shop.Actor, token string, err error) {
	for range hashesAtOnce + 1 {
		if p, token, err = s.tryLogin(ctx, email, password); !errors.Is(err, errHashChanged) {
			return p, token, err
		}
	}
	return shop.Actor{}, "", errWrongLogin
}

// errHashChanged says that the stored hash became another one while the password was checked against it: somebody chose
// a new password, or another login made an old hash anew.
var errHashChanged = errors.New("the hash changed meanwhile")

func (s *Service) tryLogin(ctx context.Context, email, password string) (shop.Actor, string, error) {
	var who shop.User
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		who, err = tx.UserByEmail(ctx, strings.TrimSpace(email))
		return err
	})
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return shop.Actor{}, "", err
	}
	if !who.Works() {
		who = shop.User{} // staff come in here
	}
	if err := waits(who, s.db.Now()); err != nil {
		return shop.Actor{}, "", err
	}
	ok, old, err := s.passwords.opens(ctx, who.Password, password)
	if err != nil {
		return shop.Actor{}, "", err
	}
	if who.ID == "" {
		return shop.Actor{}, "", errWrongLogin
	}
	renewed := ""
	if ok && old {
		if renewed, err = s.passwords.seal(ctx, password); err != nil {
			return shop.Actor{}, "", err
		}
	}
	token := shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := tx.User(ctx, who.ID)
		if err != nil {
			return err
		}
		if !ok {
			return failed(ctx, tx, now)
		}
		if now.Password != who.Password || now.State == shop.UserRemoved {
			return errHashChanged
		}
		if now.State != shop.UserActive {
			return shop.Forbiddenf("login_disabled", "An admin has disabled your account. Ask them to enable it.")
		}
		if renewed != "" {
			err = tx.SavePassword(ctx, who.ID, renewed)
		} else {
			err = tx.SaveLoginFailures(ctx, who.ID, 0, 0)
		}
		if err != nil {
			return err
		}
		who = now
		return login(ctx, tx, now, token)
	})
	if err != nil {
		return shop.Actor{}, "", err
	}
	if !ok {
		return shop.Actor{}, "", errWrongLogin
	}
	return who.Actor(), token, nil
}

// waits refuses to look at a password of somebody who has given too many wrong ones. Errors: TooMany.
func waits(u shop.User, now shop.Time) error {
	wait := u.LockedUntil.Sub(now)
	if wait <= 0 {
		return nil
	}
	wait = (wait + time.Second - 1).Truncate(time.Second)
	refusal := shop.TooManyf("login_locked", "Too many wrong passwords. Wait %d seconds and try again.", int(wait.Seconds()))
	refusal.After = wait
	return refusal
}

// failed counts a wrong password, and has the account wait.
func failed(ctx context.Context, tx *db.Tx, u shop.User) error {
	failures, until := u.Failures+1, shop.Time(0)
	if failures >= freeFailures {
		wait := min(time.Second<<min(failures-freeFailures, 12), longestWait)
		until = tx.Now.Add(wait)
	}
	return tx.SaveLoginFailures(ctx, u.ID, failures, until)
}

// Logout ends a session; it is no error when it has ended.
func (s *Service) Logout(ctx context.Context, sessionToken string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return tx.DeleteSession(ctx, shop.HashToken(sessionToken)) })
}

// Session says who a session's token is at a door. Errors: Unauthenticated.
func (s *Service) Session(ctx context.Context, sessionToken string, door shop.Door) (shop.Actor, error) {
	hash := shop.HashToken(sessionToken)
	var found shop.Session
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		found, err = tx.Session(ctx, hash, door)
		return err
	})
	now := s.db.Now()
	if shop.IsKind(err, shop.NotFound) || (err == nil && !found.Open(now)) {
		return shop.Actor{}, shop.Unauthenticatedf("login_needed", "Log in.")
	}
	if err != nil {
		return shop.Actor{}, err
	}
	if found.Seen.Before(now.Add(-time.Minute)) {
		if err := s.db.Write(ctx, func(tx *db.Tx) error { return tx.SeeSession(ctx, hash) }); err != nil {
			return shop.Actor{}, err
		}
	}
	return found.User.Actor(), nil
}
