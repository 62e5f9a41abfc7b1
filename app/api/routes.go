package api

import (
	"strings"

	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
)

// Route is a row of the table that both doors are built from.
type Route struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Doors  []Door `json:"doors"`
	// Permission is what the caller must have; "" is for anyone. What it says of carts and orders, the use case asks.
	Permission shop.Permission `json:"permission,omitempty"`
	// Roles are what a request must show for it: anyone, cart, staff or admin.
	Roles   []string `json:"roles"`
	Summary string   `json:"-"`

	limit     limitName // counted against this budget, if any
	byLink    bool      // the token in the path says who asks
	byIntent  bool      // the payment in the path has to be there
	withCart  bool      // needs the cart of whoever asks, too
	cartIfAny bool      // reads the cart's cookie without asking for it
	newCart   bool      // makes a cart for a visitor without one, and leaves one that was ordered
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
)

// Routes lists every route, in the order they are matched.
func Routes() []Route { return (&Server{}).routes() }

// routes is the table, with what each row asks for in words.
func (s *Server) routes() []Route {
	rows := s.table()
	for i := range rows {
		rows[i].Roles = rows[i].roles()
	}
	return rows
}

func (s *Server) table() []Route {
	const get, post, put, patch, del = fiber.MethodGet, fiber.MethodPost, fiber.MethodPut, fiber.MethodPatch, fiber.MethodDelete
	return []Route{
		{Method: get, Path: "/healthz", Doors: both, mount: plain(health)},
		{Method: get, Path: "/api/shop", Doors: both, cartIfAny: true, limit: limitPage, mount: typed(s.catalog.get), Summary: "The shop: menu, limits, terms"},
		{Method: get, Path: "/api/terms/{version}", Doors: both, limit: limitPage, mount: typed(s.settings.publishedTerms), Summary: "A version of the terms"},

		{Method: get, Path: "/api/quick-order/cart", Doors: both, cartIfAny: true, limit: limitRead, mount: typed(s.carts.get), Summary: "The visitor's cart"},
		{Method: get, Path: cartEventsPath, Doors: both, Permission: shop.UseCart, limit: limitRead, mount: plain(cartEvents)},
		{Method: patch, Path: "/api/quick-order/parts", Doors: both, Permission: shop.UseCart, limit: limitPart, mount: typed(s.carts.patchParts), Summary: "Choose for several parts"},
		{Method: patch, Path: "/api/quick-order/parts/{id}", Doors: both, Permission: shop.UseCart, limit: limitPart, mount: typed(s.carts.patchPart), Summary: "Choose for a part"},
		{Method: post, Path: "/api/quick-order/parts/{id}/lines", Doors: both, Permission: shop.UseCart, limit: limitPart, mount: typed(s.carts.addLine), Summary: "A part's model once more, in another colour, say"},
		{Method: del, Path: "/api/quick-order/parts/{id}", Doors: both, Permission: shop.UseCart, limit: limitPart, mount: typed(s.carts.deletePart), Summary: "Take a part out of the cart"},
		{Method: get, Path: "/api/quick-order/parts/{id}/mesh", Doors: both, Permission: shop.UseCart, limit: limitRead, mount: plain(s.carts.partMesh)},
		{Method: get, Path: "/api/quick-order/parts/{id}/thumbnail", Doors: both, Permission: shop.UseCart, limit: limitRead, mount: plain(s.carts.partThumbnail)},
		{Method: get, Path: "/api/quick-order/parts/{id}/poses", Doors: both, Permission: shop.UseCart, limit: limitRead, mount: typed(s.carts.poses), Summary: "How a part may lie, and what it takes in each pose"},
		{Method: get, Path: "/api/quick-order/parts/{id}/layers", Doors: both, Permission: shop.UseCart, limit: limitRead, mount: plain(s.carts.partLayers)},
		{Method: post, Path: "/api/quick-order/links", Doors: both, Permission: shop.UseCart, newCart: true, session: true, limit: limitUpload, mount: typed(s.carts.addLink), Summary: "Add a link in the place of a file"},
		{Method: post, Path: "/api/quick-order/slice", Doors: both, Permission: shop.UseCart, limit: limitPart, mount: typed(s.carts.retrySlices), Summary: "Try parts that failed again"},
		{Method: post, Path: "/api/quick-order/price", Doors: both, Permission: shop.UseCart, limit: limitPart, mount: typed(s.carts.price), Summary: "The price for a way of delivery"},
		{Method: post, Path: "/api/quick-order/checkout", Doors: both, Permission: shop.UseCart, limit: limitPart, mount: typed(s.orders.checkout), Summary: "Order what is in the cart"},

		{Method: post, Path: "/api/quick-order/order-link", Doors: both, Permission: shop.UseCart, limit: limitLink, mount: typed(s.orders.myOrderLink), Summary: "A link to the visitor's own order, to keep"},

		{Method: fiber.MethodOptions, Path: uploadPath, Doors: both, mount: plain(tusOptions)},
		{Method: post, Path: uploadPath, Doors: both, Permission: shop.UseCart, newCart: true, session: true, limit: limitUpload, mount: plain(s.carts.tusCreate)},
		{Method: fiber.MethodOptions, Path: uploadPath + "/{id}", Doors: both, mount: plain(tusOptions)},
		{Method: fiber.MethodHead, Path: uploadPath + "/{id}", Doors: both, Permission: shop.UseCart, mount: plain(s.carts.tusOffset)},
		{Method: patch, Path: uploadPath + "/{id}", Doors: both, Permission: shop.UseCart, mount: plain(s.carts.tusAppend)},
		{Method: del, Path: uploadPath + "/{id}", Doors: both, Permission: shop.UseCart, mount: plain(s.carts.tusAbort)},

		{Method: get, Path: "/api/order-links/{token}", Doors: both, Permission: shop.SeeOrder, byLink: true, limit: limitRead, mount: typed(s.orders.getCustomerOrder), Summary: "An order by its link"},
		{Method: post, Path: "/api/order-links/{token}/pay", Doors: both, Permission: shop.PayOrder, byLink: true, limit: limitCheckout, mount: typed(s.orders.payOrder), Summary: "Choose how to pay"},
		{Method: post, Path: "/api/order-links/{token}/take-back", Doors: both, Permission: shop.TakeBackOrder, byLink: true, withCart: true, newCart: true, limit: limitCheckout, mount: typed(s.orders.takeBackOrder), Summary: "Take an unpaid order back into the cart, to change it"},
		{Method: post, Path: "/api/order-links/{token}/files/{file_id}/link", Doors: both, Permission: shop.FetchSent, byLink: true, limit: limitPart, mount: typed(s.orders.orderFileLink), Summary: "A link to a file, for five minutes"},
		{Method: post, Path: "/api/order-links/{token}/keep-files", Doors: both, Permission: shop.KeepFiles, byLink: true, limit: limitPart, mount: typed(s.orders.keepOwnFiles), Summary: "Keep the models of an order, or let them go"},
		{Method: get, Path: "/api/order-links/{token}/items/{item_id}/mesh", Doors: both, Permission: shop.SeeOrder, byLink: true, limit: limitRead, mount: plain(s.orders.orderMesh)},
		{Method: get, Path: "/api/order-links/{token}/items/{item_id}/thumbnail", Doors: both, Permission: shop.SeeOrder, byLink: true, limit: limitRead, mount: plain(s.orders.orderThumbnail)},
		{Method: get, Path: "/api/order-links/{token}/items/{item_id}/layers", Doors: both, Permission: shop.SeeOrder, byLink: true, limit: limitRead, mount: plain(s.orders.orderLayers)},
		{Method: post, Path: "/api/checkout/{intent_id}/return", Doors: both, limit: limitPart, byIntent: true, cartIfAny: true, mount: typed(s.orders.returnFromCheckout), Summary: "How a card payment stands"},
		{Method: post, Path: webhookPath, Doors: both, mount: plain(s.cards.webhook)},
		{Method: get, Path: filePath + "{signed}", Doors: both, mount: plain(s.files.signed)},

		{Method: get, Path: "/api/setup", Doors: shopOnly, mount: typed(s.accounts.getSetup), Summary: "Whether the shop needs its first answers"},
		{Method: post, Path: "/api/setup", Doors: shopOnly, limit: limitOneTime, session: true, mount: typed(s.accounts.setup), Summary: "Give the first answers and log in"},
		{Method: post, Path: "/api/auth/login", Doors: shopOnly, session: true, mount: typed(s.accounts.login), Summary: "Log in"},
		{Method: post, Path: "/api/auth/logout", Doors: shopOnly, session: true, mount: typed(s.accounts.logout), Summary: "Log out"},
		{Method: post, Path: "/api/auth/link", Doors: shopOnly, limit: limitOneTime, mount: typed(s.accounts.openLink), Summary: "What a one-time link is for"},
		{Method: post, Path: "/api/auth/link/use", Doors: shopOnly, limit: limitOneTime, session: true, mount: typed(s.accounts.useLink), Summary: "Choose a password by a one-time link and log in"},
		{Method: get, Path: "/api/auth/me", Doors: shopOnly, Permission: shop.Work, mount: typed(s.accounts.me), Summary: "Who is logged in"},
		{Method: get, Path: "/api/account", Doors: shopOnly, Permission: shop.OwnAccount, mount: typed(s.accounts.own), Summary: "One's own account"},
		{Method: patch, Path: "/api/account", Doors: shopOnly, Permission: shop.OwnAccount, mount: typed(s.accounts.rename), Summary: "Change one's own name"},
		{Method: post, Path: "/api/account/password", Doors: shopOnly, Permission: shop.OwnAccount, limit: limitPassword, mount: typed(s.accounts.changePassword), Summary: "Change one's own password and end all other sessions"},
		{Method: post, Path: "/api/account/log-out", Doors: shopOnly, Permission: shop.OwnAccount, mount: typed(s.accounts.logOutEverywhere), Summary: "End all of one's own sessions"},
		{Method: get, Path: staffEventsPath, Doors: shopOnly, Permission: shop.Work, mount: plain(staffEvents)},

		{Method: post, Path: "/api/orders/counter", Doors: shopOnly, Permission: shop.TakeCounterOrder, withCart: true, mount: typed(s.orders.takeCounterOrder), Summary: "Take a counter order"},
		{Method: get, Path: "/api/orders", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.orders.listOrders), Summary: "Orders, page by page"},
		{Method: post, Path: "/api/orders/refusals", Doors: shopOnly, Permission: shop.ReviewOrder, mount: typed(s.orders.refuseOrders), Summary: "Refuse several orders under review"},
		{Method: post, Path: "/api/orders/refusals/same-models", Doors: shopOnly, Permission: shop.ReviewOrder, mount: typed(s.orders.sameModels), Summary: "The other open orders with a model of several orders that are to be refused"},
		{Method: post, Path: "/api/orders/deletions", Doors: shopOnly, Permission: shop.CancelOrder, mount: typed(s.orders.deleteOrders), Summary: "Delete several orders with their files"},
		{Method: get, Path: "/api/orders/{id}", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.orders.getOrder), Summary: "An order with everything behind it"},
		{Method: get, Path: "/api/orders/{id}/activity", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.orders.listActivity), Summary: "What happened to an order, page by page"},
		{Method: del, Path: "/api/orders/{id}", Doors: shopOnly, Permission: shop.CancelOrder, mount: typed(s.orders.deleteOrder), Summary: "Delete an order with its files"},
		{Method: post, Path: "/api/orders/{id}/release", Doors: shopOnly, Permission: shop.ReleaseOrder, mount: typed(s.orders.releaseOrder), Summary: "Release an order for printing"},
		{Method: post, Path: "/api/orders/{id}/approve", Doors: shopOnly, Permission: shop.ReviewOrder, mount: typed(s.orders.approveOrder), Summary: "End a review: the order may be paid"},
		{Method: post, Path: "/api/orders/{id}/message", Doors: shopOnly, Permission: shop.ReviewOrder, mount: typed(s.orders.changeMessage), Summary: "Change what the customer reads from the shop on the order's page"},
		{Method: post, Path: "/api/orders/{id}/refuse", Doors: shopOnly, Permission: shop.ReviewOrder, mount: typed(s.orders.refuseOrder), Summary: "End a review: the order is refused"},
		{Method: post, Path: "/api/orders/{id}/cancel", Doors: shopOnly, Permission: shop.CancelOrder, mount: typed(s.orders.cancelOrder), Summary: "Cancel an order"},
		{Method: post, Path: "/api/orders/{id}/items/{item_id}/leave-out", Doors: shopOnly, Permission: shop.CancelOrder, mount: typed(s.orders.leaveOut), Summary: "Leave one part out of an order before any of it has left the shop"},
		{Method: post, Path: "/api/orders/{id}/items/{item_id}/put-back", Doors: shopOnly, Permission: shop.CancelOrder, mount: typed(s.orders.putBackItem), Summary: "Put a part back into an order that it was left out of"},
		{Method: post, Path: "/api/orders/{id}/cancel-rest", Doors: shopOnly, Permission: shop.CancelOrder, mount: typed(s.orders.cancelRest), Summary: "Cancel what is left of an order of which some has left the shop"},
		{Method: post, Path: "/api/orders/{id}/lift-hold", Doors: shopOnly, Permission: shop.LiftHold, mount: typed(s.orders.liftHold), Summary: "Let an order on hold go on"},
		{Method: post, Path: "/api/orders/{id}/refund-answer", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.orders.answerRefund), Summary: "Say what a refund means: the order costs less, or it is owed again"},
		{Method: post, Path: "/api/orders/{id}/handovers", Doors: shopOnly, Permission: shop.HandOver, mount: typed(s.orders.handOver), Summary: "Let copies leave the shop, and take what is owed"},
		{Method: post, Path: "/api/orders/{id}/handovers/{handover_id}/correct", Doors: shopOnly, Permission: shop.HandOver, mount: typed(s.orders.correctHandover), Summary: "Correct who collected, or the carrier and the number"},
		{Method: post, Path: "/api/orders/{id}/handovers/{handover_id}/undo", Doors: shopOnly, Permission: shop.HandOver, mount: typed(s.orders.undoHandover), Summary: "Note that copies had not left the shop after all"},
		{Method: post, Path: "/api/orders/{id}/link", Doors: shopOnly, Permission: shop.ShareOrder, mount: typed(s.orders.orderLink), Summary: "A fresh link for the customer"},
		{Method: post, Path: "/api/orders/{id}/links/{link_id}/revoke", Doors: shopOnly, Permission: shop.ShareOrder, mount: typed(s.orders.revokeLink), Summary: "End a link of the customer's"},
		{Method: get, Path: "/api/orders/{id}/items/{item_id}/mesh", Doors: shopOnly, Permission: shop.SeeOrder, mount: plain(s.orders.staffMesh)},
		{Method: get, Path: "/api/orders/{id}/items/{item_id}/thumbnail", Doors: shopOnly, Permission: shop.SeeOrder, mount: plain(s.orders.staffThumbnail)},
		{Method: get, Path: "/api/orders/{id}/items/{item_id}/layers", Doors: shopOnly, Permission: shop.SeeOrder, mount: plain(s.orders.staffLayers)},
		{Method: post, Path: "/api/orders/{id}/items/{item_id}/model", Doors: shopOnly, Permission: shop.RemakeItem, withCart: true, mount: typed(s.orders.replaceModel), Summary: "Put a model in the place of an item without a slice"},
		{Method: post, Path: "/api/orders/{id}/items/{item_id}/gcode", Doors: shopOnly, Permission: shop.RemakeItem, withCart: true, mount: typed(s.orders.attachGCode), Summary: "Attach G-code to an item without a slice"},
		{Method: get, Path: "/api/invoices", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.invoices.listInvoices), Summary: "Invoices, page by page"},
		{Method: get, Path: "/api/invoices/{id}", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.invoices.getInvoice), Summary: "An invoice with its lines and payments"},
		{Method: del, Path: "/api/invoices/{id}", Doors: shopOnly, Permission: shop.CancelOrder, mount: typed(s.invoices.deleteInvoice), Summary: "Delete a draft of an invoice, and its order with it"},
		{Method: post, Path: "/api/invoices/{id}/mark-paid", Doors: shopOnly, Permission: shop.TakePayment, mount: typed(s.invoices.markPaid), Summary: "Take cash, a card at the terminal or a transfer"},
		{Method: post, Path: "/api/invoices/{id}/write-off", Doors: shopOnly, Permission: shop.WriteOffDebt, mount: typed(s.invoices.writeOff), Summary: "Give up what is owed for an order that has left the shop"},
		{Method: post, Path: "/api/invoices/{id}/write-off/undo", Doors: shopOnly, Permission: shop.WriteOffDebt, mount: typed(s.invoices.undoWriteOff), Summary: "Ask for what was written off again"},
		{Method: post, Path: "/api/invoices/{id}/stripe-session", Doors: shopOnly, Permission: shop.PayOrder, mount: typed(s.invoices.payLink), Summary: "A link to pay by card"},
		{Method: get, Path: "/api/payments/unapplied", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.invoices.unapplied), Summary: "Payments that fit no invoice, page by page"},
		{Method: get, Path: "/api/payments/refunds-due", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.invoices.refundsDue), Summary: "What is to be sent back, since its order was closed, page by page"},
		{Method: post, Path: "/api/payments/{id}/refund-sent", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.noteRefund), Summary: "Note that what was due back of a payment was sent back"},
		{Method: post, Path: "/api/payments/{id}/refund-sent/undo", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.undoNoteRefund), Summary: "Take back that what was due back of a payment was sent back"},
		{Method: post, Path: "/api/payments/{id}/apply", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.applyPayment), Summary: "Let a payment count that fits no invoice"},
		{Method: post, Path: "/api/payments/{id}/sent-back", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.paymentSentBack), Summary: "Note that a payment that fits no invoice was sent back"},
		{Method: post, Path: "/api/payments/{id}/sent-back/undo", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.undoSentBack), Summary: "Take back that a payment that fits no invoice was sent back"},
		{Method: post, Path: "/api/payments/{id}/dispute-answer", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.answerDispute), Summary: "Say what becomes of a payment that a bank took back: the customer is asked for it again, or the shop carries the loss"},
		{Method: post, Path: "/api/payments/{id}/dispute-answer/undo", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.undoDisputeAnswer), Summary: "Take back what was decided about a payment that a bank took back"},
		{Method: post, Path: "/api/payments/{id}/reverse", Doors: shopOnly, Permission: shop.DecidePayment, mount: typed(s.invoices.reversePayment), Summary: "Take back a payment that was entered by mistake"},
		{Method: del, Path: "/api/order-files/{id}", Doors: shopOnly, Permission: shop.DeleteFile, mount: typed(s.orders.deleteOrderFile), Summary: "Delete a file of an order"},
		{Method: post, Path: "/api/orders/{id}/keep-files", Doors: shopOnly, Permission: shop.KeepFiles, mount: typed(s.orders.keepFiles), Summary: "Keep the models of an order, or let them go"},
		{Method: post, Path: "/api/order-files/{id}/link", Doors: shopOnly, Permission: shop.FetchFile, mount: typed(s.orders.staffFileLink), Summary: "A link to a file, for five minutes"},

		{Method: get, Path: "/api/jobs", Doors: shopOnly, Permission: shop.SeeJobs, mount: typed(s.jobs.listJobs), Summary: "The board: jobs page by page, and printers"},
		{Method: post, Path: "/api/jobs/{id}/status", Doors: shopOnly, Permission: shop.MoveJobs, mount: typed(s.jobs.moveJob), Summary: "Move a job, or record what came of its run"},
		{Method: post, Path: "/api/jobs/{id}/correct", Doors: shopOnly, Permission: shop.MoveJobs, mount: typed(s.jobs.correctRun), Summary: "Correct how many copies of a recorded run are good and failed"},
		{Method: post, Path: "/api/jobs/moves", Doors: shopOnly, Permission: shop.MoveJobs, mount: typed(s.jobs.moveJobs), Summary: "Move several jobs at once"},
		{Method: post, Path: "/api/jobs/moves/undo", Doors: shopOnly, Permission: shop.MoveJobs, mount: typed(s.jobs.undoMoves), Summary: "Take jobs that went back to the queue back to where they were"},

		{Method: get, Path: "/api/settings", Doors: shopOnly, Permission: shop.ChangeSettings, mount: typed(s.settings.getSettings), Summary: "What the shop decides"},
		{Method: put, Path: "/api/settings", Doors: shopOnly, Permission: shop.ChangeSettings, mount: typed(s.settings.putSettings), Summary: "Change what the shop decides"},
		{Method: get, Path: "/api/settings/terms", Doors: shopOnly, Permission: shop.ChangeSettings, mount: typed(s.settings.getTerms), Summary: "The terms, and how long what is kept"},
		{Method: put, Path: "/api/settings/terms", Doors: shopOnly, Permission: shop.ChangeSettings, mount: typed(s.settings.putTerms), Summary: "Change the terms, and how long what is kept"},
		{Method: post, Path: "/api/settings/terms/preview", Doors: shopOnly, Permission: shop.ChangeSettings, mount: typed(s.settings.previewTerms), Summary: "How terms would read"},
		{Method: get, Path: "/api/machines", Doors: shopOnly, Permission: shop.SeeMachines, mount: typed(s.machines.list), Summary: "The machines, with their printers"},
		{Method: post, Path: "/api/machines", Doors: shopOnly, Permission: shop.ChangeMachines, mount: typed(s.machines.add), Summary: "Add a machine"},
		{Method: get, Path: "/api/machines/definitions", Doors: shopOnly, Permission: shop.ChangeMachines, mount: typed(s.machines.definitions), Summary: "Machines that could be added, by words of their names"},
		{Method: put, Path: "/api/machines/{id}", Doors: shopOnly, Permission: shop.ChangeMachines, mount: typed(s.machines.change), Summary: "Change a machine"},
		{Method: post, Path: "/api/printers", Doors: shopOnly, Permission: shop.ChangeMachines, mount: typed(s.machines.addPrinter), Summary: "Add a printer"},
		{Method: put, Path: "/api/printers/{id}", Doors: shopOnly, Permission: shop.ChangeMachines, mount: typed(s.machines.changePrinter), Summary: "Change a printer"},
		{Method: post, Path: "/api/printers/{id}/status", Doors: shopOnly, Permission: shop.SetPrinter, mount: typed(s.machines.setPrinter), Summary: "Say whether a printer is in use"},
		{Method: get, Path: "/api/users", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.list), Summary: "Who works here"},
		{Method: post, Path: "/api/users", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.invite), Summary: "Invite somebody"},
		{Method: patch, Path: "/api/users/{id}", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.edit), Summary: "Change somebody's name and role"},
		{Method: post, Path: "/api/users/{id}/link", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.link), Summary: "A one-time link: an invitation, or to choose a new password"},
		{Method: post, Path: "/api/users/{id}/log-out", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.logOut), Summary: "End somebody's sessions"},
		{Method: post, Path: "/api/users/{id}/disable", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.disable), Summary: "Keep somebody out"},
		{Method: post, Path: "/api/users/{id}/enable", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.enable), Summary: "Let somebody in again"},
		{Method: post, Path: "/api/users/{id}/remove", Doors: shopOnly, Permission: shop.ManagePeople, mount: typed(s.people.remove), Summary: "Keep somebody out for good"},
		{Method: get, Path: "/api/tasks", Doors: shopOnly, Permission: shop.SeeTasks, mount: typed(s.ops.listTasks), Summary: "Background work: what failed page by page, and what comes by itself"},
		{Method: post, Path: "/api/tasks/{id}/retry", Doors: shopOnly, Permission: shop.RetryTasks, mount: typed(s.ops.retryTask), Summary: "Try background work again"},
		{Method: post, Path: "/api/chores/{kind}/run", Doors: shopOnly, Permission: shop.RunChores, mount: typed(s.ops.runChore), Summary: "Do background work now"},
		{Method: get, Path: "/api/uploads", Doors: shopOnly, Permission: shop.SeeTasks, mount: typed(s.uploads.list), Summary: "Uploads under way"},
		{Method: get, Path: "/api/uploads/carts", Doors: shopOnly, Permission: shop.SeeTasks, mount: typed(s.uploads.waiting), Summary: "What visitors sent and have not ordered, by address"},
		{Method: post, Path: "/api/uploads/carts/clear", Doors: shopOnly, Permission: shop.ClearUploads, mount: typed(s.uploads.clearCarts), Summary: "Empty the carts from an address that were not ordered"},
		{Method: del, Path: "/api/uploads/{id}", Doors: shopOnly, Permission: shop.ClearUploads, mount: typed(s.uploads.clear), Summary: "Give up an upload under way"},
		{Method: get, Path: "/api/refused-models", Doors: shopOnly, Permission: shop.ListOrders, mount: typed(s.refusedModels.list), Summary: "Models that are not accepted, page by page"},
		{Method: get, Path: "/api/refused-models/{hash}", Doors: shopOnly, Permission: shop.AcceptModel, mount: typed(s.refusedModels.with), Summary: "What is lifted as a model is accepted again"},
		{Method: del, Path: "/api/refused-models/{hash}", Doors: shopOnly, Permission: shop.AcceptModel, mount: typed(s.refusedModels.lift), Summary: "Accept a model again"},
		{Method: get, Path: "/api/activity", Doors: shopOnly, Permission: shop.SeeActivity, mount: typed(s.ops.listActivity), Summary: "What was done in the shop, page by page"},
		{Method: get, Path: "/api/status", Doors: shopOnly, Permission: shop.SeeStatus, mount: typed(s.ops.getStatus), Summary: "How the machine is doing"},
		{Method: get, Path: "/api/alarms", Doors: shopOnly, Permission: shop.SeeStatus, mount: typed(s.ops.listAlarms), Summary: "What staff must know of until it is over, page by page"},
		{Method: post, Path: "/api/status/accept-clock", Doors: shopOnly, Permission: shop.AcceptClock, mount: typed(s.ops.acceptClock), Summary: "Say that the clock is right"},
		{Method: post, Path: "/api/status/confirm-sweep", Doors: shopOnly, Permission: shop.ConfirmSweep, mount: typed(s.ops.confirmSweep), Summary: "Let the clean-up remove many files"},
		{Method: post, Path: "/api/status/confirm-deletion", Doors: shopOnly, Permission: shop.ConfirmDelete, mount: typed(s.ops.confirmDeletion), Summary: "Let unusually many old models be deleted"},
		{Method: get, Path: openAPIPath, Doors: shopOnly, mount: plain(openAPI)},
		{Method: get, Path: docsPath, Doors: shopOnly, mount: plain(docs)},

		{Method: get, Path: "/staff", Doors: shopOnly, mount: plain(staffPage)},
		{Method: get, Path: "/staff/*", Doors: shopOnly, mount: plain(staffPage)},
		{Method: get, Path: "/*", Doors: both, mount: plain(page)},
	}
}

// forStaff says whether only those who work here may.
func (r Route) forStaff() bool {
	return r.Permission != "" && r.Permission != shop.UseCart && !r.byLink
}

// needsCart says whether the caller's own cart must be there.
func (r Route) needsCart() bool { return r.Permission == shop.UseCart || r.withCart }

// roles says what a request must show.
func (r Route) roles() []string {
	switch {
	case r.withCart && !r.byLink:
		return []string{"staff", "cart"}
	case r.needsCart():
		return []string{"cart"}
	case !r.forStaff():
		return []string{"anyone"}
	case r.Permission.AdminsOnly():
		return []string{"admin"}
	}
	return []string{"staff"}
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
