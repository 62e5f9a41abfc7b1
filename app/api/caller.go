package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
)

// Role is what a request must show. A row of the route table that names several asks for all of them.
type Role string

// Roles. Staff includes admins.
const (
	Anyone Role = "anyone"
	Cart   Role = "cart"
	Staff  Role = "staff"
	Admin  Role = "admin"
)

// Cookies. Over https the name carries the __Host- prefix: no other host, path or plain http can set such a cookie.
// Staff cookies are read on the shop's door only.
const (
	cartCookie  = "buildplate_cart"
	staffCookie = "buildplate_staff"
	hostPrefix  = "__Host-"

	cartCookieAge  = 30 * 24 * time.Hour
	staffCookieAge = 7 * 24 * time.Hour
)

// caller is who asks: filled in as far as the route's roles say.
type caller struct {
	shop.Actor
	cartID  string
	session string // the staff cookie's token
	ip      string // empty when unknown
	secure  bool
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	who, _ := ctx.Value(callerKey{}).(caller)
	return who
}

// admit checks a row's limit and roles, and puts the caller into the request's context. A cart is made only where the
// row says so; its cookie is set at once. Errors: Unauthenticated, Forbidden, a throttling Problem.
func (d *door) admit(c *fiber.Ctx, row Route) error {
	addr, known := d.clientIP(c)
	if row.limit != "" {
		if err := d.throttle.allow(row.limit, addr, known); err != nil {
			return err
		}
	}
	who := caller{secure: d.secure(c)}
	if known {
		who.ip = addr.String()
	}
	if slices.Contains(row.Roles, Staff) || slices.Contains(row.Roles, Admin) {
		if err := d.admitStaff(c, row, &who); err != nil {
			return err
		}
	}
	if slices.Contains(row.Roles, Cart) {
		if err := d.admitCart(c, row, &who); err != nil {
			return err
		}
	}
	if row.cartIfAny && readCookie(c, cartCookie, who.secure) != "" {
		if err := d.admitCart(c, row, &who); err != nil {
			return err
		}
	}
	if row.session && d.kind == Shop {
		who.session = readCookie(c, staffCookie, who.secure)
	}
	c.SetUserContext(context.WithValue(c.UserContext(), callerKey{}, who))
	return nil
}

func (d *door) admitStaff(c *fiber.Ctx, row Route, who *caller) error {
	if d.kind != Shop {
		return errors.New("a staff route on the public door")
	}
	who.session = readCookie(c, staffCookie, who.secure)
	if who.session == "" {
		return newProblem(http.StatusUnauthorized, "")
	}
	p, err := d.server.deps.App.Accounts.Session(c.UserContext(), who.session)
	if err != nil {
		return err
	}
	if slices.Contains(row.Roles, Admin) && p.Role != shop.RoleAdmin {
		return newProblem(http.StatusForbidden, "Only an administrator can do this.")
	}
	who.Actor = p
	return nil
}

func (d *door) admitCart(c *fiber.Ctx, row Route, who *caller) error {
	token := readCookie(c, cartCookie, who.secure)
	if token == "" && !row.newCart {
		return newProblem(http.StatusUnauthorized, "Your cart was not found. Please reload the page.")
	}
	if token == "" {
		addr, known := d.clientIP(c)
		if err := d.throttle.allow(limitCart, addr, known); err != nil {
			return err
		}
	}
	open := d.server.deps.App.Carts.OpenCart
	if row.forUpload {
		open = d.server.deps.App.Carts.CartForUpload
	}
	id, fresh, err := open(c.UserContext(), token)
	if err != nil {
		return err
	}
	if fresh != "" {
		c.Append(fiber.HeaderSetCookie, cookie(cartCookie, fresh, cartCookieAge, who.secure))
	}
	who.cartID = id
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
	if secure {
		name = hostPrefix + name
	}
	k := http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure, MaxAge: int(age / time.Second)}
	return k.String()
}
