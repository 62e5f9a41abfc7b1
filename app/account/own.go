package account

import (
	"context"
	"strings"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// Own is the account of whoever asks. Errors: Unauthenticated.
func (s *Service) Own(ctx context.Context, who shop.Actor) (v PersonView, err error) {
	if err := who.Must(shop.OwnAccount, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		me, err := person(ctx, tx, who.ID)
		v = viewOfPerson(me, who)
		return err
	})
	return v, err
}

// Rename changes one's own name. Errors: Unauthenticated; Invalid with the field; Conflict when somebody else changed the
// account meanwhile.
func (s *Service) Rename(ctx context.Context, who shop.Actor, req RenameRequest) (v PersonView, err error) {
	if err := who.Must(shop.OwnAccount, shop.TheShop); err != nil {
		return v, err
	}
	name, err := shop.CleanUserName(req.Name)
	if err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		me, err := person(ctx, tx, who.ID)
		if err != nil {
			return err
		}
		if err := setting.CheckVersion(ctx, tx, req.Version, me.Version, me.ChangedByName, me.Updated); err != nil {
			return err
		}
		if name == me.Name {
			v = viewOfPerson(me, who)
			return nil
		}
		was := me.Name
		me.Name = name
		if err := tx.UpdateUser(ctx, me.User, who.ID); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbUserEdited, who.ID, shop.ActivityParams{Name: name, Was: was})); err != nil {
			return err
		}
		v, err = s.changed(ctx, tx, who, who.ID)
		return err
	})
	return v, err
}

// ChangePassword replaces one's own password, ends all sessions, and gives a new one's token to the browser that asked.
// Errors: Unauthenticated; Invalid with the field; TooMany after wrong ones.
func (s *Service) ChangePassword(ctx context.Context, who shop.Actor, req PasswordRequest) (token string, err error) {
	if err := who.Must(shop.OwnAccount, shop.TheShop); err != nil {
		return "", err
	}
	if err := shop.CheckPassword(req.Password); err != nil {
		return "", err
	}
	var me shop.User
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		me, err = tx.User(ctx, who.ID)
		return err
	})
	if err != nil {
		return "", err
	}
	try, err := s.guard.begin(s.db.Now(), strings.ToLower(me.Email), From{}, known{session: "of " + me.ID})
	if err != nil {
		return "", err
	}
	ok, _, err := s.passwords.opens(ctx, me.Password, req.Current)
	if err != nil {
		try.unseen()
		return "", err
	}
	if !ok {
		return "", shop.Invalidf("password_wrong", "current", "This is not your current password.")
	}
	try.right()
	hash, err := s.passwords.seal(ctx, req.Password)
	if err != nil {
		return "", err
	}
	token = shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := tx.User(ctx, me.ID)
		if err != nil {
			return err
		}
		if now.State != shop.UserActive || now.Password != me.Password { // while it was checked
			return shop.Unauthenticatedf("login_needed", "Log in.")
		}
		if err := tx.SavePassword(ctx, me.ID, hash); err != nil {
			return err
		}
		if err := tx.ExpireOneTimeLinks(ctx, me.ID); err != nil {
			return err
		}
		if err := s.endSessions(ctx, tx, me.ID); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbPasswordChanged, who.ID, shop.ActivityParams{})); err != nil {
			return err
		}
		return login(ctx, tx, now, who.Address, token)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// LogOutEverywhere ends all of one's own sessions, this one too. Errors: Unauthenticated.
func (s *Service) LogOutEverywhere(ctx context.Context, who shop.Actor) error {
	if err := who.Must(shop.OwnAccount, shop.TheShop); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.endSessions(ctx, tx, who.ID); err != nil {
			return err
		}
		return tx.Log(ctx, who.Activity(shop.VerbSessionsEnded, who.ID, shop.ActivityParams{}))
	})
}
