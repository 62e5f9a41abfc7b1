package shop

import (
	"strings"
	"testing"
)

func TestContact(t *testing.T) {
	good := Contact{Name: " Ada Lovelace ", Email: " ada@example.com", Phone: "+61 (2) 9876-5432 "}
	for name, c := range map[string]struct {
		change  func(*Contact)
		byStaff bool
		code    Code
		field   string
	}{
		"good":                    {func(*Contact) {}, false, "", ""},
		"no name":                 {func(c *Contact) { c.Name = "  " }, false, "name_length", "contact.name"},
		"name of marks":           {func(c *Contact) { c.Name = " \x01\x02\u202e " }, false, "name_length", "contact.name"},
		"name of nothing seen":    {func(c *Contact) { c.Name = "\u200b\u2060\u00ad \u2800\u3164" }, false, "name_length", "contact.name"},
		"name of one sign":        {func(c *Contact) { c.Name = "李" }, false, "", ""},
		"name with joiners":       {func(c *Contact) { c.Name = "علی\u200cرضا" }, false, "", ""},
		"name of 120 letters":     {func(c *Contact) { c.Name = strings.Repeat("é", 120) }, false, "", ""},
		"name of 121 letters":     {func(c *Contact) { c.Name = strings.Repeat("é", 121) }, false, "name_length", "contact.name"},
		"no e-mail":               {func(c *Contact) { c.Email = "" }, false, "email_malformed", "contact.email"},
		"no at":                   {func(c *Contact) { c.Email = "ada.example.com" }, false, "email_malformed", "contact.email"},
		"two ats":                 {func(c *Contact) { c.Email = "a@@b.c" }, false, "email_malformed", "contact.email"},
		"no dot":                  {func(c *Contact) { c.Email = "ada@example" }, false, "email_malformed", "contact.email"},
		"dot at the end":          {func(c *Contact) { c.Email = "ada@example." }, false, "email_malformed", "contact.email"},
		"name and address":        {func(c *Contact) { c.Email = "Ada <ada@example.com>" }, false, "email_malformed", "contact.email"},
		"two addresses":           {func(c *Contact) { c.Email = "a@example.com, b@example.com" }, false, "email_malformed", "contact.email"},
		"another header":          {func(c *Contact) { c.Email = "a@example.com\r\nBcc: b@example.com" }, false, "email_malformed", "contact.email"},
		"another receiver":        {func(c *Contact) { c.Email = "a?bcc=evil&body=pay-to-BSB-123@evil.example" }, false, "email_malformed", "contact.email"},
		"an escaped receiver":     {func(c *Contact) { c.Email = "a%3Fbcc@evil.example" }, false, "email_malformed", "contact.email"},
		"a fragment":              {func(c *Contact) { c.Email = "a#b@example.com" }, false, "email_malformed", "contact.email"},
		"a quoted address":        {func(c *Contact) { c.Email = "\"a b\"@example.com" }, false, "email_malformed", "contact.email"},
		"a machine's number":      {func(c *Contact) { c.Email = "a@[192.0.2.1]" }, false, "email_malformed", "contact.email"},
		"signs of addresses":      {func(c *Contact) { c.Email = "o'neil.ada+print_shop-2@mail.example.com.au" }, false, "", ""},
		"letters of the world":    {func(c *Contact) { c.Email = "zoë@bücher.example" }, false, "", ""},
		"long address":            {func(c *Contact) { c.Email = "a@" + strings.Repeat("b", 200) + ".com" }, false, "email_malformed", "contact.email"},
		"no phone":                {func(c *Contact) { c.Phone = " " }, false, "", ""},
		"letters":                 {func(c *Contact) { c.Phone = "0400 CALL ME" }, false, "phone_malformed", "contact.phone"},
		"5 digits":                {func(c *Contact) { c.Phone = "000 00" }, false, "phone_length", "contact.phone"},
		"6 digits":                {func(c *Contact) { c.Phone = "13 00 00" }, false, "", ""},
		"15 digits":               {func(c *Contact) { c.Phone = "+123456789012345" }, false, "", ""},
		"16 digits":               {func(c *Contact) { c.Phone = "+1234567890123456" }, false, "phone_length", "contact.phone"},
		"staff need only a name":  {func(c *Contact) { c.Email, c.Phone = "", "" }, true, "", ""},
		"staff's e-mail is read":  {func(c *Contact) { c.Email = "ada" }, true, "email_malformed", "contact.email"},
		"staff's phone is read":   {func(c *Contact) { c.Phone = "12" }, true, "phone_length", "contact.phone"},
		"staff need a name still": {func(c *Contact) { c.Name = "" }, true, "name_length", "contact.name"},
	} {
		contact := good
		c.change(&contact)
		got, err := contact.Clean(c.byStaff)
		wantError(t, name, err, c.code, c.field)
		if got.Name != CleanLine(contact.Name) || got.Email != CleanLine(contact.Email) || got.Phone != CleanLine(contact.Phone) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestDelivery(t *testing.T) {
	good := Delivery{Method: Ship, Line1: " 1 Pitt St ", Line2: " ", City: "Sydney ", State: " nsw", Postcode: " 2000 ", Country: "au"}
	for name, c := range map[string]struct {
		change func(*Delivery)
		code   Code
		field  string
	}{
		"good":        {func(*Delivery) {}, "", ""},
		"no method":   {func(d *Delivery) { d.Method = "" }, "delivery_method_unknown", "delivery.method"},
		"by drone":    {func(d *Delivery) { d.Method = "drone" }, "delivery_method_unknown", "delivery.method"},
		"no street":   {func(d *Delivery) { d.Line1 = " " }, "street_missing", "delivery.line1"},
		"no city":     {func(d *Delivery) { d.City = "" }, "city_missing", "delivery.city"},
		"no postcode": {func(d *Delivery) { d.Postcode = "" }, "postcode_missing", "delivery.postcode"},
		"no state":    {func(d *Delivery) { d.State = "" }, "", ""}, // the postcode decides it
	} {
		delivery := good
		c.change(&delivery)
		_, err := delivery.Clean()
		wantError(t, name, err, c.code, c.field)
	}
	got, err := good.Clean()
	if want := (Delivery{Method: Ship, Line1: "1 Pitt St", City: "Sydney", State: "NSW", Postcode: "2000", Country: "AU"}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	pickup := good
	pickup.Method = Pickup
	if got, err := pickup.Clean(); err != nil || got != (Delivery{Method: Pickup}) {
		t.Errorf("a pickup keeps an address: %+v, %v", got, err)
	}
}

func TestLongFileNamesEndWithWholeLetters(t *testing.T) {
	got := CleanFileName(strings.Repeat("é", 200) + "\xff.stl")
	if len(got) > 255 || got != strings.Repeat("é", len(got)/2) {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

func TestOtherDigits(t *testing.T) {
	for _, c := range []struct{ text, digits, country, want string }{
		{"+61 400 111 222", "61400111222", "AU", "0400111222"},
		{"+61 (0)400 111 222", "610400111222", "AU", "0400111222"},
		{"0061 400 111 222", "0061400111222", "AU", "0400111222"},
		{"+61 40", "6140", "AU", "040"},
		{"+61 1300 111 222", "611300111222", "AU", "1300111222"},
		{"0400 111 222", "0400111222", "AU", "61400111222"},
		{"+61", "61", "AU", ""},
		{"+49 400 111 222", "49400111222", "AU", ""},
		{"0400", "0400", "AU", ""},
		{"400 111 222", "400111222", "AU", ""},
		{"+61 400 111 222", "61400111222", "", ""},
	} {
		if got := OtherDigits(c.text, c.digits, c.country); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.text, c.country, got, c.want)
		}
	}
}

// Two files of one name are told apart wherever they go.
func TestOwnFileName(t *testing.T) {
	long := strings.Repeat("é", 125) + ".stl"
	for name, want := range map[string]string{
		"clip.stl": "clip (3).stl", "lid.stl": "lid.stl", "clip": "clip (2)", ".stl": ".stl (2)", long: strings.Repeat("é", 123) + " (2).stl",
	} {
		if got := OwnFileName(name, []string{"clip.stl", "clip (2).stl", "clip", ".stl", long}); got != want || len(got) > 255 {
			t.Errorf("%q is %q, not %q", name, got, want)
		}
	}
}
