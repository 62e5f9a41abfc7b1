package shop

// Role is what somebody is to the shop.
type Role string

// Roles. ADMIN and STAFF work here; a CLIENT is a person of a client's who logs in; a GUEST holds the link of an order, a
// VISITOR the cookie of a cart; SYSTEM is the shop itself. Whoever has none of them is Nobody.
const (
	Nobody      Role = ""
	RoleVisitor Role = "VISITOR"
	RoleGuest   Role = "GUEST"
	RoleClient  Role = "CLIENT"
	RoleStaff   Role = "STAFF"
	RoleAdmin   Role = "ADMIN"
	RoleSystem  Role = "SYSTEM"
)

// Actor is who asks for something to be done. The zero value is nobody in particular.
type Actor struct {
	Role  Role
	ID    string // of a user
	Name  string
	Email string
	// CartID is the cart of the browser that asks, whoever uses it.
	CartID string
	// NewCart is how that cart begins where it is not there yet: with the first thing that is taken into it.
	NewCart NewCart
	// OrderID is the order that a guest's link opens.
	OrderID string
	// Address is where they ask from, as far as the door vouches for it: an IPv4 address, or an IPv6 network of /64.
	Address string
	// Witness hears of every permission that is asked for. Only tests have one.
	Witness Witness
}

// NewCart is a cart that begins with the first thing that is taken into it. The zero value is none.
type NewCart struct {
	TokenHash string // of its cookie
	Address   string // by which it has a share of the room for files; "" where none is known
}

// Witness is how a test learns what a use case asks of its actor, and holds it against what the route names.
type Witness interface{ Asked(p Permission) }

// System is the shop acting by itself.
func System(name string) Actor { return Actor{Role: RoleSystem, Name: name} }

// Visitor is whoever has a cart.
func Visitor(cartID string) Actor { return Actor{Role: RoleVisitor, CartID: cartID} }

// Guest is whoever has the link of an order.
func Guest(orderID string) Actor { return Actor{Role: RoleGuest, OrderID: orderID} }

// works says whether the actor works here. Rights are asked by Can and Must.
func (a Actor) works() bool { return a.Role == RoleStaff || a.Role == RoleAdmin }

// WithCart is the actor using a cart: whoever was nobody is a visitor by it.
func (a Actor) WithCart(cartID string) Actor {
	a.CartID = cartID
	if a.Role == Nobody {
		a.Role = RoleVisitor
	}
	return a
}

// BeginningCart is the actor using a cart that is not there yet.
func (a Actor) BeginningCart(cartID string, n NewCart) Actor {
	a = a.WithCart(cartID)
	a.NewCart = n
	return a
}

// From is the actor asking from an address, "" where it is not known.
func (a Actor) From(address string) Actor {
	a.Address = address
	return a
}
