package shop

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestSettingsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Settings)
		code   Code
		field  string
	}{
		"good":                     {func(*Settings) {}, "", ""},
		"no name":                  {func(s *Settings) { s.BusinessName = " " }, "business_name_missing", "business_name"},
		"abroad":                   {func(s *Settings) { s.Country = "NZ" }, "country_not_supported", "country"},
		"ABN with a wrong digit":   {func(s *Settings) { s.TaxNumber = "51 824 753 557" }, "abn_malformed", "tax_number"},
		"no ABN, not registered":   {func(s *Settings) { s.TaxNumber, s.TaxRegistered = "", false }, "", ""},
		"no accent":                {func(s *Settings) { s.Accent = "" }, "", ""},
		"accent in words":          {func(s *Settings) { s.Accent = "teal" }, "colour_malformed", "accent"},
		"hour below zero":          {func(s *Settings) { s.Pricing.MachinePerHour = MustRate("-0.01") }, "price_negative", "pricing.machine_per_hour"},
		"set-up below zero":        {func(s *Settings) { s.Pricing.Setup = MustRate("-1") }, "price_negative", "pricing.setup"},
		"plate below zero":         {func(s *Settings) { s.Pricing.PlateStart = MustRate("-1") }, "price_negative", "pricing.plate_start"},
		"minimum below zero":       {func(s *Settings) { s.Pricing.Minimum = MustRate("-1") }, "price_negative", "pricing.minimum"},
		"free":                     {func(s *Settings) { s.Pricing.Minimum = MustRate("0") }, "", ""},
		"quantity discount":        {func(s *Settings) { s.Pricing.QuantityBreaks = []QuantityBreak{{10, MustRate("100")}} }, "", ""},
		"discount of 101 %":        {func(s *Settings) { s.Pricing.QuantityBreaks = []QuantityBreak{{10, MustRate("101")}} }, "quantity_break_out_of_range", "pricing.quantity_breaks"},
		"discount below zero":      {func(s *Settings) { s.Pricing.QuantityBreaks = []QuantityBreak{{10, MustRate("-1")}} }, "quantity_break_out_of_range", "pricing.quantity_breaks"},
		"discount for no copies":   {func(s *Settings) { s.Pricing.QuantityBreaks = []QuantityBreak{{0, MustRate("5")}} }, "quantity_break_out_of_range", "pricing.quantity_breaks"},
		"delivery below zero":      {func(s *Settings) { s.Regions[0].Base = MustRate("-1") }, "price_negative", "regions"},
		"surcharge below zero":     {func(s *Settings) { s.Regions[1].RemoteSurcharge = MustRate("-1") }, "price_negative", "regions"},
		"tax below zero":           {func(s *Settings) { s.Tax.Rate = MustRate("-1") }, "tax_rate_out_of_range", "tax.rate"},
		"tax above 100":            {func(s *Settings) { s.Tax.Rate = MustRate("100.1") }, "tax_rate_out_of_range", "tax.rate"},
		"tax of 100":               {func(s *Settings) { s.Tax.Rate = MustRate("100") }, "", ""},
		"address without a scheme": {func(s *Settings) { s.PublicURL = "prints.example" }, "public_url_malformed", "public_url"},
		"address":                  {func(s *Settings) { s.PublicURL = "https://prints.example" }, "", ""},
		"address with a path":      {func(s *Settings) { s.PublicURL = "https://prints.example/shop" }, "public_url_malformed", "public_url"},
		"address with a query":     {func(s *Settings) { s.PublicURL = "https://prints.example?x" }, "public_url_malformed", "public_url"},
		"address with a name":      {func(s *Settings) { s.PublicURL = "https://me@prints.example" }, "public_url_malformed", "public_url"},
		"address of nothing":       {func(s *Settings) { s.PublicURL = "https://" }, "public_url_malformed", "public_url"},
		"address with a port":      {func(s *Settings) { s.PublicURL = "http://192.168.1.7:8080" }, "", ""},
		"a dear hour":              {func(s *Settings) { s.Pricing.MachinePerHour = MustRate("100000") }, "", ""},
		"too dear an hour":         {func(s *Settings) { s.Pricing.MachinePerHour = MustRate("100000.01") }, "price_out_of_range", "pricing.machine_per_hour"},
		"a set-up beyond numbers":  {func(s *Settings) { s.Pricing.Setup = MustRate("1e400") }, "price_out_of_range", "pricing.setup"},
		"beyond all numbers":       {func(s *Settings) { s.Pricing.Minimum = MustRate("1e10000") }, "price_out_of_range", "pricing.minimum"},
		"endlessly small":          {func(s *Settings) { s.Pricing.PlateStart = MustRate("1e-10000") }, "price_out_of_range", "pricing.plate_start"},
		"delivery beyond numbers":  {func(s *Settings) { s.Regions[0].Base = MustRate("1e400") }, "price_out_of_range", "regions"},
		"tax beyond numbers":       {func(s *Settings) { s.Tax.Rate = MustRate("1e10000") }, "tax_rate_out_of_range", "tax.rate"},
		"no hour a day":            {func(s *Settings) { s.PrintHoursPerDay = 0.5 }, "print_hours_out_of_range", "print_hours_per_day"},
		"25 hours a day":           {func(s *Settings) { s.PrintHoursPerDay = 25 }, "print_hours_out_of_range", "print_hours_per_day"},
		"mail":                     {func(s *Settings) { s.Email = "hello@example.com" }, "", ""},
		"mail to x":                {func(s *Settings) { s.Email = "x" }, "email_malformed", "email"},
		"mail to a name":           {func(s *Settings) { s.Email = "Hello <hello@example.com>" }, "email_malformed", "email"},
		"phone":                    {func(s *Settings) { s.Phone = "02 5550 1234" }, "", ""},
		"short phone":              {func(s *Settings) { s.Phone = "13 12 11" }, "", ""},
		"phone in letters":         {func(s *Settings) { s.Phone = "1300 PRINTS" }, "", ""},
		"phone of one digit":       {func(s *Settings) { s.Phone = "1" }, "phone_malformed", "phone"},
		"phone in words":           {func(s *Settings) { s.Phone = "ask at the counter" }, "phone_malformed", "phone"},
		"time zone":                {func(s *Settings) { s.TimeZone = "Australia/Atlantis" }, "time_zone_unknown", "time_zone"},
	} {
		s := DefaultSettings("Australia/Sydney")
		s.BusinessName, s.TaxNumber = "Prints", "51 824 753 556"
		c.change(&s)
		wantError(t, name, s.Check(), c.code, c.field)
	}
}

// Whoever typed three fields wrong hears of all three at once, by the first one's code and field.
func TestAllThatIsWrongWithSettingsIsToldAtOnce(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	s.BusinessName, s.TaxNumber, s.Email, s.Phone, s.PublicURL = "Prints", "12", "x", "1", "prints.example"
	s.Regions[0].Base, s.Regions[0].RemoteSurcharge = MustRate("-1"), MustRate("-1")
	err := At("settings", s.Check())
	wantError(t, "all", err, "abn_malformed", "settings.tax_number")
	var fields []string
	for _, e := range FieldsOf(err) {
		if e.Message == "" || e.Code == "" || e.More != nil {
			t.Errorf("%+v", e)
		}
		fields = append(fields, e.Field)
	}
	if want := []string{"settings.tax_number", "settings.email", "settings.phone", "settings.public_url", "settings.regions"}; !slices.Equal(fields, want) {
		t.Errorf("told of %q", fields)
	}
	s.TaxNumber, s.Email, s.Phone, s.PublicURL, s.Regions = "51 824 753 556", "", "", "", nil
	if err := s.Check(); err != nil || FieldsOf(err) != nil {
		t.Errorf("nothing is wrong: %v", err)
	}
	full := NoSpacef("disk_full", "The disk is full.")
	if err := Together(nil, Invalidf("email_malformed", "email", "No."), full); !errors.Is(err, full) {
		t.Errorf("what is no field's: %v", err)
	}
}

func TestAShopThatNobodyCouldPayNeedsAnAddress(t *testing.T) {
	wantError(t, "no way", Settings{}.CheckWaysToPay(false), "pickup_address_missing", "pickup_address")
	wantError(t, "card", Settings{}.CheckWaysToPay(true), "", "")
	wantError(t, "bank", Settings{BankDetails: "BSB"}.CheckWaysToPay(false), "", "")
	wantError(t, "counter", Settings{PickupAddress: "12 Example Street"}.CheckWaysToPay(false), "", "")
}

func TestABNDigits(t *testing.T) {
	for abn, want := range map[string]bool{"51824753556": true, "53 004 085 616": true, "5182475355": false, "518247535566": false, "5182475355x": false, "": false} {
		if ValidABN(abn) != want {
			t.Errorf("%q: %v", abn, !want)
		}
	}
}

func TestTaxOfAShopThatIsNotRegistered(t *testing.T) {
	s := DefaultSettings("UTC")
	if tax := s.EffectiveTax(); tax.Mode != TaxInclusive || !tax.Rate.Equal(MustRate("10")) {
		t.Errorf("registered: %+v", tax)
	}
	s.TaxRegistered = false
	if tax := s.EffectiveTax(); tax.Mode != TaxNone || !tax.Rate.IsZero() {
		t.Errorf("not registered: %+v", tax)
	}
}

func TestCashDue(t *testing.T) {
	s := DefaultSettings("UTC")
	if due := s.CashDue(10_03); due != 10_05 {
		t.Errorf("in coins: %s", due)
	}
	s.RoundCash = false
	if due := s.CashDue(10_03); due != 10_03 {
		t.Errorf("to the cent: %s", due)
	}
}

func TestTheShopsTimeZone(t *testing.T) {
	for zone, want := range map[string]string{"Australia/Sydney": "Australia/Sydney", "Nowhere": "UTC"} {
		if got := (Settings{TimeZone: zone}).Location().String(); got != want {
			t.Errorf("%s is %s", zone, got)
		}
	}
	// An evening in UTC is tomorrow in Sydney, and Friday's lead time of two days ends on Tuesday.
	s := DefaultSettings("Australia/Sydney")
	if got := s.ReadyOn(TimeOf(time.Date(2026, 11, 19, 22, 0, 0, 0, time.UTC)), 0, 0, 0); got.Date != "2026-11-24" {
		t.Errorf("ready on %+v", got)
	}
}

func TestPlainNumbers(t *testing.T) {
	for f, want := range map[float64]string{24: "24", 0.5: "0.5", 100: "100"} {
		if got := Plain(f); got != want {
			t.Errorf("%v is %q", f, got)
		}
	}
}
