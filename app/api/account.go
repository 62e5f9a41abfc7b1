package api

import (
	"context"
	"time"

	"buildplate/app/account"
	"buildplate/app/shop"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// accountHandlers log staff in and out, and let them keep their own account.
type accountHandlers struct{ accounts *account.Service }

// setupQuery is the token of the link that was opened.
type setupQuery struct {
	Token string `query:"token" maxLength:"200"`
}

func (h accountHandlers) getSetup(ctx context.Context, in *setupQuery) (*reply[account.SetupView], error) {
	return answer(h.accounts.SetupState(ctx, in.Token))
}

// meView is somebody who is logged in, and what their pages may offer.
type meView struct {
	account.UserView
	Permissions []permission `json:"permissions" doc:"What they may do to the shop as a whole"`
}

func meOf(who shop.Actor) meView {
	v := meView{UserView: account.ViewOf(who), Permissions: []permission{}}
	for _, p := range who.Permissions() {
		v.Permissions = append(v.Permissions, permission(p))
	}
	return v
}

// permission is one of shop's, described to pages by its names.
type permission shop.Permission

// Schema is an enum of them all.
func (permission) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, p := range shop.Permissions() {
		s.Enum = append(s.Enum, p)
	}
	return s
}

// loggedIn is who logged in, with the session's cookie.
type loggedIn struct {
	SetCookie string `header:"Set-Cookie"`
	Body      meView
}

type setupRequest struct{ Body account.SetupRequest }

func (h accountHandlers) setup(ctx context.Context, in *setupRequest) (*loggedIn, error) {
	p, token, err := h.accounts.Setup(ctx, actorOf(ctx).Address, in.Body)
	if err != nil {
		return nil, err
	}
	return h.cameIn(ctx, p, token)
}

type loginRequest struct {
	Body struct {
		Email    string `json:"email" maxLength:"200"`
		Password string `json:"password" text:"exact" maxLength:"200"`
	}
}

// login makes a new session and ends the one that this browser had.
func (h accountHandlers) login(ctx context.Context, in *loginRequest) (*loggedIn, error) {
	who := callerOf(ctx)
	from := account.From{Address: who.Address, Console: who.console, Devices: who.devices}
	p, token, err := h.accounts.Login(ctx, from, in.Body.Email, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return h.began(ctx, p, token)
}

// began answers with the cookie of a new session; the one that this browser had ends.
func (h accountHandlers) began(ctx context.Context, p shop.Actor, token string) (*loggedIn, error) {
	who := callerOf(ctx)
	if who.session != "" {
		if err := h.accounts.Logout(ctx, who.session); err != nil {
			return nil, err
		}
	}
	return h.cameIn(ctx, p, token)
}

// cameIn answers with the cookie of a session, and the one by which this browser is known from now on.
func (h accountHandlers) cameIn(ctx context.Context, p shop.Actor, token string) (*loggedIn, error) {
	who := callerOf(ctx)
	device, err := h.accounts.Device(ctx, p.ID, who.devices)
	if err != nil {
		return nil, err
	}
	who.answer.Add(fiber.HeaderSetCookie, cookieAt(devicePath, deviceCookie, device, account.DeviceAge, who.secure))
	return &loggedIn{cookie(staffCookie, token, staffCookieAge, who.secure), meOf(p)}, nil
}

type openLinkRequest struct {
	Body struct {
		Token string `json:"token" text:"exact" maxLength:"200"`
	}
}

// openLink and useLink take the token in the body: addresses are kept by proxies and browsers.
func (h accountHandlers) openLink(ctx context.Context, in *openLinkRequest) (*reply[account.OpenLinkView], error) {
	return answer(h.accounts.OpenLink(ctx, in.Body.Token))
}

type useLinkRequest struct{ Body account.UseLinkRequest }

func (h accountHandlers) useLink(ctx context.Context, in *useLinkRequest) (*loggedIn, error) {
	p, token, err := h.accounts.UseLink(ctx, actorOf(ctx).Address, in.Body)
	if err != nil {
		return nil, err
	}
	return h.began(ctx, p, token)
}

// loggedOut takes the session's cookie away.
type loggedOut struct {
	SetCookie string `header:"Set-Cookie"`
}

func (h accountHandlers) logout(ctx context.Context, _ *nothing) (*loggedOut, error) {
	who := callerOf(ctx)
	if who.session != "" {
		if err := h.accounts.Logout(ctx, who.session); err != nil {
			return nil, err
		}
	}
	return &loggedOut{cookie(staffCookie, "", -time.Second, who.secure)}, nil
}

func (h accountHandlers) me(ctx context.Context, _ *nothing) (*reply[meView], error) {
	return answer(meOf(actorOf(ctx)), nil)
}

func (h accountHandlers) own(ctx context.Context, _ *nothing) (*reply[account.PersonView], error) {
	return answer(h.accounts.Own(ctx, actorOf(ctx)))
}

type renameRequest struct{ Body account.RenameRequest }

func (h accountHandlers) rename(ctx context.Context, in *renameRequest) (*reply[account.PersonView], error) {
	return answer(h.accounts.Rename(ctx, actorOf(ctx), in.Body))
}

type passwordRequest struct{ Body account.PasswordRequest }

// changePassword gives this browser the one session that is left.
func (h accountHandlers) changePassword(ctx context.Context, in *passwordRequest) (*loggedIn, error) {
	token, err := h.accounts.ChangePassword(ctx, actorOf(ctx), in.Body)
	if err != nil {
		return nil, err
	}
	return h.cameIn(ctx, actorOf(ctx), token)
}

func (h accountHandlers) logOutEverywhere(ctx context.Context, _ *nothing) (*loggedOut, error) {
	if err := h.accounts.LogOutEverywhere(ctx, actorOf(ctx)); err != nil {
		return nil, err
	}
	return &loggedOut{cookie(staffCookie, "", -time.Second, callerOf(ctx).secure)}, nil
}
