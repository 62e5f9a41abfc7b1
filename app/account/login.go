package account

import (
	"context"
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

// UserView is somebody who is logged in, as their pages know them.
type UserView struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Email string    `json:"email"`
	Role  shop.Role `json:"role" enum:"ADMIN,STAFF"`
}

// ViewOf is what pages are told of an actor.
func ViewOf(a shop.Actor) UserView {
	return UserView{ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role}
}

// actor is who a member of staff is to the use cases.
func actor(s shop.Staff) shop.Actor {
	return shop.Actor{ID: s.ID, Name: s.Name, Email: s.Email, Role: s.Role}
}

func login(ctx context.Context, tx *db.Tx, s shop.Staff, token string) error {
	return tx.InsertLogin(ctx, shop.Session{TokenHash: shop.HashToken(token), Staff: s, Created: tx.Now, Seen: tx.Now, Expires: tx.Now.Add(loginMost)})
}

// errWrongLogin does not say whether it is the address or the password.
var errWrongLogin = shop.Unauthenticatedf("login_wrong", "The e-mail address or the password is wrong.")

// Login checks a password and gives a new session's token. After five wrong ones the account waits, longer each time,
// never for good. Errors: Unauthenticated; TooMany while it waits.
func (s *Service) Login(ctx context.Context, email, password string) (shop.Actor, string, error) {
	var who shop.Staff
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		who, err = tx.StaffByEmail(ctx, strings.TrimSpace(email))
		return err
	})
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return shop.Actor{}, "", err
	}
	if wait := who.LockedUntil.Sub(s.db.Now()); wait > 0 {
		wait = (wait + time.Second - 1).Truncate(time.Second)
		refusal := shop.TooManyf("login_locked", "Too many wrong passwords. Wait %d seconds and try again.", int(wait.Seconds()))
		refusal.After = wait
		return shop.Actor{}, "", refusal
	}
	ok := s.passwords.opens(who.Password, password)
	token := shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		switch {
		case who.ID == "":
			return nil
		case ok:
			if err := tx.SaveLoginFailures(ctx, who.ID, 0, 0); err != nil {
				return err
			}
			return login(ctx, tx, who, token)
		}
		now, err := tx.StaffByEmail(ctx, who.Email)
		if err != nil {
			return err
		}
		failures, until := now.Failures+1, shop.Time(0)
		if failures >= freeFailures {
			wait := min(time.Second<<min(failures-freeFailures, 12), longestWait)
			until = tx.Now.Add(wait)
		}
		return tx.SaveLoginFailures(ctx, who.ID, failures, until)
	})
	if err != nil {
		return shop.Actor{}, "", err
	}
	if !ok {
		return shop.Actor{}, "", errWrongLogin
	}
	return actor(who), token, nil
}

// Logout ends a session; it is no error when it has ended.
func (s *Service) Logout(ctx context.Context, sessionToken string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return tx.DeleteLogin(ctx, shop.HashToken(sessionToken)) })
}

// Session says who a session's token is. Errors: Unauthenticated.
func (s *Service) Session(ctx context.Context, sessionToken string) (shop.Actor, error) {
	hash := shop.HashToken(sessionToken)
	var found shop.Session
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		found, err = tx.Login(ctx, hash)
		return err
	})
	now := s.db.Now()
	if shop.IsKind(err, shop.NotFound) || (err == nil && (found.Expires.Before(now) || found.Seen.Before(now.Add(-loginIdle)))) {
		return shop.Actor{}, shop.Unauthenticatedf("login_needed", "Log in.")
	}
	if err != nil {
		return shop.Actor{}, err
	}
	if found.Seen.Before(now.Add(-time.Minute)) {
		if err := s.db.Write(ctx, func(tx *db.Tx) error { return tx.SeeLogin(ctx, hash) }); err != nil {
			return shop.Actor{}, err
		}
	}
	return actor(found.Staff), nil
}
