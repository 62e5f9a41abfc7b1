package api

import (
	"context"
	"io"

	"buildplate/app"
	"buildplate/app/account"
	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/task"
)

// UseCases is what the handlers ask of the shop; *app.App is one. Errors are shop errors: their Kind decides the
// status, their Message is shown, their cause is logged.
type UseCases interface {
	visitors
	customers
	floor
	office
}

// visitors upload and choose; a cart is theirs by the token in a cookie.
type visitors interface {
	Shop(ctx context.Context) (catalog.ShopView, error)
	OpenCart(ctx context.Context, token string) (cartID, newToken string, err error)
	CartForUpload(ctx context.Context, token string) (cartID, newToken string, err error)
	Cart(ctx context.Context, cartID string) (app.CartView, error)
	Events() *event.Bus
	CreateUpload(ctx context.Context, cartID, name string, length int64) (uploadID string, err error)
	Upload(ctx context.Context, cartID, uploadID string) (app.UploadView, error)
	AppendUpload(ctx context.Context, cartID, uploadID string, offset int64, body io.Reader) (newOffset int64, err error)
	AbortUpload(ctx context.Context, cartID, uploadID string) error
	PatchParts(ctx context.Context, cartID string, ids []string, p shop.ChoicesPatch) (app.CartView, error)
	DeletePart(ctx context.Context, cartID, partID string) (app.CartView, error)
	RetrySlices(ctx context.Context, cartID string, ids []string) (app.CartView, error)
	PartMesh(ctx context.Context, cartID, partID string) (file.Mesh, error)
	PriceCart(ctx context.Context, cartID string, d shop.Delivery) (app.PriceView, error)
	Checkout(ctx context.Context, cartID string, req app.CheckoutRequest) (app.CheckoutView, error)
	MyOrder(ctx context.Context, cartID string) (orderURL string, err error)
}

// customers hold the link of an order.
type customers interface {
	CustomerOrder(ctx context.Context, token string) (app.CustomerOrderView, error)
	PayOrder(ctx context.Context, token, method string) (app.PayView, error)
	OrderFileLink(ctx context.Context, token, fileID string) (file.LinkView, error)
	OrderItemMesh(ctx context.Context, token, itemID string) (file.Mesh, error)
	ReturnFromCheckout(ctx context.Context, cartID, intentID string) (app.ReturnView, error)
	OpenSigned(ctx context.Context, signed string) (file.Download, error)
	ReceiveWebhook(ctx context.Context, body []byte, signature string) error
}

// floor is what every member of staff works with.
type floor interface {
	Orders(ctx context.Context, f app.OrderFilter) (app.OrderListView, error)
	StaffOrder(ctx context.Context, id string) (app.StaffOrderView, error)
	ReleaseOrder(ctx context.Context, p shop.Actor, id, note string) (app.StaffOrderView, error)
	MarkPaid(ctx context.Context, p shop.Actor, id string, method shop.PaymentMethod, amount shop.Cents, reference string) (app.StaffOrderView, error)
	ApproveOrder(ctx context.Context, p shop.Actor, id string, req app.ApproveRequest) (app.StaffOrderView, error)
	RefuseOrder(ctx context.Context, p shop.Actor, id, reason string, everything bool) (app.StaffOrderView, error)
	LiftOrderHold(ctx context.Context, p shop.Actor, id, reason string) (app.StaffOrderView, error)
	AcceptPayment(ctx context.Context, p shop.Actor, orderID, paymentID, reason string) (app.StaffOrderView, error)
	PaymentSentBack(ctx context.Context, p shop.Actor, orderID, paymentID, reason string) (app.StaffOrderView, error)
	CancelOrder(ctx context.Context, p shop.Actor, id, reason string) (app.StaffOrderView, error)
	OrderLink(ctx context.Context, p shop.Actor, id string) (url string, err error)
	StaffPayLink(ctx context.Context, p shop.Actor, id string) (payURL string, err error)
	DeleteDraft(ctx context.Context, p shop.Actor, id string) error
	DeleteOrderFile(ctx context.Context, p shop.Actor, fileID string) error
	StaffFileLink(ctx context.Context, p shop.Actor, fileID string) (file.LinkView, error)
	StaffItemMesh(ctx context.Context, id, itemID string) (file.Mesh, error)
	Jobs(ctx context.Context, view string) (app.JobListView, error)
	MoveJob(ctx context.Context, p shop.Actor, id string, req app.MoveRequest) (shop.Job, error)
	CounterOrder(ctx context.Context, p shop.Actor, cartID string, req app.CounterRequest) (app.CounterView, error)
}

// office is signing in, settings and the state of the machine.
type office interface {
	SetupState(ctx context.Context) (account.SetupView, error)
	Setup(ctx context.Context, req account.SetupRequest) (shop.Actor, string, error)
	Login(ctx context.Context, email, password, clientIP string) (shop.Actor, string, error)
	Logout(ctx context.Context, sessionToken string) error
	Session(ctx context.Context, sessionToken string) (shop.Actor, error)
	ShopSettings(ctx context.Context) (setting.View, error)
	SaveSettings(ctx context.Context, p shop.Actor, s setting.View) (setting.View, error)
	Tasks(ctx context.Context) (task.ListView, error)
	RetryTask(ctx context.Context, p shop.Actor, id string) error
	AcceptClock(ctx context.Context, p shop.Actor) (app.StatusView, error)
	Status(ctx context.Context) (app.StatusView, error)
}
