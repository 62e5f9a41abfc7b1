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
