package setting

import (
	"cmp"
	"strings"

	"buildplate/app/shop"
)

// View is the settings screen, read and written in one piece. Keys are written, never read back.
type View struct {
	Version          int                `json:"version" minimum:"0" doc:"Of what was read; 0 before set-up. A save names it, and is refused when another is stored by then"`
	BusinessName     string             `json:"business_name" maxLength:"120"`
	Country          string             `json:"country" maxLength:"2"`
	TaxNumber        string             `json:"tax_number" maxLength:"40" doc:"ABN in Australia"`
	TaxRegistered    bool               `json:"tax_registered"`
	PricesConfirmed  bool               `json:"prices_confirmed"`
	Email            string             `json:"email" maxLength:"200"`
	Phone            string             `json:"phone" maxLength:"40"`
	PickupAddress    string             `json:"pickup_address" text:"lines" maxLength:"400"`
	OpeningHours     string             `json:"opening_hours" text:"lines" maxLength:"400" doc:"As customers read it, a line each"`
	BankDetails      string             `json:"bank_details" text:"lines" maxLength:"600"`
	Accent           string             `json:"accent" maxLength:"7"`
	PublicURL        string             `json:"public_url" maxLength:"200"`
	TimeZone         string             `json:"time_zone" maxLength:"60"`
	LeadDays         int                `json:"lead_days" minimum:"0" maximum:"90"`
	PayLimit         shop.Cents         `json:"pay_limit_cents" minimum:"0"`
	PayLimitHours    float64            `json:"pay_limit_hours" minimum:"0" doc:"Of one run of a plate"`
	PayLimitAllHours float64            `json:"pay_limit_all_hours" minimum:"0" doc:"Of all runs of an order"`
	PickupLimit      shop.Cents         `json:"pickup_limit_cents" minimum:"0"`
	ShowRates        bool               `json:"show_rates"`
	RoundCash        bool               `json:"round_cash" doc:"What is paid off in cash is rounded to 5 cents"`
	Pricing          PricingView        `json:"pricing"`
	Supports         *SupportsView      `json:"supports,omitempty" doc:"What a save leaves out stays as it is"`
	Stripe           StripeView         `json:"stripe"`
	ReleasePolicy    shop.ReleasePolicy `json:"release_policy" enum:"ON_PAYMENT,ON_INVOICE"`
	StaffDiscount    int                `json:"staff_discount_percent" minimum:"0" maximum:"100" doc:"How much a member of staff may take off a price; admins may take off more"`
}

// PricingView is what the shop charges, in its currency, as exact decimals.
type PricingView struct {
	MachinePerHour shop.Rate           `json:"machine_per_hour"`
	Setup          shop.Rate           `json:"setup"`
	PlateStart     shop.Rate           `json:"plate_start"`
	Minimum        shop.Rate           `json:"minimum"`
	Materials      []MaterialPriceView `json:"materials"`
}

// SupportsView is how supports are built, and what they cost.
type SupportsView struct {
	Structure   string     `json:"structure" enum:"profile,normal,tree" doc:"profile: as the printer's has it"`
	Angle       *float64   `json:"angle_degrees,omitempty" minimum:"0" maximum:"90" doc:"Of overhangs from vertical, above which they are supported; absent: as the printer's profile has it"`
	SellPerGram *shop.Rate `json:"sell_per_gram,omitempty" doc:"Absent: what a gram of the part's material sells for"`
}

// supportsAsProfile is how the settings screen says that the structure is as the printer's profile has it.
const supportsAsProfile = "profile"

func viewSupports(s shop.Settings) *SupportsView {
	return &SupportsView{Structure: cmp.Or(string(s.Supports.Structure), supportsAsProfile), Angle: s.Supports.Angle, SellPerGram: s.Pricing.SupportPerGram}
}

// decide lays over the settings what the screen says.
func (v *SupportsView) decide(s *shop.Settings) {
	if v == nil {
		return
	}
	s.Supports, s.Pricing.SupportPerGram = shop.SupportSettings{Structure: shop.SupportStructure(v.Structure), Angle: v.Angle}, v.SellPerGram
	if v.Structure == supportsAsProfile {
		s.Supports.Structure = shop.SupportsAsProfile
	}
}

// MaterialPriceView is what a gram sells for, and what it costs the shop.
type MaterialPriceView struct {
	ID          string    `json:"id"`
	Name        string    `json:"name" maxLength:"60"`
	SellPerGram shop.Rate `json:"sell_per_gram"`
	CostPerGram shop.Rate `json:"cost_per_gram"`
	Active      bool      `json:"active"`
}

// StripeView says which keys are there; a key is sent only to replace one, and empty leaves it as it is unless it is removed.
type StripeView struct {
	SecretKeySet     bool   `json:"secret_key_set"`
	WebhookSecretSet bool   `json:"webhook_secret_set"`
	RemoveSecretKey  bool   `json:"remove_secret_key,omitempty" writeOnly:"true" doc:"Forgets the secret key: no cards are taken any more. The signing secret stays, so that payments on pages that are open still arrive; where there is none, those pages are closed at Stripe first"`
	SecretKey        string `json:"secret_key,omitempty" text:"exact" maxLength:"300" writeOnly:"true"`
	WebhookSecret    string `json:"webhook_secret,omitempty" text:"exact" maxLength:"300" writeOnly:"true"`
}

// Removes says whether the secret key is to be forgotten: it is, unless another replaces it.
func (v StripeView) Removes() bool { return v.RemoveSecretKey && strings.TrimSpace(v.SecretKey) == "" }
