package account

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// People lists those who work here. Errors: Forbidden.
func (s *Service) People(ctx context.Context, who shop.Actor) (PeopleView, error) {
	v := PeopleView{People: []PersonView{}}
	if err := who.Must(shop.ManagePeople, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		all, err := tx.StaffPeople(ctx)
		for _, person := range all {
			v.People = append(v.People, viewOfPerson(person, who))
		}
		return err
	})
	return v, err
}

// Invite adds somebody who works here and makes the link with which they choose a password.
// Errors: Forbidden; Invalid with the field; Conflict when the address is somebody's.
func (s *Service) Invite(ctx context.Context, who shop.Actor, req InviteRequest) (v OneTimeLinkView, err error) {
	if err := who.Must(shop.ManagePeople, shop.TheShop); err != nil {
		return v, err
	}
	name, email, err := shop.CleanUser(req.Name, req.Email, req.Role)
	if err != nil {
		return v, err
	}
	u := shop.User{ID: shop.NewID(), Name: name, Email: email, Role: req.Role, State: shop.UserInvited, ChangedBy: who.ID}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.InsertUser(ctx, u); err != nil {
			if shop.IsKind(err, shop.Conflict) {
				taken := shop.Conflictf("email_taken", "This e-mail address is already in use.")
				taken.Field = "email"
				return taken.Because(err)
			}
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbUserInvited, u.ID, shop.ActivityParams{Name: name, Role: u.Role})); err != nil {
			return err
		}
		v, err = s.freshLink(ctx, tx, who, u)
		return err
	})
	return v, err
}

// Edit changes somebody's name and role; another role ends their sessions. Errors: Forbidden; NotFound; Invalid with the
// field; Conflict when somebody else changed them meanwhile, for oneself, and for the last admin.
func (s *Service) Edit(ctx context.Context, who shop.Actor, id string, req PersonRequest) (PersonView, error) {
	return s.change(ctx, who, id, shop.EditUser, req.Version, func(u *shop.User) (shop.Activity, error) {
		was := *u
		var err error
		if u.Name, _, err = shop.CleanUser(req.Name, u.Email, req.Role); err != nil {
			return shop.Activity{}, err
		}
		u.Role = req.Role
		return who.Activity(shop.VerbUserEdited, id, was.Edited(*u)), nil
	})
}

// Disable keeps somebody out until they are enabled. Errors: those of Edit.
func (s *Service) Disable(ctx context.Context, who shop.Actor, id string, version int) (PersonView, error) {
	return s.change(ctx, who, id, shop.DisableUser, version, func(u *shop.User) (shop.Activity, error) {
		u.State = shop.UserDisabled
		return who.Activity(shop.VerbUserDisabled, id, shop.ActivityParams{Name: u.Name}), nil
	})
}

// Enable lets somebody in again. Errors: those of Edit.
func (s *Service) Enable(ctx context.Context, who shop.Actor, id string, version int) (PersonView, error) {
	return s.change(ctx, who, id, shop.EnableUser, version, func(u *shop.User) (shop.Activity, error) {
		u.State = shop.UserActive
		return who.Activity(shop.VerbUserEnabled, id, shop.ActivityParams{Name: u.Name}), nil
	})
}

// Remove keeps somebody out for good and frees their e-mail address; what they did stays theirs. Errors: those of Edit.
func (s *Service) Remove(ctx context.Context, who shop.Actor, id string, version int) error {
	_, err := s.change(ctx, who, id, shop.RemoveUser, version, func(u *shop.User) (shop.Activity, error) {
		u.State = shop.UserRemoved
		return who.Activity(shop.VerbUserRemoved, id, shop.ActivityParams{Name: u.Name}), nil
	})
	return err
}

// LogOut ends all sessions of somebody, who may log in again. Errors: Forbidden; NotFound; Conflict.
func (s *Service) LogOut(ctx context.Context, who shop.Actor, id string) (v PersonView, err error) {
	if err := who.Must(shop.ManagePeople, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := person(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := u.CheckAction(who, shop.LogOutUser); err != nil {
			return err
		}
		if err := s.endSessions(ctx, tx, id); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbUserLoggedOut, id, shop.ActivityParams{Name: u.Name})); err != nil {
			return err
		}
		v, err = s.changed(ctx, tx, who, id)
		return err
	})
	return v, err
}

// change does one action on somebody: edit changes the row and gives what the activity log tells of it. Nothing is kept
// where nothing changes.
func (s *Service) change(ctx context.Context, who shop.Actor, id string, action shop.UserAction, version int, edit func(*shop.User) (shop.Activity, error)) (v PersonView, err error) {
	if err := who.Must(shop.ManagePeople, shop.TheShop); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		was, err := person(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := setting.CheckVersion(ctx, tx, version, was.Version, was.ChangedByName, was.Updated); err != nil {
			return err
		}
		if err := was.CheckAction(who, action); err != nil {
			return err
		}
		to := was.User
		act, err := edit(&to)
		if err != nil {
			return err
		}
		if to == was.User {
			v = viewOfPerson(was, who)
			return nil
		}
		others, err := tx.OtherAdmins(ctx, id)
		if err != nil {
			return err
		}
		if err := was.CheckChange(who, to, others); err != nil {
			return err
		}
		if err := tx.UpdateUser(ctx, to, who.ID); err != nil {
			return err
		}
		if was.EndsSessions(to) {
			if err := s.endSessions(ctx, tx, id); err != nil {
				return err
			}
		}
		if to.State == shop.UserRemoved {
			if err := tx.ForgetLoginAddressesOf(ctx, id); err != nil {
				return err
			}
		}
		if to.State == shop.UserDisabled || to.State == shop.UserRemoved {
			if err := tx.ExpireOneTimeLinks(ctx, id); err != nil {
				return err
			}
		}
		if err := tx.Log(ctx, act); err != nil {
			return err
		}
		if to.State == shop.UserRemoved {
			return s.events.Emit(ctx, tx, event.UserChanged{ID: id})
		}
		v, err = s.changed(ctx, tx, who, id)
		return err
	})
	return v, err
}

// person finds somebody who works here. Errors: NotFound.
func person(ctx context.Context, tx *db.Tx, id string) (db.Person, error) {
	found, err := tx.Person(ctx, id)
	if err == nil && !found.Actor().Can(shop.Work, shop.TheShop) {
		err = &shop.Error{Kind: shop.NotFound}
	}
	return found, shop.IfNotFound(err, "user_not_found", "There is no such person.")
}

// changed tells open pages of a change, and gives somebody as they are now.
func (s *Service) changed(ctx context.Context, tx *db.Tx, who shop.Actor, id string) (PersonView, error) {
	if err := s.events.Emit(ctx, tx, event.UserChanged{ID: id}); err != nil {
		return PersonView{}, err
	}
	now, err := tx.Person(ctx, id)
	return viewOfPerson(now, who), err
}

// endSessions logs somebody out everywhere: their next request finds no session, and open streams end.
func (s *Service) endSessions(ctx context.Context, tx *db.Tx, id string) error {
	if err := tx.DeleteSessionsOf(ctx, id); err != nil {
		return err
	}
	return s.events.Emit(ctx, tx, event.SessionsEnded{UserID: id})
}
