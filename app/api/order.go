package api

import (
	"context"

	"buildplate/app"
	"buildplate/app/file"

	"github.com/gofiber/fiber/v2"
)

// ByToken is the token in the path of a customer's order.
type ByToken struct {
	Token string `path:"token" maxLength:"100" doc:"The secret part of the order's link"`
}

func (s *Server) getCustomerOrder(ctx context.Context, in *ByToken) (*reply[app.CustomerOrderView], error) {
	return answer(s.deps.App.CustomerOrder(ctx, in.Token))
}

type payRequest struct {
	ByToken
	Body struct {
		Method string `json:"method" enum:"card,transfer,pickup"`
	}
}

func (s *Server) payOrder(ctx context.Context, in *payRequest) (*reply[app.PayView], error) {
	return answer(s.deps.App.PayOrder(ctx, in.Token, in.Body.Method))
}

type orderFileRequest struct {
	ByToken
	FileID string `path:"file_id" maxLength:"64"`
}

func (s *Server) orderFileLink(ctx context.Context, in *orderFileRequest) (*reply[file.LinkView], error) {
	return answer(s.deps.App.OrderFileLink(ctx, in.Token, in.FileID))
}

type returnRequest struct {
	IntentID string `path:"intent_id" maxLength:"64"`
}

func (s *Server) returnFromCheckout(ctx context.Context, in *returnRequest) (*reply[app.ReturnView], error) {
	return answer(s.deps.App.ReturnFromCheckout(ctx, callerOf(ctx).cartID, in.IntentID))
}

// myOrder leads a visitor to the order that their own cart became.
func myOrder(d *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	who := callerOf(ctx)
	if who.cartID == "" {
		return c.Redirect("/")
	}
	url, err := d.server.deps.App.MyOrder(ctx, who.cartID)
	if err != nil {
		return err
	}
	return c.Redirect(url)
}
