package cart

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// PosesView is how a part may lie, with what each pose takes: its file's own first, then others by what they cost. Empty while there is
// nothing to compare. Lists are never null.
type PosesView struct {
	Poses     []PoseView `json:"poses"`
	Waiting   int        `json:"waiting" doc:"How many more are sliced as soon as nobody waits for anything else"`
	Estimated bool       `json:"estimated" doc:"There are several copies, and each figure is worked out from the slice of one. The exact ones come once a pose is taken"`
}

// PoseView is one pose of a part, with what all its copies take.
type PoseView struct {
	Pose         shop.Pose            `json:"pose" doc:"To choose it"`
	Own          bool                 `json:"own" doc:"It lies as its file has it"`
	Chosen       bool                 `json:"chosen"`
	SizeMM       [3]float64           `json:"size_mm"`
	OverhangMM2  float64              `json:"overhang_mm2"`
	ThumbnailURL string               `json:"thumbnail_url,omitempty"`
	Price        shop.Cents           `json:"price" doc:"Of the part"`
	Saves        shop.Cents           `json:"saves" doc:"By how much the whole order costs less than with the part as it lies now; less than 0 where it costs more"`
	Seconds      float64              `json:"seconds"`
	SupportsUsed bool                 `json:"supports_used"`
	SupportGrams *float64             `json:"support_grams,omitempty" doc:"Only if the shop shows its rates"`
	Advantages   []shop.PoseAdvantage `json:"advantages" enum:"cheaper,quicker,less_support" doc:"What is better about it than about the file’s own pose. None for that itself"`

	takes shop.PoseTakes
}

// Poses compares how a part of a visitor's cart may lie. Errors: NotFound.
func (s *Service) Poses(ctx context.Context, who shop.Actor, partID string) (PosesView, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return PosesView{}, err
	}
	v := PosesView{Poses: []PoseView{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := s.shownPart(ctx, tx, who.CartID, partID)
		if err != nil || p.State != shop.PartSliced {
			return err
		}
		o, err := s.catalog.PriceBasis(ctx, tx)
		if err != nil || !o.Open { // without prices there is nothing to compare
			return err
		}
		parts, err := tx.Parts(ctx, who.CartID)
		if err != nil {
			return err
		}
		q, err := s.Price(ctx, tx, o, parts, nil, nil)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(q.Parts, func(p PricedPart) bool { return p.ID == partID })
		if q.Parts[at].Refused {
			return nil
		}
		return s.comparePoses(ctx, tx, &v, o, q.Parts, at)
	})
	return v, err
}

// comparePoses fills in the poses of one of the parts of a cart. Those that are better in nothing than the file's own are left out.
func (s *Service) comparePoses(ctx context.Context, tx *db.Tx, v *PosesView, o catalog.PriceBasis, parts []PricedPart, at int) error {
	p := parts[at]
	proposed, err := proposalsOf(ctx, tx, p.Part)
	if err != nil {
		return err
	}
	ahead, err := tx.SlicesAhead(ctx, p.CartID)
	if err != nil {
		return err
	}
	keys := map[shop.Pose]string{p.Pose: p.SliceKey}
	for _, a := range ahead {
		if a.PartID == p.ID {
			keys[a.Pose] = a.Key
		}
	}
	if !slices.ContainsFunc(proposed, func(q shop.ProposedPose) bool { return q.Pose == p.Pose }) { // it was turned by hand
		proposed = append(proposed, shop.ProposedPose{Pose: p.Pose, Inspection: p.Inspection})
	}
	var all []PoseView
	for rank, q := range proposed {
		key := keys[q.Pose]
		if key == "" {
			continue
		}
		made, err := tx.Slice(ctx, key)
		if shop.IsKind(err, shop.NotFound) {
			v.Waiting++
			continue
		}
		if err != nil {
			return err
		}
		in, ok := slice.InspectionOf(q.Inspection)
		if made.Failed || !ok {
			continue
		}
		pv := poseTakes(o, parts, at, q.Pose, in, made.Facts)
		pv.Pose, pv.Own, pv.Chosen = q.Pose, q.Pose == (shop.Pose{}), q.Pose == p.Pose
		if pv.Own {
			pv.Pose.W = 1
		}
		if !q.Drawn.IsZero() {
			pv.ThumbnailURL = fmt.Sprintf("/api/quick-order/parts/%s/thumbnail?pose=%d&v=%s", p.ID, rank, shop.ThumbnailVersion(q.Drawn))
		}
		all = append(all, pv)
	}
	v.Poses, v.Estimated = worthShowing(all), p.Choices.Copies > 1
	return nil
}

// poseTakes is what a part takes in a pose of which one copy is sliced, and the whole order with it.
func poseTakes(o catalog.PriceBasis, parts []PricedPart, at int, pose shop.Pose, in slice.Inspection, one shop.SliceFacts) PoseView {
	lies := parts[at].Part
	lies.Pose = pose
	var facts []shop.PartFacts
	var f shop.PartFacts
	for i, p := range parts {
		if !p.Priced || p.Refused {
			continue
		}
		if i == at {
			plate := shop.Plate{Runs: p.Choices.Copies, Copies: 1}
			plate.Takes(one)
			t := shop.PrintingOf([]shop.Plate{plate}, "")
			p.Facts.Grams, p.Facts.SupportGrams, p.Facts.Seconds, p.Facts.Runs = t.Grams, t.SupportGrams, t.Seconds, 1
			on := machineFor(lies, in, o.Machines, o.Menu)
			p.Facts.PerHour, p.Facts.PerPlate = on.RatePerHour, shop.PerPlate(on.Bed.Width, on.Bed.Depth, in.Mesh.SizeMM[0], in.Mesh.SizeMM[1])
			if p.Choices.Copies > 1 {
				p.Facts.Runs, p.Facts.Estimated = 0, true
			}
			f = p.Facts
		}
		facts = append(facts, p.Facts)
	}
	price := o.Settings.Pricing.Order(facts, nil, o.Settings.EffectiveTax(), o.Settings.Currency, nil, false)
	v := PoseView{
		SizeMM: in.Mesh.SizeMM, OverhangMM2: in.Mesh.OverhangMM2, Price: price.Parts[f.ID].Total, Seconds: f.Seconds, SupportsUsed: one.SupportsUsed,
		takes: shop.PoseTakes{Total: price.Total, Seconds: f.Seconds, SupportGrams: f.SupportGrams},
	}
	if o.Settings.ShowRates {
		v.SupportGrams = &f.SupportGrams
	}
	return v
}

// worthShowing are the poses that are compared: the file's own, the one that is chosen, and those that are better in something than the
// file's own. With fewer than two there is nothing to compare.
func worthShowing(all []PoseView) []PoseView {
	own := slices.IndexFunc(all, func(v PoseView) bool { return v.Own })
	chosen := slices.IndexFunc(all, func(v PoseView) bool { return v.Chosen })
	shown := []PoseView{}
	if own < 0 || chosen < 0 {
		return shown
	}
	for i, v := range all {
		v.Advantages = v.takes.Over(all[own].takes)
		v.Saves = all[chosen].takes.Total - v.takes.Total
		if i == own || i == chosen || len(v.Advantages) > 0 {
			shown = append(shown, v)
		}
	}
	if len(shown) < 2 {
		return []PoseView{}
	}
	slices.SortStableFunc(shown, func(a, b PoseView) int {
		if a.Own != b.Own {
			return map[bool]int{true: -1, false: 1}[a.Own]
		}
		return cmp.Or(cmp.Compare(a.takes.Total, b.takes.Total), cmp.Compare(a.Price, b.Price), cmp.Compare(a.Seconds, b.Seconds))
	})
	return shown
}
