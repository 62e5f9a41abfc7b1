package order_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

// BenchmarkLongestWrite orders fifty parts: items, plates and some two hundred files are written in one transaction, for
// which everybody else who writes waits.
func BenchmarkLongestWrite(b *testing.B) {
	c := apptest.NewScenario(b, apptest.Setup{NoDoors: true})
	var longest atomic.Int64
	c.DB.OnWrite(func(took time.Duration) {
		for was := longest.Load(); int64(took) > was && !longest.CompareAndSwap(was, int64(took)); was = longest.Load() {
		}
	})
	for b.Loop() {
		b.StopTimer()
		cart := c.NewCart()
		for i := range shop.MaxCartFiles {
			file := meshtest.BinarySTL(meshtest.Box(20, 20, 10+float64(i)))
			c.Begin(cart, fmt.Sprintf("block %d.stl", i), file, len(file))
		}
		c.AwaitSliced(cart)
		longest.Store(0)
		b.StartTimer()
		if _, err := c.Review(cart); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(longest.Load())/1e6, "longest-ms")
}
