package order_test

import (
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// because is why something is printed otherwise than it was to be.
const because = "It stands in the sun."

// replacesOn puts a part in the place of an order's first item, printed on choices of staff's.
func (a atCounter) replacesOn(o order.StaffOrderView, part shop.Part, chosen shop.PrintChoices) (order.StaffOrderView, error) {
	return a.Orders.ReplaceModel(a.t.Context(), a.who, o.ID, o.Items[0].ID, order.ReplaceModelRequest{Version: o.Version, PartID: part.ID, Choices: &chosen, Reason: because})
}

// What was chosen for a part is printed otherwise for a reason only, which stands with what was ordered on both pages and in the
// log until the part is printed as it was ordered again.
func TestOtherSettingsThanWereOrderedNeedAReason(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	coarse := "0.28"
	o := a.requested(map[string][]byte{"vase.step": []byte("ISO-10303-21; of a vase")}, shop.ChoicesPatch{Quality: &coarse})
	total := shop.Cents(8000)
	o, err := a.Orders.ApproveOrder(t.Context(), grace, o.ID, order.ApproveRequest{Version: o.Version, AdjustedTotal: &total, Reason: "As agreed"})
	if err != nil {
		t.Fatal(err)
	}
	ordered := o.Items[0].Choices.Print()
	replace := func(quality, reason string) (order.StaffOrderView, error) {
		t.Helper()
		c := ordered
		c.Quality = quality
		part := a.brings("vase.stl", apptest.Block(20, 20, 10))
		if _, err := a.Carts.PatchParts(t.Context(), a.who, 0, []string{part.ID}, shop.ChoicesPatch{Quality: &quality}); err != nil {
			t.Fatal(err)
		}
		a.AwaitSliced(a.who.CartID)
		now := a.seen(o.ID)
		v, err := a.Orders.ReplaceModel(t.Context(), a.who, o.ID, o.Items[0].ID, order.ReplaceModelRequest{Version: now.Version, PartID: part.ID, Choices: &c, Reason: reason})
		if err != nil {
			if _, err := a.Carts.DeletePart(t.Context(), a.who, 0, part.ID); err != nil {
				t.Fatal(err)
			}
		}
		return v, err
	}
	if _, err := replace("0.12", "  "); !shop.IsCode(err, "settings_reason_missing") || a.seen(o.ID).Version != o.Version {
		t.Errorf("without a reason: %v", err)
	}
	for _, fine := range []string{"0.12", "0.16"} {
		v, err := replace(fine, because)
		if err != nil {
			t.Fatal(err)
		}
		instead := v.Items[0].Instead
		if instead == nil || !strings.Contains(instead.Ordered, "0.28 mm") || !strings.Contains(instead.Printed, fine+" mm") || instead.Reason != because {
			t.Errorf("staff read %+v", instead)
		}
		theirs, err := a.Orders.CustomerOrder(t.Context(), shop.Guest(o.ID), "")
		if err != nil || theirs.Items[0].Instead == nil || *theirs.Items[0].Instead != *instead {
			t.Errorf("the customer reads %+v, %v", theirs.Items[0].Instead, err)
		}
		if said := v.Activity[0].Message; !strings.Contains(said, fine+" mm") || !strings.Contains(said, because) {
			t.Errorf("the log says %q", said)
		}
	}
	// Another model on the same settings needs no reason anew, and loses none.
	if v, err := replace("0.16", ""); err != nil || v.Items[0].Instead == nil || v.Items[0].Instead.Reason != because {
		t.Errorf("another model: %+v, %v", v.Items, err)
	}
	if v, err := replace("0.28", "We have the coarse nozzle again."); err != nil || v.Items[0].Instead != nil || !strings.Contains(v.Activity[0].Message, "coarse nozzle") {
		t.Errorf("as it was ordered: %+v, %v", v.Items, err)
	}
}

// Whether somebody chose how a part is printed is known from when it was ordered, whatever is usual in the shop since.
func TestWhatWasChosenIsKnownWhateverIsUsualNow(t *testing.T) {
	fine, usual := "0.12", "0.28"
	for name, c := range map[string]struct {
		chosen []shop.ChoicesPatch
		code   shop.Code
	}{
		"nobody chose":                   {nil, ""},
		"nobody did but how many":        {[]shop.ChoicesPatch{{Copies: new(2)}}, ""},
		"somebody did what is usual now": {[]shop.ChoicesPatch{{Quality: &usual}}, "settings_reason_missing"},
		"and before":                     {[]shop.ChoicesPatch{{Quality: &usual}, {Infill: new(40)}}, "settings_reason_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
			o := a.requested(map[string][]byte{"vase.step": []byte("ISO-10303-21; of a vase")}, c.chosen...)
			setLimits(a.Scenario, func(s *shop.Settings) { s.Defaults.Quality = usual })
			part := a.brings("vase.stl", apptest.Block(20, 20, 10))
			chosen := o.Items[0].Choices.Print()
			chosen.Quality = fine
			patch := shop.ChoicesPatch{Quality: &fine, Infill: &chosen.Infill}
			if _, err := a.Carts.PatchParts(t.Context(), a.who, 0, []string{part.ID}, patch); err != nil {
				t.Fatal(err)
			}
			a.AwaitSliced(a.who.CartID)
			v, err := a.Orders.ReplaceModel(t.Context(), a.who, o.ID, o.Items[0].ID, order.ReplaceModelRequest{Version: a.seen(o.ID).Version, PartID: part.ID, Choices: &chosen})
			if (err != nil || c.code != "") && !shop.IsCode(err, c.code) {
				t.Errorf("%v, want %q", err, c.code)
			}
			if err == nil && v.Items[0].Instead != nil {
				t.Errorf("it is printed instead of %+v", v.Items[0].Instead)
			}
		})
	}
}
