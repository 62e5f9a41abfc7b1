package shop_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"buildplate/app/shop"
)

func TestPoseIsKeptInOneWay(t *testing.T) {
	h := math.Sqrt2 / 2
	quarter := shop.Pose{W: 0.707106781, X: 0.707106781}
	for _, c := range []struct {
		name      string
		got, want shop.Pose
	}{
		{"no turn", shop.Pose{W: 1}, shop.Pose{}},
		{"its negative", shop.Pose{W: -1, X: math.Copysign(0, -1)}, shop.Pose{}},
		{"less than is kept", shop.Pose{W: 1, Y: 1e-10}, shop.Pose{}},
		{"a thousandth of a degree", shop.Pose{W: 1, X: 8.726646e-06}, shop.Pose{W: 1, X: 8.727e-06}},
		{"a quarter", shop.Pose{W: h, X: h}, quarter},
		{"its negative", shop.Pose{W: -h, X: -h}, quarter},
		{"a little long", shop.Pose{W: 1.005 * h, X: 1.005 * h}, quarter},
		{"half a turn", shop.Pose{X: -1}, shop.Pose{X: 1}},
		{"half a turn with a speck", shop.Pose{W: -1e-12, Y: 1}, shop.Pose{Y: 1}},
		{"half a turn about a diagonal", shop.Pose{X: -0.6, Z: 0.8}, shop.Pose{X: 0.6, Z: -0.8}},
	} {
		got, err := c.got.Canonical()
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.name, got, err, c.want)
		}
	}
	for _, p := range []shop.Pose{{}, {W: 2}, {W: 0.9}, {W: math.NaN(), X: 1}, {W: math.Inf(1)}, {W: 1e200, X: 1e200}} {
		if got, err := p.Canonical(); !shop.IsCode(err, "pose_malformed") || got != (shop.Pose{}) {
			t.Errorf("%+v became %+v, %v", p, got, err)
		}
	}
}

// Kept, written, read and sent again, a pose stays the same to the last bit, and so does the one with the other signs.
func TestPoseStaysTheSame(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 7))
	for range 10_000 {
		raw := shop.Pose{W: dice.NormFloat64(), X: dice.NormFloat64(), Y: dice.NormFloat64(), Z: dice.NormFloat64()}
		l := math.Sqrt(raw.W*raw.W + raw.X*raw.X + raw.Y*raw.Y + raw.Z*raw.Z)
		raw = shop.Pose{W: raw.W / l, X: raw.X / l, Y: raw.Y / l, Z: raw.Z / l}
		kept, err := raw.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		other, _ := shop.Pose{W: -raw.W, X: -raw.X, Y: -raw.Y, Z: -raw.Z}.Canonical()
		text, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		var read shop.Pose
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		again, err := read.Canonical()
		if err != nil || kept != other || kept != read || kept != again {
			t.Fatalf("%+v is kept as %+v, then %+v and %+v: %v", raw, kept, other, again, err)
		}
	}
}

func TestTurned(t *testing.T) {
	if (shop.Pose{}).Turned() != nil || *(shop.Pose{X: 1}).Turned() != (shop.Pose{X: 1}) {
		t.Error("a page is told otherwise")
	}
}
