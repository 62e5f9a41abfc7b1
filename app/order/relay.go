package order

import (
	"context"
	"slices"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
)

// layAnew lays the item's copies out on plates that were sliced for it, and gives those that are new, or hold something else than
// they did. One copy's slice does for all of them: then it is run for each. Where copies are good already, their plates stay, and
// what is still to come of them is made copy by copy. Errors: Conflict where other copies were sliced than the item has.
func (r *remaking) layAnew(sliced []cart.PricedPlate) (laid []cart.PricedPlate, err error) {
	n := 0
	for _, p := range sliced {
		n += p.All()
	}
	good := slices.ContainsFunc(r.jobs, func(j shop.Job) bool { return j.Done > 0 })
	switch {
	case n != 1 && (good || n != r.item.Copies):
		fits := "1 copy"
		if !good {
			fits = owedWord(r.item.Copies)
		}
		return nil, shop.Conflictf("copies_differ", "%s is laid out for %d copies. Set it to %s first.", r.part.Name, n, fits)
	case good:
		for _, was := range r.had {
			if j := r.jobOf(was.ID); j != nil && j.Owed == 0 {
				r.plates = append(r.plates, was)
				continue
			}
			laid = append(laid, r.onPlate(was, sliced[0], was.All(), 1))
		}
		return laid, nil
	case n == 1:
		return append(laid, r.onPlate(r.had[0], sliced[0], r.item.Copies, 1)), nil
	}
	for i, p := range sliced {
		was := shop.Plate{ID: shop.NewID(), OrderID: r.order.ID, ItemID: r.item.ID, Position: r.of + 1}
		if i < len(r.had) {
			was = r.had[i]
		} else {
			r.of++
		}
		laid = append(laid, r.onPlate(was, p, p.Runs, p.Copies))
	}
	return laid, nil
}

// onPlate has one of the item's plates made from a slice.
func (r *remaking) onPlate(was shop.Plate, from cart.PricedPlate, runs, copies int) cart.PricedPlate {
	p := from.Plate
	p.ID, p.OrderID, p.ItemID, p.Position, p.Title, p.Origin = was.ID, was.OrderID, was.ItemID, was.Position, was.Title, shop.PlateFloor
	p.Runs, p.Copies = runs, copies
	if from.All() == 1 && runs > 1 {
		p.Placements = nil // it is one copy's, run for each
	}
	r.plates = append(r.plates, p)
	return cart.PricedPlate{Plate: p, Slice: from.Slice}
}

// stays says whether a plate is made as it was.
func (r *remaking) stays(plateID string) bool {
	at := slices.IndexFunc(r.had, func(p shop.Plate) bool { return p.ID == plateID })
	if at < 0 {
		return false
	}
	j := r.jobOf(plateID)
	return j != nil && j.Owed == 0 && j.Done > 0
}

func (r *remaking) jobOf(plateID string) *shop.Job {
	if at := slices.IndexFunc(r.jobs, func(j shop.Job) bool { return j.PlateID == plateID }); at >= 0 {
		return &r.jobs[at]
	}
	return nil
}

// keepPlates writes the item's plates in the place of those that it has now: each new one gets a job where the order was released,
// and those that nothing lies on any more go, with theirs.
func (r *remaking) keepPlates(ctx context.Context, tx *db.Tx, now *remaking) error {
	had := func(id string, of []shop.Plate) bool {
		return slices.ContainsFunc(of, func(p shop.Plate) bool { return p.ID == id })
	}
	for _, p := range r.plates {
		if had(p.ID, now.had) {
			if err := tx.SavePlate(ctx, p); err != nil {
				return err
			}
			continue
		}
		if err := tx.InsertPlate(ctx, p); err != nil {
			return err
		}
		if len(now.jobs) > 0 {
			if _, err := tx.InsertJob(ctx, shop.Job{ID: shop.NewID(), PlateID: p.ID, Title: r.item.Name, State: shop.JobQueued}); err != nil {
				return err
			}
		}
	}
	for _, p := range now.had {
		if !had(p.ID, r.plates) {
			if err := tx.DeletePlate(ctx, p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func owedWord(n int) string {
	if n == 1 {
		return "1 copy"
	}
	return shop.Plain(float64(n)) + " copies"
}
