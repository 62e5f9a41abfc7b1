package db

import (
	"errors"
	"fmt"
	"testing"
)

// A search text is words to be found, whatever signs are in them: nothing of it is an operator, a pattern or a quote.
// One or two letters are the beginning of a word of a number or a name, in either case. The marks of the index are no letters.
func TestASearchTextIsLetters(t *testing.T) {
	s := newShelf(t)
	for i, name := range []string{"Björn O'Neil", `50% "Off" Co*`, "Bjorn Oram", "Nadia_Ada", "Cow Ltd", "Ülkü Straße", "Ada Bell", `"Q" Ltd`, "AND NOT Ltd", "%x", "80s Prints"} {
		s.put(row{id: fmt.Sprint(i), number: fmt.Sprintf("%d-ORD", 70+i), name: name, created: 1000 + i})
	}
	for text, want := range map[string]string{
		// words
		"ada": "3 6", "ADA": "3 6", "ada bell": "6", "bell ada": "6", "bell zed": "", "jörn o": "0 2", "rn o": "", // short words count where there are no longer ones
		"o'n": "0", "'''": "", "50%": "1", "%%%": "", "a%b": "", `"Off"`: "1", `"off" 50%`: "1", `"""`: "", `"ada`: "", `ada"`: "", "Co*": "1", "cow*": "", "***": "", "ad*": "",
		"ada OR zed": "", "ada OR bell": "6", "bell NOT ada": "", "NOT Ltd": "8", "bell AND ada": "", "AND": "8", "NEAR(ada bell)": "", "text:ada": "", "^ada": "", "-ada": "", "ada + bell": "6", "(ada)": "", "a_a": "3", "d_l": "", "{x}": "", "ada;": "", "--x": "",
		"björn": "0 2", "BJÖRN": "0 2", "bjorn": "0 2", "Ülkü": "5", "ülkü": "5", "Straße": "5", "日本語": "", "ada\x00zed": "", "\x00\x00\x00": "",
		// two letters, and one
		"ad": "6", "AD": "6", "a": "6 8", "ow": "", "co": "1 4", "bj": "0 2", "Bj": "0 2", "70": "0", "80": "10", "8": "10", "7": "0 1 2 3 4 5 6 7 8 9", "0-": "", "or": "2", "Ül": "5", "Ü": "5", "ß": "",
		"5%": "", "%": "9", "%x": "9", "%%": "", "_": "", "a_": "", "*": "", "a*": "", "'": "", "''": "", `"`: "1 7", `"q`: "7", `""`: "", "\x00": "", "\x01": "", "\x01a": "", "a\x01": "", "\x01ad": "", "\x02op": "", "a b": "6", "b a": "6", "a z": "", "zz": "",
	} {
		if got := s.find(text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

// A letter whose accent is a character of its own is found by one that has it, and the other way round, whenever it was written down.
func TestLettersAreFoundHoweverTheyAreComposed(t *testing.T) {
	s := newShelf(t)
	for i, name := range []string{"Jose\u0301 Leal", "Vie\u0302\u0323t Minh", "\u1112\u1161\u11ab\u110c\u1175", "Élan Vital"} {
		s.put(row{id: fmt.Sprint(i), number: fmt.Sprintf("ORD-%d", 70+i), name: name, created: 1000 + i})
	}
	for text, want := range map[string]string{
		"josé": "0", "jose\u0301": "0", "jose": "0", "việt": "1", "vie\u0302\u0323t": "1", "한지": "2", "\u1112\u1161\u11ab": "2", "él": "3", "e\u0301l": "3",
	} {
		if got := s.find(text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

// What Stripe calls a payment, its page, a charge, a refund or a dispute finds the order and the invoice that it is about, and no
// other whose number begins the same.
func TestWhatStripeCallsItFindsTheOrder(t *testing.T) {
	s := newShelf(t)
	s.put(row{id: "a", number: "ORD-100", name: "Ada", created: 1, invoices: []string{"VOID", "PAID"}})
	s.put(row{id: "b", number: "ORD-1001", name: "Grace", created: 2, invoices: []string{"DRAFT"}})
	s.write(func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO clients (id, name, email, phone, created) VALUES ('cz', 'Zed', '', '', 3);
			INSERT INTO invoices (id, client_id, number, state, currency, tax_mode, total, tax, created, issued, updated) VALUES ('alone', 'cz', 'INV-9', 'PENDING', 'AUD', 'NONE', 900, 0, 3, 3, 3);
			INSERT INTO checkout_sessions (id, invoice_id, attempt, idem_key, params, amount, currency, expires, stripe_id, payment_intent, state, created) VALUES
				('s1', 'a-1', 1, 'k1', '{}', 1500, 'AUD', 9, 'cs_test_aaaaaa', 'pi_aaaaaa', 'paid', 1), ('s2', 'b-0', 1, 'k2', '{}', 1500, 'AUD', 9, 'cs_test_bbbbbb', NULL, 'open', 1);
			INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, session_id, state, created) VALUES
				('p1', 'a-1', 1500, 'AUD', 'card', 'stripe', 'pi_aaaaaa', 's1', 'settled', 1), ('p2', 'alone', 900, 'AUD', 'card', 'stripe', 'pi_zzzzzz', NULL, 'settled', 1),
				('p3', NULL, 900, 'AUD', 'card', 'stripe', 'pi_nobody', NULL, 'needs_review', 1);
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated) VALUES ('r1', 'p1', 'a-1', 'stripe', 'ch_aaaaaa', 100, 1, 1);
			INSERT INTO disputes (id, payment_id, invoice_id, amount, state, seen, created) VALUES ('du_aaaaaa', 'p1', 'a-1', 1500, 'open', 1, 1);
			INSERT INTO webhook_events (id, type, created, livemode, api_version, payload, state, received) VALUES
				('evt_1', 'charge.refund.updated', 1, 0, '1', '{"data":{"object":{"id":"re_aaaaaa","payment_intent":"pi_aaaaaa"}}}', 'applied', 1),
				('evt_2', 'charge.refund.updated', 1, 0, '1', '{"data":{"object":{"id":"re_zzzzzz","payment_intent":{"id":"pi_zzzzzz"}}}}', 'applied', 1),
				('evt_3', 'charge.refund.updated', 1, 0, '1', 'no JSON', 'ignored', 1),
				('evt_4', 'payment_intent.succeeded', 1, 0, '1', '{"data":{"object":{"id":"pi_zzzzzz","object":"payment_intent","latest_charge":"ch_latest"}}}', 'ignored', 1),
				('evt_5', 'refund.created', 1, 0, '1', '{"data":{"object":{"id":"re_other1","charge":"ch_refunded","payment_intent":"pi_aaaaaa"}}}', 'applied', 1),
				('evt_6', 'charge.refunded', 1, 0, '1', '{"data":{"object":{"id":"ch_whole1","payment_intent":"pi_aaaaaa","refunds":{"data":[{"id":"re_first1"},{"id":"re_listed"}]}}}}', 'applied', 1)`)
		if err != nil {
			return err
		}
		return errors.Join(tx.IndexInvoice(t.Context(), "alone"), tx.IndexClient(t.Context(), "cz"))
	})
	for text, want := range map[string][2]string{ // orders, invoices
		"pi_aaaaaa": {"a", "a-1"}, "cs_test_aaaaaa": {"a", "a-1"}, "ch_aaaaaa": {"a", "a-1"}, "re_aaaaaa": {"a", "a-1"}, "du_aaaaaa": {"a", "a-1"}, " pi_aaaaaa\n": {"a", "a-1"},
		"https://dashboard.stripe.com/payments/pi_aaaaaa": {"a", "a-1"}, "cs_test_bbbbbb": {"b", "b-0"}, "pi_zzzzzz": {"", "alone"}, "re_zzzzzz": {"", "alone"}, "pi_nobody": {"", ""}, "ch_latest": {"", "alone"}, "ch_refunded": {"a", "a-1"}, "ch_whole1": {"a", "a-1"}, "re_listed": {"a", "a-1"}, "re_nobody": {"", ""}, "pi_unheard_of": {"", ""},
	} {
		if got := s.find(text); got != want[0] {
			t.Errorf("%q finds the orders %q, want %q", text, got, want[0])
		}
		err := s.Read(t.Context(), func(tx *Tx) error {
			page, _, err := tx.InvoicePage(t.Context(), ListFilter{Tab: "all", Text: text, Limit: 50})
			got := ""
			for _, v := range page {
				got += v.ID
			}
			if got != want[1] {
				t.Errorf("%q finds the invoices %q, want %q", text, got, want[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A shelf is found by its name, with the word before it and without.
func TestAnOrderIsFoundByItsShelf(t *testing.T) {
	s := newShelf(t)
	for i, id := range []string{"a", "b", "c"} {
		s.put(row{id: id, number: fmt.Sprintf("ORD-12%02d", 30+i), name: "Tom Barlow", created: 1 + i})
	}
	s.write(func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO plates (id, order_id, origin, position, runs, created) SELECT 'p' || id, id, 'priced', 1, 1, 1 FROM orders;
			INSERT INTO jobs (id, plate_id, title, state, position, shelf, created, updated) VALUES ('ja', 'pa', 'x', 'READY_TO_COLLECT', 1, 'C1', 1, 1), ('jb', 'pb', 'x', 'READY_TO_COLLECT', 2, 'B2', 1, 1), ('jc', 'pc', 'x', 'COMPLETED', 3, 'C1', 1, 1)`)
		for _, id := range []string{"a", "b", "c"} {
			err = errors.Join(err, tx.IndexOrder(t.Context(), id))
		}
		return err
	})
	for text, want := range map[string]string{
		"C1": "a", "c1": "a", "shelf C1": "a", "Shelf  c1": "a", "barlow, shelf B2": "b", "shelf": "a b", "shelf D": "", "shelf C": "a", "Barlow, Tom": "a b c", "tom, b": "a b c",
	} {
		if got := s.find(text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}
