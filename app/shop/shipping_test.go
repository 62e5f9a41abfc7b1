package shop

import "testing"

func TestShippingByPostcode(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	for postcode, want := range map[string]string{"2000": "12.5", "2750": "12.5", "2600": "25", "3000": "25", "6000": "25", "6210": "25", "6214": "25", "6850": "25", "6215": "45", "6430": "45", "6725": "60", "6798": "60", "7000": "45", "0800": "45", "0872": "60", "7255": "60", "4875": "25"} {
		fee, err := s.Shipping(Delivery{Method: Ship, Postcode: postcode})
		if err != nil || fee.Fee.String() != want {
			t.Errorf("%s: %v %v, want %s", postcode, fee, err, want)
		}
	}
	for _, d := range []Delivery{{Method: Ship, Postcode: "200"}, {Method: Ship, Postcode: "2000", State: "VIC"}, {Method: Ship, Postcode: "abcd"}, {Method: Ship, Postcode: "0100"}} {
		if _, err := s.Shipping(d); KindOf(err) != Invalid {
			t.Errorf("%+v: %v", d, err)
		}
	}
	if _, err := s.Shipping(Delivery{Method: Ship, Postcode: "2000", Country: "NZ"}); KindOf(err) != Unavailable {
		t.Errorf("New Zealand: %v", err)
	}
}
