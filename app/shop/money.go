package shop

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Cents is an amount of the shop's one currency in its minor unit.
type Cents int64

// Rate is an exact decimal: a price per gram or hour, or a percentage. Its JSON form is a string.
type Rate = decimal.Decimal

// MaxPrice is the most that anything costs for one unit of it: more is a slip of the finger.
var MaxPrice = decimal.NewFromInt(100_000)

// sane says whether a rate has so few digits that people could have meant it, and that nothing overflows: not 1e400.
func sane(r Rate) bool {
	const most = 30
	return r.Exponent() >= -most && r.Exponent() <= most && r.NumDigits() <= most
}

// isPercent says whether a rate is from 0 to 100.
func isPercent(r Rate) bool { return sane(r) && !r.IsNegative() && !r.GreaterThan(hundred) }

// CheckPrice refuses a price for one unit that cannot be meant. Errors: Invalid with the field.
func CheckPrice(field string, r Rate) error {
	switch {
	case r.IsNegative():
		return Invalidf("price_negative", field, "Prices cannot be below zero.")
	case !sane(r) || r.GreaterThan(MaxPrice):
		return Invalidf("price_out_of_range", field, "This price is too high, or has too many digits. Check it.")
	}
	return nil
}

// MustRate reads a decimal literal of the program's own; it panics on anything else.
func MustRate(s string) Rate { return decimal.RequireFromString(s) }

// Round turns an exact amount in whole currency units into cents, half away from zero.
// It and InCash are the only places where money is rounded.
func Round(amount decimal.Decimal) Cents {
	return Cents(amount.Shift(2).Round(0).IntPart())
}

// smallestCoin is Australia's since the one and two cent coins were withdrawn.
const smallestCoin Cents = 5

// InCash is the amount as it is paid in coins: the nearest multiple of five cents, as the voluntary code of the
// Australian Competition and Consumer Commission has it. Nothing lies halfway.
func (c Cents) InCash() Cents {
	if c < 0 {
		return -(-c).InCash()
	}
	return (c + smallestCoin/2) / smallestCoin * smallestCoin
}

// Decimal gives the amount in whole currency units.
func (c Cents) Decimal() decimal.Decimal { return decimal.New(int64(c), -2) }

// String prints the amount with two places and no currency sign, as "12.50".
func (c Cents) String() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, int64(c)/100, int64(c)%100)
}

// symbols are what people write before an amount of their own currency. Any other has its code there.
var symbols = map[string]string{"AUD": "$", "CAD": "$", "NZD": "$", "SGD": "$", "USD": "$", "EUR": "€", "GBP": "£"}

// written puts a currency before the digits of an amount, and commas between its thousands, as the pages do: "$1,234.50",
// "-$0.05", and "CHF 15.00" with a space that no line ends at.
func written(digits, currency string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "-", rest
	}
	whole, rest, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if symbol, ok := symbols[currency]; ok {
		return sign + symbol + whole
	}
	return sign + currency + "\u00a0" + whole
}

// rateIn is a price of one of something as a message for people has it: "$0.08", and "$3.00" for a round one.
func rateIn(r Rate, currency string) string {
	if r.Equal(r.Round(2)) {
		return written(r.StringFixed(2), currency)
	}
	return written(r.String(), currency)
}

// In is an amount as a message for people has it: "$1,250.00".
func (c Cents) In(currency string) string { return written(c.String(), currency) }

// MaxOrder bounds one document's total, far above any real order and far below overflow.
const MaxOrder Cents = 100_000_000_00
