package db

import (
	"database/sql"
	"errors"
	"slices"
	"testing"

	"buildplate/app/shop"
)

// The invoice of an order of release 1 has the order's id: what Stripe was told of it stands.
func TestPaymentPagesOfRelease1StillFindTheirInvoice(t *testing.T) {
	d := openAt(t, aShopOfRelease1(t), "", Options{})
	err := d.Read(t.Context(), func(tx *Tx) error {
		open, err := tx.ActiveCheckouts(t.Context(), shop.Time(1<<60))
		if len(open) != 3 {
			t.Errorf("%d payment pages are open", len(open))
		}
		for _, s := range open {
			inv, err := tx.Invoice(t.Context(), s.InvoiceID)
			if err != nil || inv.OrderID != inv.ID || !inv.Payable() || inv.Balance() != s.Amount {
				t.Errorf("%+v: %+v, %v", s, inv, err)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Who left the tax register and then set a price anew could be left with the tax of before under the label "No tax".
func TestTaxThatWasLeftOverIsNone(t *testing.T) {
	path := aShopOfRelease1(t)
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = old.ExecContext(t.Context(), `UPDATE invoices SET tax = 136, price = json_set(price, '$.tax_label', 'No tax', '$.tax', 136) WHERE order_number = 'ORD-1003'`)
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	if got := rowsOf(t, d, `SELECT v.tax_mode || ' ' || v.tax FROM invoices v JOIN orders o ON o.id = v.order_id WHERE o.number = 'ORD-1003'`); !slices.Equal(got, []string{"[NONE 0]"}) {
		t.Errorf("it is %q", got)
	}
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("afterwards it does not hold: %q, %v", found, err)
	}
}

// What the customers of before agreed to stays readable: the text that the settings had is the first version that is kept.
func TestTermsOfBeforeStayReadable(t *testing.T) {
	path := aShopOfRelease1(t)
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = old.ExecContext(t.Context(), `UPDATE settings SET updated = 77, doc = json_set(doc, '$.terms', json('{"version":"1","title":"Terms of order","paragraphs":["The files are yours.","Models are deleted."]}'))`)
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	err = d.Read(t.Context(), func(tx *Tx) error {
		terms, since, err := tx.Terms(t.Context(), "1")
		if terms.Title != "Terms of order" || !slices.Equal(terms.Paragraphs, []string{"The files are yours.", "Models are deleted."}) || since != 77 {
			t.Errorf("%+v of %d", terms, since)
		}
		var days string
		if err := tx.one(t.Context(), "SELECT days FROM terms WHERE version = '1'", nil, &days); err != nil || days != `{"tmp":30,"guest":90,"account":731,"on_account":0,"documents":2557,"addresses":90}` {
			t.Errorf("it promises %s, %v", days, err)
		}
		if next, err := tx.NextTermsVersion(t.Context()); err != nil || next != "2" {
			t.Errorf("the next version is %q, %v", next, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("afterwards it does not hold: %q, %v", found, err)
	}
}
