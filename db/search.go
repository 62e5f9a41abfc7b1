package db

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"buildplate/app/shop"
)

// shortest is the fewest letters of which the index knows where they stand; of fewer it knows only what begins with them.
const shortest = 3

// The index also holds marks, of three characters each, which begin with one that no search text has: what a word of a
// number or a name begins with, and the tabs that a thing stands under. They are found like any other three letters, so
// that a text and a tab are read together however many have each.
const (
	startMark = '\x01'
	tabMark   = '\x02'
)

// tabOf is the mark of a tab: its first two letters.
func tabOf(tab string) string { return string(tabMark) + tab[:2] }

// startOf is the mark of what begins with one or two letters.
func startOf(letters string) string {
	if utf8.RuneCountInString(letters) == 1 {
		letters += string(startMark)
	}
	return string(startMark) + letters
}

// phrase is letters to be found as they are, whatever signs are among them.
func phrase(letters string) string { return `"` + strings.ReplaceAll(letters, `"`, `""`) + `"` }

// shelfWord is before a shelf's name, in the index and as people type it.
const shelfWord = "shelf"

// matching is what the index is asked for a text: each of its words has to be there, wherever. Words of one or two letters
// count only where there are no longer ones, and then as the beginning of a word of a number or a name; a shelf is named with the
// word before it. Digits in groups are also looked for as one, as a phone number is, and as another writes it who is in the same
// country. The text has a word.
func matching(text, country string) string {
	text = strings.Map(func(r rune) rune { // SQLite ends a text at NUL, and marks are no letters
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
	var long, short []string
	for _, w := range wordsOf(text) {
		if utf8.RuneCountInString(w) >= shortest {
			long = append(long, phrase(w))
		} else {
			short = append(short, phrase(startOf(w)))
		}
	}
	if len(long) == 0 {
		long = short
	}
	ways := []string{strings.Join(long, " ")}
	if digits := phoneDigits(text); len(digits) >= shortest {
		if digits != strings.TrimSpace(text) {
			ways = append(ways, phrase(digits))
		}
		if other := shop.OtherDigits(strings.TrimSpace(text), digits, country); other != "" {
			ways = append(ways, phrase(other))
		}
	}
	if len(ways) == 1 {
		return ways[0]
	}
	ways[0] = "(" + ways[0] + ")"
	return strings.Join(ways, " OR ")
}

// wordsOf are the words of a text: "Barlow, Tom" has two, "#1004" is 1004, and "shelf C1" is one.
func wordsOf(text string) (words []string) {
	all := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	if len(all) == 0 { // commas alone
		all = strings.Fields(text)
	}
	for i := 0; i < len(all); i++ {
		w := all[i]
		if digits := strings.TrimLeft(w, "#-"); digits != "" && strings.Trim(digits, "0123456789") == "" {
			w = digits
		}
		if i+1 < len(all) && strings.EqualFold(w, shelfWord) {
			i++
			w += " " + all[i]
		}
		words = append(words, w)
	}
	return words
}

// phoneDigits are the digits of a text that may be a phone number, "" of another.
func phoneDigits(text string) string {
	other := false
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case !unicode.IsSpace(r) && !strings.ContainsRune(phoneSigns, r):
			other = true
		}
		return -1
	}, text)
	if other {
		return ""
	}
	return digits
}

// phoneSigns are what people write between the digits of a phone number, beside spaces.
const phoneSigns = "+-()/."
