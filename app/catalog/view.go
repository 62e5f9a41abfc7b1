package catalog

import "buildplate/app/shop"

// ShopView is what a customer's page needs to know of the shop. Lists are never null.
type ShopView struct {
	Name           string               `json:"name"`
	Email          string               `json:"email,omitempty" doc:"Where customers write to"`
	Phone          string               `json:"phone,omitempty"`
	Demo           bool                 `json:"demo"`
	SetUp          bool                 `json:"set_up" doc:"False before the first admin has answered the questions: no orders are taken"`
	Open           bool                 `json:"open" doc:"False until staff have confirmed the prices: the page says prices on request"`
	Accent         string               `json:"accent" doc:"#rrggbb or empty"`
	Currency       string               `json:"currency"`
	Locale         string               `json:"locale"`
	TimeZone       string               `json:"time_zone"`
	Version        string               `json:"version"`
	SourceURL      string               `json:"source_url"`
	Limits         LimitsView           `json:"limits"`
	Printer        PrinterClassView     `json:"printer" doc:"The smallest machine, which takes what fits on it; each part says which one it is on"`
	Materials      []MaterialView       `json:"materials"`
	Qualities      []QualityView        `json:"qualities"`
	Infills        []int                `json:"infills"`
	Defaults       shop.Choices         `json:"defaults"`
	Terms          shop.Terms           `json:"terms"`
	States         []shop.State         `json:"states"`
	Country        string               `json:"country"`
	PaymentMethods []shop.PaymentMethod `json:"payment_methods" enum:"card,transfer,pickup"`
	Pickup         PickupView           `json:"pickup"`
	PayLimit       PayLimitView         `json:"pay_limit"`
	Tax            shop.Tax             `json:"tax"`
	ShowRates      bool                 `json:"show_rates"`
	RoundCash      bool                 `json:"round_cash" doc:"What is paid off in cash is rounded to 5 cents"`
}

// LimitsView is how much one visitor may upload and order.
type LimitsView struct {
	FileBytes int64 `json:"file_bytes"`
	PartBytes int64 `json:"part_bytes" doc:"The largest piece of an upload in one request"`
	Files     int   `json:"files"`
	Copies    int   `json:"copies"`
}

// PrinterClassView is a machine that prices are made for.
type PrinterClassView struct {
	ID             string  `json:"id"`
	Name           string  `json:"name"`
	Bed            BedView `json:"bed"`
	GenericProfile bool    `json:"generic_profile" doc:"No profile of the maker's own for this machine"`
}

// BedView is a build volume in mm.
type BedView struct {
	Width        float64 `json:"width"`
	Depth        float64 `json:"depth"`
	Height       float64 `json:"height"`
	Elliptic     bool    `json:"elliptic"`
	CenterIsZero bool    `json:"center_is_zero"`
}

// MaterialView is a filament on the menu.
type MaterialView struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Note    string        `json:"note"`
	Colours []shop.Colour `json:"colours"`
}

// QualityView is a layer height on the menu.
type QualityView struct {
	ID   string `json:"id" enum:"0.28,0.20,0.16,0.12"`
	Name string `json:"name"`
	Note string `json:"note"`
}

// PickupView is where and when parts are collected, nowhere without an address, and up to which total a guest may pay there.
type PickupView struct {
	Address string     `json:"address"`
	Hours   string     `json:"hours,omitempty" doc:"When the shop is open, a line each"`
	Limit   shop.Cents `json:"limit"`
}

// PayLimitView is up to where an order may be paid without a review.
type PayLimitView struct {
	Cents    shop.Cents `json:"cents"`
	Hours    float64    `json:"hours" doc:"Of all runs of an order"`
	RunHours float64    `json:"run_hours" doc:"Of one run"`
}
