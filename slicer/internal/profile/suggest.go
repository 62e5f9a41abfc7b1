package profile

import (
	"slices"
	"sort"
	"strings"
)

// suggest returns " Did you mean …?" with the up to three names nearest to
// what was typed, or "" when none is near.
func suggest(typed string, names []string) string {
	type near struct {
		name     string
		distance int
	}
	typed = strings.ToLower(typed)
	limit := max(2, len(typed)/3)
	var found []near
	for _, name := range names {
		d := min(editDistance(typed, name, limit), missingWords(typed, name))
		if d <= limit {
			found = append(found, near{name, d})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].distance < found[j].distance })
	if len(found) == 0 {
		return ""
	}
	found = found[:min(3, len(found))]
	list := make([]string, len(found))
	for i, n := range found {
		list[i] = n.name
	}
	return " Did you mean " + strings.Join(list, " or ") + "?"
}

// missingWords counts the words name has beyond those of typed, and gives a
// large number when typed has a word that name lacks: infill_density is near
// infill_sparse_density.
func missingWords(typed, name string) int {
	words := strings.FieldsFunc(typed, func(r rune) bool { return r == '_' || r == ' ' || r == '-' })
	have := strings.Split(name, "_")
	for _, w := range words {
		if !slices.Contains(have, w) {
			return len(name) + len(typed)
		}
	}
	return len(have) - len(words)
}

// editDistance counts the single-letter changes between a and b, and gives
// limit+1 once it is sure there are more than limit.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal, least := row[0], i
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
	}
	return row[len(b)]
}
