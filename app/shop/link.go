package shop

import "time"

// LinkPurpose is what a one-time link is for.
type LinkPurpose string

// Purposes: to set up the first admin, to accept an invitation, to choose a new password.
const (
	LinkSetUp      LinkPurpose = "set_up"
	LinkInvitation LinkPurpose = "invitation"
	LinkReset      LinkPurpose = "reset"
)

// How long a one-time link works. An invitation may wait for a weekend; a new password is wanted now.
const (
	setUpLinkAge      = 24 * time.Hour
	invitationLinkAge = 7 * 24 * time.Hour
	resetLinkAge      = 24 * time.Hour
)

// MaxOrderLinks is how many links to one order work at a time.
const MaxOrderLinks = 20

// OneTimeLink lets whoever has it choose a password, once.
type OneTimeLink struct {
	TokenHash string
	Purpose   LinkPurpose
	UserID    string // whom it is for; "" at set-up
	CreatedBy string // id of whoever made it; "" for the shop itself
	Created   Time
	Expires   Time
	Used      Time
}

// LinkFor is a new link and its token, which is nowhere else. It is for a user as they are now, or with nobody for the
// set-up of the shop.
func LinkFor(u User, by Actor, now Time) (OneTimeLink, string) {
	token := NewToken()
	l := OneTimeLink{TokenHash: HashToken(token), UserID: u.ID, CreatedBy: by.ID, Created: now}
	age := resetLinkAge
	switch {
	case u.ID == "":
		l.Purpose, age = LinkSetUp, setUpLinkAge
	case u.State == UserInvited:
		l.Purpose, age = LinkInvitation, invitationLinkAge
	default:
		l.Purpose = LinkReset
	}
	l.Expires = now.Add(age)
	return l, token
}

// Check says why a link does not work any more for the user it is for. Errors: Unauthenticated.
func (l OneTimeLink) Check(u User, now Time) error {
	switch {
	case !l.Used.IsZero():
		return Unauthenticatedf("link_used", "This link has already been used: it works only once. Log in with the password that was chosen, or ask an admin for a new link.")
	case l.Expires <= now:
		return Unauthenticatedf("link_expired", "This link has expired, or a newer one took its place. Ask an admin for a new link.")
	case l.UserID != "" && !u.Actor().Can(UseLink, TheShop), l.Purpose == LinkInvitation && u.State != UserInvited, l.Purpose == LinkReset && u.State != UserActive:
		return Unauthenticatedf("link_expired", "This link has expired, or a newer one took its place. Ask an admin for a new link.")
	}
	return nil
}
