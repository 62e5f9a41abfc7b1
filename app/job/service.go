package job

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// Deps is what a Service is made of.
type Deps struct {
	DB     *db.DB
	Events *event.Bus
	Prices Prices
	Cards  Cards
}

// Prices let an order cost again what it did before some of it was cancelled.
type Prices interface {
	CostsAgain(ctx context.Context, tx *db.Tx, who shop.Actor, orderID string) error
}

// Cards close the page to pay an order by card while something is done that changes what it costs.
type Cards interface {
	WithoutCheckout(ctx context.Context, orderID string, may func(ctx context.Context, tx *db.Tx, o *shop.Order) error, act func() error) error
}

// Service moves jobs from state to state.
type Service struct {
	db     *db.DB
	events *event.Bus
	prices Prices
	cards  Cards
}

// New is a service.
func New(d Deps) *Service {
	return &Service{db: d.DB, events: d.Events, prices: d.Prices, cards: d.Cards}
}
