package db

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// find gives the ids that a text finds, sorted; that one is found twice fails the test.
func (s shelf) find(text string) string {
	s.t.Helper()
	ids := s.pages(ListFilter{Tab: "all", Text: text, Limit: 50}, func(int) {})
	if n := s.counts(text)["all"]; n != len(ids) {
		s.t.Errorf("%q finds %q and counts %d", text, ids, n)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
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
		"0400 11 12 22": "b", "(0400) 111-222": "b", "04 00 11 12 22": "b", "02 5550 1234": "a", "02-5550-1234": "a", "+61 400 111 222": "", "0400 111 223": "",
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
		if err := tx.IndexInvoice(t.Context(), "b-0"); err != nil {
			return err
		}
		return tx.IndexOrder(t.Context(), "b")
	})
	for _, text := range []string{"shelley", "ma", "ORD-1002"} {
		if got := s.find(text); got != "" {
			t.Errorf("deleted, %q finds %q", text, got)
		}
	}
	if broken := s.searchFaults(); len(broken) > 0 {
		t.Error(broken)
	}
}

// Invoices are found by numbers, with the prefix of their series and without, and by whoever is to pay them; clients by name,
// e-mail and phone. Two digits are enough, for orders too.
func TestInvoicesAndClientsAreFound(t *testing.T) {
	s := newShelf(t)
	s.put(row{id: "a", number: "ORD-1201", name: "Ada Lovelace", email: "ada@example.com", phone: "0412 345 678", created: 1, invoices: []string{"VOID", "PAID"}})
	s.put(row{id: "b", number: "ORD-3401", name: "Grace Hopper", email: "grace@example.com", phone: "0498765432", created: 2, invoices: []string{"DRAFT"}})
	s.write(func(tx *Tx) error {
		ctx := t.Context()
		_, err := tx.exec(ctx, `
			UPDATE invoices SET number = 'INV-0056' WHERE id = 'a-0';
			UPDATE invoices SET number = 'INV-0057', po_number = 'PO 99 77' WHERE id = 'a-1';
			UPDATE clients SET name = 'Lovelace Pty Ltd', email = 'accounts@example.net', phone = '(02) 5550-1234' WHERE id = 'ca';
			INSERT INTO settings (id, doc, updated) VALUES (1, '{"country":"AU"}', 1);
			INSERT INTO clients (id, name, email, phone, created) VALUES ('cz', 'Zed Works', 'zed@example.org', '0400 000 777', 3);
			INSERT INTO invoices (id, client_id, number, state, currency, tax_mode, total, tax, created, issued, updated) VALUES ('alone', 'cz', 'INV-0058', 'PENDING', 'AUD', 'NONE', 900, 0, 3, 3, 3);
			INSERT INTO invoices (id, order_id, client_id, state, currency, tax_mode, total, tax, created, voided, updated) VALUES ('never', 'b', 'cb', 'VOID', 'AUD', 'NONE', 900, 0, 3, 3, 3)`)
		for _, id := range []string{"a-0", "a-1", "alone", "never"} {
			if err == nil {
				err = tx.IndexInvoice(ctx, id)
			}
		}
		for _, id := range []string{"a", "b"} {
			if err == nil {
				err = tx.IndexOrder(ctx, id)
			}
		}
		for _, id := range []string{"ca", "cz"} {
			if err == nil {
				err = tx.IndexClient(ctx, id)
			}
		}
		return err
	})
	find := func(n searched, text string) string {
		t.Helper()
		var ids []string
		err := s.Read(t.Context(), func(tx *Tx) (err error) {
			ids, _, err = tx.pageIDs(t.Context(), n, n.table[len(n.table)-1:]+".created", "all", ListFilter{Tab: "all", Text: text, Limit: 50})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(ids)
		return strings.Join(ids, " ")
	}
	for text, want := range map[string][3]string{ // orders, invoices, clients
		"12": {"a", "a-0 a-1", ""}, "34": {"b", "b-0", ""}, "56": {"a", "a-0", ""}, "00": {"a", "a-0 a-1 alone", ""}, "OR": {"a b", "a-0 a-1 b-0", ""}, "in": {"a", "a-0 a-1 alone", ""}, "5": {"a", "a-0 a-1 alone", ""},
		"57": {"a", "a-1", ""}, "01": {"a b", "a-0 a-1 b-0", ""}, "#57": {"a", "a-1", ""}, "-01": {"a b", "a-0 a-1 b-0", ""}, "201": {"a", "a-0 a-1", ""}, "#3401": {"b", "b-0", ""}, "-3401": {"b", "b-0", ""}, "INV-0057": {"a", "a-1", ""}, "0057": {"a", "a-1", ""}, "PO 99": {"", "", ""}, "ord-3401": {"b", "b-0", ""},
		"Lovelace, Ada": {"a", "a-0 a-1", ""}, "ltd,lovelace": {"", "a-0 a-1", "ca"}, ",": {"", "", ""}, "lovelace": {"a", "a-0 a-1", "ca"}, "pty": {"", "a-0 a-1", "ca"}, "lo": {"a", "a-0 a-1", "ca"}, "ze": {"", "alone", "cz"}, "hopper": {"b", "b-0", "cb"}, "example.net": {"", "", "ca"}, "zed@example.org": {"", "alone", "cz"},
		"0412345678": {"a", "a-0 a-1", ""}, "0412 345 678": {"a", "a-0 a-1", ""}, "0498 765 432": {"b", "b-0", ""}, "02 5550 1234": {"", "", "ca"}, "0400000777": {"", "alone", "cz"}, "+61 400 000 777": {"", "alone", "cz"}, "0061400000777": {"", "alone", "cz"}, "+61 40": {"", "alone", "cz"}, "+61 2 5550 1234": {"", "", "ca"}, "+49 400 000 777": {"", "", ""},
	} {
		for i, n := range []searched{searchedOrders, searchedInvoices, searchedClients} {
			if got := find(n, text); got != want[i] {
				t.Errorf("%q finds of %ss %q, want %q", text, n.kind, got, want[i])
			}
		}
	}
	for text, tabs := range map[string]map[string]int{
		"":         {"unpaid": 1, "draft": 1, "paid": 1, "void": 1, "written_off": 0, "all": 4},
		"lovelace": {"unpaid": 0, "draft": 0, "paid": 1, "void": 1, "written_off": 0, "all": 2},
		"00":       {"unpaid": 1, "draft": 0, "paid": 1, "void": 1, "written_off": 0, "all": 3},
	} {
		for tab, want := range tabs {
			err := s.Read(t.Context(), func(tx *Tx) error {
				counts, err := tx.CountInvoices(t.Context(), text)
				if err != nil {
					return err
				}
				page, _, err := tx.InvoicePage(t.Context(), ListFilter{Tab: tab, Text: text, Limit: 50})
				if counts[tab] != want || len(page) != want || len(counts) != len(tabs) {
					t.Errorf("%q under %s: %d are counted, %d listed", text, tab, counts[tab], len(page))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if broken := s.searchFaults(); len(broken) > 0 {
		t.Error(broken)
	}
}

// searchFaults are what the database's check says of the search; of the rest these tests have made only rows.
func (s shelf) searchFaults() (broken []string) {
	s.t.Helper()
	found, err := s.Check(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range found {
		if strings.Contains(f, "in the search") {
			broken = append(broken, f)
		}
	}
	return broken
}

// Whatever became of the index, it is whole again once it was written anew in small steps, and what is written between
// two of them is in it as well.
func TestTheSearchIsWrittenAnew(t *testing.T) {
	s := newShelf(t)
	for i := range 20 {
		s.put(row{id: fmt.Sprintf("o%02d", i), number: fmt.Sprintf("ORD-%d", 1000+i), name: "Ada Lovelace", created: i, invoices: []string{"DRAFT"}})
	}
	s.write(func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			DELETE FROM search WHERE rowid IN (SELECT doc FROM search_docs WHERE id IN ('o03', 'o04-0', 'co05'));
			DELETE FROM search_docs WHERE id IN ('o06', 'o07-0', 'co08');
			UPDATE search_docs SET text = 'something else' WHERE id = 'o09';
			DELETE FROM search WHERE rowid = (SELECT doc FROM search_docs WHERE kind = 'order' AND id = 'o10');
			INSERT INTO search (rowid, text) SELECT doc, 'hopper' FROM search_docs WHERE id = 'o10';
			INSERT INTO search (rowid, text) VALUES (900, 'nobody knows this');
			INSERT INTO search_docs (doc, kind, id, text) VALUES (901, 'order', 'gone', 'nor this');
			INSERT INTO search_docs (doc, kind, id, text) VALUES (902, 'order', 'gone too', 'nor that');
			INSERT INTO search (rowid, text) VALUES (902, 'nor that')`)
		return err
	})
	if len(s.searchFaults()) == 0 {
		t.Fatal("nothing was broken")
	}
	var at SearchPlace
	for step, more := 0, true; more; step++ {
		s.write(func(tx *Tx) (err error) {
			at, more, err = tx.ReindexSome(t.Context(), at, 3)
			return err
		})
		switch step { // staff go on working
		case 1:
			s.put(row{id: "o00a", number: "ORD-2000", name: "Mary Shelley", created: 50, invoices: []string{"PENDING"}})
		case 2:
			s.write(func(tx *Tx) error {
				if _, err := tx.exec(t.Context(), "UPDATE orders SET contact = json_set(contact, '$.name', 'Mary Shelley') WHERE id IN ('o01', 'o19')"); err != nil {
					return err
				}
				for _, id := range []string{"o01", "o19"} {
					if err := errors.Join(tx.IndexOrder(t.Context(), id), tx.IndexInvoicesOf(t.Context(), id)); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if step > 100 {
			t.Fatal("it does not end")
		}
	}
	if broken := s.searchFaults(); len(broken) > 0 {
		t.Error(broken)
	}
	for text, want := range map[string]string{"shelley": "o00a o01 o19", "hopper": "", "nobody knows": "", "else": "", "ORD-1010": "o10", "ORD-1003": "o03", "ORD-1006": "o06"} {
		if got := s.find(text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

// What did not change is not written again: moving a job costs the search nothing.
func TestWhatIsThereIsNotIndexedAgain(t *testing.T) {
	s := newShelf(t)
	s.put(row{id: "a", number: "ORD-1", name: "Ada", created: 1, invoices: []string{"DRAFT"}})
	size := func() (rows int) {
		err := s.Read(t.Context(), func(tx *Tx) error {
			return tx.one(t.Context(), "SELECT sum(length(block)) FROM search_data", nil, &rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	before := size()
	for range 5 {
		s.write(func(tx *Tx) error {
			return errors.Join(tx.IndexOrder(t.Context(), "a"), tx.IndexInvoicesOf(t.Context(), "a"), tx.IndexClient(t.Context(), "ca"))
		})
	}
	if after := size(); after != before {
		t.Errorf("the index grew from %d to %d bytes", before, after)
	}
}

// Tabs are told apart by the mark that the index has of them.
// Whatever a name is made of, it is no mark in the index: the order is found in its own tabs alone.
func TestANameIsNoMark(t *testing.T) {
	s := newShelf(t)
	s.put(row{id: "a", number: "ORD-1001", name: "Evelyn\x02pa\x02re\x02un\x01qx\x01q\x01", email: "e@example.com", phone: "0400 111 222", created: 1})
	for text, want := range map[string]string{"Evelyn": "a", "qx": ""} {
		if got := s.find(text); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	s.write(func(tx *Tx) error {
		var text string
		err := tx.one(t.Context(), "SELECT text FROM search_docs WHERE kind = 'order' AND id = 'a'", nil, &text)
		for _, tab := range []string{"paid", "review", "unpaid"} {
			if strings.Contains(text, tabOf(tab)) {
				t.Errorf("it is marked as %s: %q", tab, text)
			}
		}
		return err
	})
}

func TestEachTabHasAMarkOfItsOwn(t *testing.T) {
	for _, n := range allSearched {
		marks := map[string]string{}
		for tab := range n.tabs {
			if other, taken := marks[tabOf(tab)]; taken {
				t.Errorf("%s: %s and %s have one mark", n.kind, tab, other)
			}
			marks[tabOf(tab)] = tab
		}
	}
}
