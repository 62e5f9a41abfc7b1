package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/account"
	"buildplate/app/apptest"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// login is the stored session of a browser, or nothing.
func (s *stage) login(t *testing.T, c *apptest.Client) (found bool, who shop.User) {
	t.Helper()
	token := cookieOf(c.Cookies(), "buildplate_staff")
	s.read(t, func(ctx context.Context, tx *db.Tx) error {
		session, err := tx.Session(ctx, shop.HashToken(token), shop.ShopDoor)
		found, who = err == nil, session.User
		if shop.IsKind(err, shop.NotFound) {
			err = nil
		}
		return err
	})
	return found, who
}

// How staff come in and go, and what an admin decides.
var accountScenarios = map[string]scenario{
	"GET /api/setup": func(t *testing.T, s *stage) {
		if v := get[account.SetupView](t, apptest.NewClient(s.Address().Shop), "/api/setup"); v.Needed || !v.Demo || v.Defaults != nil {
			t.Errorf("a shop with staff: %+v", v)
		}
		fresh := newRig(t)
		if v := get[account.SetupView](t, apptest.NewClient(fresh.Address().Shop), "/api/setup"); !v.Needed || v.LinkWorks || v.Defaults != nil {
			t.Errorf("a new shop, without its link: %+v", v)
		}
		link := "/api/setup?token=" + fresh.Address().SetupToken
		if v := get[account.SetupView](t, apptest.NewClient(fresh.Address().Shop), link); !v.LinkWorks || v.Defaults == nil || v.Defaults.BusinessName == "" {
			t.Errorf("with its link: %+v", v)
		}
		apptest.SetUp(t, fresh)
		if v := get[account.SetupView](t, apptest.NewClient(fresh.Address().Shop), link); v.Needed || v.LinkWorks || v.Defaults != nil {
			t.Errorf("with its link, spent: %+v", v)
		}
	},
	"POST /api/setup": func(t *testing.T, s *stage) {
		fresh := newRig(t)
		settings := get[account.SetupView](t, apptest.NewClient(fresh.Address().Shop), "/api/setup?token="+fresh.Address().SetupToken).Defaults
		settings.PricesConfirmed = true
		for field, spoil := range map[string]func(v *setting.View){
			"settings.email":             func(v *setting.View) { v.Email = "nobody" }, // the shop's, not the admin's
			"settings.business_name":     func(v *setting.View) { v.BusinessName = " " },
			"settings.prices_confirmed":  func(v *setting.View) { v.PricesConfirmed = false },
			"settings.stripe.secret_key": func(v *setting.View) { v.Stripe.SecretKey = "pk_test_1" },
			"settings.country":           func(v *setting.View) { v.Country = "Australia" }, // which its type refuses
		} {
			bad := *settings
			spoil(&bad)
			_, err := apptest.Post[account.UserView](t.Context(), apptest.NewClient(fresh.Address().Shop), "/api/setup", account.SetupRequest{
				Token: fresh.Address().SetupToken, Name: "Grace Hopper", Email: apptest.AdminEmail, Password: apptest.AdminPassword, Settings: &bad})
			if apptest.FieldOf(err) != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		// The admin's own address and all that is wrong with the shop's answers are told at once.
		bad := *settings
		bad.Email, bad.Phone, bad.TaxRegistered, bad.TaxNumber, bad.PublicURL, bad.PricesConfirmed = "x", "1", true, "12", "prints.example", false
		_, err := apptest.Post[account.UserView](t.Context(), apptest.NewClient(fresh.Address().Shop), "/api/setup", account.SetupRequest{
			Token: fresh.Address().SetupToken, Name: "Grace Hopper", Email: "grace@home", Password: apptest.AdminPassword, Settings: &bad})
		all := []string{"email", "settings.prices_confirmed", "settings.tax_number", "settings.email", "settings.phone", "settings.public_url"}
		if fields := apptest.FieldsOf(err); !slices.Equal(fields, all) {
			t.Errorf("told of %q: %v", fields, err)
		}
		admin := apptest.SetUp(t, fresh)
		fresh.Read(func(ctx context.Context, tx *db.Tx) error {
			who, err := tx.UserByEmail(ctx, apptest.AdminEmail)
			if who.Role != shop.RoleAdmin || !strings.HasPrefix(who.Password, "$argon2id$v=19$m=19456,t=2,p=1$") {
				t.Errorf("%+v", who)
			}
			return err
		})
		_, err = apptest.Post[shop.Actor](t.Context(), admin.Client, "/api/setup", account.SetupRequest{
			Token: fresh.Address().SetupToken, Name: "Somebody", Email: "else@example.com", Password: apptest.AdminPassword})
		if apptest.CodeOf(err) != "setup_link_spent" {
			t.Errorf("the link a second time: %v", err)
		}
		s.elsewhere = fresh
	},
	"POST /api/auth/login": func(t *testing.T, s *stage) {
		again := apptest.LogIn(t, s)
		if found, who := s.login(t, again.Client); !found || who.Email != apptest.AdminEmail {
			t.Errorf("%+v", who)
		}
	},
	"POST /api/auth/logout": func(t *testing.T, s *stage) {
		again := apptest.LogIn(t, s)
		before := apptest.NewClient(again.Base)
		kept := again.Cookies()
		send(t, again.Client, http.MethodPost, "/api/auth/logout", "", 204)
		if again.Cookies() != "" {
			t.Errorf("the browser keeps %s", again.Cookies())
		}
		send(t, before, http.MethodGet, "/api/auth/me", "", 401, "Cookie", kept)
		if found, _ := s.login(t, s.admin.Client); !found {
			t.Error("another browser of the same person was logged out")
		}
	},
	"GET /api/auth/me": func(t *testing.T, s *stage) {
		me := get[shop.Actor](t, s.helper.Client, "/api/auth/me")
		if _, who := s.login(t, s.helper.Client); me.ID != who.ID || me.Email != "flo@example.com" || me.Role != shop.RoleStaff {
			t.Errorf("%+v", me)
		}
	},
	"GET /api/settings": func(t *testing.T, s *stage) {
		v := get[setting.View](t, s.admin.Client, "/api/settings")
		if v.BusinessName == "" || len(v.Pricing.Materials) == 0 || !v.Stripe.SecretKeySet || v.Stripe.SecretKey != "" {
			t.Errorf("%+v", v)
		}
	},
	"PUT /api/settings": func(t *testing.T, s *stage) {
		v := s.admin.Settings()
		stale := v
		was := v.BusinessName
		v.BusinessName = "Corner Prints & Sons"
		var got setting.View
		if err := s.admin.JSON(t.Context(), http.MethodPut, "/api/settings", v, &got); err != nil || got.BusinessName != v.BusinessName {
			t.Errorf("%+v %v", got, err)
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			kept, err := tx.Settings(ctx)
			if kept.BusinessName != v.BusinessName {
				t.Errorf("kept %q", kept.BusinessName)
			}
			return err
		})
		// What is no number is named by its field, wherever it stands.
		whole, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		for field, change := range map[string]func(map[string]any){
			"lead_days":                func(v map[string]any) { v["lead_days"] = "abc" },
			"pay_limit_cents":          func(v map[string]any) { v["pay_limit_cents"] = 0.5 },
			"pay_limit_hours":          func(v map[string]any) { v["pay_limit_hours"] = "0,12" },
			"pricing.setup":            func(v map[string]any) { v["pricing"].(map[string]any)["setup"] = "0,12" },
			"pricing.minimum":          func(v map[string]any) { v["pricing"].(map[string]any)["minimum"] = "abc" },
			"pricing.machine_per_hour": func(v map[string]any) { v["pricing"].(map[string]any)["machine_per_hour"] = "" },
			"pricing.materials[0].sell_per_gram": func(v map[string]any) {
				v["pricing"].(map[string]any)["materials"].([]any)[0].(map[string]any)["sell_per_gram"] = "1.2.3"
			},
		} {
			var wrong map[string]any
			if err := json.Unmarshal(whole, &wrong); err != nil {
				t.Fatal(err)
			}
			change(wrong)
			if err := s.admin.JSON(t.Context(), http.MethodPut, "/api/settings", wrong, nil); apptest.CodeOf(err) != "value_malformed" || apptest.FieldOf(err) != field {
				t.Errorf("%s: %v, at %q", field, err, apptest.FieldOf(err))
			}
		}
		// Another admin, whose page is older, undoes nothing and is told by whom.
		stale.Phone = "02 5550 9999"
		err = s.admin.JSON(t.Context(), http.MethodPut, "/api/settings", stale, nil)
		if apptest.StatusOf(err) != http.StatusConflict || apptest.ChangedBy(err) != "Grace Hopper" {
			t.Errorf("from an older page: %v", err)
		}
		got.BusinessName = was
		s.admin.Save(got)
	},
}
