package shop

import "testing"

func TestInCash(t *testing.T) {
	// The rounding of totals in the code of the Australian Competition and Consumer Commission: 1, 2, 6 and 7 go down,
	// 3, 4, 8 and 9 go up.
	want := [10]Cents{0, 0, 0, 5, 5, 5, 5, 5, 10, 10}
	for digit, coins := range want {
		for _, tens := range []Cents{0, 10, 1230, 99_999_990} {
			c := tens + Cents(digit)
			if got := c.InCash(); got != tens+coins {
				t.Errorf("%s in cash is %s, want %s", c, got, tens+coins)
			}
			if got := (-c).InCash(); got != -(tens + coins) { // money to give back
				t.Errorf("%s in cash is %s, want %s", -c, got, -(tens + coins))
			}
		}
	}
}

func TestCentsIn(t *testing.T) {
	for want, c := range map[string]struct {
		amount   Cents
		currency string
	}{"$15.00": {1500, "AUD"}, "-€0.05": {-5, "EUR"}, "£1,234.50": {123450, "GBP"}, "$999.99": {99999, "AUD"},
		"-$1,234,567.89": {-123456789, "AUD"}, "CHF\u00a01,500.00": {150000, "CHF"}} {
		if got := c.amount.In(c.currency); got != want {
			t.Errorf("%d %s is %q, want %q", c.amount, c.currency, got, want)
		}
	}
}

func TestCentsWithTwoPlaces(t *testing.T) {
	for c, want := range map[Cents]string{0: "0.00", 5: "0.05", -5: "-0.05", 123456: "1234.56", -100: "-1.00"} {
		if got := c.String(); got != want {
			t.Errorf("%d is %q", int64(c), got)
		}
	}
}
