package shop

import "testing"

// What is kept as a line is one, and shows what is in it.
func TestLinesAreClean(t *testing.T) {
	for in, want := range map[string]string{
		" Ada\x00 \x02reLove\x01lace\u202e\u2066\u200f ": "Ada reLovelace", "a\tb\r\nc": "a b  c", "Zoë 李\xff": "Zoë 李", "\u0085\u009b": "",
		"B\u200b3\ufeff\u2060\u00ad": "B3", "\u200b\u200d": "", "Ada\u200d\u200cB": "AdaB", "می\u200cخواهم": "می\u200cخواهم", "👩\u200d🔧": "👩\u200d🔧",
		"Jose\u0301": "José", "e\u200b\u0301": "é", "\u1112\u1161\u11ab": "한", "Vie\u0302\u0323t": "Việt",
	} {
		if got := CleanLine(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// What is kept as lines keeps them, and is as clean otherwise.
func TestTextsAreClean(t *testing.T) {
	for in, want := range map[string]string{
		"\n Leave it\r\nat the door.\u202e\x07\n\n": "Leave it\nat the door.", "a\tb\u200b\n\nc": "a b\n\nc", "\u2028a\u2029": "a", "\n\u200b\n": "", "Jose\u0301\nKo\u0308nig": "José\nKönig",
	} {
		if got := CleanText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
