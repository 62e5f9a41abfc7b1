package account

import "buildplate/app/shop"

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
