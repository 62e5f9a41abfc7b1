package db

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"buildplate/app/shop"
)

// ofOtherParts is the condition that a text is about other parts of an order than those of a job j, on a plate p of the order o
// with the row d of the index. Its one argument are the text's foldedWords. An order of one part needs no look.
var ofOtherParts = `(EXISTS (SELECT 1 FROM plates WHERE order_id = o.id AND id <> p.id) AND of_other_parts(?, d.text, ` + sentNames + `,
	(SELECT group_concat(name, char(10)) FROM order_items WHERE order_id = o.id),
	concat_ws(char(10), j.title, (SELECT group_concat(concat_ws(char(10), i.name, (SELECT group_concat(name, char(10)) FROM (` + strings.ReplaceAll(sentFiles, "= o.id", "= o.id AND item_id = i.id") + `))), char(10))
		FROM plate_items pi JOIN order_items i ON i.id = pi.item_id WHERE pi.plate_id = p.id))))`

// ofOthers says whether a word of a text names parts of an order, and none of the job's own nor anything else of the order. Words are
// one a line, doc is what the index has of the order, which names end in; parts are all the order's, and own those of the job.
func ofOthers(words, doc, names, parts, own string) bool {
	if marks := strings.IndexAny(doc, string(startMark)+string(tabMark)); marks >= 0 {
		doc = doc[:marks]
	}
	order := folded(strings.TrimSuffix(strings.TrimSpace(doc), shop.Composed(names)))
	parts, own = folded(parts), folded(own)
	for w := range strings.Lines(words) {
		if w = strings.TrimSuffix(w, "\n"); strings.Contains(parts, w) && !strings.Contains(own, w) && !strings.Contains(order, w) {
			return true
		}
	}
	return false
}

// foldedWords are the words of a text that the index is asked for wherever they stand, folded, one a line; none where all are
// shorter.
func foldedWords(text string) string {
	var words []string
	for _, w := range wordsOf(text) {
		if len([]rune(w)) >= shortest {
			words = append(words, folded(w))
		}
	}
	return strings.Join(words, "\n")
}

// folded is a text without what makes no difference to the index: case, and marks over letters.
func folded(text string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), text)
	if err != nil {
		plain = text
	}
	return strings.ToLower(plain)
}
