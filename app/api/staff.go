package api

import (
	"context"
	"time"

	"buildplate/app/account"
	"buildplate/app/shop"
)

func (s *Server) getSetup(ctx context.Context, _ *nothing) (*reply[account.SetupView], error) {
	return answer(s.deps.App.SetupState(ctx))
}

// signedIn is who signed in, with the session's cookie.
type signedIn struct {
	SetCookie string `header:"Set-Cookie"`
	Body      shop.Actor
}

type setupRequest struct{ Body account.SetupRequest }

func (s *Server) setup(ctx context.Context, in *setupRequest) (*signedIn, error) {
	p, token, err := s.deps.App.Setup(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return &signedIn{cookie(staffCookie, token, staffCookieAge, callerOf(ctx).secure), p}, nil
}

type loginRequest struct {
	Body struct {
		Email    string `json:"email" maxLength:"200"`
		Password string `json:"password" maxLength:"200"`
	}
}

// login makes a new session and ends the one that this browser had.
func (s *Server) login(ctx context.Context, in *loginRequest) (*signedIn, error) {
	who := callerOf(ctx)
	p, token, err := s.deps.App.Login(ctx, in.Body.Email, in.Body.Password, who.ip)
	if err != nil {
		return nil, err
	}
	if who.session != "" {
		if err := s.deps.App.Logout(ctx, who.session); err != nil {
			return nil, err
		}
	}
	return &signedIn{cookie(staffCookie, token, staffCookieAge, who.secure), p}, nil
}

// signedOut takes the session's cookie away.
type signedOut struct {
	SetCookie string `header:"Set-Cookie"`
}

func (s *Server) logout(ctx context.Context, _ *nothing) (*signedOut, error) {
	who := callerOf(ctx)
	if who.session != "" {
		if err := s.deps.App.Logout(ctx, who.session); err != nil {
			return nil, err
		}
	}
	return &signedOut{cookie(staffCookie, "", -time.Second, who.secure)}, nil
}

func (s *Server) me(ctx context.Context, _ *nothing) (*reply[shop.Actor], error) {
	return answer(callerOf(ctx).Actor, nil)
}
