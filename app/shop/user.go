package shop

import (
	"slices"
	"time"
	"unicode/utf8"
)

// User is somebody who logs in: they work here, or belong to a client. A removed user stays as a row, since payments and
// the activity log refer to it.
type User struct {
	ID        string
	Role      Role
	ClientID  string // of a CLIENT, and of nobody else
	Name      string
	Email     string
	Password  string // its hash, never sent; "" while there is none
	State     UserState
	Version   int  // of name, role and state
	Seen      Time // when they last used the shop
	Created   Time
	Updated   Time   // when the version became what it is
	ChangedBy string // id of whoever made it so; "" for the shop itself
}

// UserState says whether somebody may come in.
type UserState string

// States of a user. Somebody INVITED has not chosen a password yet.
const (
	UserActive   UserState = "ACTIVE"
	UserInvited  UserState = "INVITED"
	UserDisabled UserState = "DISABLED"
	UserRemoved  UserState = "REMOVED"
)

// works says whether the user is of staff, whatever their state.
func (u User) works() bool { return u.Role == RoleStaff || u.Role == RoleAdmin }

// Actor is who the user is to the use cases.
func (u User) Actor() Actor { return Actor{ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role} }

// rulesShop says whether the user is an admin who may come in.
func (u User) rulesShop() bool { return u.Role == RoleAdmin && u.State == UserActive }

// UserAction is something an admin does with a user.
type UserAction string

// Actions. A link is an invitation's for who has no password yet, and one to choose a new password for everybody else.
const (
	EditUser    UserAction = "edit"
	LinkUser    UserAction = "link"
	DisableUser UserAction = "disable"
	EnableUser  UserAction = "enable"
	RemoveUser  UserAction = "remove"
	LogOutUser  UserAction = "log_out"
)

// userActions says in which states an action makes sense, in the order of a menu.
var userActions = []struct {
	action UserAction
	states []UserState
}{
	{EditUser, []UserState{UserActive, UserInvited, UserDisabled}},
	{LinkUser, []UserState{UserActive, UserInvited}},
	{LogOutUser, []UserState{UserActive}},
	{DisableUser, []UserState{UserActive}},
	{EnableUser, []UserState{UserDisabled}},
	{RemoveUser, []UserState{UserActive, UserInvited, UserDisabled}},
}

// Actions are what the actor may do with the user now, for a menu.
func (u User) Actions(by Actor) []UserAction {
	may := []UserAction{}
	for _, row := range userActions {
		if u.CheckAction(by, row.action) == nil {
			may = append(may, row.action)
		}
	}
	return may
}

// CheckAction refuses what makes no sense in the user's state, and what admins may not do to themselves.
// Errors: NotFound for a removed user; Conflict.
func (u User) CheckAction(by Actor, action UserAction) error {
	if u.State == UserRemoved || !u.works() {
		return NotFoundf("user_not_found", "There is no such person.")
	}
	if by.ID == u.ID && by.ID != "" && (action == DisableUser || action == RemoveUser) {
		return errYourself()
	}
	for _, row := range userActions {
		if row.action == action && slices.Contains(row.states, u.State) {
			return nil
		}
	}
	switch u.State {
	case UserDisabled:
		return Conflictf("user_disabled", "%s is disabled. Enable them first.", u.Name)
	case UserInvited:
		return Conflictf("user_invited", "%s has not chosen a password yet. Send a new link, or remove them.", u.Name)
	}
	return Conflictf("user_active", "%s can already log in.", u.Name)
}

func errYourself() error {
	return Conflictf("user_is_you", "You cannot remove your own rights. Ask another admin.")
}

// CheckChange refuses what would leave the shop without an active admin, or an admin without their own rights. u is the
// user as stored, to as they would be, otherAdmins how many active admins there are beside them. Errors: Conflict.
func (u User) CheckChange(by Actor, to User, otherAdmins int) error {
	if by.ID == u.ID && by.ID != "" && (to.Role != u.Role || to.State != u.State) {
		return errYourself()
	}
	if u.rulesShop() && !to.rulesShop() && otherAdmins == 0 {
		return Conflictf("last_admin", "%s is the only admin who can log in. Make somebody else an admin first.", u.Name)
	}
	return nil
}

// Edited says in the activity log's words what an edit makes of the user: their name, and what else is new.
func (u User) Edited(to User) ActivityParams {
	did := ActivityParams{Name: to.Name}
	if to.Name != u.Name {
		did.Was = u.Name
	}
	if to.Role != u.Role {
		did.Role = to.Role
	}
	return did
}

// EndsSessions says whether a change ends what the user is logged in to: their rights are others than before.
func (u User) EndsSessions(to User) bool { return to.Role != u.Role || to.State != UserActive }

// CleanUser trims and checks what an admin writes about somebody who works here. Errors: Invalid with the field.
func CleanUser(name, email string, role Role) (string, string, error) {
	name, err := CleanUserName(name)
	wrong := []error{err}
	if email = CleanLine(email); !isEmail(email) {
		wrong = append(wrong, Invalidf("email_malformed", "email", "Enter an e-mail address like name@example.com."))
	}
	if role != RoleAdmin && role != RoleStaff {
		wrong = append(wrong, Invalidf("role_unknown", "role", "Choose admin or staff."))
	}
	if err := Together(wrong...); err != nil {
		return "", "", err
	}
	return name, email, nil
}

// CleanUserName cleans and checks a user's name. Errors: Invalid.
func CleanUserName(name string) (string, error) {
	name = CleanLine(name)
	if name == "" || utf8.RuneCountInString(name) > 120 {
		return "", Invalidf("name_length", "name", "Enter a name of up to 120 characters.")
	}
	return name, nil
}

// Passwords have at least so many characters, and so few that none takes long to hash.
const (
	minPassword = 10
	maxPassword = 200
)

// CheckPassword refuses a password that is too short to be safe, or too long to be typed. Errors: Invalid.
func CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return Invalidf("password_too_short", "password", "Use at least %d characters. A few words are easy to remember.", minPassword)
	case n > maxPassword:
		return Invalidf("password_too_long", "password", "A password can have at most %d characters.", maxPassword)
	}
	return nil
}

// Door is where a request comes in: the shop's for the local network, the public one for the tunnel.
type Door string

// Doors.
const (
	ShopDoor   Door = "shop"
	PublicDoor Door = "public"
)

// Session is a login at one of the doors.
type Session struct {
	TokenHash string
	User      User
	Door      Door
	Created   Time
	Seen      Time
	Expires   Time
}

// How long a login lasts: unused, and at most.
const (
	SessionIdle = 12 * time.Hour
	SessionMost = 7 * 24 * time.Hour
)

// Open says whether a session still lets its user in.
func (s Session) Open(now Time) bool {
	return !s.Expires.Before(now) && !s.Seen.Before(now.Add(-SessionIdle)) && s.User.State == UserActive
}
