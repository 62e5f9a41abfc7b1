package app

import "buildplate/app/shop"

// ShopView is what a customer's page needs to know of the shop. Lists are never null.
type ShopView struct {
	Name           string               `json:"name"`
	Demo           bool                 `json:"demo"`
	Open           bool                 `json:"open" doc:"False until staff have confirmed the prices: the page says prices on request"`
	Accent         string               `json:"accent" doc:"#rrggbb or empty"`
	Currency       string               `json:"currency"`
	Locale         string               `json:"locale"`
	TimeZone       string               `json:"time_zone"`
	Version        string               `json:"version"`
	SourceURL      string               `json:"source_url"`
	Limits         LimitsView           `json:"limits"`
	Printer        PrinterClassView     `json:"printer"`
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

// PrinterClassView is the machine that prices are made for.
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

// PickupView is where parts are collected, and up to which total a guest may pay there.
type PickupView struct {
	Address string     `json:"address"`
	Limit   shop.Cents `json:"limit"`
}

// PayLimitView is up to where an order may be paid without a person looking at it.
type PayLimitView struct {
	Cents shop.Cents `json:"cents"`
	Hours float64    `json:"hours"`
}

// SettingsView is the settings screen, read and written in one piece. Keys are written, never read back.
type SettingsView struct {
	BusinessName    string             `json:"business_name" maxLength:"120"`
	Country         string             `json:"country" maxLength:"2"`
	TaxNumber       string             `json:"tax_number" maxLength:"40" doc:"ABN in Australia"`
	TaxRegistered   bool               `json:"tax_registered"`
	PricesConfirmed bool               `json:"prices_confirmed"`
	Email           string             `json:"email" maxLength:"200"`
	Phone           string             `json:"phone" maxLength:"40"`
	PickupAddress   string             `json:"pickup_address" maxLength:"400"`
	BankDetails     string             `json:"bank_details" maxLength:"600"`
	Accent          string             `json:"accent" maxLength:"7"`
	PublicURL       string             `json:"public_url" maxLength:"200"`
	TimeZone        string             `json:"time_zone" maxLength:"60"`
	LeadDays        int                `json:"lead_days" minimum:"0" maximum:"90"`
	PayLimit        shop.Cents         `json:"pay_limit_cents" minimum:"0"`
	PayLimitHours   float64            `json:"pay_limit_hours" minimum:"0"`
	PickupLimit     shop.Cents         `json:"pickup_limit_cents" minimum:"0"`
	ShowRates       bool               `json:"show_rates"`
	RoundCash       bool               `json:"round_cash" doc:"What is paid off in cash is rounded to 5 cents"`
	Pricing         PricingView        `json:"pricing"`
	Stripe          StripeView         `json:"stripe"`
	ReleasePolicy   shop.ReleasePolicy `json:"release_policy" enum:"ON_PAYMENT,ON_INVOICE"`
}

// PricingView is what the shop charges, in its currency, as exact decimals.
type PricingView struct {
	MachinePerHour shop.Rate           `json:"machine_per_hour"`
	Setup          shop.Rate           `json:"setup"`
	PlateStart     shop.Rate           `json:"plate_start"`
	Minimum        shop.Rate           `json:"minimum"`
	Materials      []MaterialPriceView `json:"materials"`
}

// MaterialPriceView is what a gram sells for, and what it costs the shop.
type MaterialPriceView struct {
	ID          string    `json:"id"`
	Name        string    `json:"name" maxLength:"60"`
	SellPerGram shop.Rate `json:"sell_per_gram"`
	CostPerGram shop.Rate `json:"cost_per_gram"`
	Active      bool      `json:"active"`
}

// StripeView says which keys are there; a key is sent only to replace one, and empty leaves it as it is.
type StripeView struct {
	SecretKeySet     bool   `json:"secret_key_set"`
	WebhookSecretSet bool   `json:"webhook_secret_set"`
	SecretKey        string `json:"secret_key,omitempty" maxLength:"300" writeOnly:"true"`
	WebhookSecret    string `json:"webhook_secret,omitempty" maxLength:"300" writeOnly:"true"`
}

// SetupView says whether the shop still needs its first answers, and what they start from.
type SetupView struct {
	Needed   bool         `json:"needed"`
	Demo     bool         `json:"demo"`
	Defaults SettingsView `json:"defaults"`
}

// SetupRequest makes the first member of staff, with the token from the start-up line. Settings are absent in a demo.
type SetupRequest struct {
	Token    string        `json:"token" maxLength:"200"`
	Name     string        `json:"name" maxLength:"120"`
	Email    string        `json:"email" maxLength:"200"`
	Password string        `json:"password" minLength:"10" maxLength:"200"`
	Settings *SettingsView `json:"settings,omitempty"`
}
