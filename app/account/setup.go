package account

import (
	"context"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// SetupLink makes the one-time path that sets up the first admin; "" when there is somebody already. Earlier links stop
// working.
func (s *Service) SetupLink(ctx context.Context) (path string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if exists, err := tx.StaffExists(ctx); err != nil || exists {
			return err
		}
		link, token := shop.LinkFor(shop.User{}, shop.System("first start"), tx.Now)
		path = "/staff/setup/" + token
		return tx.InsertOneTimeLink(ctx, link)
	})
	if err != nil {
		return "", err
	}
	return path, nil
}

// SetupState says whether the shop still needs its first admin, whether the link with this token makes one, and what the
// questions start from.
func (s *Service) SetupState(ctx context.Context, token string) (SetupView, error) {
	v := SetupView{Demo: s.settings.Demo()}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		exists, err := tx.StaffExists(ctx)
		if err != nil {
			return err
		}
		v.Needed = !exists
		link, err := tx.OneTimeLink(ctx, shop.HashToken(token))
		if err != nil && !shop.IsKind(err, shop.NotFound) {
			return err
		}
		v.LinkWorks = err == nil && link.Purpose == shop.LinkSetUp && link.Check(shop.User{}, tx.Now) == nil
		if v.Needed && v.LinkWorks { // costs and bank details are nobody's who has not logged in, or is not about to
			defaults, err := setting.Read(ctx, tx)
			v.Defaults = &defaults
			return err
		}
		return nil
	})
	return v, err
}

// Setup spends the one-time link: it makes the first admin, keeps the first answers, and logs in. Address is where it is
// asked for, "" where that is not known.
// Errors: Unauthenticated for a wrong or used link; Conflict when somebody was set up already; Invalid with all the fields
// that are wrong, each named by its place in the request.
func (s *Service) Setup(ctx context.Context, address string, req SetupRequest) (shop.Actor, string, error) {
	name, email, err := shop.CleanUser(req.Name, req.Email, shop.RoleAdmin)
	wrong := []error{err, shop.CheckPassword(req.Password)}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := checkSetupLink(ctx, tx, req.Token); err != nil {
			return err
		}
		switch {
		case req.Settings != nil:
			if !req.Settings.PricesConfirmed {
				wrong = append(wrong, shop.Invalidf("prices_not_confirmed", "settings.prices_confirmed", "Look at the prices and confirm them: customers pay them from now on."))
			}
			wrong = append(wrong, shop.At("settings", setting.Check(ctx, tx, *req.Settings)))
		case !s.settings.Demo():
			wrong = append(wrong, shop.Invalidf("settings_missing", "settings", "Answer the questions about your shop."))
		}
		return shop.Together(wrong...)
	})
	if err != nil { // before the work of hashing
		return shop.Actor{}, "", err
	}
	sealed, err := s.passwords.seal(ctx, req.Password)
	if err != nil {
		return shop.Actor{}, "", err
	}
	admin := shop.User{ID: shop.NewID(), Email: email, Name: name, Role: shop.RoleAdmin, Password: sealed, State: shop.UserActive}
	token := shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := checkSetupLink(ctx, tx, req.Token); err != nil {
			return err
		}
		if err := tx.UseOneTimeLink(ctx, shop.HashToken(req.Token)); err != nil {
			return err
		}
		exists, err := tx.StaffExists(ctx)
		if err != nil {
			return err
		}
		if exists {
			return shop.Conflictf("shop_set_up", "The shop is already set up. Log in.")
		}
		if err := tx.InsertUser(ctx, admin); err != nil {
			return err
		}
		if req.Settings != nil {
			if _, err := setting.Keep(ctx, tx, *req.Settings, true, name); err != nil {
				return shop.At("settings", err)
			}
		}
		if err := tx.Log(ctx, admin.Actor().From(address).Activity(shop.VerbShopSetUp, "", shop.ActivityParams{})); err != nil {
			return err
		}
		return login(ctx, tx, admin, address, token)
	})
	if err != nil {
		return shop.Actor{}, "", err
	}
	return admin.Actor(), token, nil
}

// checkSetupLink refuses a link that does not set the shop up, or not any more. Errors: Unauthenticated.
func checkSetupLink(ctx context.Context, tx *db.Tx, token string) error {
	link, err := tx.OneTimeLink(ctx, shop.HashToken(token))
	if err == nil && link.Purpose != shop.LinkSetUp {
		err = shop.NotFoundf("link_unknown", "This link does not lead anywhere. Check that all of it was copied.")
	}
	if err == nil {
		err = link.Check(shop.User{}, tx.Now)
	}
	if shop.IsKind(err, shop.NotFound) || shop.IsKind(err, shop.Unauthenticated) {
		return shop.Unauthenticatedf("setup_link_spent", "This link was used or replaced. Start the shop again to get a new one.").Because(err)
	}
	return err
}

// SetupView says whether the shop still needs its first answers, and what they start from.
type SetupView struct {
	Needed    bool          `json:"needed"`
	LinkWorks bool          `json:"link_works" doc:"The link whose token was sent was neither used nor replaced, and is not too old"`
	Demo      bool          `json:"demo"`
	Defaults  *setting.View `json:"defaults,omitempty" doc:"For whoever has the link that works, and nobody afterwards"`
}

// SetupRequest makes the first member of staff, with the token from the start-up line. Settings are absent in a demo.
type SetupRequest struct {
	Token    string        `json:"token" text:"exact" maxLength:"200"`
	Name     string        `json:"name" maxLength:"120"`
	Email    string        `json:"email" maxLength:"200"`
	Password string        `json:"password" text:"exact" minLength:"10" maxLength:"200"`
	Settings *setting.View `json:"settings,omitempty"`
}
