package order_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage"
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
		longest.Begin()
		b.StartTimer()
		if _, err := c.Review(cart); err != nil {
			b.Fatal(err)
		}
		longest.End()
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
		longest.Begin()
		b.StartTimer()
		if _, err := s.Ops.ConfirmDeletion(b.Context(), s.admin, len(s.see(o.ID).Files)); err != nil {
			b.Fatal(err)
		}
		apptest.Await(b, "its files are gone", func() bool { return s.see(o.ID).Activity[0].Code == shop.VerbFilesExpired })
		longest.End()
	}
	longest.Report(b)
}

// BenchmarkLongestRefusal refuses an order of two thousand files, and has all of them deleted.
func BenchmarkLongestRefusal(b *testing.B) {
	c := apptest.NewScenario(b, apptest.Setup{NoDoors: true})
	longest := c.LongestWrite()
	for turn := 0; b.Loop(); turn++ {
		b.StopTimer()
		o := manyFiles(b, c, 2000, turn)
		longest.Begin()
		b.StartTimer()
		if _, err := c.Orders.RefuseOrder(b.Context(), grace, o.ID, 0, "Not something we print.", true); err != nil {
			b.Fatal(err)
		}
		apptest.Await(b, "its files are gone", func() bool { return refusedFilesGone(b, c, o.ID) })
		longest.End()
	}
	longest.Report(b)
}

// manyFiles is an order to review of two parts, other ones each turn, and so many files, half of them meshes of which nobody knows
// in which file they came.
func manyFiles(tb testing.TB, c *apptest.Scenario, files, turn int) (o *shop.Order) {
	tb.Helper()
	cart := c.NewCart()
	for i := range 2 {
		file := meshtest.BinarySTL(meshtest.Box(20, 20+float64(turn), 10+float64(i)))
		c.Begin(cart, fmt.Sprintf("block %d.stl", i), file, len(file))
	}
	c.AwaitSliced(cart)
	placed, err := c.Review(cart)
	if err != nil {
		tb.Fatal(err)
	}
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		found, _, err := tx.OrderPage(ctx, db.ListFilter{Tab: "all", Text: placed.OrderNumber, Limit: 1})
		if err == nil {
			o = found[0]
		}
		return err
	})
	fill(tb, c, o, files, "model", "mesh")
	return o
}

// fill gives an order so many files of some kinds in turn, more than it came with, which are rows only.
func fill(tb testing.TB, c *apptest.Scenario, o *shop.Order, files int, kinds ...string) {
	tb.Helper()
	c.DB.SetNow(o.Created.Time) // they came with it
	defer c.DB.SetNow(c.Now)
	err := c.DB.Write(tb.Context(), func(tx *db.Tx) error {
		has, err := tx.OrderFiles(tb.Context(), o.ID)
		if err != nil {
			return err
		}
		for n := len(has); n < files; n++ {
			blob := db.Blob{ID: shop.NewID(), Bucket: string(storage.OrderFiles), ClientID: has[0].ClientID, SHA256: shop.HashToken(shop.NewToken()), Size: 1}
			row := has[0]
			row.ID, row.BlobID, row.Name = shop.NewID(), blob.ID, fmt.Sprintf("block %d.stl", n)
			row.Kind, row.Sent = kinds[n%len(kinds)], ""
			if err := errors.Join(tx.InsertBlob(tb.Context(), blob), tx.InsertOrderFile(tb.Context(), row)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// refusedFilesGone says whether the files of an order that was refused with them are deleted.
func refusedFilesGone(tb testing.TB, c *apptest.Scenario, id string) (gone bool) {
	tb.Helper()
	err := c.DB.Read(tb.Context(), func(tx *db.Tx) error {
		latest, err := tx.LatestTask(tb.Context(), db.RefusedFiles)
		gone = err == nil && latest.Key == id && latest.State == db.TaskDone
		if shop.IsKind(err, shop.NotFound) {
			err = nil
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return gone
}
