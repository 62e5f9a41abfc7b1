package order_test

import (
	"fmt"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

// BenchmarkLongestWrite orders fifty parts: items, plates and some two hundred files are written in one transaction, for
// which everybody else who writes waits.
func BenchmarkLongestWrite(b *testing.B) {
	c := apptest.NewScenario(b, apptest.Setup{NoDoors: true})
	longest := c.LongestWrite()
	for b.Loop() {
		b.StopTimer()
		cart := c.NewCart()
		for i := range shop.MaxCartFiles {
			file := meshtest.BinarySTL(meshtest.Box(20, 20, 10+float64(i)))
			c.Begin(cart, fmt.Sprintf("block %d.stl", i), file, len(file))
		}
		c.AwaitSliced(cart)
		longest.Reset()
		b.StartTimer()
		if _, err := c.Review(cart); err != nil {
			b.Fatal(err)
		}
	}
	longest.Report(b)
}

// BenchmarkLongestDeletion lets the models of an order of fifty parts go by age.
func BenchmarkLongestDeletion(b *testing.B) {
	s := &nights{Scenario: apptest.NewScenario(b, apptest.Setup{NoDoors: true}), t: b}
	s.admin = shop.Actor{Role: shop.RoleAdmin, Name: "Grace", ID: s.Employ("Grace", "grace@example.com", shop.RoleAdmin).ID}
	longest := s.LongestWrite()
	for b.Loop() {
		b.StopTimer()
		o := s.done(shop.MaxCartFiles)
		s.pass(80 * day)
		s.pass(15 * day) // it is held
		longest.Reset()
		b.StartTimer()
		if _, err := s.Ops.ConfirmDeletion(b.Context(), s.admin, len(s.see(o.ID).Files)); err != nil {
			b.Fatal(err)
		}
		apptest.Await(b, "its files are gone", func() bool { return s.files(o)[0] == 0 })
	}
	longest.Report(b)
}
