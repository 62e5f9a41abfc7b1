package shop

import (
	"maps"
	"slices"
)

// Permission is something that an actor may do or not.
type Permission string

// Permissions. Those about a cart or an order are asked for an Object.
const (
	UseCart          Permission = "use_cart"           // upload, choose, price, order
	TakeCounterOrder Permission = "take_counter_order" // type in an order for a customer
	KeepCounterCart  Permission = "keep_counter_cart"  // a cart with the reserve of room, whose parts go first
	LogIn            Permission = "log_in"             // with a password, at the shop's own door
	UseLink          Permission = "use_link"           // choose the password by a one-time link
	Work             Permission = "work"               // be logged in, and hear what happens

	SeeOrder      Permission = "see_order"
	PayOrder      Permission = "pay_order"
	TakeBackOrder Permission = "take_back_order"  // into a cart, to change it
	FetchSent     Permission = "fetch_sent_files" // what the customer sent
	ListOrders    Permission = "list_orders"      // and see all that staff see of one
	FetchFile     Permission = "fetch_files"      // any file of an order, G-code included
	ShareOrder    Permission = "share_order"      // a new link for the customer
	ReviewOrder   Permission = "review_order"
	RemakeItem    Permission = "remake_item"  // a model or G-code for what was ordered without a slice
	PriceFreely   Permission = "price_freely" // below what staff may take off
	ReleaseOrder  Permission = "release_order"
	LiftHold      Permission = "lift_hold"
	LiftMoney     Permission = "lift_money_hold" // while its money is disputed, was taken by a bank, or is owed again
	TakePayment   Permission = "take_payment"
	CancelOrder   Permission = "cancel_order"
	CancelPaid    Permission = "cancel_paid_order"
	DeleteFile    Permission = "delete_file"
	DeletePaid    Permission = "delete_paid_file" // of an order that was paid
	KeepFiles     Permission = "keep_files"       // longer than the terms say
	DecidePayment Permission = "decide_payment"   // what becomes of it: it fits no invoice, was a mistake, or is to be sent back
	WriteOffDebt  Permission = "write_off"        // give up what is owed for an invoice, and take that back

	SeeJobs  Permission = "see_jobs"
	MoveJobs Permission = "move_jobs"

	HandOver    Permission = "hand_over"    // let copies leave the shop, and correct what was noted of it
	LeaveUnpaid Permission = "leave_unpaid" // let copies leave before they are paid

	ChangeSettings Permission = "change_settings"
	SeeMachines    Permission = "see_machines"    // the machines that there are, and their printers
	ChangeMachines Permission = "change_machines" // what they are called, cost and are set to
	SetPrinter     Permission = "set_printer"     // whether a printer is in use
	SeeStatus      Permission = "see_status"
	SeeActivity    Permission = "see_activity" // all that was done, with addresses
	SeeTasks       Permission = "see_tasks"
	RetryTasks     Permission = "retry_tasks"
	RunChores      Permission = "run_chores"    // background work, out of its turn
	ClearUploads   Permission = "clear_uploads" // give up what a visitor is uploading
	AcceptModel    Permission = "accept_model"  // again, that was refused for good
	AcceptClock    Permission = "accept_clock"
	ConfirmSweep   Permission = "confirm_sweep"    // remove many files at once that nothing names
	ConfirmDelete  Permission = "confirm_deletion" // of unusually many old models

	ManagePeople Permission = "manage_people" // invite, disable and remove those who work here
	OwnAccount   Permission = "own_account"   // one's own name, password and sessions
)

// Object is what a permission is about: a cart, an order, or the shop as a whole.
type Object struct{ CartID, OrderID string }

// TheShop is the object of what concerns no cart and no order.
var TheShop = Object{}

// CartOf is the object of what is done with a cart.
func CartOf(id string) Object { return Object{CartID: id} }

// OrderOf is the object of what is done with an order.
func OrderOf(id string) Object { return Object{OrderID: id} }

// rule says who has a permission.
type rule struct {
	ownCart  bool // whoever has the cart
	ownOrder bool // whoever has the order's link
	staff    bool // everybody who works here; admins have it anyway
	admin    bool
}

// rules are the rights of the design's table (section 8), for what exists.
var rules = map[Permission]rule{
	UseCart:          {ownCart: true},
	TakeCounterOrder: {staff: true},
	KeepCounterCart:  {staff: true},
	LogIn:            {staff: true},
	UseLink:          {staff: true},
	Work:             {staff: true},

	SeeOrder:      {staff: true, ownOrder: true},
	PayOrder:      {staff: true, ownOrder: true},
	TakeBackOrder: {ownOrder: true},
	FetchSent:     {ownOrder: true},
	ListOrders:    {staff: true},
	FetchFile:     {staff: true},
	ShareOrder:    {staff: true},
	ReviewOrder:   {staff: true},
	RemakeItem:    {staff: true},
	PriceFreely:   {admin: true},
	ReleaseOrder:  {staff: true},
	LiftHold:      {staff: true},
	LiftMoney:     {admin: true},
	TakePayment:   {staff: true},
	CancelOrder:   {staff: true},
	CancelPaid:    {admin: true},
	DeleteFile:    {staff: true},
	DeletePaid:    {admin: true},
	KeepFiles:     {staff: true, ownOrder: true},
	DecidePayment: {admin: true},
	WriteOffDebt:  {admin: true},

	SeeJobs:  {staff: true},
	MoveJobs: {staff: true},

	HandOver:    {staff: true},
	LeaveUnpaid: {admin: true},

	ChangeSettings: {admin: true},
	SeeMachines:    {staff: true},
	ChangeMachines: {admin: true},
	SetPrinter:     {staff: true},
	SeeStatus:      {staff: true},
	SeeActivity:    {admin: true},
	SeeTasks:       {staff: true},
	RetryTasks:     {staff: true},
	RunChores:      {admin: true},
	ClearUploads:   {staff: true},
	AcceptModel:    {admin: true},
	AcceptClock:    {admin: true},
	ConfirmSweep:   {admin: true},
	ConfirmDelete:  {admin: true},

	ManagePeople: {admin: true},
	OwnAccount:   {staff: true},
}

// Roles are those that may have the permission, for tables and tests.
func (p Permission) Roles() []Role {
	r := rules[p]
	switch {
	case r.ownCart:
		return []Role{RoleVisitor, RoleStaff, RoleAdmin}
	case r.ownOrder && r.staff:
		return []Role{RoleGuest, RoleStaff, RoleAdmin}
	case r.ownOrder:
		return []Role{RoleGuest}
	case r.staff:
		return []Role{RoleStaff, RoleAdmin}
	case r.admin:
		return []Role{RoleAdmin}
	}
	return nil
}

// AdminsOnly says whether nobody who works here has the permission but admins.
func (p Permission) AdminsOnly() bool { return slices.Equal(p.Roles(), []Role{RoleAdmin}) }

// Permissions are all there are, in order.
func Permissions() []Permission { return slices.Sorted(maps.Keys(rules)) }

// Permissions are those that the actor has over the shop as a whole, in order: what pages may offer.
func (a Actor) Permissions() []Permission {
	return slices.DeleteFunc(Permissions(), func(p Permission) bool { return !a.Can(p, TheShop) })
}

// Can says whether the actor may do something to an object. A permission that nobody defined is nobody's.
func (a Actor) Can(p Permission, o Object) bool {
	if a.Witness != nil {
		a.Witness.Asked(p)
	}
	r, known := rules[p]
	switch {
	case !known:
		return false
	case a.Role == RoleSystem:
		return true
	case r.ownCart:
		return a.Role != Nobody && o.CartID != "" && a.CartID == o.CartID
	case r.staff && a.works(), r.admin && a.Role == RoleAdmin:
		return true
	case r.ownOrder:
		return a.Role == RoleGuest && o.OrderID != "" && a.OrderID == o.OrderID
	}
	return false
}

// Must is Can as an error. Errors: Unauthenticated for whoever has not shown who they are; Forbidden for staff who may
// not; NotFound for what is another customer's, who is not told that it exists.
func (a Actor) Must(p Permission, o Object) error {
	switch r := rules[p]; {
	case a.Can(p, o):
		return nil
	case r.ownCart:
		return Unauthenticatedf("cart_unknown", "Your cart was not found. Reload the page.")
	case a.works():
		return Forbiddenf("admin_only", "Only an admin can do this.")
	case r.ownOrder && a.Role == RoleGuest:
		return NotFoundf("order_not_found", "There is no such order.")
	}
	return Unauthenticatedf("login_needed", "Log in.")
}
