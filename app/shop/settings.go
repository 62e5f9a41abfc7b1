package shop

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings is what the shop decides on screen. It is stored as one JSON document.
type Settings struct {
	BusinessName     string          `json:"business_name"`
	Country          string          `json:"country"`
	TaxNumber        string          `json:"tax_number"`
	TaxRegistered    bool            `json:"tax_registered"`
	PricesConfirmed  bool            `json:"prices_confirmed"`
	Email            string          `json:"email"`
	Phone            string          `json:"phone"`
	PickupAddress    string          `json:"pickup_address"`
	OpeningHours     string          `json:"opening_hours"`
	BankDetails      string          `json:"bank_details"`
	Accent           string          `json:"accent"`
	PublicURL        string          `json:"public_url"`
	TimeZone         string          `json:"time_zone"`
	Currency         string          `json:"currency"`
	Tax              Tax             `json:"tax"`
	LeadDays         int             `json:"lead_days"`
	PrintHoursPerDay float64         `json:"print_hours_per_day"`
	PayLimit         Cents           `json:"pay_limit_cents"`
	PayLimitHours    float64         `json:"pay_limit_hours"`     // of one run of a plate
	PayLimitAllHours float64         `json:"pay_limit_all_hours"` // of all runs of an order
	PickupLimit      Cents           `json:"pickup_limit_cents"`
	ShowRates        bool            `json:"show_rates"`
	RoundCash        bool            `json:"round_cash"`
	ReleasePolicy    ReleasePolicy   `json:"release_policy"`
	StaffDiscount    int             `json:"staff_discount_percent"`
	Pricing          Pricing         `json:"pricing"`
	Supports         SupportSettings `json:"supports"`
	Regions          []Region        `json:"regions"`
	Defaults         Choices         `json:"defaults"`
	Terms            Terms           `json:"terms"` // as written, with names in braces for the days of Retention
	Retention        Retention       `json:"retention"`
}

// ReleasePolicy says when the jobs of orders paid by transfer are released.
type ReleasePolicy string

// Release policies.
const (
	OnPayment ReleasePolicy = "ON_PAYMENT"
	OnInvoice ReleasePolicy = "ON_INVOICE"
)

// DefaultStaffDiscount is how many percent staff may take off a price until the shop decides otherwise.
const DefaultStaffDiscount = 10

// DefaultSettings are the values a new shop starts with: Australian dollars with GST, the prices and regions that
// work at once.
func DefaultSettings(timeZone string) Settings {
	return Settings{
		BusinessName: "", Country: "AU", Currency: "AUD", TimeZone: timeZone, Accent: "#0f766e",
		TaxRegistered: true,
		Tax:           Tax{Mode: TaxInclusive, Name: "GST", Rate: MustRate("10")},
		LeadDays:      2, PrintHoursPerDay: 16,
		PayLimit: 300_00, PayLimitHours: 24, PayLimitAllHours: 100, PickupLimit: 50_00,
		RoundCash:     true,
		ReleasePolicy: OnPayment, StaffDiscount: DefaultStaffDiscount,
		Pricing: Pricing{
			MachinePerHour: MustRate("3.00"), Setup: MustRate("8.00"), SetupScope: PerPart, PlateStart: MustRate("2.00"),
			Minimum: MustRate("15.00"), MinimumScope: PerOrder, QuantityBreaks: []QuantityBreak{},
		},
		Regions: defaultRegions(),
		Terms:   defaultTerms(), Retention: DefaultRetention(),
	}
}

// Postcodes follow Australia Post's allocation: greater Sydney with its large-volume receivers, and the islands and
// stations that carriers serve by air or barge.
func defaultRegions() []Region {
	all := []string{"NSW", "VIC", "QLD", "WA", "SA", "TAS", "ACT", "NT"}
	return []Region{
		{Code: "sydney_metro", Label: "Sydney Metro", States: []string{"NSW"}, Base: MustRate("12.50"),
			Postcodes: []PostcodeRange{{1001, 1920}, {2000, 2234}, {2555, 2574}, {2740, 2786}}},
		{Code: "remote", Label: "Remote & Islands", States: []string{"TAS", "WA", "NT"}, Base: MustRate("45.00"), RemoteSurcharge: MustRate("15.00"),
			RemotePostcodes: []PostcodeRange{{822, 822}, {852, 886}, {6701, 6799}, {7151, 7151}, {7255, 7257}}},
		{Code: "regional", Label: "Regional Australia", States: all, Base: MustRate("25.00")},
	}
}

// Location is the shop's time zone; an unknown name counts as UTC.
func (s Settings) Location() *time.Location {
	loc, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// EffectiveTax is the tax charged: none for a shop that is not registered.
func (s Settings) EffectiveTax() Tax {
	if !s.TaxRegistered {
		return Tax{Mode: TaxNone, Name: s.Tax.Name, Rate: MustRate("0")}
	}
	return s.Tax
}

// CheckCollection refuses that something is collected from a shop that has not said where. Errors: Invalid.
func (s Settings) CheckCollection(m DeliveryMethod) error {
	if m == Pickup && s.PickupAddress == "" {
		return Invalidf("collection_not_offered", "delivery.method", "Orders cannot be collected here yet. Have it sent to you.")
	}
	return nil
}

// CheckWaysToPay refuses a shop that has no bank account, no key of card payments and no address: nobody could pay it anywhere.
// Errors: Invalid.
func (s Settings) CheckWaysToPay(cardKey bool) error {
	if s.BankDetails == "" && !cardKey && s.PickupAddress == "" {
		return Invalidf("pickup_address_missing", "pickup_address", "Fill in where customers collect and pay: there is no other way to pay yet.")
	}
	return nil
}

// CashDue is what pays a balance off in cash.
func (s Settings) CashDue(balance Cents) Cents {
	if s.RoundCash {
		return balance.InCash()
	}
	return balance
}

var hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// Check refuses settings that cannot work. Errors: Invalid, with all the fields that are wrong.
func (s Settings) Check() error {
	_, unknown := time.LoadLocation(s.TimeZone)
	var wrong []error
	for _, w := range []struct {
		is  bool
		err *Error
	}{
		{strings.TrimSpace(s.BusinessName) == "", Invalidf("business_name_missing", "business_name", "Enter the name of your business.")},
		{s.Country != "AU", Invalidf("country_not_supported", "country", "Only Australia is supported: its regions, states and tax are built in.")},
		{s.TaxRegistered && s.Country == "AU" && !ValidABN(s.TaxNumber), Invalidf("abn_malformed", "tax_number", "An ABN has 11 digits, and these do not add up. Check it.")},
		{unknown != nil, Invalidf("time_zone_unknown", "time_zone", "This time zone is not known. Enter it like Australia/Sydney.")},
		{s.Email != "" && !isEmail(s.Email), Invalidf("email_malformed", "email", "Enter an e-mail address like name@example.com.")},
		{s.Phone != "" && !isCallable(s.Phone), Invalidf("phone_malformed", "phone", "Enter a phone number that customers can call, like 02 5550 1234.")},
		{s.Accent != "" && !hexColour.MatchString(s.Accent), Invalidf("colour_malformed", "accent", "Enter the accent colour like #0f766e.")},
		{s.PublicURL != "" && !isOrigin(s.PublicURL), Invalidf("public_url_malformed", "public_url", "Enter the public address like https://prints.example, with nothing after the name.")},
		{slices.ContainsFunc(s.Pricing.QuantityBreaks, func(b QuantityBreak) bool { return b.Copies < 1 || !isPercent(b.Percent) }), Invalidf("quantity_break_out_of_range", "pricing.quantity_breaks", "A quantity discount is from 0 to 100 percent, for 1 copy or more.")},
		{!isPercent(s.Tax.Rate), Invalidf("tax_rate_out_of_range", "tax.rate", "A tax rate is from 0 to 100 percent.")},
		{s.PrintHoursPerDay < 1 || s.PrintHoursPerDay > 24, Invalidf("print_hours_out_of_range", "print_hours_per_day", "A printer prints 1 to 24 hours a day.")},
	} {
		if w.is {
			wrong = append(wrong, w.err)
		}
	}
	wrong = append(wrong,
		CheckPrice("pricing.machine_per_hour", s.Pricing.MachinePerHour), CheckPrice("pricing.setup", s.Pricing.Setup),
		CheckPrice("pricing.plate_start", s.Pricing.PlateStart), CheckPrice("pricing.minimum", s.Pricing.Minimum), s.Supports.check())
	if s.Pricing.SupportPerGram != nil {
		wrong = append(wrong, CheckPrice("supports.sell_per_gram", *s.Pricing.SupportPerGram))
	}
	for _, r := range s.Regions {
		wrong = append(wrong, CheckPrice("regions", r.Base), CheckPrice("regions", r.RemoteSurcharge))
	}
	return Together(wrong...)
}

// isOrigin says whether an address is a scheme and a host, and a port perhaps, as pages are linked to from outside.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && s == u.Scheme+"://"+u.Host
}

// ValidABN checks an Australian Business Number: eleven digits, weighted sum divisible by 89 after one is taken from
// the first digit (Australian Business Register, "Format of the ABN").
func ValidABN(s string) bool {
	s = strings.ReplaceAll(s, " ", "")
	if len(s) != 11 {
		return false
	}
	weights := [11]int{10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19}
	sum := 0
	for i, r := range s {
		if r < '0' || r > '9' {
			return false
		}
		d := int(r - '0')
		if i == 0 {
			d--
		}
		sum += d * weights[i]
	}
	return sum%89 == 0
}

// Plain prints a number for a message, without needless zeros.
func Plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// DefaultMaterials is the menu a new shop starts with.
func DefaultMaterials() []Material {
	colours := func(names ...string) []Colour {
		hex := map[string]string{"Black": "#1c1c1e", "White": "#f4f4f2", "Grey": "#8a8d91", "Red": "#c8202f", "Blue": "#1f5fbf", "Green": "#2f8f4e", "Orange": "#e8741e", "Clear": "#dfe8ea"}
		out := make([]Colour, len(names))
		for i, n := range names {
			out[i] = Colour{ID: NewID(), Name: n, Hex: hex[n]}
		}
		return out
	}
	return []Material{
		{ID: NewID(), Name: "PLA", Profile: "PLA", Note: "Stiff and precise. For models, prototypes and indoor parts.", SellPerGram: MustRate("0.08"), CostPerGram: MustRate("0.03"), Active: true, Colours: colours("Black", "White", "Grey", "Red", "Blue", "Green", "Orange")},
		{ID: NewID(), Name: "PETG", Profile: "PETG", Note: "Tough and weatherproof. For brackets, clips and outdoor parts.", SellPerGram: MustRate("0.09"), CostPerGram: MustRate("0.035"), Active: true, Colours: colours("Black", "White", "Grey", "Clear")},
		{ID: NewID(), Name: "ABS", Profile: "ABS", Note: "Takes heat up to 90 °C. For parts near engines and in cars.", SellPerGram: MustRate("0.10"), CostPerGram: MustRate("0.035"), Active: true, Colours: colours("Black", "White", "Grey")},
		{ID: NewID(), Name: "TPU", Profile: "TPU", Note: "Bends like rubber. For feet, seals and bumpers.", SellPerGram: MustRate("0.16"), CostPerGram: MustRate("0.06"), Active: true, Colours: colours("Black", "White")},
	}
}

// DefaultSellPerGram is what a new shop charges for a gram of a material's profile; PLA's where none is named.
func DefaultSellPerGram(profile string) Rate {
	menu := DefaultMaterials()
	for _, m := range menu {
		if m.Profile == profile {
			return m.SellPerGram
		}
	}
	return menu[0].SellPerGram
}

// CheckDiscount says whether an actor may ask another total than the one that was worked out: raise it, or lower it by as
// much as staff may; an admin by any amount. A total of 0 was not worked out, and anybody who prices orders sets one.
// Errors: Forbidden.
func (s Settings) CheckDiscount(who Actor, worked, asked Cents) error {
	if asked*100 >= worked*Cents(100-s.StaffDiscount) || who.Can(PriceFreely, TheShop) {
		return nil
	}
	return Forbiddenf("discount_too_large", "Staff may take at most %d %% off a price. Ask an admin for more.", s.StaffDiscount)
}

// CheckAgreed says whether an actor may ask another total than was agreed on before, 0 where none was: what is worked out anew may
// rest on another model, and is no lower for it than staff may go. Errors: Forbidden.
func (s Settings) CheckAgreed(who Actor, agreed, asked Cents) error {
	if err := s.CheckDiscount(who, agreed, asked); err == nil {
		return nil
	}
	e := Forbiddenf("below_agreed", "%s was agreed on for this order, and staff may take at most %d %% off that. Set a higher total, or ask an admin.", agreed.In(s.Currency), s.StaffDiscount)
	e.Field = "adjusted_total"
	return e
}
