package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"buildplate/app/billing"
	"buildplate/app/card"
	"buildplate/app/file"
	"buildplate/app/order"
)

// orderHandlers are what customers and staff do with orders and their money.
type orderHandlers struct {
	orders  *order.Service
	billing *billing.Service
	cards   *card.Service
}

type checkoutRequest struct{ Body order.CheckoutRequest }

func (h orderHandlers) checkout(ctx context.Context, in *checkoutRequest) (*reply[order.CheckoutView], error) {
	return answer(h.orders.Checkout(ctx, callerOf(ctx).cartID, in.Body))
}

// ByToken is the token in the path of a customer's order.
type ByToken struct {
	Token string `path:"token" maxLength:"100" doc:"The secret part of the order's link"`
}

func (h orderHandlers) getCustomerOrder(ctx context.Context, in *ByToken) (*reply[order.CustomerOrderView], error) {
	return answer(h.orders.CustomerOrder(ctx, in.Token))
}

type payRequest struct {
	ByToken
	Body struct {
		Method string `json:"method" enum:"card,transfer,pickup"`
	}
}

func (h orderHandlers) payOrder(ctx context.Context, in *payRequest) (*reply[order.PayView], error) {
	return answer(h.orders.PayOrder(ctx, in.Token, in.Body.Method))
}

type orderFileRequest struct {
	ByToken
	FileID string `path:"file_id" maxLength:"64"`
}

func (h orderHandlers) orderFileLink(ctx context.Context, in *orderFileRequest) (*reply[file.LinkView], error) {
	return answer(h.orders.OrderFileLink(ctx, in.Token, in.FileID))
}

type returnRequest struct {
	IntentID string `path:"intent_id" maxLength:"64"`
}

func (h orderHandlers) returnFromCheckout(ctx context.Context, in *returnRequest) (*reply[order.ReturnView], error) {
	return answer(h.orders.ReturnFromCheckout(ctx, callerOf(ctx).cartID, in.IntentID))
}

// myOrder leads a visitor to the order that their own cart became.
func myOrder(d *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	who := callerOf(ctx)
	if who.cartID == "" {
		return c.Redirect("/")
	}
	url, err := d.server.orders.orders.MyOrder(ctx, who.cartID)
	if err != nil {
		return err
	}
	return c.Redirect(url)
}
