package shop

import (
	"slices"
	"strconv"
	"strings"
)

// PostcodeRange is an inclusive range of four-digit postcodes.
type PostcodeRange [2]int

func (r PostcodeRange) has(code int) bool { return code >= r[0] && code <= r[1] }

// Region is where a parcel costs the same. A region with postcodes is chosen by them; one without serves its states.
type Region struct {
	Code            string          `json:"code"`
	Label           string          `json:"label"`
	States          []string        `json:"states"`
	Postcodes       []PostcodeRange `json:"postcodes,omitempty"`
	Base            Rate            `json:"base"`
	RemoteSurcharge Rate            `json:"remote_surcharge"`
	RemotePostcodes []PostcodeRange `json:"remote_postcodes,omitempty"`
}

// ShippingFee is what a parcel costs and what the row is called.
type ShippingFee struct {
	Region string `json:"region"`
	Label  string `json:"label"`
	Fee    Rate   `json:"fee"`
}

// State is one of a country's, for the address form.
type State struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// AustralianStates are the states and territories, in the order people list them.
var AustralianStates = []State{
	{"NSW", "New South Wales"}, {"VIC", "Victoria"}, {"QLD", "Queensland"}, {"WA", "Western Australia"},
	{"SA", "South Australia"}, {"TAS", "Tasmania"}, {"ACT", "Australian Capital Territory"}, {"NT", "Northern Territory"},
}

// Australia Post's allocation of postcodes to states; the narrow territories stand before the states around them.
var australianPostcodes = []struct {
	state  string
	ranges []PostcodeRange
}{
	{"ACT", []PostcodeRange{{200, 299}, {2600, 2618}, {2900, 2920}}},
	{"NSW", []PostcodeRange{{1000, 2599}, {2619, 2899}, {2921, 2999}}},
	{"VIC", []PostcodeRange{{3000, 3999}, {8000, 8999}}},
	{"QLD", []PostcodeRange{{4000, 4999}, {9000, 9999}}},
	{"SA", []PostcodeRange{{5000, 5999}}},
	{"WA", []PostcodeRange{{6000, 6999}}},
	{"TAS", []PostcodeRange{{7000, 7999}}},
	{"NT", []PostcodeRange{{800, 999}}},
}

// StateOf gives the state an Australian postcode belongs to.
func StateOf(postcode string) (string, bool) {
	code, ok := postcodeNumber(postcode)
	if !ok {
		return "", false
	}
	for _, s := range australianPostcodes {
		if slices.ContainsFunc(s.ranges, func(r PostcodeRange) bool { return r.has(code) }) {
			return s.state, true
		}
	}
	return "", false
}

func postcodeNumber(s string) (int, bool) {
	if len(s) != 4 {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0
}

// perth is where Australia Post delivers as in any other capital, with the boxes and large receivers of its post offices: no
// part of it is remote, although the rest of the state is.
var perth = []PostcodeRange{{6000, 6214}, {6800, 6999}}

// Shipping finds the fee for an address: the postcode decides state and region. A region that names the postcode
// wins; among those that only name the state, the one with the fewest states does, so that a narrow region is
// never hidden behind a broad one. A region with remote places takes Perth only where no other serves it.
// Errors: Invalid for a postcode that does not exist or contradicts the state; Unavailable for another country.
func (s Settings) Shipping(d Delivery) (*ShippingFee, error) {
	if d.Method == Pickup {
		return nil, nil
	}
	if d.Country != "" && d.Country != s.Country {
		return nil, &Error{Kind: Unavailable, Code: "country_not_served", Field: "delivery.country", Message: "We have no delivery price for this country. Choose Request review and we will find one."}
	}
	postcode := strings.TrimSpace(d.Postcode)
	state, ok := StateOf(postcode)
	if !ok {
		return nil, Invalidf("postcode_unknown", "delivery.postcode", "This postcode does not exist. Check its four digits.")
	}
	if d.State != "" && !strings.EqualFold(d.State, state) {
		return nil, Invalidf("postcode_state_mismatch", "delivery.postcode", "Postcode %s is in %s, not in %s. Correct one of them.", postcode, state, strings.ToUpper(d.State))
	}
	code, _ := postcodeNumber(postcode)
	named := func(ranges []PostcodeRange) bool {
		return slices.ContainsFunc(ranges, func(r PostcodeRange) bool { return r.has(code) })
	}
	rank := func(r *Region) int { // the lowest takes it
		if len(r.RemotePostcodes) > 0 && slices.ContainsFunc(perth, func(p PostcodeRange) bool { return p.has(code) }) {
			return len(AustralianStates) + 1
		}
		return len(r.States)
	}
	var best *Region
	for i := range s.Regions {
		r := &s.Regions[i]
		if len(r.Postcodes) > 0 {
			if named(r.Postcodes) {
				best = r
				break
			}
			continue
		}
		if !slices.Contains(r.States, state) {
			continue
		}
		if best == nil || rank(r) < rank(best) {
			best = r
		}
	}
	if best == nil {
		return nil, &Error{Kind: Unavailable, Code: "postcode_not_served", Field: "delivery.postcode", Message: "We have no delivery price for this postcode. Choose Request review and we will find one."}
	}
	fee := &ShippingFee{Region: best.Code, Label: "Delivery, " + best.Label, Fee: best.Base}
	if named(best.RemotePostcodes) {
		fee.Fee = fee.Fee.Add(best.RemoteSurcharge)
	}
	return fee, nil
}
