package shop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

const aDay = 24 * time.Hour

// Each kind with each clock and each stop: what becomes of an order's files, day by day.
func TestFilesGoAsTheTableSays(t *testing.T) {
	const now = Time(2_000_000_000_000)
	ago := func(days int) Time { return now.Add(-time.Duration(days) * aDay) }
	table := Retention{Since: ago(3000), Tmp: 30, Guest: 90, Account: 731, OnAccount: 0, Documents: 2557, Addresses: 90}
	for name, c := range map[string]struct {
		facts  FilesFacts
		stop   RetentionStop
		goes   Time
		warned Time
		gone   bool
	}{
		"of a guest, just done":              {FilesFacts{Kind: RetainGuest, Done: now}, "", ago(-90), 0, false},
		"of a guest, long before":            {FilesFacts{Kind: RetainGuest, Done: ago(75)}, "", ago(-15), 0, false},
		"of a guest, the warning begins":     {FilesFacts{Kind: RetainGuest, Done: ago(76)}, "", ago(-14), now, false},
		"of a guest, warned":                 {FilesFacts{Kind: RetainGuest, Done: ago(80), Warned: ago(4)}, "", ago(-10), ago(4), false},
		"of a guest, warned late":            {FilesFacts{Kind: RetainGuest, Done: ago(95), Warned: ago(4)}, "", ago(-10), ago(4), false},
		"of a guest, over and never warned":  {FilesFacts{Kind: RetainGuest, Done: ago(1000)}, "", ago(-14), now, false},
		"of a guest, the last day":           {FilesFacts{Kind: RetainGuest, Done: ago(90) + 1, Warned: ago(14)}, "", now + 1, ago(14), false},
		"of a guest, over":                   {FilesFacts{Kind: RetainGuest, Done: ago(90), Warned: ago(14)}, "", now, ago(14), true},
		"of a guest, warned a day less":      {FilesFacts{Kind: RetainGuest, Done: ago(200), Warned: ago(13)}, "", ago(-1), ago(13), false},
		"of a guest, done anew":              {FilesFacts{Kind: RetainGuest, Done: ago(90), Warned: ago(91)}, "", ago(-14), now, false},
		"of a guest, days are more by now":   {FilesFacts{Kind: RetainGuest, Done: ago(20), Warned: ago(14)}, "", ago(-70), 0, false},
		"of an account, when a guest's go":   {FilesFacts{Kind: RetainAccount, Done: ago(90), Warned: ago(14)}, "", ago(90 - 731), 0, false},
		"of an account, the warning begins":  {FilesFacts{Kind: RetainAccount, Done: ago(717)}, "", ago(-14), now, false},
		"of an account, over":                {FilesFacts{Kind: RetainAccount, Done: ago(731), Warned: ago(14)}, "", now, ago(14), true},
		"on account, after years":            {FilesFacts{Kind: RetainOnAccount, Done: ago(2900)}, "", 0, 0, false},
		"not completed":                      {FilesFacts{Kind: RetainGuest, Warned: ago(20)}, StopNotCompleted, 0, 0, false},
		"not completed, of an account":       {FilesFacts{Kind: RetainAccount}, StopNotCompleted, 0, 0, false},
		"disputed":                           {FilesFacts{Kind: RetainGuest, Done: ago(100), Warned: ago(20), Dispute: true}, StopDispute, 0, 0, false},
		"disputed, of an account":            {FilesFacts{Kind: RetainAccount, Done: ago(800), Warned: ago(20), Dispute: true}, StopDispute, 0, 0, false},
		"unpaid":                             {FilesFacts{Kind: RetainGuest, Done: ago(100), Warned: ago(20), Unpaid: true}, StopUnpaid, 0, 0, false},
		"unpaid, of an account":              {FilesFacts{Kind: RetainAccount, Done: ago(800), Warned: ago(20), Unpaid: true}, StopUnpaid, 0, 0, false},
		"to be kept":                         {FilesFacts{Kind: RetainGuest, Done: ago(100), Warned: ago(20), Keep: true}, StopWish, 0, 0, false},
		"to be kept, of an account":          {FilesFacts{Kind: RetainAccount, Done: ago(800), Warned: ago(20), Keep: true}, StopWish, 0, 0, false},
		"to be kept, unpaid and disputed":    {FilesFacts{Kind: RetainGuest, Done: ago(100), Keep: true, Unpaid: true, Dispute: true}, StopDispute, 0, 0, false},
		"after a dispute, it is warned anew": {FilesFacts{Kind: RetainGuest, Done: ago(300)}, "", ago(-14), now, false},
	} {
		got := table.Fate(c.facts, now)
		if want := (FilesFate{Stop: c.stop, Goes: c.goes, Warned: c.warned, Delete: c.gone}); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// An order keeps what its terms promised when the shop keeps things for less time later, and has what is longer by then.
func TestWhatWasPromisedCounts(t *testing.T) {
	const now = Time(2_000_000_000_000)
	for _, c := range []struct{ promised, today, days int }{
		{90, 20, 90}, {90, 90, 90}, {90, 120, 120}, {0, 90, 0}, {90, 0, 0}, {0, 0, 0},
	} {
		for _, kind := range []RetentionKind{RetainGuest, RetainAccount, RetainOnAccount} {
			promised, table := DefaultRetention().With(kind, c.promised), DefaultRetention().With(kind, c.today)
			table.Since = now.Add(-5000 * aDay)
			f := FilesFacts{Kind: kind, Promised: &promised}
			if got := table.For(f).Days(kind); got != c.days {
				t.Errorf("%s: %+v gives %d days", kind, c, got)
			}
			f.Done, f.Warned = now.Add(-119*aDay), now.Add(-Warning)
			if got, want := table.Fate(f, now).Delete, c.days != 0 && c.days < 119; got != want {
				t.Errorf("%s: %+v after 119 days: deleted %v", kind, c, got)
			}
		}
	}
	// Uploads and addresses are of no order, and nothing is known of terms that are not kept.
	promised := Retention{Tmp: 30, Guest: 90, Account: 731, Documents: 4000, Addresses: 300}
	table := Retention{Since: 5, Tmp: 3, Guest: 20, Account: 100, Documents: 2557, Addresses: 10}
	if got, want := table.For(FilesFacts{Promised: &promised}), (Retention{Since: 5, Tmp: 3, Guest: 90, Account: 731, Documents: 4000, Addresses: 10}); got != want {
		t.Errorf("%+v", got)
	}
	if got := table.For(FilesFacts{}); got != table {
		t.Errorf("%+v", got)
	}
}

// What was done before the shop went by the table counts from then; without a beginning nothing goes.
func TestNothingGoesBeforeTheTableBegan(t *testing.T) {
	const now = Time(2_000_000_000_000)
	for _, kind := range []RetentionKind{RetainGuest, RetainAccount} {
		old := FilesFacts{Kind: kind, Done: now.Add(-3000 * aDay), Warned: now.Add(-1000 * aDay)}
		table := DefaultRetention()
		if fate := table.Fate(old, now); fate != (FilesFate{}) {
			t.Errorf("without a beginning: %+v", fate)
		}
		table.Since = now
		for days := range 3000 {
			at := now.Add(time.Duration(days) * aDay)
			fate := table.Fate(old, at)
			if fate.Delete && (at < now.Add(table.Age(kind)) || at.Sub(now) < Warning) {
				t.Fatalf("%s: deleted after %d days", kind, days)
			}
			if old.Warned = fate.Warned; fate.Delete {
				if days != table.Days(kind) {
					t.Errorf("%s: deleted after %d days, not %d", kind, days, table.Days(kind))
				}
				break
			}
		}
	}
}

// Whatever days are allowed, nothing goes sooner than the warning after the page first said so.
func TestNothingGoesWithinTheWarning(t *testing.T) {
	const began = Time(2_000_000_000_000)
	for days := WarningDays; days < 60; days++ {
		for missed := range 40 { // nights on which the shop was off
			table := DefaultRetention().With(RetainGuest, days)
			table.Since = began.Add(-1000 * aDay)
			facts := FilesFacts{Kind: RetainGuest, Done: began.Add(-time.Duration(missed) * aDay)}
			var first Time
			for night := range 200 {
				now := began.Add(time.Duration(night) * aDay)
				fate := table.Fate(facts, now)
				if facts.Warned = fate.Warned; first == 0 {
					first = fate.Warned
				}
				if fate.Delete {
					if first == 0 || now.Sub(first) < Warning || now.Sub(facts.Done) < time.Duration(days)*aDay {
						t.Fatalf("%d days, %d nights missed: deleted on night %d", days, missed, night)
					}
					break
				}
			}
		}
	}
}

func TestRetentionIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		kind  RetentionKind
		days  int
		code  Code
		field string
	}{
		"guests, as long as the warning":  {RetainGuest, 14, "", ""},
		"guests, less than the warning":   {RetainGuest, 13, "retention_too_short", "retention.guest"},
		"guests, until they ask":          {RetainGuest, 0, "", ""},
		"guests, for a century":           {RetainGuest, 36_525, "", ""},
		"guests, for more":                {RetainGuest, 36_526, "retention_out_of_range", "retention.guest"},
		"accounts, below zero":            {RetainAccount, -1, "retention_too_short", "retention.account"},
		"on account, two years":           {RetainOnAccount, 731, "", ""},
		"uploads, a day":                  {RetainTmp, 1, "", ""},
		"uploads, not at all":             {RetainTmp, 0, "retention_out_of_range", "retention.tmp"},
		"uploads, longer than a cart":     {RetainTmp, 31, "retention_out_of_range", "retention.tmp"},
		"papers, five years":              {RetainDocuments, 1827, "", ""},
		"papers, less":                    {RetainDocuments, 1826, "retention_too_short", "retention.documents"},
		"papers, not at all":              {RetainDocuments, 0, "retention_too_short", "retention.documents"},
		"papers, for more than a century": {RetainDocuments, 40_000, "retention_out_of_range", "retention.documents"},
		"addresses, a day":                {RetainAddresses, 1, "", ""},
		"addresses, not at all":           {RetainAddresses, 0, "retention_out_of_range", "retention.addresses"},
		"addresses, three years":          {RetainAddresses, 1096, "retention_out_of_range", "retention.addresses"},
	} {
		table := DefaultRetention().With(c.kind, c.days)
		if table.Days(c.kind) != c.days {
			t.Errorf("%s: %d days", name, table.Days(c.kind))
		}
		err := table.Check()
		if (err == nil) != (c.code == "") || err != nil && (!IsCode(err, c.code) || FieldOf(err) != c.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := DefaultRetention().Check(); err != nil {
		t.Error(err)
	}
}

// The first values are the design's, and each row says its clock and what stops it.
func TestTheFirstTable(t *testing.T) {
	var rows []string
	for _, r := range DefaultRetention().Rules() {
		rows = append(rows, fmt.Sprint(r.Kind, " ", r.Clock, " ", r.Days, " ", r.Stops))
	}
	if want := []string{
		"tmp last_use 30 []", "guest done 90 [not_completed open_dispute unpaid wish]", "account done 731 [not_completed open_dispute unpaid wish]",
		"on_account done 0 [not_completed open_dispute unpaid wish]", "documents done 2557 [not_completed]", "addresses written 90 []",
	}; !slices.Equal(rows, want) {
		t.Errorf("%q", rows)
	}
}

// What the terms say of days is the table's: no number of days is written in the text, and each kind is spoken of.
func TestTheTermsSayTheTablesDays(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	if err := s.Terms.Check(); err != nil {
		t.Fatal(err)
	}
	text := s.Terms.Text()
	for kind := range maps.Keys(s.Retention.Words()) {
		if strings.Count(text, "{"+kind+"}") != 1 {
			t.Errorf("the terms do not speak of {%s}", kind)
		}
	}
	for _, word := range []string{" day", " month", " year"} {
		if strings.Contains(text, word) {
			t.Errorf("the terms write %q themselves", word)
		}
	}
	filled := s.Terms.Filled(s.Retention).Text()
	for _, words := range []string{"deleted 30 days after you last used it", "kept for 90 days after the order is done;", "for 2 years after the order is done;", "until you ask us to delete them.", "for at least 7 years after the order is done", "records after 90 days", "14 days ahead"} {
		if !strings.Contains(filled, words) {
			t.Errorf("the terms do not say %q: %s", words, filled)
		}
	}
	other := Retention{Tmp: 3, Guest: 17, Account: 1096, OnAccount: 44, Documents: 3000, Addresses: 1}
	filled = s.Terms.Filled(other).Text()
	for _, words := range []string{"deleted 3 days", "for 17 days", "for 3 years", "for 44 days", "at least 3000 days", "records after 1 day."} {
		if !strings.Contains(filled, words) {
			t.Errorf("with another table the terms do not say %q: %s", words, filled)
		}
	}
	if strings.ContainsAny(filled, "{}") {
		t.Errorf("something was not filled in: %s", filled)
	}
}

func TestTermsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		title, text string
		code        Code
		paragraphs  int
	}{
		"good":              {"Terms", "One.\n\nTwo\nlines.\r\n\r\n  \n\nThree {guest}.", "", 3},
		"no title":          {" ", "One.", "terms_title_missing", 1},
		"a long title":      {strings.Repeat("x", 121), "One.", "terms_too_long", 1},
		"no text":           {"Terms", " \n\n ", "terms_missing", 0},
		"a long text":       {"Terms", strings.Repeat("x", 40_001), "terms_too_long", 1},
		"an unknown name":   {"Terms", "For {ever}.", "terms_slot_unknown", 1},
		"an empty name":     {"Terms", "For {}.", "terms_slot_unknown", 1},
		"a brace by itself": {"Terms", "A { and\na } there.", "", 1},
	} {
		terms := TermsOf(c.title, c.text)
		if len(terms.Paragraphs) != c.paragraphs || !slices.Equal(TermsOf(terms.Title, terms.Text()).Paragraphs, terms.Paragraphs) {
			t.Errorf("%s: %q", name, terms.Paragraphs)
		}
		if err := terms.Check(); (err == nil) != (c.code == "") || err != nil && !IsCode(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := (Terms{Paragraphs: []string{"{never} {tmp}"}}).Filled(DefaultRetention()).Text(); got != "{never} 30 days" {
		t.Error(got)
	}
}

// A shop of before begins with the table now; its terms no more say what is not done.
func TestRetentionBegins(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	s.Terms.Paragraphs = []string{"First.", privacyBefore, "Last."}
	if !s.BeginRetention(77) || s.Retention.Since != 77 {
		t.Errorf("%+v", s.Retention)
	}
	if want := slices.Concat([]string{"First."}, privacy, []string{"Last."}); !slices.Equal(s.Terms.Paragraphs, want) {
		t.Errorf("%q", s.Terms.Paragraphs)
	}
	if s.BeginRetention(78) || s.Retention.Since != 77 {
		t.Error("it began twice")
	}
	own := DefaultSettings("Australia/Sydney")
	own.Terms.Paragraphs = []string{"Our own."}
	if !own.BeginRetention(77) || own.Terms.Text() != "Our own." {
		t.Errorf("%q", own.Terms.Paragraphs)
	}
	empty := Settings{Retention: DefaultRetention()}
	if empty.BeginRetention(77); empty.Terms.Check() != nil {
		t.Error("a shop without terms has none")
	}
	if a, b := s, s; true {
		b.Retention.Since, b.Terms.Version = 99, "9"
		if !a.SameTerms(b) {
			t.Error("when it began is none of the promise")
		}
		if b.Retention.Guest = 30; a.SameTerms(b) {
			t.Error("other days are the same terms")
		}
	}
}

func TestUnusuallyMuchIsHeld(t *testing.T) {
	for _, c := range []struct {
		files, of, confirmed int
		held                 bool
	}{
		{0, 0, 0, false}, {50, 50, 0, false}, {51, 509, 0, true}, {51, 510, 0, false}, {500, 100_000, 0, false}, {501, 100_000, 0, true}, {501, 100_000, 501, false},
		{502, 100_000, 501, true}, {100, 100, 99, true}, {100, 100, 100, false},
	} {
		if DeletionHeld(c.files, c.of, c.confirmed) != c.held {
			t.Errorf("%+v", c)
		}
	}
}

func TestKeepingFiles(t *testing.T) {
	o := Order{Number: "ORD-1001", FilesWarned: 5}
	if err := o.SetKeepFiles(true); err != nil || !o.KeepFiles || o.FilesWarned != 0 {
		t.Errorf("%+v, %v", o, err)
	}
	if err := o.SetKeepFiles(false); err != nil || o.KeepFiles {
		t.Errorf("%+v, %v", o, err)
	}
	o.FilesGone = 7
	if err := o.SetKeepFiles(true); !IsCode(err, "files_gone") || o.KeepFiles {
		t.Errorf("%+v, %v", o, err)
	}
	for name, c := range map[string]struct {
		order  Order
		done   Time
		unpaid bool
	}{
		"open":                {Order{}, 0, false},
		"completed":           {Order{State: OrderCompleted, Completed: 5}, 5, false},
		"cancelled":           {Order{State: OrderCancelled, Closed: 6, Invoice: &Invoice{State: Void, Total: 1500}}, 6, false},
		"cancelled, due back": {Order{State: OrderCancelled, Closed: 6, Invoice: &Invoice{State: Void, Total: 1500, DueBack: 1500}}, 6, true},
		"completed, unpaid":   {Order{State: OrderCompleted, Completed: 5, Invoice: &Invoice{State: Pending, Total: 1500}}, 5, true},
		"completed, paid":     {Order{State: OrderCompleted, Completed: 5, Invoice: &Invoice{State: Paid, Total: 1500, Paid: 1500}}, 5, false},
	} {
		if f := c.order.FilesFacts(); f.Done != c.done || f.Unpaid != c.unpaid {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
