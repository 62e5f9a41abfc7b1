package account

import (
	"buildplate/app/shop"
	"buildplate/db"
)

// UserView is somebody who is logged in, as their pages know them.
type UserView struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Email string    `json:"email"`
	Role  shop.Role `json:"role" enum:"ADMIN,STAFF"`
}

// ViewOf is what pages are told of an actor.
func ViewOf(a shop.Actor) UserView {
	return UserView{ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role}
}

// PersonView is somebody who works here.
type PersonView struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Email       string            `json:"email"`
	Role        shop.Role         `json:"role" enum:"ADMIN,STAFF"`
	State       shop.UserState    `json:"state" enum:"ACTIVE,INVITED,DISABLED"`
	Version     int               `json:"version" doc:"What a change names as the version it was made from"`
	LastSeen    shop.Time         `json:"last_seen" doc:"0: never; to the minute"`
	Sessions    int               `json:"sessions" doc:"Browsers in which they are logged in"`
	LinkExpires shop.Time         `json:"link_expires" doc:"Until when a one-time link of theirs works; 0: there is none"`
	Updated     shop.Time         `json:"updated"`
	ChangedBy   string            `json:"changed_by" doc:"Who made the last change; empty for the shop itself"`
	Actions     []shop.UserAction `json:"actions" enum:"edit,link,disable,enable,remove,log_out" doc:"What whoever asks may do now"`
}

func viewOfPerson(u db.Person, by shop.Actor) PersonView {
	return PersonView{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, State: u.State, Version: u.Version, LastSeen: u.Seen, Sessions: u.Sessions,
		LinkExpires: u.LinkExpires, Updated: u.Updated, ChangedBy: u.ChangedByName, Actions: u.Actions(by),
	}
}

// PeopleView is everybody who works here.
type PeopleView struct {
	People []PersonView `json:"people"`
}

// OneTimeLinkView is a one-time link; the path is nowhere else.
type OneTimeLinkView struct {
	Person  PersonView       `json:"person"`
	Purpose shop.LinkPurpose `json:"purpose" enum:"invitation,reset"`
	Path    string           `json:"path" doc:"To be opened at the shop's door"`
	Expires shop.Time        `json:"expires"`
}

// OpenLinkView is what whoever opens a one-time link is told.
type OpenLinkView struct {
	Purpose shop.LinkPurpose `json:"purpose" enum:"invitation,reset"`
	Name    string           `json:"name"`
	Email   string           `json:"email"`
	Expires shop.Time        `json:"expires"`
}

// InviteRequest is somebody new.
type InviteRequest struct {
	Name  string    `json:"name" maxLength:"120"`
	Email string    `json:"email" maxLength:"200"`
	Role  shop.Role `json:"role" enum:"ADMIN,STAFF"`
}

// PersonRequest is what an admin changes of somebody.
type PersonRequest struct {
	Name    string    `json:"name" maxLength:"120"`
	Role    shop.Role `json:"role" enum:"ADMIN,STAFF"`
	Version int       `json:"version" minimum:"1"`
}

// RenameRequest is what everybody changes of themselves.
type RenameRequest struct {
	Name    string `json:"name" maxLength:"120"`
	Version int    `json:"version" minimum:"1"`
}

// PasswordRequest replaces one's own password.
type PasswordRequest struct {
	Current  string `json:"current" text:"exact" maxLength:"200"`
	Password string `json:"password" text:"exact" minLength:"10" maxLength:"200"`
}

// UseLinkRequest spends a one-time link. The name is asked for with an invitation only.
type UseLinkRequest struct {
	Token    string `json:"token" text:"exact" maxLength:"200"`
	Name     string `json:"name,omitempty" maxLength:"120"`
	Password string `json:"password" text:"exact" minLength:"10" maxLength:"200"`
}
