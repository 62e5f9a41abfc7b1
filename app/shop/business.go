package shop

import (
	"strings"
	"unicode/utf8"
)

// Business is whom an order is for where a business orders; the zero one is nobody's.
type Business struct {
	Company      string `json:"company" maxLength:"200"`
	TaxNumber    string `json:"tax_number,omitempty" maxLength:"40" doc:"ABN in Australia, its eleven digits"`
	PONumber     string `json:"po_number,omitempty" maxLength:"120" doc:"The number of their purchase order"`
	InvoiceEmail string `json:"invoice_email,omitempty" maxLength:"200" doc:"Who is sent the invoice, where that is somebody else"`
}

// Clean makes lines of the fields and checks them, where one says that a business orders. In Australia the tax number is an
// ABN, of which the digits are kept. Errors: Invalid with the field.
func (b Business) Clean(country string) (Business, error) {
	for _, f := range []*string{&b.Company, &b.TaxNumber, &b.PONumber, &b.InvoiceEmail} {
		*f = CleanLine(*f)
	}
	if b == (Business{}) {
		return b, nil
	}
	if !isVisible(b.Company) || utf8.RuneCountInString(b.Company) > 200 {
		return b, Invalidf("company_length", "contact.business.company", "Enter the name of the company, up to 200 characters.")
	}
	if b.TaxNumber != "" && country == "AU" {
		digits := abnDigits(b.TaxNumber)
		if len(digits) != 11 || strings.ContainsFunc(b.TaxNumber, func(r rune) bool { return r != ' ' && r != '-' && r != '.' && (r < '0' || r > '9') }) {
			return b, Invalidf("buyer_abn_length", "contact.business.tax_number", "An ABN has 11 digits. Check it, or leave it empty.")
		}
		if !ValidABN(digits) {
			return b, Invalidf("buyer_abn_malformed", "contact.business.tax_number", "These 11 digits are not an ABN: one of them is wrong. Check it, or leave it empty.")
		}
		b.TaxNumber = digits
	}
	if utf8.RuneCountInString(b.TaxNumber) > 40 {
		return b, Invalidf("tax_number_length", "contact.business.tax_number", "Keep the tax number to 40 characters.")
	}
	if utf8.RuneCountInString(b.PONumber) > 120 {
		return b, Invalidf("po_number_length", "contact.business.po_number", "Keep the PO number to 120 characters.")
	}
	if b.InvoiceEmail != "" && !isEmail(b.InvoiceEmail) {
		return b, Invalidf("invoice_email_malformed", "contact.business.invoice_email", "Enter an e-mail address like accounts@example.com, or leave it empty.")
	}
	return b, nil
}

// abnDigits are the digits of a number.
func abnDigits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}
