package account

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// login begins a session of a user at the shop's door, and notes from where; the machine itself needs no note.
func login(ctx context.Context, tx *db.Tx, u shop.User, address, token string) error {
	if from, err := netip.ParseAddr(address); err == nil && !from.IsLoopback() {
		if err := tx.LoggedInFrom(ctx, u.ID, address); err != nil {
			return err
		}
	}
	now := tx.Now
	return tx.InsertSession(ctx, shop.Session{TokenHash: shop.HashToken(token), User: u, Door: shop.ShopDoor, Created: now, Seen: now, Expires: now.Add(shop.SessionMost)})
}

// errWrongLogin does not say whether it is the address or the password.
var errWrongLogin = shop.Unauthenticatedf("login_wrong", "The e-mail address or the password is wrong.")

// Login checks a password and gives a new session's token. After five wrong ones from one address that address waits, longer each
// time, never for good; at the machine itself and on a known device nobody does; see guard. A hash of an earlier release is made anew.
// Errors: Unauthenticated, the same for wrong passwords and for addresses of nobody; TooMany while it waits; Forbidden for whoever an
// admin disabled.
func (s *Service) Login(ctx context.Context, from From, email, password string) (p shop.Actor, token string, err error) {
	email = strings.TrimSpace(email)
	who, known, err := s.whoLogsIn(ctx, from, email)
	if err != nil {
		return p, "", err
	}
	try, err := s.guard.begin(s.db.Now(), strings.ToLower(email), from, known)
	if err != nil {
		return p, "", err
	}
	if try.inLine {
		select {
		case s.guard.turn <- struct{}{}:
			defer func() { <-s.guard.turn }()
		case <-ctx.Done():
			try.unseen()
			return p, "", errBusy(ctx)
		}
	}
	for range hashesAtOnce + 1 {
		if p, token, err = s.tryLogin(ctx, who, from.Address, password); !errors.Is(err, errHashChanged) {
			break
		}
		if who, _, err = s.whoLogsIn(ctx, from, email); err != nil {
			break
		}
	}
	switch {
	case errors.Is(err, errHashChanged):
		return shop.Actor{}, "", errWrongLogin
	case err == nil || shop.IsKind(err, shop.Forbidden):
		try.right()
	case !errors.Is(err, errWrongLogin): // its turn never came, or it was right and the shop had trouble
		try.unseen()
	}
	return p, token, err
}

// whoLogsIn finds who is meant by an e-mail address, nobody if need be, and what is known of where it comes from.
func (s *Service) whoLogsIn(ctx context.Context, from From, email string) (who shop.User, known known, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if who, err = tx.UserByEmail(ctx, email); err != nil && !shop.IsKind(err, shop.NotFound) {
			return err
		}
		if !who.Actor().Can(shop.LogIn, shop.TheShop) {
			who = shop.User{}
		}
		key, err := tx.Secret(ctx, deviceKey)
		if err != nil {
			return err
		}
		known.device = knownDevice(key, who, from.Devices, tx.Now)
		known.address, err = tx.KnowsAddress(ctx, from.Address)
		return err
	})
	return who, known, err
}

// errHashChanged says that the stored hash became another one while the password was checked against it: somebody chose
// a new password, or another login made an old hash anew.
var errHashChanged = errors.New("the hash changed meanwhile")

func (s *Service) tryLogin(ctx context.Context, who shop.User, address, password string) (shop.Actor, string, error) {
	ok, old, err := s.passwords.opens(ctx, who.Password, password)
	if err != nil {
		return shop.Actor{}, "", err
	}
	if who.ID == "" || !ok {
		return shop.Actor{}, "", errWrongLogin
	}
	renewed := ""
	if old {
		if renewed, err = s.passwords.renew(ctx, who.Password, password); err != nil {
			return shop.Actor{}, "", err
		}
	}
	token := shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := tx.User(ctx, who.ID)
		if err != nil {
			return err
		}
		if now.Password != who.Password || now.State == shop.UserRemoved {
			return errHashChanged
		}
		if now.State != shop.UserActive {
			return shop.Forbiddenf("login_disabled", "An admin has disabled your account. Ask them to enable it.")
		}
		if renewed != "" {
			if err := tx.RenewHash(ctx, who.ID, renewed); err != nil {
				return err
			}
		}
		who = now
		return login(ctx, tx, now, address, token)
	})
	if err != nil {
		return shop.Actor{}, "", err
	}
	return who.Actor(), token, nil
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
