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
	rows := regexp.MustCompile(`(?m)^//\t.*  (\w+) +(Test\w+) `).FindAllSubmatch(text, -1)
	if len(rows) < 8 {
		t.Errorf("only %d proofs are listed", len(rows))
	}
	for _, row := range rows {
		files, err := filepath.Glob(filepath.Join("..", string(row[1]), "*_test.go"))
		if err != nil {
			t.Fatal(err)
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
