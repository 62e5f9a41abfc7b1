package api

import (
	"bytes"
	"os"
	"testing"
)

// The pages' types are made from this file; a stale one would let them drift from the server.
func TestDescriptionInThePagesIsToday(t *testing.T) {
	const golden = "../../web/src/api/openapi.json"
	want, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(got), bytes.TrimSpace(want)) {
		t.Errorf("%s is not what the server offers now: run `make types`", golden)
	}
}
