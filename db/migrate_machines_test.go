package db

import (
	"errors"
	"slices"
	"testing"
)

// A shop's machine is as it was after the upgrade: it costs what an hour costs in the shop, takes what it took, and all that was made for
// it is still its own.
func TestMachinesStayAsTheyWereAfterTheUpgrade(t *testing.T) {
	path := aShopOfRelease1(t)
	old := atVersion(t, path, 42)
	const kept = "SELECT id, name, definition, overrides, active, created, version FROM machine_classes ORDER BY id"
	const made = "SELECT id, class_id, slice_key, runs FROM plates ORDER BY id"
	const priced = "SELECT id, price, total FROM orders ORDER BY id"
	const choices = "SELECT id, state, slice_key, choices FROM parts ORDER BY id"
	before := map[string][]string{}
	for _, query := range []string{kept, made, priced, choices} {
		before[query] = rowsOf(t, old, query)
	}
	if err := errors.Join(old.Close()); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	for query, was := range before {
		if now := rowsOf(t, d, query); len(was) == 0 || !slices.Equal(now, was) {
			t.Errorf("%s: %q, and was %q", query, now, was)
		}
	}
	if own := rowsOf(t, d, "SELECT id FROM machine_classes WHERE rate_per_hour <> '' OR interchangeable"); len(own) > 0 {
		t.Errorf("not as the shop: %q", own)
	}
	err := d.Read(t.Context(), func(tx *Tx) error {
		all, err := tx.MachineClasses(t.Context())
		if len(all) != len(before[kept]) {
			t.Errorf("%d of %d", len(all), len(before[kept]))
		}
		for _, c := range all {
			if c.RatePerHour != nil || c.Interchangeable {
				t.Errorf("%+v", c)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
