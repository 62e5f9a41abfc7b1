package apptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"buildplate/app/billing"
	"buildplate/app/cart"
	"buildplate/app/file"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

type ordered struct {
	total shop.Cents
	card  bool
	paid  bool
	left  bool // it was handed over
}

type uploaded struct {
	client *Client
	size   int
}

// again repeats what may be repeated, until the shop answers. Errors: a refusal that will not pass; those of ctx.
func again[T any](ctx context.Context, do func() (T, error)) (T, error) {
	for {
		v, err := do()
		if err == nil || lasting(err) != nil {
			return v, err
		}
		if e := rest(ctx); e != nil {
			return v, errors.Join(e, err)
		}
	}
}

// shopAround orders one part after another, some paid by card, some by transfer, some when they are collected.
func (s *siege) shopAround(ctx context.Context, t *testing.T, who int) {
	for n := 0; !s.closing.Load() && ctx.Err() == nil; n++ {
		height := 2.0
		if n%3 == 0 { // one that was never sliced
			height += float64(who+4*n+1) / 100
		}
		method := shop.ByCard
		if who == 3 {
			method = []shop.PaymentMethod{shop.ByTransfer, shop.AtPickup}[n%2]
		}
		if err := s.errand(ctx, s.customer(), Block(20, 20, height), method); err != nil {
			t.Errorf("customer %d: %v", who, err)
			return
		}
	}
}

func (s *siege) errand(ctx context.Context, c *Client, model []byte, method shop.PaymentMethod) error {
	_, err := again(ctx, func() (cart.View, error) { return Get[cart.View](ctx, c, "/api/quick-order/cart") })
	if err != nil {
		return fmt.Errorf("first visit: %w", err)
	}
	u, err := again(ctx, func() (*Upload, error) { return c.CreateUpload(ctx, "part.stl", int64(len(model))) })
	if err != nil {
		return err
	}
	if err := c.Deliver(ctx, u, model, len(model)/5+1); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	v, err := c.WaitSliced(ctx, 1)
	if err != nil {
		return err
	}
	if len(v.Parts) != 1 || v.Parts[0].Bytes != int64(len(model)) || !v.CanPay {
		return fmt.Errorf("the cart after the upload: %+v", v)
	}
	price, err := again(ctx, func() (cart.PriceView, error) { return c.PriceFor(ctx, pickup) })
	if err != nil {
		return fmt.Errorf("price: %w", err)
	}
	req := Order(method, price.Price.Total)
	placed, err := again(ctx, func() (order.CheckoutView, error) { return c.CheckOut(ctx, req) })
	if err != nil {
		return fmt.Errorf("checkout: %w", err)
	}
	s.promise(placed.OrderNumber, ordered{total: price.Price.Total, card: method == shop.ByCard})
	twice, err := again(ctx, func() (order.CheckoutView, error) { return c.CheckOut(ctx, req) })
	if err != nil || twice.OrderNumber != placed.OrderNumber {
		return fmt.Errorf("ordered %s, and once more: %s: %w", placed.OrderNumber, twice.OrderNumber, err)
	}
	switch method {
	case shop.ByCard:
		err = payByCard(ctx, c, placed)
	case shop.AtPickup:
		err = s.handOver(ctx, placed.OrderNumber)
	default:
		err = s.takeTransfer(ctx, placed.OrderNumber, price.Price.Total)
	}
	if err != nil {
		return fmt.Errorf("order %s: pay: %w", placed.OrderNumber, err)
	}
	s.promise(placed.OrderNumber, ordered{total: price.Price.Total, card: method == shop.ByCard, paid: true, left: method == shop.AtPickup})
	if s.unheard {
		return nil
	}
	return collect(ctx, c, placed, model)
}

func (s *siege) promise(number string, o ordered) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders[number] = o
}

func payByCard(ctx context.Context, c *Client, placed order.CheckoutView) error {
	if placed.PayURL == "" { // the order's page has a button as well
		pay, err := again(ctx, func() (order.PayView, error) {
			return Post[order.PayView](ctx, c, "/api/order-links/"+Token(placed.OrderURL)+"/pay", map[string]string{"method": "card"})
		})
		if err != nil {
			return err
		}
		placed.PayURL = pay.PayURL
	}
	_, err := c.Pay(ctx, placed.PayURL)
	return err
}

// takeTransfer is staff finding the money in the bank. A second time is refused, which is as good.
func (s *siege) takeTransfer(ctx context.Context, number string, total shop.Cents) error {
	id, err := s.find(ctx, number)
	if err != nil {
		return err
	}
	_, err = again(ctx, func() (billing.InvoiceView, error) {
		o, err := Get[order.StaffOrderView](ctx, s.staff, "/api/orders/"+id)
		if err != nil {
			return billing.InvoiceView{}, err
		}
		return Post[billing.InvoiceView](ctx, s.staff, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": total})
	})
	if StatusOf(err) == http.StatusConflict {
		return nil
	}
	return err
}

// find is the id of an order by its number, as staff see it.
func (s *siege) find(ctx context.Context, number string) (string, error) {
	list, err := again(ctx, func() (order.OrderListView, error) {
		return Get[order.OrderListView](ctx, s.staff, "/api/orders?tab=all&q="+number)
	})
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(list.Orders, func(o order.OrderRowView) bool { return o.Number == number })
	if at < 0 {
		return "", fmt.Errorf("%s is not on staff's list", number)
	}
	return list.Orders[at].ID, nil
}

// handOver is staff releasing an order, printing it, and giving it away for its money. What was done before the power went is
// refused as changed meanwhile: they look again, and go on from there.
func (s *siege) handOver(ctx context.Context, number string) error {
	id, err := s.find(ctx, number)
	if err != nil {
		return err
	}
	board, err := again(ctx, func() (job.ListView, error) { return Get[job.ListView](ctx, s.staff, "/api/jobs") })
	if err != nil {
		return err
	}
	at := "/api/orders/" + id
	for {
		o, err := again(ctx, func() (order.StaffOrderView, error) { return Get[order.StaffOrderView](ctx, s.staff, at) })
		switch {
		case err != nil:
		case o.State == shop.OrderCompleted && (len(o.Payments) != 1 || len(o.Handovers) != 1 || o.Balance != 0):
			return fmt.Errorf("%d handovers and %d payments, %s is owed", len(o.Handovers), len(o.Payments), o.Balance)
		case o.State == shop.OrderCompleted:
			return nil
		case !o.Released:
			_, err = Post[any](ctx, s.staff, at+"/release", map[string]any{"version": o.Version})
		case o.Copies[0].Here > 0:
			_, err = Post[any](ctx, s.staff, at+"/handovers", order.HandOverRequest{
				Version: o.Version, InvoiceVersion: o.InvoiceVersion, Kind: shop.Collected, CollectedBy: o.Customer, Items: []shop.HandoverItem{{ItemID: o.Copies[0].ItemID, Copies: o.Copies[0].Here}}, Method: shop.ByTerminal,
			})
		default:
			move := job.MoveRequest{State: shop.JobPrinting, PrinterID: board.Printers[0].ID, Version: o.Jobs[0].Version}
			if o.Jobs[0].State == shop.JobPrinting {
				move = job.MoveRequest{State: shop.JobPrintingComplete, Version: o.Jobs[0].Version}
			}
			_, err = Post[any](ctx, s.staff, "/api/jobs/"+o.Jobs[0].ID+"/status", move)
		}
		if err := lasting(err); err != nil && CodeOf(err) != "changed_meanwhile" {
			return err
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("it is %s: %w", o.Status, err)
		}
	}
}

// collect waits until the order's page says paid, or that all of it was collected, and gets the file back that was sent.
func collect(ctx context.Context, c *Client, placed order.CheckoutView, model []byte) error {
	var o order.CustomerOrderView
	for o.Status != "paid" && o.Status != "completed" {
		var err error
		if o, err = again(ctx, func() (order.CustomerOrderView, error) { return c.OrderAt(ctx, placed.OrderURL) }); err != nil {
			return fmt.Errorf("order %s: its page: %w", placed.OrderNumber, err)
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("order %s was paid and its page says %s: %w", placed.OrderNumber, o.Status, err)
		}
	}
	a, err := again(ctx, func() (Answer, error) {
		link, err := Post[file.LinkView](ctx, c, "/api/order-links/"+Token(placed.OrderURL)+"/files/"+o.Files[0].ID+"/link", nil)
		if err != nil {
			return Answer{}, err
		}
		return c.Send(ctx, http.MethodGet, link.URL, nil)
	})
	if err != nil || a.Status != http.StatusOK || !bytes.Equal(a.Body, model) {
		return fmt.Errorf("order %s gives %d and %d bytes for the model of %d: %w", placed.OrderNumber, a.Status, len(a.Body), len(model), err)
	}
	return nil
}
