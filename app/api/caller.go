package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"buildplate/app/account"
	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Cookies. Over https the name carries the __Host- prefix: no other host, path or plain http can set such a cookie.
// Staff cookies are read on the shop's door only.
const (
	cartCookie  = "buildplate_cart"
	staffCookie = "buildplate_staff"
	// deviceCookie says that somebody logged in here before. It goes to the routes of log-in only.
	deviceCookie = "buildplate_device"
	devicePath   = "/api/auth"
	hostPrefix   = "__Host-"

	cartCookieAge  = 30 * 24 * time.Hour
	staffCookieAge = 7 * 24 * time.Hour
)

// caller is who asks, filled in as far as the route's row says, and how.
type caller struct {
	shop.Actor
	session string // the staff cookie's token
	devices string // the device cookie
	console bool   // the machine itself, at the shop's own door
	door    Door
	secure  bool
	cart    string                   // the token of a cart that begins with what is asked for
	intent  string                   // the payment in the path, where it is there
	count   func(limitName) error    // takes one from a budget of the door
	answer  *fasthttp.ResponseHeader // for cookies beside the one that a typed reply has
}

type callerKey struct{}

// sender is what a visitor is counted by: the address, else the cart, else the order or the payment that they know of.
func (who caller) sender() string { return cmp.Or(who.Address, who.CartID, who.OrderID, who.intent) }

// allow takes one from a budget when it is called.
func (who caller) allow(name limitName) func() error {
	return func() error { return who.count(name) }
}

// share is what a visitor's share of the room for files goes by: the address, "" where none is known. Who sits at the
// shop's own machine is no visitor.
func (who caller) share() string {
	if who.console {
		return ""
	}
	return who.Address
}

// keepCart hands out the cookie of a cart that began with what was asked for: what was refused began none.
func (who caller) keepCart() {
	if who.cart != "" {
		who.answer.Add(fiber.HeaderSetCookie, cookie(cartCookie, who.cart, cartCookieAge, who.secure))
	}
}

func callerOf(ctx context.Context) caller {
	who, _ := ctx.Value(callerKey{}).(caller)
	return who
}

// actorOf is who asks, for the use cases.
func actorOf(ctx context.Context) shop.Actor { return callerOf(ctx).Actor }

// doorOf is where they ask, for links that are good there alone.
func doorOf(ctx context.Context) string { return string(callerOf(ctx).door) }

// identify finds out who asks, checks a row's limit, and puts the caller into the request's context. A cart is begun only where the
// row says so, by its use case; its cookie is set by keepCart. Rights are decided by the use case. The door asks for the row's
// permission before it, since a stranger is told to log in rather than which field of a body is wrong, no file of theirs
// is read, and no stream, which has no use case, begins. Limits are counted after that, so that whoever has no right to
// something takes none of what others may do. Errors: Unauthenticated, Forbidden, NotFound for a link that
// opens nothing, a throttling Problem.
func (d *door) identify(c *fiber.Ctx, row Route) error {
	who := caller{secure: d.secure(c), door: d.kind, answer: &c.Response().Header}
	if d.kind == Shop && (row.session || row.forStaff()) {
		who.session = readCookie(c, staffCookie, who.secure)
		who.devices = readCookie(c, deviceCookie, who.secure)
	}
	addr, known := d.clientIP(c)
	who.console = known && d.kind == Shop && addr.IsLoopback()
	if err := d.findActor(c, row, &who); err != nil {
		return err
	}
	if known {
		who.Address = addr.String()
	}
	if row.Permission != "" && row.Permission != shop.UseCart {
		if err := d.server.must(who.Actor, row.Permission, shop.OrderOf(who.OrderID)); err != nil {
			return err
		}
	}
	if row.needsCart() || (row.cartIfAny && readCookie(c, cartCookie, who.secure) != "") {
		if err := d.findCart(c, row, &who); err != nil {
			return err
		}
	}
	if row.needsCart() {
		if err := d.server.must(who.Actor, shop.UseCart, shop.CartOf(who.CartID)); err != nil {
			return err
		}
	}
	sender := who.sender()
	who.count = func(name limitName) error { return d.count(who.console, name, sender) }
	// Whoever reads without a cart or an order reads nothing.
	if row.limit != "" && (row.limit != limitRead || cmp.Or(who.CartID, who.OrderID) != "") {
		if err := who.count(row.limit); err != nil {
			return err
		}
	}
	if d.server.witness != nil {
		who.Witness = d.server.witness(row)
	}
	c.SetUserContext(context.WithValue(c.UserContext(), callerKey{}, who))
	return nil
}

// count takes one from a budget of the door. The machine itself is no visitor: a busy counter takes from none.
func (d *door) count(console bool, name limitName, sender string) error {
	if console {
		return nil
	}
	return d.throttle.allow(name, sender)
}

// findActor goes by what the row asks for: a session of staff, or the link or the payment in the path.
func (d *door) findActor(c *fiber.Ctx, row Route, who *caller) (err error) {
	ctx := c.UserContext()
	switch {
	case row.forStaff() && d.kind != Shop:
		return errors.New("a staff route on the public door")
	case row.forStaff() && who.session != "":
		who.Actor, err = d.server.accounts.accounts.Session(ctx, who.session, d.kind)
	case row.newCart && who.session != "":
		who.Actor, err = d.server.accounts.accounts.Session(ctx, who.session, d.kind)
		if shop.IsKind(err, shop.Unauthenticated) {
			err = nil // a visitor then
		}
	case row.byLink && param(c, "token") == account.OwnOrder:
		who.Actor, err = d.server.accounts.accounts.GuestByCart(ctx, readCookie(c, cartCookie, who.secure))
	case row.byLink:
		who.Actor, err = d.server.accounts.accounts.GuestByLink(ctx, param(c, "token"))
	case row.byIntent:
		who.intent = param(c, "intent_id")
		err = d.server.cards.cards.FindCheckout(ctx, who.intent)
	}
	return err
}

// findCart finds the cart of the visitor's cookie. For a row that begins something new one begins with it, where there is none or
// it was ordered: each new one is taken from the budget, whatever the cookie says.
func (d *door) findCart(c *fiber.Ctx, row Route, who *caller) error {
	carts, ctx := d.server.carts.carts, c.UserContext()
	if token := readCookie(c, cartCookie, who.secure); token != "" {
		id, ordered, err := carts.FindCart(ctx, token)
		if err != nil && !shop.IsKind(err, shop.NotFound) {
			return err
		}
		if err == nil && !(row.newCart && ordered) {
			who.Actor = who.WithCart(id)
		}
	}
	switch {
	case who.CartID != "":
	case !row.newCart:
		return nil // whether that may be is asked next
	default:
		if err := d.count(who.console, limitCart, who.Address); err != nil {
			return err
		}
		who.cart = shop.NewToken()
		who.Actor = who.BeginningCart(shop.NewID(), shop.NewCart{TokenHash: shop.HashToken(who.cart), Address: who.share()})
	}
	return nil
}

func readCookie(c *fiber.Ctx, name string, secure bool) string {
	if secure {
		name = hostPrefix + name
	}
	return string(c.Request().Header.Cookie(name))
}

// cookie writes a Set-Cookie header. Lax, not Strict: a customer who comes back from the card page keeps the cart.
// A negative age takes the cookie away.
func cookie(name, value string, age time.Duration, secure bool) string {
	return cookieAt("/", name, value, age, secure)
}

func cookieAt(path, name, value string, age time.Duration, secure bool) string {
	if secure {
		name = hostPrefix + name
	}
	k := http.Cookie{Name: name, Value: value, Path: path, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure, MaxAge: int(age / time.Second)}
	return k.String()
}
