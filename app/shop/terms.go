package shop

import (
	"regexp"
	"slices"
	"strings"
)

// Terms is what a customer ticks at checkout; the version is stored with the order. In the settings its paragraphs have
// names in braces where the days of Retention belong, which Filled puts in.
type Terms struct {
	Version    string   `json:"version"`
	Title      string   `json:"title"`
	Paragraphs []string `json:"paragraphs"`
}

// How long terms may be, in letters.
const (
	MaxTermsTitle = 120
	MaxTerms      = 40_000
)

// termsSlot is where a number of days belongs in the terms.
var termsSlot = regexp.MustCompile(`\{[^{}\n]*\}`)

// TermsOf are terms as they are typed: paragraphs with blank lines between them.
func TermsOf(title, text string) Terms {
	t := Terms{Title: strings.TrimSpace(title), Paragraphs: []string{}}
	for _, paragraph := range regexp.MustCompile(`\n[ \t]*\n`).Split(strings.ReplaceAll(text, "\r\n", "\n"), -1) {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			t.Paragraphs = append(t.Paragraphs, paragraph)
		}
	}
	return t
}

// Text is what TermsOf reads.
func (t Terms) Text() string { return strings.Join(t.Paragraphs, "\n\n") }

// Check refuses terms that cannot be shown. Errors: Invalid with the field.
func (t Terms) Check() error {
	known := DefaultRetention().Words()
	switch {
	case t.Title == "":
		return Invalidf("terms_title_missing", "title", "Give the terms a title.")
	case len([]rune(t.Title)) > MaxTermsTitle:
		return Invalidf("terms_too_long", "title", "Keep the title under %d characters.", MaxTermsTitle)
	case len(t.Paragraphs) == 0:
		return Invalidf("terms_missing", "text", "Write the terms: customers agree to them when they order.")
	case len([]rune(t.Text())) > MaxTerms:
		return Invalidf("terms_too_long", "text", "Keep the terms under 40,000 characters.")
	}
	for _, slot := range termsSlot.FindAllString(t.Text(), -1) {
		if _, ok := known[slot[1:len(slot)-1]]; !ok {
			return Invalidf("terms_slot_unknown", "text", "%s is not a name we can fill in. Use one of those beside the text.", slot)
		}
	}
	return nil
}

// Filled are the terms as customers read them, with the days of a table.
func (t Terms) Filled(r Retention) Terms {
	words := r.Words()
	paragraphs := make([]string, len(t.Paragraphs))
	for i, paragraph := range t.Paragraphs {
		paragraphs[i] = termsSlot.ReplaceAllStringFunc(paragraph, func(slot string) string {
			if text, ok := words[slot[1:len(slot)-1]]; ok {
				return text
			}
			return slot
		})
	}
	t.Paragraphs = paragraphs
	return t
}

// SameTerms says whether settings promise what others do: the same text, with the same days.
func (s Settings) SameTerms(other Settings) bool {
	days := func(s Settings) Retention {
		s.Retention.Since = 0
		return s.Retention
	}
	return s.Terms.Title == other.Terms.Title && slices.Equal(s.Terms.Paragraphs, other.Terms.Paragraphs) && days(s) == days(other)
}

// privacyBefore is the paragraph of the terms from before models were deleted by age.
const privacyBefore = "Privacy. We use your details and files to make and deliver this order and for nothing else. Models are deleted 90 days after it is done, invoices after seven years, as the law asks."

// privacy is what the terms say of details, files and records.
var privacy = []string{
	"Privacy. We use your details and files to make and deliver this order and for nothing else. Network addresses are removed from our records after {addresses}.",
	"Your files. What you upload and do not order is deleted {tmp} after you last used it. The models and print files of an order are kept {guest}; if you have an account with us, {account}; if you buy on account, {on_account}. They stay longer while something is still to be paid or sent back, or a payment is disputed. The page of your order says when they go, {warning} ahead, and there you can keep them. You can also ask for that when you order. If we refuse an order with its files, we delete them and keep only their names and a fingerprint of each, so that we know them if they are sent again.",
	"Records. Invoices and records of payments are kept for at least {documents} after the order is done, as the law requires. The link to your order shows them for as long.",
}

func defaultTerms() Terms {
	return Terms{Version: "1", Title: "Terms of order", Paragraphs: slices.Concat([]string{
		"The files are yours to print. You own the rights to them or may have them printed, and you give us the right to print them for this order.",
		"Nothing unlawful. We do not print weapons or their parts, or anything that may not be made or owned here. We may refuse an order and delete its files.",
		"Made to order. Parts are printed for you from your file. Layers are visible, and sizes may differ by 0.3 mm or 0.5 %, whichever is greater. If we got it wrong, we print it again or give your money back; your rights under consumer law stay as they are.",
	}, privacy, []string{
		"Payment. Prices include the tax shown. We start work once your order is paid or, if you pay when you collect it, once we have confirmed it.",
	})}
}

// BeginRetention has a shop that has no table yet go by one from now on, and its terms say so. It says whether that is new.
func (s *Settings) BeginRetention(now Time) bool {
	if s.Retention.Since != 0 {
		return false
	}
	s.Retention.Since = now
	if len(s.Terms.Paragraphs) == 0 {
		s.Terms = defaultTerms()
	}
	if at := slices.Index(s.Terms.Paragraphs, privacyBefore); at >= 0 {
		s.Terms.Paragraphs = slices.Concat(s.Terms.Paragraphs[:at], privacy, s.Terms.Paragraphs[at+1:])
	}
	return true
}
