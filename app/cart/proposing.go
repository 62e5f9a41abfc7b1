package cart

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// queueProposals gives the meshes of sliced parts of which it is not known how they may lie a place behind all inspections.
func (s *Service) queueProposals(ctx context.Context) error {
	var meshes []db.MeshToPropose
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		meshes, err = tx.MeshesToPropose(ctx, tx.Now.Add(-aheadFor))
		return err
	})
	for _, m := range meshes {
		key := fmt.Sprint("propose ", m.SHA256, " ", m.Unit, " ", m.SupportAngle)
		if s.ahead.gaveUp(key) {
			continue
		}
		s.inspections.Add(slicer.Work{
			Key: key, Owner: m.CartID, Networks: shop.NetworkNames(m.Address), Address: m.Address, Lane: slicer.LaneAhead, Cost: 1 + float64(m.Bytes)/bytesATurn,
			Run: func(ctx context.Context, _ func(float64)) {
				if err := s.Propose(ctx, m); err != nil && ctx.Err() == nil {
					s.ahead.giveUp(key)
					s.log.ErrorContext(ctx, "how a part may lie is not known", "part", m.ID, "err", err)
				}
			},
		})
	}
	return err
}

// Propose finds out how a mesh may lie, in a process of its own, with a picture of each pose. What cannot be read any more is left out.
func (s *Service) Propose(ctx context.Context, m db.MeshToPropose) error {
	found, err := s.proposed(ctx, m)
	if err != nil || found == nil {
		return err
	}
	all := make([]shop.ProposedPose, len(found))
	for i, p := range found {
		q := p.Pose.Quaternion
		doc, err := json.Marshal(slice.Inspection{Mesh: p.Inspection})
		if err != nil {
			return err
		}
		all[i] = shop.ProposedPose{Score: p.Pose.Score, Inspection: doc}
		if all[i].Pose, err = (shop.Pose{X: q[0], Y: q[1], Z: q[2], W: q[3]}).Canonical(); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.SaveProposals(ctx, m, all); err != nil {
			return err
		}
		for i, p := range all {
			if found[i].Picture == nil {
				continue
			}
			if err := tx.SaveThumbnail(ctx, m.SHA256, p.Pose, found[i].Picture); err != nil {
				return err
			}
		}
		carts, err := tx.CartsWithMesh(ctx, m.SHA256)
		for _, id := range carts {
			s.later(tx, id)
		}
		return err
	})
}

// proposed reads how a mesh may lie; nil where its file has gone. Of a mesh that has no pose to speak of there is one, without anything
// found.
func (s *Service) proposed(ctx context.Context, m db.MeshToPropose) ([]slicer.Proposal, error) {
	f, err := s.files.Open(ctx, storage.Tmp, m.BlobID)
	if shop.IsKind(err, shop.NotFound) || shop.IsKind(err, shop.Gone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	models, err := s.slicer.Read(ctx, "mesh.stl", f.File, f.Packed, slicer.Laid{Scale: m.Unit.Scale(), SupportAngle: m.SupportAngle, Propose: true})
	nothing := []slicer.Proposal{{Pose: slicer.Pose{Quaternion: slicer.NoRotation}}}
	var bad *slicer.Error
	switch {
	case ctx.Err() == nil && errors.As(err, &bad) && bad.AboutPart():
		return nothing, nil
	case err != nil:
		return nil, err
	}
	defer func() { _ = models.Close() }() // in a folder that goes with the process
	if len(models.All) != 1 || len(models.All[0].Proposals) == 0 {
		return nothing, nil
	}
	return models.All[0].Proposals, nil
}

// lieAsProposed gives a part that was turned the inspection of a pose that is proposed, and says whether there is one: then its mesh need
// not be read again.
func lieAsProposed(ctx context.Context, tx *db.Tx, p *shop.Part) (known bool, err error) {
	proposed, err := proposalsOf(ctx, tx, *p)
	if err != nil {
		return false, err
	}
	was, _ := slice.InspectionOf(p.Inspection)
	for _, q := range proposed {
		found, ok := slice.InspectionOf(q.Inspection)
		if !ok || q.Pose != p.Pose || q.Drawn.IsZero() {
			continue
		}
		was.Mesh = was.Mesh.Relaid(found.Mesh)
		p.Inspection, err = json.Marshal(was)
		return true, err
	}
	return false, nil
}
