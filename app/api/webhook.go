package api

import (
	"bytes"
	"net/http"

	"buildplate/app/card"
	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
)

// cardHandlers hear from Stripe.
type cardHandlers struct{ cards *card.Service }

// webhook takes an event from Stripe, byte for byte as it was signed. Stripe sends again what is not answered with
// 2xx, so a refused signature is a 400 and only trouble of our own a 5xx.
func (h cardHandlers) webhook(_ *door, c *fiber.Ctx) error {
	err := h.cards.ReceiveWebhook(c.UserContext(), bytes.Clone(c.Request().Body()), c.Get("Stripe-Signature"))
	switch shop.KindOf(err) {
	case shop.Invalid, shop.Unauthenticated, shop.Forbidden:
		return newProblem(http.StatusBadRequest, shop.MessageOf(err))
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.SendString(`{"received":true}`)
}
