package api

import (
	"context"

	"buildplate/app/account"
)

// peopleHandlers are an admin's: who works here.
type peopleHandlers struct{ accounts *account.Service }

func (h peopleHandlers) list(ctx context.Context, _ *nothing) (*reply[account.PeopleView], error) {
	return answer(h.accounts.People(ctx, actorOf(ctx)))
}

type inviteRequest struct{ Body account.InviteRequest }

func (h peopleHandlers) invite(ctx context.Context, in *inviteRequest) (*reply[account.OneTimeLinkView], error) {
	return answer(h.accounts.Invite(ctx, actorOf(ctx), in.Body))
}

type editPersonRequest struct {
	ByID
	Body account.PersonRequest
}

func (h peopleHandlers) edit(ctx context.Context, in *editPersonRequest) (*reply[account.PersonView], error) {
	return answer(h.accounts.Edit(ctx, actorOf(ctx), in.ID, in.Body))
}

// versionRequest names what a change was made from.
type versionRequest struct {
	ByID
	Body struct {
		Version int `json:"version" minimum:"1"`
	}
}

func (h peopleHandlers) disable(ctx context.Context, in *versionRequest) (*reply[account.PersonView], error) {
	return answer(h.accounts.Disable(ctx, actorOf(ctx), in.ID, in.Body.Version))
}

func (h peopleHandlers) enable(ctx context.Context, in *versionRequest) (*reply[account.PersonView], error) {
	return answer(h.accounts.Enable(ctx, actorOf(ctx), in.ID, in.Body.Version))
}

func (h peopleHandlers) remove(ctx context.Context, in *versionRequest) (*nothing, error) {
	return done(h.accounts.Remove(ctx, actorOf(ctx), in.ID, in.Body.Version))
}

func (h peopleHandlers) link(ctx context.Context, in *ByID) (*reply[account.OneTimeLinkView], error) {
	return answer(h.accounts.NewLink(ctx, actorOf(ctx), in.ID))
}

func (h peopleHandlers) logOut(ctx context.Context, in *ByID) (*reply[account.PersonView], error) {
	return answer(h.accounts.LogOut(ctx, actorOf(ctx), in.ID))
}
