package shop

import (
	"strings"
	"testing"
)

func TestBusiness(t *testing.T) {
	good := Business{Company: " Analytical Engines Pty Ltd ", TaxNumber: "51 824 753 556", PONumber: " PO 4711 ", InvoiceEmail: "accounts@example.com"}
	for name, c := range map[string]struct {
		change  func(*Business)
		country string
		code    Code
		field   string
	}{
		"good":                       {func(*Business) {}, "AU", "", ""},
		"nobody's":                   {func(b *Business) { *b = Business{} }, "AU", "", ""},
		"blanks alone":               {func(b *Business) { *b = Business{Company: " ", PONumber: "\u200b"} }, "AU", "", ""},
		"a company alone":            {func(b *Business) { *b = Business{Company: "Acme"} }, "AU", "", ""},
		"an ABN alone":               {func(b *Business) { *b = Business{TaxNumber: "51824753556"} }, "AU", "company_length", "contact.business.company"},
		"a PO number alone":          {func(b *Business) { *b = Business{PONumber: "17"} }, "AU", "company_length", "contact.business.company"},
		"a company of nothing seen":  {func(b *Business) { b.Company = "\u2800\u3164" }, "AU", "company_length", "contact.business.company"},
		"a company of 200 letters":   {func(b *Business) { b.Company = strings.Repeat("é", 200) }, "AU", "", ""},
		"a company of 201 letters":   {func(b *Business) { b.Company = strings.Repeat("é", 201) }, "AU", "company_length", "contact.business.company"},
		"no ABN":                     {func(b *Business) { b.TaxNumber = "" }, "AU", "", ""},
		"an ABN without blanks":      {func(b *Business) { b.TaxNumber = "51824753556" }, "AU", "", ""},
		"an ABN with lines":          {func(b *Business) { b.TaxNumber = "51-824-753-556" }, "AU", "", ""},
		"an ABN of ten digits":       {func(b *Business) { b.TaxNumber = "51 824 753 55" }, "AU", "buyer_abn_length", "contact.business.tax_number"},
		"an ABN of twelve":           {func(b *Business) { b.TaxNumber = "51 824 753 5566" }, "AU", "buyer_abn_length", "contact.business.tax_number"},
		"an ABN with a letter":       {func(b *Business) { b.TaxNumber = "ABN 51 824 753 556" }, "AU", "buyer_abn_length", "contact.business.tax_number"},
		"an ABN with a wrong digit":  {func(b *Business) { b.TaxNumber = "51 824 753 557" }, "AU", "buyer_abn_malformed", "contact.business.tax_number"},
		"an ABN with two exchanged":  {func(b *Business) { b.TaxNumber = "15 824 753 556" }, "AU", "buyer_abn_malformed", "contact.business.tax_number"},
		"another country's":          {func(b *Business) { b.TaxNumber = "DE 123456789" }, "DE", "", ""},
		"another country's, long":    {func(b *Business) { b.TaxNumber = strings.Repeat("1", 41) }, "DE", "tax_number_length", "contact.business.tax_number"},
		"no PO number":               {func(b *Business) { b.PONumber = "" }, "AU", "", ""},
		"a PO number of 120 letters": {func(b *Business) { b.PONumber = strings.Repeat("7", 120) }, "AU", "", ""},
		"a PO number of 121 letters": {func(b *Business) { b.PONumber = strings.Repeat("7", 121) }, "AU", "po_number_length", "contact.business.po_number"},
		"no invoice e-mail":          {func(b *Business) { b.InvoiceEmail = "" }, "AU", "", ""},
		"half an invoice e-mail":     {func(b *Business) { b.InvoiceEmail = "accounts" }, "AU", "invoice_email_malformed", "contact.business.invoice_email"},
		"two invoice e-mails":        {func(b *Business) { b.InvoiceEmail = "a@example.com, b@example.com" }, "AU", "invoice_email_malformed", "contact.business.invoice_email"},
	} {
		business := good
		c.change(&business)
		_, err := business.Clean(c.country)
		wantError(t, name, err, c.code, c.field)
	}
	got, err := good.Clean("AU")
	if want := (Business{"Analytical Engines Pty Ltd", "51824753556", "PO 4711", "accounts@example.com"}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}
