package shop

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CleanLine keeps what somebody wrote as one line: valid UTF-8, without space around it, no control or direction-changing
// characters and none that nobody sees. The first would be marks in the index of the search, the others have a page show something
// else than is there. A letter and its accent are one character, as in a Composed text.
func CleanLine(text string) string { return strings.TrimSpace(clean(text, false)) }

// CleanText keeps what somebody wrote as CleanLine does, in as many lines as it has.
func CleanText(text string) string {
	return strings.TrimSpace(clean(strings.ReplaceAll(text, "\r\n", "\n"), true))
}

// Composed is a text in which a letter with a mark is one character wherever it can be (Unicode's form C). Some computers send
// them as two, in the names of files above all, and what looks the same is the same to whoever looks for it.
func Composed(text string) string { return norm.NFC.String(text) }

func clean(text string, lines bool) string {
	before := ' '
	return Composed(strings.Map(func(r rune) rune {
		switch {
		case lines && r == '\n':
		case unicode.IsSpace(r):
			r = ' '
		case joiner(r) && before <= unicode.MaxASCII:
			return -1
		default:
			r = plain(r)
		}
		if r >= 0 {
			before = r
		}
		return r
	}, strings.ToValidUTF8(text, "")))
}

// joiner says whether a character joins those beside it, or keeps them apart. Some scripts and emoji need it; beside Latin letters it
// only hides.
func joiner(r rune) bool { return r == 0x200c || r == 0x200d }

// plain is a character that is what it looks like, else -1.
func plain(r rune) rune {
	switch {
	case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c: // directions
		return -1
	case r == 0x00ad, r == 0x180e, r == 0x200b, r >= 0x2060 && r <= 0x2064, r == 0xfeff: // of no width
		return -1
	}
	return r
}
