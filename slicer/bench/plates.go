package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"buildplate/app/shop"
	"buildplate/slicer"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// clips is how many are made on plates, and one by one.
const clips = 50

// layoutWithin is how long a layout of a hundred copies may take.
const layoutWithin = 200 * time.Millisecond

// plates compares fifty clips on plates with fifty single ones: what printing them takes and costs, and how long a customer
// waits for the figures.
func plates(ctx context.Context, dir string) ([]result, error) {
	const what = "fifty clips on plates / fifty single ones: "
	p, err := ordered(ctx, meshtest.Clip())
	if err != nil {
		return nil, err
	}
	s, err := slicer.New(ctx, slicer.Options{Dir: dir})
	if err != nil {
		return []result{missing(what+"price", err)}, nil
	}
	began := time.Now()
	made, _, err := s.SlicePlates(ctx, p.stored, slicer.Copies{Request: p.request, Count: clips}, nil)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	together := time.Since(began)
	began = time.Now()
	single, _, err := s.SlicePlates(ctx, p.stored, slicer.Copies{Request: p.request, Count: 1}, nil)
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	alone := time.Since(began)
	single[0].Runs = clips
	a, b := costs(made), costs(single)
	return []result{
		{what: what + "price", ratio: a.price / b.price, goal: 1, figures: fmt.Sprintf("%.2f in %d runs, %.2f in %d runs", a.price, a.runs, b.price, b.runs)},
		{what: what + "printing", ratio: a.hours / b.hours, goal: 1, figures: fmt.Sprintf("%.1f h, %.1f h", a.hours, b.hours)},
		{what: "slicing fifty clips' plates / slicing one clip", ratio: float64(together) / float64(alone), figures: fmt.Sprintf("%v, %v", together.Round(time.Millisecond), alone.Round(time.Millisecond))},
	}, nil
}

// cost is what plates take.
type cost struct {
	runs         int
	hours, price float64
}

func costs(made []slicer.SlicedPlate) (c cost) {
	facts := shop.PartFacts{ID: "clip", Name: "clip", Copies: clips, SellPerGram: shop.DefaultSellPerGram("PLA")}
	for _, p := range made {
		c.runs += p.Runs
		c.hours += float64(p.Runs) * p.Result.Seconds / 3600
		facts.Grams += float64(p.Runs) * p.Result.Grams / clips
	}
	facts.Runs, facts.Seconds = c.runs, c.hours*3600/clips
	settings := shop.DefaultSettings("UTC")
	price := settings.Pricing.Order([]shop.PartFacts{facts}, nil, settings.EffectiveTax(), settings.Currency, nil, true)
	c.price = float64(price.Total) / 100
	return c
}

// layouts compares how many copies a bed holds with rows of boxes, and the time of a layout with what it may take.
func layouts(ctx context.Context, dir string) ([]result, error) {
	corner := meshtest.Prism([]meshtest.Point{{0, 0}, {40, 0}, {40, 8}, {8, 8}, {8, 40}, {0, 40}}, [][3]int{{0, 1, 2}, {0, 2, 3}, {0, 3, 5}, {3, 4, 5}}, 6)
	var out []result
	s, err := slicer.New(ctx, slicer.Options{Dir: dir})
	if err != nil {
		return []result{missing("copies on a bed, rows of boxes / ours", err)}, nil
	}
	for _, c := range []struct {
		name  string
		solid meshtest.Solid
	}{{"L-shaped corners", corner}, {"U-shaped clips", meshtest.Clip()}, {"cylinders", meshtest.Cylinder(12, 10, 64)}, {"cubes", meshtest.Cube()}} {
		p, err := ordered(ctx, c.solid)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		size := mesh.Inspect(p.mesh).SizeMM
		box, err := ordered(ctx, meshtest.Box(size[0], size[1], size[2]))
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		ours, err := s.Plates(p.stored, slicer.Copies{Request: p.request, Count: shop.MaxCopies})
		boxes, boxErr := s.Plates(box.stored, slicer.Copies{Request: box.request, Count: shop.MaxCopies})
		if err = errors.Join(err, boxErr); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		n, m := len(ours[0].Placements), len(boxes[0].Placements)
		out = append(out, result{what: c.name + " on a bed: by boxes / by outline", ratio: float64(m) / float64(n), goal: 1, figures: fmt.Sprintf("%d, %d", m, n)})
	}
	hundred, err := quick(ctx, s)
	return append(out, hundred), errors.Join(err, s.Close())
}

// quick is how long a layout of a hundred copies takes.
func quick(ctx context.Context, s *slicer.Slicer) (result, error) {
	p, err := ordered(ctx, meshtest.Clip().Times(0.7))
	if err != nil {
		return result{}, err
	}
	took, err := inTurns(ctx, 5, func(context.Context) error {
		_, err := s.Plates(p.stored, slicer.Copies{Request: p.request, Count: 100, Spacing: 3})
		return err
	})
	if err != nil {
		return result{}, err
	}
	median := took[0].median()
	return result{what: "layout of 100 copies / 200 ms", ratio: float64(median) / float64(layoutWithin), goal: 1, figures: took[0].String()}, nil
}
