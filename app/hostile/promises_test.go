package hostile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Each proof that the package's comment lists is there under its name.
func TestProofsAreThere(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^//\t.* ([\w/]+) +(Test\w+) +\S`).FindAllSubmatch(text, -1)
	if listed := bytes.Count(text, []byte("\n//\t")); len(rows) != listed || listed < 34 {
		t.Errorf("%d proofs are listed, of which %d can be read", listed, len(rows))
	}
	for _, row := range rows {
		var files []string
		for _, above := range []string{"..", "../.."} { // a package of the shop, or one below it
			found, err := filepath.Glob(filepath.Join(above, string(row[1]), "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, found...)
		}
		found := false
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found = found || bytes.Contains(source, append([]byte("\nfunc "+string(row[2])), '('))
		}
		if !found {
			t.Errorf("%s has no %s", row[1], row[2])
		}
	}
}
