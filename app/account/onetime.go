package account

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/db"
)

// linkPath is the page of one-time links, at the shop's door.
const linkPath = "/staff/link/"

// NewLink makes a link for somebody: an invitation's while they have no password, else one to choose a new password. A
// wait after wrong passwords ends. Errors: Forbidden; NotFound; Conflict for whoever is disabled.
func (s *Service) NewLink(ctx context.Context, who shop.Actor, id string) (v OneTimeLinkView, err error) {
	if err := who.Must(shop.ManagePeople, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := person(ctx, tx, id)
		if err != nil {
			return err
		}
		v, err = s.makeLink(ctx, tx, who, u.User)
		return err
	})
	return v, err
}

// LinkByEmail is NewLink for somebody's e-mail address, for the command line. Errors: those of NewLink.
func (s *Service) LinkByEmail(ctx context.Context, who shop.Actor, email string) (v OneTimeLinkView, err error) {
	if err := who.Must(shop.ManagePeople, shop.TheShop); err != nil {
		return v, err
	}
	email = strings.TrimSpace(email)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := tx.UserByEmail(ctx, email)
		if err == nil && !u.Actor().Can(shop.UseLink, shop.TheShop) {
			err = &shop.Error{Kind: shop.NotFound}
		}
		if err != nil {
			return shop.IfNotFound(err, "user_not_found", "Nobody who works here has the e-mail address %s.", email)
		}
		v, err = s.makeLink(ctx, tx, who, u)
		return err
	})
	return v, err
}

// makeLink makes somebody's one-time link, and tells of it in the activity log.
func (s *Service) makeLink(ctx context.Context, tx *db.Tx, who shop.Actor, u shop.User) (v OneTimeLinkView, err error) {
	if v, err = s.freshLink(ctx, tx, who, u); err != nil {
		return v, err
	}
	verb := shop.VerbPasswordLinked
	if v.Purpose == shop.LinkInvitation {
		verb = shop.VerbInvitationLinked
	}
	return v, tx.Log(ctx, who.Activity(verb, u.ID, shop.ActivityParams{Name: u.Name}))
}

// freshLink makes somebody's one-time link; earlier ones stop working.
func (s *Service) freshLink(ctx context.Context, tx *db.Tx, who shop.Actor, u shop.User) (v OneTimeLinkView, err error) {
	if err := u.CheckAction(who, shop.LinkUser); err != nil {
		return v, err
	}
	link, token := shop.LinkFor(u, who, tx.Now)
	if err := tx.InsertOneTimeLink(ctx, link); err != nil {
		return v, err
	}
	tx.AfterCommit(func() { s.guard.forgive(strings.ToLower(u.Email)) })
	v = OneTimeLinkView{Purpose: link.Purpose, Path: linkPath + token, Expires: link.Expires}
	v.Person, err = s.changed(ctx, tx, who, u.ID)
	return v, err
}

// OpenLink says whom a one-time link is for and what they do with it. Errors: NotFound for a wrong link; Unauthenticated
// for one that was used or has expired.
func (s *Service) OpenLink(ctx context.Context, token string) (v OpenLinkView, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		link, u, err := findLink(ctx, tx, token)
		v = OpenLinkView{Purpose: link.Purpose, Name: u.Name, Email: u.Email, Expires: link.Expires}
		return err
	})
	if err != nil {
		return OpenLinkView{}, err
	}
	return v, nil
}

// UseLink spends a one-time link: it keeps the password, ends all other sessions, and logs in. Address is where it is asked
// for, "" where that is not known.
// Errors: those of OpenLink; Invalid with the field.
func (s *Service) UseLink(ctx context.Context, address string, req UseLinkRequest) (shop.Actor, string, error) {
	if err := shop.CheckPassword(req.Password); err != nil {
		return shop.Actor{}, "", err
	}
	if _, err := s.OpenLink(ctx, req.Token); err != nil { // before the work of hashing
		return shop.Actor{}, "", err
	}
	hash, err := s.passwords.seal(ctx, req.Password)
	if err != nil {
		return shop.Actor{}, "", err
	}
	var u shop.User
	token := shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		link, found, err := findLink(ctx, tx, req.Token)
		if err != nil {
			return err
		}
		u = found
		if err := tx.UseOneTimeLink(ctx, link.TokenHash); err != nil {
			return err
		}
		verb := shop.VerbPasswordReset
		if link.Purpose == shop.LinkInvitation {
			verb = shop.VerbInvitationAccepted
			if u.Name, err = shop.CleanUserName(req.Name); err != nil {
				return err
			}
			u.State = shop.UserActive
			if err := tx.UpdateUser(ctx, u, u.ID); err != nil {
				return err
			}
		}
		if err := tx.SavePassword(ctx, u.ID, hash); err != nil {
			return err
		}
		if err := s.endSessions(ctx, tx, u.ID); err != nil {
			return err
		}
		if err := tx.Log(ctx, u.Actor().From(address).Activity(verb, u.ID, shop.ActivityParams{})); err != nil {
			return err
		}
		if err := login(ctx, tx, u, address, token); err != nil {
			return err
		}
		_, err = s.changed(ctx, tx, u.Actor(), u.ID)
		return err
	})
	if err != nil {
		return shop.Actor{}, "", err
	}
	s.guard.forgive(strings.ToLower(u.Email))
	return u.Actor(), token, nil
}

// findLink finds a one-time link that works, and whom it is for. Errors: NotFound; Unauthenticated.
func findLink(ctx context.Context, tx *db.Tx, token string) (l shop.OneTimeLink, u shop.User, err error) {
	if l, err = tx.OneTimeLink(ctx, shop.HashToken(token)); err == nil && l.UserID == "" {
		err = &shop.Error{Kind: shop.NotFound} // the link of set-up has its own page
	}
	if err != nil {
		return l, u, shop.IfNotFound(err, "link_unknown", "This link does not lead anywhere. Check that all of it was copied.")
	}
	if u, err = tx.User(ctx, l.UserID); err != nil {
		return l, u, err
	}
	return l, u, l.Check(u, tx.Now)
}
