package db

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"buildplate/app/shop"
)

// What people edit tells its version, and who changed it when.
func TestRowsThatPeopleEditHaveVersions(t *testing.T) {
	d := openAt(t, filepath.Join(t.TempDir(), "shop.db"), readFile(t, "../schema.sql"), Options{})
	for _, table := range []string{"settings", "machine_classes", "printers", "materials", "colours", "clients", "users", "orders", "invoices", "jobs", "handovers"} {
		got := rowsOf(t, d, fmt.Sprintf(`SELECT name, type, "notnull" FROM pragma_table_info('%s') WHERE name IN ('version', 'updated', 'changed_by') ORDER BY name`, table))
		want := []string{"[changed_by TEXT 1]", "[updated INTEGER 1]", "[version INTEGER 1]"}
		if table == "users" {
			want[0] = "[changed_by TEXT 0]" // a user's id
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", table, got)
		}
	}
}

// The settings screen's save of a price is seen by whoever edits the material itself.
func TestSavedPricesAreANewVersionOfTheMaterial(t *testing.T) {
	d := openAt(t, filepath.Join(t.TempDir(), "shop.db"), readFile(t, "../schema.sql"), Options{})
	m := shop.Material{ID: "m", Name: "PLA", Profile: "PLA", SellPerGram: decimal.New(8, -2), CostPerGram: decimal.New(3, -2), Active: true}
	err := d.Write(t.Context(), func(tx *Tx) error {
		if err := tx.InsertMaterial(t.Context(), m); err != nil {
			return err
		}
		m.SellPerGram = decimal.New(9, -2)
		return tx.SaveMaterialPrices(t.Context(), m, "Ada")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, d, "SELECT sell_per_gram, version, updated > 0, changed_by FROM materials"); !slices.Equal(got, []string{"[0.09 2 1 Ada]"}) {
		t.Errorf("%q", got)
	}
}
