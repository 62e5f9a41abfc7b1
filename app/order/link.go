package order

import (
	"context"
	"strings"

	"buildplate/app/account"
	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// MyOrderLink mints a link to the order that a visitor's own cart became, for them to keep. Errors: NotFound; Conflict where as many
// links work as may.
func (s *Service) MyOrderLink(ctx context.Context, who shop.Actor) (orderURL string, err error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return "", err
	}
	o, err := s.orderOfCart(ctx, who.CartID)
	if err != nil {
		return "", err
	}
	if o == nil {
		return "", shop.NotFoundf("order_not_found", "There is no order in this browser.")
	}
	orderURL, err = s.accounts.NewOrderLink(ctx, o.ID)
	if shop.IsCode(err, "order_links_full") {
		err = shop.Conflictf("order_links_full", "There are %d links to this order, which is the most. Use one that you have, or ask us to end those that you don’t need.", shop.MaxOrderLinks)
	}
	return orderURL, err
}

// OrderLink mints a link to the customer's page of an order, for staff to pass on. Errors: NotFound; Conflict where as many
// links work as may.
func (s *Service) OrderLink(ctx context.Context, who shop.Actor, id string) (v MadeLinkView, err error) {
	if err := who.Must(shop.ShareOrder, shop.OrderOf(id)); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		origin, err := s.settings.PublicURL(ctx, tx)
		if err != nil {
			return err
		}
		if origin == "" {
			origin = s.settings.LocalURL()
		}
		path, err := account.AddOrderLink(ctx, tx, id)
		if err != nil {
			return err
		}
		v = MadeLinkView{ID: shop.HashToken(strings.TrimPrefix(path, "/order/")), URL: origin + path}
		return s.linksChanged(ctx, tx, who, shop.VerbOrderLinked, o)
	})
	return v, err
}

// RevokeLink ends a link to an order: whoever has it sees the order no more. Version is the link's that this was decided on, 0 to
// ask no questions. Errors: Forbidden; NotFound; Conflict when somebody ended it meanwhile.
func (s *Service) RevokeLink(ctx context.Context, who shop.Actor, id, linkID string, version int) (StaffOrderView, error) {
	if err := who.Must(shop.ShareOrder, shop.OrderOf(id)); err != nil {
		return StaffOrderView{}, err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		l, err := tx.OrderLink(ctx, id, linkID)
		if err != nil {
			return shop.IfNotFound(err, "order_link_gone", "This link no longer works.")
		}
		if err := setting.CheckVersion(ctx, tx, version, l.Version, l.RevokedBy, l.Revoked); err != nil {
			return err
		}
		if err := tx.RevokeOrderLink(ctx, id, linkID, who.Name); err != nil {
			return shop.IfNotFound(err, "order_link_gone", "This link no longer works.")
		}
		return s.linksChanged(ctx, tx, who, shop.VerbOrderLinkRevoked, o)
	})
	if err != nil {
		return StaffOrderView{}, err
	}
	return s.StaffOrder(ctx, who, id)
}

func (s *Service) linksChanged(ctx context.Context, tx *db.Tx, who shop.Actor, verb shop.Verb, o *shop.Order) error {
	if err := tx.Log(ctx, who.Activity(verb, o.ID, shop.ActivityParams{Order: o.Number})); err != nil {
		return err
	}
	return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
}

// PayLink gives the address of the page on which an invoice is paid by card. Errors: as card's PayByCard.
func (s *Service) PayLink(ctx context.Context, who shop.Actor, invoiceID string) (payURL string, err error) {
	if err := who.Must(shop.PayOrder, shop.TheShop); err != nil {
		return "", err
	}
	return s.cards.PayByCard(ctx, invoiceID)
}
