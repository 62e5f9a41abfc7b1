package api

import (
	"context"
	"time"

	"buildplate/app/account"
)

// accountHandlers log staff in and out.
type accountHandlers struct{ accounts *account.Service }

// setupQuery is the token of the link that was opened.
type setupQuery struct {
	Token string `query:"token" maxLength:"200"`
}

func (h accountHandlers) getSetup(ctx context.Context, in *setupQuery) (*reply[account.SetupView], error) {
	return answer(h.accounts.SetupState(ctx, in.Token))
}

// loggedIn is who logged in, with the session's cookie.
type loggedIn struct {
	SetCookie string `header:"Set-Cookie"`
	Body      account.UserView
}

type setupRequest struct{ Body account.SetupRequest }

func (h accountHandlers) setup(ctx context.Context, in *setupRequest) (*loggedIn, error) {
	p, token, err := h.accounts.Setup(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return &loggedIn{cookie(staffCookie, token, staffCookieAge, callerOf(ctx).secure), account.ViewOf(p)}, nil
}

type loginRequest struct {
	Body struct {
		Email    string `json:"email" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

// login makes a new session and ends the one that this browser had.
func (h accountHandlers) login(ctx context.Context, in *loginRequest) (*loggedIn, error) {
	who := callerOf(ctx)
	p, token, err := h.accounts.Login(ctx, in.Body.Email, in.Body.Password)
	if err != nil {
		return nil, err
	}
	if who.session != "" {
		if err := h.accounts.Logout(ctx, who.session); err != nil {
			return nil, err
		}
	}
	return &loggedIn{cookie(staffCookie, token, staffCookieAge, who.secure), account.ViewOf(p)}, nil
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

func (h accountHandlers) me(ctx context.Context, _ *nothing) (*reply[account.UserView], error) {
	return answer(account.ViewOf(actorOf(ctx)), nil)
}
