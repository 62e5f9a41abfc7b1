package shop

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var grace = User{ID: "g", Role: RoleAdmin, Name: "Grace", State: UserActive}

// What an admin may do with whom: one row a state and role.
func TestActionsOnUsers(t *testing.T) {
	by := grace.Actor()
	for name, c := range map[string]struct {
		user User
		want []UserAction
	}{
		"staff":             {User{ID: "b", Role: RoleStaff, State: UserActive}, []UserAction{EditUser, LinkUser, LogOutUser, DisableUser, RemoveUser}},
		"another admin":     {User{ID: "a", Role: RoleAdmin, State: UserActive}, []UserAction{EditUser, LinkUser, LogOutUser, DisableUser, RemoveUser}},
		"oneself":           {grace, []UserAction{EditUser, LinkUser, LogOutUser}},
		"somebody new":      {User{ID: "b", Role: RoleStaff, State: UserInvited}, []UserAction{EditUser, LinkUser, RemoveUser}},
		"disabled":          {User{ID: "b", Role: RoleStaff, State: UserDisabled}, []UserAction{EditUser, EnableUser, RemoveUser}},
		"removed":           {User{ID: "b", Role: RoleStaff, State: UserRemoved}, []UserAction{}},
		"a client's":        {User{ID: "c", Role: RoleClient, ClientID: "x", State: UserActive}, []UserAction{}},
		"nobody anybody is": {User{State: UserActive}, []UserAction{}},
	} {
		if got := c.user.Actions(by); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for name, c := range map[string]struct {
		state  UserState
		action UserAction
		id     string
		code   Code
	}{
		"enable who is active":       {UserActive, EnableUser, "b", "user_active"},
		"disable who is new":         {UserInvited, DisableUser, "b", "user_invited"},
		"log out who is new":         {UserInvited, LogOutUser, "b", "user_invited"},
		"a link for who is disabled": {UserDisabled, LinkUser, "b", "user_disabled"},
		"change who was removed":     {UserRemoved, EditUser, "b", "user_not_found"},
		"disable oneself":            {UserActive, DisableUser, "g", "user_is_you"},
		"remove oneself":             {UserActive, RemoveUser, "g", "user_is_you"},
	} {
		if err := (User{ID: c.id, Role: RoleAdmin, State: c.state}).CheckAction(by, c.action); !IsCode(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if (User{Role: RoleStaff, State: UserActive}).CheckAction(System("the command line"), LinkUser) != nil {
		t.Error("the command line is taken for the user without an id")
	}
}

// There is always an admin who can log in, and nobody takes away their own rights.
func TestChangesOfUsers(t *testing.T) {
	with := func(u User, change func(*User)) User { change(&u); return u }
	demote := func(u *User) { u.Role = RoleStaff }
	disable := func(u *User) { u.State = UserDisabled }
	remove := func(u *User) { u.State = UserRemoved }
	rename := func(u *User) { u.Name = "Grace Hopper" }
	ada := Actor{ID: "a", Role: RoleAdmin}
	asleep := with(grace, disable)
	for name, c := range map[string]struct {
		by     Actor
		was    User
		to     func(*User)
		others int
		code   Code
		ends   bool
	}{
		"demote one of two":           {ada, grace, demote, 1, "", true},
		"disable one of two":          {ada, grace, disable, 1, "", true},
		"remove one of two":           {ada, grace, remove, 1, "", true},
		"rename the last":             {ada, grace, rename, 0, "", false},
		"demote the last":             {ada, grace, demote, 0, "last_admin", true},
		"disable the last":            {ada, grace, disable, 0, "last_admin", true},
		"remove the last":             {System("x"), grace, remove, 0, "last_admin", true},
		"demote oneself":              {grace.Actor(), grace, demote, 3, "user_is_you", true},
		"rename oneself":              {grace.Actor(), grace, rename, 0, "", false},
		"remove one who sleeps":       {ada, asleep, remove, 1, "", true},
		"demote one who sleeps":       {ada, asleep, demote, 0, "", true},
		"enable":                      {ada, asleep, func(u *User) { u.State = UserActive }, 0, "", false},
		"make staff an admin":         {ada, User{ID: "b", Role: RoleStaff, State: UserActive}, func(u *User) { u.Role = RoleAdmin }, 0, "", true},
		"an admin who was not let in": {ada, User{ID: "n", Role: RoleAdmin, State: UserInvited}, remove, 0, "", true},
	} {
		to := with(c.was, c.to)
		err := c.was.CheckChange(c.by, to, c.others)
		if (err == nil) != (c.code == "") || (err != nil && (!IsCode(err, c.code) || !IsKind(err, Conflict))) {
			t.Errorf("%s: %v", name, err)
		}
		if got := c.was.EndsSessions(to); got != c.ends {
			t.Errorf("%s ends sessions: %v", name, got)
		}
	}
}

// An edit is told by the name, and by what is new: nothing, the name before, or the role.
func TestEditsAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		to   User
		want ActivityParams
	}{
		"the same":      {grace, ActivityParams{Name: "Grace"}},
		"another name":  {User{Name: "Ada", Role: RoleAdmin}, ActivityParams{Name: "Ada", Was: "Grace"}},
		"another role":  {User{Name: "Grace", Role: RoleStaff}, ActivityParams{Name: "Grace", Role: RoleStaff}},
		"both at once":  {User{Name: "Ada", Role: RoleStaff}, ActivityParams{Name: "Ada", Was: "Grace", Role: RoleStaff}},
		"another state": {User{Name: "Grace", Role: RoleAdmin, State: UserDisabled}, ActivityParams{Name: "Grace"}},
	} {
		if got := grace.Edited(c.to); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWhatIsWrittenAboutUsers(t *testing.T) {
	for _, c := range []struct {
		name, email string
		role        Role
		field       string
	}{
		{" Ada ", " ada@example.com ", RoleStaff, ""}, {"", "ada@example.com", RoleStaff, "name"}, {strings.Repeat("x", 121), "ada@example.com", RoleStaff, "name"},
		{"Ada", "", RoleAdmin, "email"}, {"Ada", "ada", RoleAdmin, "email"}, {"Ada", "ada@example.com", RoleClient, "role"}, {"Ada", "ada@example.com", "", "role"},
	} {
		name, email, err := CleanUser(c.name, c.email, c.role)
		if FieldOf(err) != c.field || (err == nil) != (c.field == "") || (err == nil && (name != "Ada" || email != "ada@example.com")) {
			t.Errorf("%+v: %q, %q, %v", c, name, email, err)
		}
	}
	for password, code := range map[string]Code{
		"123456789": "password_too_short", "1234567890": "", "ääääääääää": "", "äääääääää": "password_too_short", strings.Repeat("x", 200): "", strings.Repeat("x", 201): "password_too_long",
	} {
		if err := CheckPassword(password); (err == nil) != (code == "") || (err != nil && !IsCode(err, code)) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// A session is open to the millisecond, and only for whoever may come in.
func TestOpenSessions(t *testing.T) {
	now := TimeOf(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		s    Session
		open bool
	}{
		"fresh":                 {Session{Seen: now, Expires: now.Add(SessionMost)}, true},
		"idle for just so long": {Session{Seen: now.Add(-SessionIdle), Expires: now}, true},
		"idle for longer":       {Session{Seen: now.Add(-SessionIdle - time.Millisecond), Expires: now}, false},
		"over":                  {Session{Seen: now, Expires: now - 1}, false},
	} {
		for state, lets := range map[UserState]bool{UserActive: true, UserInvited: false, UserDisabled: false, UserRemoved: false} {
			c.s.User.State = state
			if got := c.s.Open(now); got != (c.open && lets) {
				t.Errorf("%s, %s: %v", name, state, got)
			}
		}
	}
}

// A one-time link is for what its user is missing, lives as long as that takes, and works once.
func TestOneTimeLinks(t *testing.T) {
	now := TimeOf(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	invited := User{ID: "b", Role: RoleStaff, State: UserInvited}
	for name, c := range map[string]struct {
		user    User
		purpose LinkPurpose
		days    int
	}{"set-up": {User{}, LinkSetUp, 1}, "an invitation": {invited, LinkInvitation, 7}, "a reset": {grace, LinkReset, 1}} {
		l, token := LinkFor(c.user, Actor{ID: "a"}, now)
		if l.Purpose != c.purpose || l.UserID != c.user.ID || l.CreatedBy != "a" || l.TokenHash != HashToken(token) || l.Expires != now.Add(time.Duration(c.days)*24*time.Hour) {
			t.Errorf("%s: %+v", name, l)
		}
		if l.Check(c.user, now) != nil || l.Check(c.user, l.Expires-1) != nil || !IsCode(l.Check(c.user, l.Expires), "link_expired") {
			t.Errorf("%s does not work from now to its end", name)
		}
		if l.Used = now; !IsCode(l.Check(c.user, now), "link_used") {
			t.Errorf("%s works twice", name)
		}
	}
	invitation, _ := LinkFor(invited, Actor{}, now)
	reset, _ := LinkFor(grace, Actor{}, now)
	for name, err := range map[string]error{
		"an invitation that was accepted otherwise": invitation.Check(User{ID: "b", Role: RoleStaff, State: UserActive}, now),
		"a reset of who is disabled":                reset.Check(User{ID: "g", Role: RoleAdmin, State: UserDisabled}, now),
		"a reset of who was removed":                reset.Check(User{ID: "g", Role: RoleAdmin, State: UserRemoved}, now),
		"a reset of a client's":                     reset.Check(User{ID: "g", Role: RoleClient, State: UserActive}, now),
	} {
		if !IsCode(err, "link_expired") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVersions(t *testing.T) {
	zone, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	at := TimeOf(time.Date(2026, 11, 19, 23, 41, 0, 0, time.UTC))
	if err := CheckVersion(3, 3, "Ada", at, zone); err != nil {
		t.Error(err)
	}
	for by, who := range map[string]string{"Ada": "Ada changed", "": "The shop changed"} {
		if err := CheckVersion(2, 3, by, at, zone); !IsCode(err, "changed_meanwhile") || !IsKind(err, Conflict) || !strings.HasPrefix(MessageOf(err), who+" this on Fri 20 Nov at 10:41 am.") || *EditOf(err) != (Edit{By: by, At: at}) {
			t.Error(err)
		}
	}
	if err := CheckVersion(2, 1, "", 0, zone); !IsCode(err, "changed_meanwhile") || strings.Contains(MessageOf(err), "changed") || EditOf(err) != nil { // nobody has changed it yet
		t.Error(err)
	}
}
