package shop

import (
	"strconv"
	"strings"
)

// Change is one thing that somebody changed on the settings screen. From and To are as people read them, and "" where they
// are long, private or secret.
type Change struct {
	Field string `json:"field"`
	Name  string `json:"name,omitempty"` // of the material
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// Fields of changes that are no single field of the settings.
const (
	ChangedMaterial      = "material"
	ChangedMenu          = "menu"
	ChangedStripeKey     = "stripe_secret_key"
	RemovedStripeKey     = "stripe_secret_key_removed"
	ChangedWebhookSecret = "stripe_webhook_secret"
)

// changeWords are how a changed field is called, and the unit of what it was and is.
var changeWords = map[string]struct{ name, unit string }{
	"business_name": {"business name", ""}, "country": {"country", ""}, "tax_number": {"tax number", ""}, "tax_registered": {"whether the shop is registered for tax", ""},
	"prices_confirmed": {"whether prices are confirmed", ""}, "email": {"e-mail", ""}, "phone": {"phone", ""}, "pickup_address": {"pickup address", ""},
	"opening_hours": {"opening hours", ""}, "bank_details": {"bank details", ""}, "accent": {"accent colour", ""}, "public_url": {"public address", ""}, "time_zone": {"time zone", ""}, "lead_days": {"lead time", "days"},
	"pay_limit_cents": {"amount above which orders are reviewed", ""}, "pay_limit_hours": {"printing time in one go above which orders are reviewed", "hours"},
	"pay_limit_all_hours": {"printing time above which orders are reviewed", "hours"},
	"pickup_limit_cents":  {"limit of paying at pickup", ""}, "show_rates": {"whether rates are shown", ""}, "round_cash": {"whether cash is rounded", ""},
	"release_policy": {"when orders are released", ""}, "staff_discount_percent": {"discount that staff may give", "%"},
	"pricing.machine_per_hour": {"price of an hour", ""}, "pricing.setup": {"price of setting up", ""}, "pricing.plate_start": {"price of a plate", ""},
	"pricing.minimum": {"minimum price", ""}, "supports.sell_per_gram": {"price of a gram of supports", ""},
	"supports.structure": {"how supports are built", ""}, "supports.angle_degrees": {"angle from which overhangs are supported", ""}, ChangedMaterial: {"price of", ""}, ChangedMenu: {"whether there is", ""},
	"terms": {"terms", ""}, "retention.tmp": {"how long uploads stay", "days"}, "retention.guest": {"how long models of guests stay", "days"},
	"retention.account": {"how long models of accounts stay", "days"}, "retention.on_account": {"how long models of clients on account stay", "days"},
	"retention.documents": {"how long invoices and payments stay", "days"}, "retention.addresses": {"how long addresses stay", "days"},
	"machine.name": {"name", ""}, "machine.active": {"whether it takes new parts", ""}, "machine.rate_per_hour": {"price of an hour", ""},
	"machine.interchangeable": {"whether it is interchangeable", ""}, "machine.setting": {"setting", ""},
	"printer.name": {"name", ""}, "printer.machine": {"machine", ""}, "printer.status": {"state", ""},
	ChangedStripeKey: {"Stripe’s secret key", ""}, RemovedStripeKey: {"Stripe’s secret key (removed)", ""}, ChangedWebhookSecret: {"Stripe’s signing secret", ""},
}

// words are a change within a sentence: "lead time (2 to 3 days)".
func (c Change) words() string {
	w, known := changeWords[c.Field]
	if !known {
		return c.Field
	}
	text := w.name
	if c.Name != "" {
		text += " " + c.Name
	}
	if c.From != "" && c.To != "" {
		text += " (" + strings.TrimSpace(c.From+" to "+c.To+" "+w.unit) + ")"
	}
	return text
}

// settingsChanged is the sentence of what was changed; of before it was noted, only that something was.
func (p ActivityParams) settingsChanged() string {
	if len(p.Changes) == 0 {
		return "Changed the settings."
	}
	texts := make([]string, len(p.Changes))
	for i, c := range p.Changes {
		texts[i] = c.words()
	}
	return "Changed the settings: " + strings.Join(texts, ", ") + "."
}

// Changes are what the settings screen changed, from s to the next settings.
func (s Settings) Changes(next Settings) (all []Change) {
	add := func(changed bool, field, from, to string) {
		if changed {
			all = append(all, Change{Field: field, From: from, To: to})
		}
	}
	quiet := func(field, from, to string) { add(from != to, field, "", "") }
	plain := func(field, from, to string) { add(from != to, field, from, to) }
	yes := func(field string, from, to bool) {
		words := map[bool]string{true: "yes", false: "no"}
		plain(field, words[from], words[to])
	}
	price := func(field string, from, to Rate) {
		add(!from.Equal(to), field, rateIn(from, s.Currency), rateIn(to, s.Currency))
	}
	plain("business_name", s.BusinessName, next.BusinessName)
	plain("country", s.Country, next.Country)
	quiet("tax_number", s.TaxNumber, next.TaxNumber)
	yes("tax_registered", s.TaxRegistered, next.TaxRegistered)
	yes("prices_confirmed", s.PricesConfirmed, next.PricesConfirmed)
	quiet("email", s.Email, next.Email)
	quiet("phone", s.Phone, next.Phone)
	quiet("pickup_address", s.PickupAddress, next.PickupAddress)
	quiet("opening_hours", s.OpeningHours, next.OpeningHours)
	quiet("bank_details", s.BankDetails, next.BankDetails)
	plain("accent", s.Accent, next.Accent)
	plain("public_url", s.PublicURL, next.PublicURL)
	plain("time_zone", s.TimeZone, next.TimeZone)
	plain("lead_days", strconv.Itoa(s.LeadDays), strconv.Itoa(next.LeadDays))
	plain("pay_limit_cents", s.PayLimit.In(s.Currency), next.PayLimit.In(s.Currency))
	plain("pay_limit_hours", Plain(s.PayLimitHours), Plain(next.PayLimitHours))
	plain("pay_limit_all_hours", Plain(s.PayLimitAllHours), Plain(next.PayLimitAllHours))
	plain("pickup_limit_cents", s.PickupLimit.In(s.Currency), next.PickupLimit.In(s.Currency))
	yes("show_rates", s.ShowRates, next.ShowRates)
	yes("round_cash", s.RoundCash, next.RoundCash)
	quiet("release_policy", string(s.ReleasePolicy), string(next.ReleasePolicy))
	plain("staff_discount_percent", strconv.Itoa(s.StaffDiscount), strconv.Itoa(next.StaffDiscount))
	price("pricing.machine_per_hour", s.Pricing.MachinePerHour, next.Pricing.MachinePerHour)
	price("pricing.setup", s.Pricing.Setup, next.Pricing.Setup)
	price("pricing.plate_start", s.Pricing.PlateStart, next.Pricing.PlateStart)
	price("pricing.minimum", s.Pricing.Minimum, next.Pricing.Minimum)
	plain("supports.sell_per_gram", s.Pricing.supportWords(s.Currency), next.Pricing.supportWords(s.Currency))
	plain("supports.structure", s.Supports.Structure.words(), next.Supports.Structure.words())
	plain("supports.angle_degrees", s.Supports.angleWords(), next.Supports.angleWords())
	quiet("terms", s.Terms.Title+"\n"+s.Terms.Text(), next.Terms.Title+"\n"+next.Terms.Text())
	for _, rule := range s.Retention.Rules() {
		plain("retention."+string(rule.Kind), strconv.Itoa(rule.Days), strconv.Itoa(next.Retention.Days(rule.Kind)))
	}
	return all
}

// Changes are what the settings screen changed of a material: what it sells for and costs, and whether it is on the menu.
func (m Material) Changes(next Material, currency string) (all []Change) {
	if !m.SellPerGram.Equal(next.SellPerGram) || !m.CostPerGram.Equal(next.CostPerGram) {
		c := Change{Field: ChangedMaterial, Name: m.Name}
		if !m.SellPerGram.Equal(next.SellPerGram) { // what it costs the shop is for its settings screen alone
			c.From, c.To = rateIn(m.SellPerGram, currency), rateIn(next.SellPerGram, currency)
		}
		all = append(all, c)
	}
	if m.Active != next.Active {
		all = append(all, Change{Field: ChangedMenu, Name: m.Name})
	}
	return all
}
