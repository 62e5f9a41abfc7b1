package api

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Route is a row of the table that both doors are built from.
type Route struct {
	Method  string `json:"method"`
	Path    string `json:"path"`
	Doors   []Door `json:"doors"`
	Roles   []Role `json:"roles"`
	Summary string `json:"-"`

	limit     limitName // counted against this budget, if any
	cartIfAny bool      // reads the cart's cookie without asking for it
	newCart   bool      // makes a cart for a visitor without one
	forUpload bool      // leaves a cart that was ordered, and begins a new one
	session   bool      // reads the staff cookie without asking for it
	mount     func(*door, Route)
}

// Paths that more than the table needs to know.
const (
	uploadPath      = "/api/quick-order/upload"
	webhookPath     = "/api/stripe/webhook"
	cartEventsPath  = "/api/quick-order/events"
	staffEventsPath = "/api/events"
	filePath        = "/f/"
	docsPath        = "/api/docs"
	openAPIPath     = "/api/openapi.json"
)

var (
	both     = []Door{Shop, Public}
	shopOnly = []Door{Shop}

	anyone   = []Role{Anyone}
	cart     = []Role{Cart}
	staff    = []Role{Staff}
	admin    = []Role{Admin}
	staffing = []Role{Staff, Cart}
)

// Routes lists every route, in the order they are matched.
func Routes() []Route { return (&Server{}).routes() }

func (s *Server) routes() []Route {
	const get, post, put, patch, del = fiber.MethodGet, fiber.MethodPost, fiber.MethodPut, fiber.MethodPatch, fiber.MethodDelete
	return []Route{
		{Method: get, Path: "/healthz", Doors: both, Roles: anyone, mount: plain(health)},
		{Method: get, Path: "/api/shop", Doors: both, Roles: anyone, mount: typed(s.getShop), Summary: "The shop: menu, limits, terms"},

		{Method: get, Path: "/api/quick-order/cart", Doors: both, Roles: cart, newCart: true, mount: typed(s.getCart), Summary: "The visitor's cart"},
		{Method: get, Path: cartEventsPath, Doors: both, Roles: cart, mount: plain(cartEvents)},
		{Method: patch, Path: "/api/quick-order/parts", Doors: both, Roles: cart, limit: limitPart, mount: typed(s.patchParts), Summary: "Choose for several parts"},
		{Method: patch, Path: "/api/quick-order/parts/{id}", Doors: both, Roles: cart, limit: limitPart, mount: typed(s.patchPart), Summary: "Choose for a part"},
		{Method: del, Path: "/api/quick-order/parts/{id}", Doors: both, Roles: cart, limit: limitPart, mount: typed(s.deletePart), Summary: "Take a part out of the cart"},
		{Method: get, Path: "/api/quick-order/parts/{id}/mesh", Doors: both, Roles: cart, mount: plain(partMesh)},
		{Method: post, Path: "/api/quick-order/slice", Doors: both, Roles: cart, limit: limitPart, mount: typed(s.retrySlices), Summary: "Try parts that failed again"},
		{Method: post, Path: "/api/quick-order/price", Doors: both, Roles: cart, limit: limitPart, mount: typed(s.priceCart), Summary: "The price for a way of delivery"},
		{Method: post, Path: "/api/quick-order/checkout", Doors: both, Roles: cart, limit: limitCheckout, mount: typed(s.checkout), Summary: "Order what is in the cart"},
		{Method: post, Path: "/api/quick-order/counter", Doors: shopOnly, Roles: staffing, mount: typed(s.counterOrder), Summary: "Take an order at the counter"},

		{Method: fiber.MethodOptions, Path: uploadPath, Doors: both, Roles: anyone, mount: plain(tusOptions)},
		{Method: post, Path: uploadPath, Doors: both, Roles: cart, newCart: true, forUpload: true, limit: limitUpload, mount: plain(tusCreate)},
		{Method: fiber.MethodOptions, Path: uploadPath + "/{id}", Doors: both, Roles: anyone, mount: plain(tusOptions)},
		{Method: fiber.MethodHead, Path: uploadPath + "/{id}", Doors: both, Roles: cart, mount: plain(tusOffset)},
		{Method: patch, Path: uploadPath + "/{id}", Doors: both, Roles: cart, mount: plain(tusAppend)},
		{Method: del, Path: uploadPath + "/{id}", Doors: both, Roles: cart, mount: plain(tusAbort)},

		{Method: get, Path: "/api/orders/{token}", Doors: both, Roles: anyone, mount: typed(s.getCustomerOrder), Summary: "An order by its link"},
		{Method: post, Path: "/api/orders/{token}/pay", Doors: both, Roles: anyone, limit: limitCheckout, mount: typed(s.payOrder), Summary: "Choose how to pay"},
		{Method: post, Path: "/api/orders/{token}/files/{file_id}/link", Doors: both, Roles: anyone, limit: limitPart, mount: typed(s.orderFileLink), Summary: "A link to a file, for five minutes"},
		{Method: get, Path: "/api/orders/{token}/parts/{item_id}/mesh", Doors: both, Roles: anyone, mount: plain(orderMesh)},
		{Method: post, Path: "/api/checkout/{intent_id}/return", Doors: both, Roles: anyone, limit: limitPart, cartIfAny: true, mount: typed(s.returnFromCheckout), Summary: "How a card payment stands"},
		{Method: post, Path: webhookPath, Doors: both, Roles: anyone, mount: plain(webhook)},
		{Method: get, Path: filePath + "{signed}", Doors: both, Roles: anyone, mount: plain(signedFile)},

		{Method: get, Path: "/api/setup", Doors: shopOnly, Roles: anyone, mount: typed(s.getSetup), Summary: "Whether the shop needs its first answers"},
		{Method: post, Path: "/api/setup", Doors: shopOnly, Roles: anyone, limit: limitLogin, mount: typed(s.setup), Summary: "Give the first answers and log in"},
		{Method: post, Path: "/api/auth/login", Doors: shopOnly, Roles: anyone, limit: limitLogin, session: true, mount: typed(s.login), Summary: "Log in"},
		{Method: post, Path: "/api/auth/logout", Doors: shopOnly, Roles: anyone, session: true, mount: typed(s.logout), Summary: "Sign out"},
		{Method: get, Path: "/api/auth/me", Doors: shopOnly, Roles: staff, mount: typed(s.me), Summary: "Who is logged in"},
		{Method: get, Path: staffEventsPath, Doors: shopOnly, Roles: staff, mount: plain(staffEvents)},

		{Method: get, Path: "/api/invoices", Doors: shopOnly, Roles: staff, mount: typed(s.listOrders), Summary: "Orders, page by page"},
		{Method: get, Path: "/api/invoices/{id}", Doors: shopOnly, Roles: staff, mount: typed(s.getOrder), Summary: "An order with everything behind it"},
		{Method: del, Path: "/api/invoices/{id}", Doors: shopOnly, Roles: staff, mount: typed(s.deleteDraft), Summary: "Delete a draft with its files"},
		{Method: post, Path: "/api/invoices/{id}/release", Doors: shopOnly, Roles: staff, mount: typed(s.releaseOrder), Summary: "Let an order onto the floor"},
		{Method: post, Path: "/api/invoices/{id}/mark-paid", Doors: shopOnly, Roles: staff, mount: typed(s.markPaid), Summary: "Take cash or a transfer"},
		{Method: post, Path: "/api/invoices/{id}/approve", Doors: shopOnly, Roles: staff, mount: typed(s.approveOrder), Summary: "End a review: the order may be paid"},
		{Method: post, Path: "/api/invoices/{id}/refuse", Doors: shopOnly, Roles: staff, mount: typed(s.refuseOrder), Summary: "End a review: the order is refused"},
		{Method: post, Path: "/api/invoices/{id}/cancel", Doors: shopOnly, Roles: staff, mount: typed(s.cancelOrder), Summary: "Cancel an order"},
		{Method: post, Path: "/api/invoices/{id}/lift-hold", Doors: shopOnly, Roles: staff, mount: typed(s.liftHold), Summary: "Let an order on hold go on"},
		{Method: post, Path: "/api/invoices/{id}/payments/{payment_id}/accept", Doors: shopOnly, Roles: admin, mount: typed(s.acceptPayment), Summary: "Let a payment count that was set aside"},
		{Method: post, Path: "/api/invoices/{id}/payments/{payment_id}/sent-back", Doors: shopOnly, Roles: admin, mount: typed(s.paymentSentBack), Summary: "Note that a payment that was set aside was sent back"},
		{Method: post, Path: "/api/invoices/{id}/link", Doors: shopOnly, Roles: staff, mount: typed(s.orderLink), Summary: "A fresh link for the customer"},
		{Method: post, Path: "/api/invoices/{id}/stripe-session", Doors: shopOnly, Roles: staff, mount: typed(s.staffPayLink), Summary: "A link to pay by card"},
		{Method: get, Path: "/api/invoices/{id}/items/{item_id}/mesh", Doors: shopOnly, Roles: staff, mount: plain(staffMesh)},
		{Method: del, Path: "/api/order-files/{id}", Doors: shopOnly, Roles: staff, mount: typed(s.deleteOrderFile), Summary: "Delete a file of an order"},
		{Method: post, Path: "/api/order-files/{id}/link", Doors: shopOnly, Roles: staff, mount: typed(s.staffFileLink), Summary: "A link to a file, for five minutes"},

		{Method: get, Path: "/api/jobs", Doors: shopOnly, Roles: staff, mount: typed(s.listJobs), Summary: "The floor: jobs and printers"},
		{Method: post, Path: "/api/jobs/{id}/status", Doors: shopOnly, Roles: staff, mount: typed(s.moveJob), Summary: "Move a job"},

		{Method: get, Path: "/api/settings", Doors: shopOnly, Roles: admin, mount: typed(s.getSettings), Summary: "What the shop decides"},
		{Method: put, Path: "/api/settings", Doors: shopOnly, Roles: admin, mount: typed(s.putSettings), Summary: "Change what the shop decides"},
		{Method: get, Path: "/api/tasks", Doors: shopOnly, Roles: staff, mount: typed(s.listTasks), Summary: "Background work"},
		{Method: post, Path: "/api/tasks/{id}/retry", Doors: shopOnly, Roles: staff, mount: typed(s.retryTask), Summary: "Try background work again"},
		{Method: get, Path: "/api/status", Doors: shopOnly, Roles: staff, mount: typed(s.getStatus), Summary: "How the machine is doing"},
		{Method: post, Path: "/api/status/accept-clock", Doors: shopOnly, Roles: admin, mount: typed(s.acceptClock), Summary: "Say that the clock is right"},
		{Method: get, Path: openAPIPath, Doors: shopOnly, Roles: anyone, mount: plain(openAPI)},
		{Method: get, Path: docsPath, Doors: shopOnly, Roles: anyone, mount: plain(docs)},

		{Method: get, Path: "/order/mine", Doors: both, Roles: anyone, cartIfAny: true, mount: plain(myOrder)},
		{Method: get, Path: "/staff", Doors: shopOnly, Roles: anyone, mount: plain(staffPage)},
		{Method: get, Path: "/staff/*", Doors: shopOnly, Roles: anyone, mount: plain(staffPage)},
		{Method: get, Path: "/*", Doors: both, Roles: anyone, mount: plain(page)},
	}
}

// tag groups routes by their first noun.
func (r Route) tag() string {
	noun, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/api/"), "/")
	return noun
}

// operationID names an operation for generated clients: "post-invoices-by-id-cancel".
func operationID(r Route) string {
	path := strings.NewReplacer("/{", "/by-", "}", "").Replace(strings.TrimPrefix(r.Path, "/api/"))
	return strings.ToLower(r.Method) + "-" + strings.NewReplacer("/", "-", "_", "-").Replace(path)
}
