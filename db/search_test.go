package db

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// find gives the ids that a text finds, sorted; that one is found twice fails the test.
func (s shelf) find(text string) string {
	s.t.Helper()
	ids := s.pages(OrderFilter{Tab: "all", Text: text, Limit: 50}, func(int) {})
	if n := s.counts(text)["all"]; n != len(ids) {
		s.t.Errorf("%q finds %q and counts %d", text, ids, n)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// A search text is words to be found, whatever signs are in them: nothing of it is an operator, a pattern or a quote.
// One or two letters are the beginning of a number or a name, in either case.
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
		"ad": "6", "AD": "6", "a": "6 8", "ow": "", "co": "4", "bj": "0 2", "Bj": "0 2", "70": "0", "80": "10", "8": "10", "7": "0 1 2 3 4 5 6 7 8 9", "0-": "", "or": "", "Ül": "5", "Ü": "5", "ß": "",
		"5%": "", "%": "9", "%x": "9", "%%": "", "_": "", "a_": "", "*": "", "a*": "", "'": "", "''": "", `"`: "7", `"q`: "7", `""`: "", "\x00": "", "a b": "", "zz": "",
	} {
		if got := s.find(text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

// An order is found by all that it is known by, as it is now.
func TestAnOrderIsFoundByWhatItIsKnownBy(t *testing.T) {
	s := newShelf(t)
	s.put(row{id: "a", number: "ORD-1001", name: "Ada Lovelace", email: "ada@example.com", phone: "(02) 5550-12 34", created: 1, invoices: []string{"VOID", "PAID"}})
	s.put(row{id: "b", number: "ORD-1002", name: "Grace Hopper", email: "grace@example.com", phone: "0400 111 222", created: 2, invoices: []string{"DRAFT"}})
	s.write(func(tx *Tx) error {
		for i, kind := range []string{"model", "review_file", "mesh", "gcode"} {
			_, err := tx.exec(t.Context(), `
				INSERT INTO blobs (id, bucket, client_id, size, sha256, created) VALUES (?1, 'order-files', 'ca', 1, ?2, 1);
				INSERT INTO order_files (id, client_id, order_id, kind, name, blob_id, created) VALUES (?1, 'ca', 'a', ?3, ?3 || '-of-clip.stl', ?1, 1)`,
				fmt.Sprintf("%036d", i), fmt.Sprintf("%064d", i), kind)
			if err != nil {
				return err
			}
		}
		return tx.IndexOrder(t.Context(), "a")
	})
	for text, want := range map[string]string{
		"ORD-1001": "a", "INV-a-0": "a", "inv-a-1": "a", "INV-b": "", "ada@example.com": "a", "example.com": "a b", "(02) 5550-12 34": "a", "0255501234": "a", "5550-12": "a", "0400111222": "b", "111 222": "b",
		"model-of-clip.stl": "a", "review_file-of": "a", "clip.stl": "a", "mesh-of": "", "gcode-of": "", "lovelace clip.stl inv-a-1": "a", "hopper clip.stl": "",
	} {
		if got := s.find(text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	s.write(func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `UPDATE orders SET contact = json_set(contact, '$.name', 'Mary Shelley') WHERE id = 'b'; DELETE FROM order_files WHERE order_id = 'a'`)
		if err != nil {
			return err
		}
		if err := tx.IndexOrder(t.Context(), "a"); err != nil {
			return err
		}
		return tx.IndexOrder(t.Context(), "b")
	})
	for text, want := range map[string]string{"hopper": "", "gr": "", "shelley": "b", "ma": "b", "clip.stl": "", "lovelace": "a"} {
		if got := s.find(text); got != want {
			t.Errorf("after a change %q finds %q, want %q", text, got, want)
		}
	}
	s.write(func(tx *Tx) error {
		if _, err := tx.exec(t.Context(), "DELETE FROM invoices WHERE order_id = 'b'; DELETE FROM orders WHERE id = 'b'"); err != nil {
			return err
		}
		return tx.IndexOrder(t.Context(), "b")
	})
	for _, text := range []string{"shelley", "ma", "ORD-1002"} {
		if got := s.find(text); got != "" {
			t.Errorf("deleted, %q finds %q", text, got)
		}
	}
	found, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range found { // of the rest the test has made only rows
		if strings.Contains(broken, "in the search") {
			t.Error(broken)
		}
	}
}
