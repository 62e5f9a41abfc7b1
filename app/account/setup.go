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
	token := shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
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

// SetupState says whether the shop still needs its first admin, whether the link with this token makes one, and what the
// questions start from.
func (s *Service) SetupState(ctx context.Context, token string) (SetupView, error) {
	v := SetupView{Demo: s.settings.Demo()}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		n, err := tx.CountStaff(ctx)
		if err != nil {
			return err
		}
		v.Needed = n == 0
		if v.LinkWorks, err = tx.SetupLinkWorks(ctx, shop.HashToken(token), tx.Now.Add(-setupLinkAge)); err != nil {
			return err
		}
		if v.Needed { // afterwards costs and bank details are nobody's who has not logged in
			v.Defaults, err = setting.Read(ctx, tx)
		}
		return err
	})
	return v, err
}

// Setup spends the one-time link: it makes the first admin, keeps the first answers, and logs in.
// Errors: Unauthenticated for a wrong or used link; Conflict when somebody was set up already; Invalid with the field.
func (s *Service) Setup(ctx context.Context, req SetupRequest) (shop.Actor, string, error) {
	contact, err := shop.Contact{Name: req.Name, Email: req.Email}.Clean(true)
	if err != nil || contact.Email == "" {
		return shop.Actor{}, "", shop.Invalidf("staff_contact_malformed", "email", "Give your name and an e-mail address like name@example.com.")
	}
	if len([]rune(req.Password)) < 10 {
		return shop.Actor{}, "", shop.Invalidf("password_too_short", "password", "A password has at least 10 characters. A few words are easy to remember.")
	}
	if !s.settings.Demo() && req.Settings == nil {
		return shop.Actor{}, "", shop.Invalidf("settings_missing", "settings", "Answer the questions about your shop.")
	}
	sealed := s.passwords.seal(req.Password)
	admin := shop.Staff{ID: shop.NewID(), Email: contact.Email, Name: contact.Name, Role: shop.RoleAdmin, Password: sealed}
	token := shop.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.UseSetupLink(ctx, shop.HashToken(req.Token), tx.Now.Add(-setupLinkAge)); err != nil {
			if !shop.IsKind(err, shop.NotFound) {
				return err
			}
			return shop.Unauthenticatedf("setup_link_spent", "This link was used or replaced. Start the shop again to get a new one.").Because(err)
		}
		n, err := tx.CountStaff(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			return shop.Conflictf("shop_set_up", "The shop is set up already. Log in.")
		}
		if err := tx.InsertStaff(ctx, admin); err != nil {
			return err
		}
		if req.Settings != nil {
			if !req.Settings.PricesConfirmed {
				return shop.Invalidf("prices_not_confirmed", "prices_confirmed", "Look at the prices and confirm them: customers pay them from now on.")
			}
			if err := setting.Keep(ctx, tx, *req.Settings, true); err != nil {
				return err
			}
		}
		return login(ctx, tx, admin, token)
	})
	if err != nil {
		return shop.Actor{}, "", err
	}
	return actor(admin), token, nil
}

// SetupView says whether the shop still needs its first answers, and what they start from.
type SetupView struct {
	Needed    bool         `json:"needed"`
	LinkWorks bool         `json:"link_works" doc:"The link whose token was sent was neither used nor replaced, and is not too old"`
	Demo      bool         `json:"demo"`
	Defaults  setting.View `json:"defaults"`
}

// SetupRequest makes the first member of staff, with the token from the start-up line. Settings are absent in a demo.
type SetupRequest struct {
	Token    string        `json:"token" maxLength:"200"`
	Name     string        `json:"name" maxLength:"120"`
	Email    string        `json:"email" maxLength:"200"`
	Password string        `json:"password" minLength:"10" maxLength:"200"`
	Settings *setting.View `json:"settings,omitempty"`
}
