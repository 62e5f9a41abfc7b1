package order

import "buildplate/app/shop"

// CheckoutRequest turns a cart into an order. ExpectedTotal is the total the customer saw, 0 for a review.
type CheckoutRequest struct {
	Contact       shop.Contact       `json:"contact"`
	Delivery      shop.Delivery      `json:"delivery"`
	Note          string             `json:"note,omitempty" text:"lines" maxLength:"2000"`
	TermsVersion  string             `json:"terms_version" maxLength:"40"`
	TermsAccepted bool               `json:"terms_accepted"`
	KeepFiles     bool               `json:"keep_files,omitempty" doc:"Keep the models longer than the terms say"`
	Payment       shop.PaymentMethod `json:"payment" enum:"card,transfer,pickup,review"`
	ExpectedTotal shop.Cents         `json:"expected_total" minimum:"0"`
}

// CheckoutView is the order a checkout made, or had made before.
type CheckoutView struct {
	OrderNumber string `json:"order_number"`
	OrderURL    string `json:"order_url"`
	PayURL      string `json:"pay_url,omitempty" doc:"Where to pay by card"`
}

// CounterOrderRequest is a counter order: one that staff take from the cart in their own browser.
type CounterOrderRequest struct {
	Contact       shop.Contact       `json:"contact"`
	Delivery      shop.Delivery      `json:"delivery"`
	Note          string             `json:"note,omitempty" text:"lines" maxLength:"2000"`
	Payment       shop.PaymentMethod `json:"payment" enum:"cash,terminal,transfer,pickup,review"`
	ExpectedTotal shop.Cents         `json:"expected_total" minimum:"0"`
	AdjustedTotal *shop.Cents        `json:"adjusted_total,omitempty" minimum:"0"`
	Reason        string             `json:"reason,omitempty" maxLength:"500"`
}

// PlacedView is the counter order that was placed.
type PlacedView struct {
	OrderID     string `json:"order_id"`
	OrderNumber string `json:"order_number"`
	OrderURL    string `json:"order_url"`
}
