package shop

import (
	"net/mail"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Contact is who orders.
type Contact struct {
	Name  string `json:"name" maxLength:"120"`
	Email string `json:"email" maxLength:"200"`
	Phone string `json:"phone" maxLength:"40"`

	Business Business `json:"business,omitzero" doc:"Absent where none orders"`
}

// Clean makes lines of the fields and checks them. A phone number may be left out, and of orders that staff take the e-mail, too.
// What a business adds is cleaned by itself, since that takes the shop's country.
func (c Contact) Clean(byStaff bool) (Contact, error) {
	c.Name, c.Email, c.Phone = CleanLine(c.Name), CleanLine(c.Email), CleanLine(c.Phone)
	if !isVisible(c.Name) || utf8.RuneCountInString(c.Name) > 120 {
		return c, Invalidf("name_length", "contact.name", "Enter a name of up to 120 characters.")
	}
	if c.Email != "" || !byStaff {
		if !isEmail(c.Email) {
			return c, Invalidf("email_malformed", "contact.email", "Enter an e-mail address like name@example.com.")
		}
	}
	if c.Phone != "" {
		digits := 0
		for _, r := range c.Phone {
			switch {
			case r >= '0' && r <= '9':
				digits++
			case !strings.ContainsRune("+()-. /", r):
				return c, Invalidf("phone_malformed", "contact.phone", "A phone number can only have digits, spaces and + ( ) -.")
			}
		}
		if digits < 6 || digits > 15 {
			return c, Invalidf("phone_length", "contact.phone", "Enter a phone number with 6 to 15 digits, or leave it empty.")
		}
	}
	return c, nil
}

// callingCodes are what is dialled before a phone number of a country from abroad, in the place of the 0 that it begins with at
// home.
var callingCodes = map[string]string{"AU": "61"}

// OtherDigits are the digits of a phone number as it is written the other way: of one with a country's code, how it is dialled in
// the country, and the other way round; "" where there is no other way, or too little is written of it. Text is what was written,
// digits are its own.
func OtherDigits(text, digits, country string) string {
	code, home := callingCodes[country], strings.TrimPrefix(digits, "00")
	switch {
	case code == "":
		return ""
	case strings.HasPrefix(text, "+") || home != digits:
		home, ours := strings.CutPrefix(home, code)
		home = strings.TrimLeft(home, "0")
		if !ours || len(home) < 2 {
			return ""
		}
		if home[0] == '1' { // 1300 and the like have no 0
			return home
		}
		return "0" + home
	case strings.HasPrefix(digits, "0") && len(digits) >= 8:
		return code + digits[1:]
	}
	return ""
}

// isVisible says whether something of a text is seen: a letter, a digit or a sign that is not drawn as nothing.
func isVisible(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !strings.ContainsRune(blanks, r)
	})
}

// blanks are letters and signs that are drawn as nothing: fillers of Hangul, Braille without a dot.
const blanks = "\u115f\u1160\u3164\uffa0\u2800"

// isEmail says whether mail can be sent to an address: one with a domain, nothing else with it, and no character that
// means something in an address of a page: whoever clicks it would write what somebody else has put there.
func isEmail(address string) bool {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || len(address) > 200 {
		return false
	}
	at := strings.LastIndexByte(address, '@')
	local, domain := address[:at], address[at+1:]
	return !strings.ContainsFunc(local, notOf(".+-_'!$*/^{|}~")) && !strings.ContainsFunc(domain, notOf(".-")) && strings.Contains(domain, ".")
}

// notOf says of which characters a text may not have one: those that are no letter, no digit and none of these.
func notOf(signs string) func(rune) bool {
	return func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune(signs, r)
	}
}

// isCallable says whether a number that a shop gives can be one to call: with enough digits, or with letters in place of
// some.
func isCallable(phone string) bool {
	digits, all := 0, 0
	for _, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
			all++
		case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
			all++
		}
	}
	return digits >= 3 && all >= 6
}

// DeliveryMethod is how the customer gets the parts.
type DeliveryMethod string

// Delivery methods.
const (
	Pickup DeliveryMethod = "pickup"
	Ship   DeliveryMethod = "ship"
)

// Delivery is where the parts go.
type Delivery struct {
	Method   DeliveryMethod `json:"method" enum:"pickup,ship"`
	Line1    string         `json:"line1,omitempty" maxLength:"120"`
	Line2    string         `json:"line2,omitempty" maxLength:"120"`
	City     string         `json:"city,omitempty" maxLength:"80"`
	State    string         `json:"state,omitempty" maxLength:"40"`
	Postcode string         `json:"postcode,omitempty" maxLength:"12"`
	Country  string         `json:"country,omitempty" maxLength:"2"`
}

// Clean makes lines of the address and asks for what a parcel needs.
func (d Delivery) Clean() (Delivery, error) {
	for _, f := range []*string{&d.Line1, &d.Line2, &d.City, &d.State, &d.Postcode, &d.Country} {
		*f = CleanLine(*f)
	}
	d.State, d.Country = strings.ToUpper(d.State), strings.ToUpper(d.Country)
	if d.Method == Pickup {
		return Delivery{Method: Pickup}, nil
	}
	switch {
	case d.Method != Ship:
		return d, Invalidf("delivery_method_unknown", "delivery.method", "Choose collection or delivery.")
	case d.Line1 == "":
		return d, Invalidf("street_missing", "delivery.line1", "Enter the street and number.")
	case d.City == "":
		return d, Invalidf("city_missing", "delivery.city", "Enter the suburb or city.")
	case d.Postcode == "":
		return d, Invalidf("postcode_missing", "delivery.postcode", "Enter the postcode.")
	}
	return d, nil
}

// CleanFileName keeps a customer's name for a file as data: valid UTF-8, no path, no control or
// direction-changing characters, at most 255 bytes. It is never used as a path.
func CleanFileName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = Composed(strings.Map(plain, name))
	for len(name) > 255 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if strings.Trim(name, ". ") == "" {
		return "file"
	}
	return name
}

// OwnFileName is a clean name that none of those taken has: the second "clip.stl" is "clip (2).stl", and is called that wherever it
// goes.
func OwnFileName(name string, taken []string) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	if stem == "" { // ".stl" is all name
		stem, ext = name, ""
	}
	own := name
	for n := 2; slices.Contains(taken, own); n++ {
		number := " (" + strconv.Itoa(n) + ")" + ext
		for len(stem)+len(number) > 255 && stem != "" {
			_, size := utf8.DecodeLastRuneInString(stem)
			stem = stem[:len(stem)-size]
		}
		own = stem + number
	}
	return own
}
