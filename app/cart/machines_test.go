package cart_test

import (
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/db"
)

// machines is a shop whose admin adds machines to the one that it begins with.
type machines struct {
	*apptest.Scenario
	t   *testing.T
	who shop.Actor
}

func newMachines(t *testing.T) machines {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	u := c.Employ("Ada", "ada@example.com", shop.RoleAdmin)
	return machines{c, t, shop.Actor{ID: u.ID, Name: u.Name, Email: u.Email, Role: shop.RoleAdmin}}
}

func (m machines) add(name, definition, rate string, overrides ...catalog.OverrideView) catalog.MachineView {
	m.t.Helper()
	req := catalog.NewMachineRequest{Definition: definition, MachineRequest: catalog.MachineRequest{Name: name, Active: true, Overrides: overrides}}
	if rate != "" {
		r := shop.MustRate(rate)
		req.RatePerHour = &r
	}
	v, err := m.Catalog.AddMachine(m.t.Context(), m.who, req)
	if err != nil {
		m.t.Fatal(err)
	}
	return v
}

// first is the machine that the shop began with.
func (m machines) first() catalog.MachineView {
	m.t.Helper()
	v, err := m.Catalog.Machines(m.t.Context(), m.who)
	if err != nil {
		m.t.Fatal(err)
	}
	return v.Machines[slices.IndexFunc(v.Machines, func(v catalog.MachineView) bool { return v.Definition == "creality_ender3" })]
}

func (m machines) switchOff(v catalog.MachineView) {
	m.t.Helper()
	req := catalog.ChangeMachineRequest{Version: v.Version, MachineRequest: catalog.MachineRequest{Name: v.Name, RatePerHour: v.RatePerHour, Overrides: v.Overrides}}
	if _, err := m.Catalog.ChangeMachine(m.t.Context(), m.who, v.ID, req); err != nil {
		m.t.Fatal(err)
	}
}

// rowOf is what a part's printing time costs.
func rowOf(t *testing.T, v cart.PartView) shop.Cents {
	t.Helper()
	at := slices.IndexFunc(v.Price.Rows, func(r shop.PriceRow) bool { return r.Kind == shop.RowMachine })
	if at < 0 {
		t.Fatalf("%+v", v.Price)
	}
	return v.Price.Rows[at].Amount
}

// The smallest machine on which a part fits takes it, whatever else there is, and its hour is what it costs. A part too big for one goes
// to the next; one that fits on none is told so of the largest.
func TestTheSmallestMachineThatFitsTakesAPart(t *testing.T) {
	m := newMachines(t)
	small := m.first()
	huge := m.add("Huge", "creality_cr10max", "30")
	big := m.add("Big", "creality_cr10", "6")
	for name, c := range map[string]struct {
		size [3]float64
		on   string
	}{
		"small": {[3]float64{20, 20, 5}, small.ID}, "long": {[3]float64{280, 40, 5}, big.ID}, "tall": {[3]float64{20, 20, 390}, big.ID}, "wide": {[3]float64{430, 40, 5}, huge.ID},
	} {
		id := m.NewCart()
		m.Drop(id, name+".stl", apptest.Block(c.size[0], c.size[1], c.size[2]))
		sliceAll(t, m.Scenario, id)
		v, err := m.Carts.Get(t.Context(), shop.Visitor(id))
		if err != nil {
			t.Fatal(err)
		}
		p := v.Parts[0]
		if p.State != "sliced" || p.MachineID != c.on || !p.Fits || len(v.Machines) != 1 || v.Machines[0].ID != c.on || m.Parts(id)[0].ClassID != c.on {
			t.Errorf("%s is %s on %s of %+v, want %s", name, p.State, p.MachineID, v.Machines, c.on)
		}
	}
	none := m.NewCart()
	m.Drop(none, "none.stl", apptest.Block(600, 40, 5))
	if err := m.Carts.Slice(t.Context(), none); err != nil {
		t.Fatal(err)
	}
	if p := view(t, m.Scenario, none); p.State != "failed" || p.Fits || p.MachineID != huge.ID {
		t.Errorf("what fits on none: %+v", p)
	}
	// What its machine charges for an hour is what the part costs, and no other's.
	id := m.NewCart()
	m.Drop(id, "long.stl", apptest.Block(280, 40, 5))
	sliceAll(t, m.Scenario, id)
	was := rowOf(t, view(t, m.Scenario, id))
	rate := shop.MustRate("12")
	req := catalog.ChangeMachineRequest{Version: big.Version, MachineRequest: catalog.MachineRequest{Name: big.Name, RatePerHour: &rate, Active: true, Overrides: big.Overrides}}
	if _, err := m.Catalog.ChangeMachine(t.Context(), m.who, big.ID, req); err != nil {
		t.Fatal(err)
	}
	if now := rowOf(t, view(t, m.Scenario, id)); now < 2*was-1 || now > 2*was+1 {
		t.Errorf("an hour costs twice as much, and the part's time %s after %s", now, was)
	}
}

// A machine that is switched off keeps what was sliced for it, at its price, and takes nothing new: not even the same part, once
// something else is chosen for it.
func TestAMachineThatIsSwitchedOffKeepsWhatItHas(t *testing.T) {
	m := newMachines(t)
	small := m.first()
	big := m.add("Big", "creality_cr10", "6")
	id := m.NewCart()
	m.Drop(id, "a.stl", apptest.Block(20, 20, 5))
	sliceAll(t, m.Scenario, id)
	was := view(t, m.Scenario, id)
	m.switchOff(small)
	if now := view(t, m.Scenario, id); now.Price.Total != was.Price.Total || now.MachineID != small.ID || now.State != "sliced" {
		t.Errorf("it is %+v, and was %+v", now, was)
	}
	infill := 60
	if _, err := m.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Infill: &infill}); err != nil {
		t.Fatal(err)
	}
	sliceAll(t, m.Scenario, id)
	if now := view(t, m.Scenario, id); now.MachineID != big.ID || m.Parts(id)[0].ClassID != big.ID {
		t.Errorf("chosen anew it is on %s", now.MachineID)
	}
	other := m.NewCart()
	m.Drop(other, "b.stl", apptest.Block(20, 20, 5))
	sliceAll(t, m.Scenario, other)
	if now := view(t, m.Scenario, other); now.MachineID != big.ID {
		t.Errorf("a new part is on %s", now.MachineID)
	}
}

// Overhangs are measured by the angle of the machine that takes the part, which is known only once it was measured.
func TestAPartIsInspectedByTheAngleOfItsMachine(t *testing.T) {
	m := newMachines(t)
	m.add("Big", "creality_cr10", "", catalog.OverrideView{Key: "support_angle", Value: "70"})
	id := m.NewCart()
	m.Drop(id, "long.stl", apptest.Block(280, 40, 5))
	for range 4 {
		if err := m.Carts.Slice(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		m.Inspect(id)
	}
	if p := view(t, m.Scenario, id); p.State == "inspecting" || p.State == "failed" || p.Inspection.OverhangAngle != 70 {
		t.Errorf("%s, inspected by %v", p.State, p.Inspection.OverhangAngle)
	}
}

// A machine whose settings came to make no sense takes nothing, and stops nobody.
func TestABrokenMachineStopsNobody(t *testing.T) {
	m := newMachines(t)
	broken := shop.MachineClass{ID: shop.NewID(), Name: "Gone", Definition: "a_profile_that_is_gone", Active: true}
	if err := m.DB.Write(t.Context(), func(tx *db.Tx) error { return tx.InsertMachineClass(t.Context(), broken) }); err != nil {
		t.Fatal(err)
	}
	id := m.NewCart()
	m.Drop(id, "a.stl", apptest.Block(20, 20, 5))
	sliceAll(t, m.Scenario, id)
	if p := view(t, m.Scenario, id); p.MachineID != m.first().ID {
		t.Errorf("%+v", p)
	}
	v, err := m.Catalog.Machines(t.Context(), m.who)
	if err != nil || !slices.ContainsFunc(v.Machines, func(v catalog.MachineView) bool { return v.ID == broken.ID && v.Broken != "" }) {
		t.Errorf("%+v, %v", v, err)
	}
}
