package db

import (
	"context"
	"database/sql"

	"buildplate/app/shop"
)

var _ = mustHold("what is proposed is proposed of a mesh that is here", `
	SELECT q.sha256 FROM proposed_poses q WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.sha256 = q.sha256 AND b.state <> 'trash')`)

var _ = mustHold("a pose that is proposed is a turn, kept in the one way", `
	SELECT q.sha256 || ' ' || q.rank FROM proposed_poses q WHERE (q.rank = 0) <> (q.pose = '')
	OR q.pose <> '' AND (q.pose ->> 'w' < 0 OR coalesce(abs((q.pose ->> 'w') * (q.pose ->> 'w') + (q.pose ->> 'x') * (q.pose ->> 'x') + (q.pose ->> 'y') * (q.pose ->> 'y') + (q.pose ->> 'z') * (q.pose ->> 'z') - 1) > 1e-8, 1))`)

var _ = mustHold("slices are made ahead of parts that are sliced, in other poses, and few", `
	SELECT p.id FROM slices_ahead a JOIN parts p ON p.id = a.part_id WHERE p.state <> 'sliced' OR a.pose = coalesce(p.pose, '')
	UNION SELECT p.cart_id FROM slices_ahead a JOIN parts p ON p.id = a.part_id GROUP BY p.cart_id HAVING count(DISTINCT a.slice_key) > 4`)

// MeshToPropose is the mesh of a part that is sliced, and whose it is: it is not known yet how it may lie.
type MeshToPropose struct {
	PartToInspect
	BlobID, SHA256 string
	Unit           shop.Unit
	SupportAngle   float64 // as its inspection says; 0 where that is of before there was one
}

// MeshesToPropose lists those of carts that were used since a time, oldest first.
func (tx *Tx) MeshesToPropose(ctx context.Context, since shop.Time) ([]MeshToPropose, error) {
	return list(ctx, tx, func(row scanner) (m MeshToPropose, err error) {
		err = row.Scan(&m.ID, &m.CartID, &m.Address, &m.Staff, &m.Bytes, &m.BlobID, &m.SHA256, &m.Unit, &m.SupportAngle)
		return m, err
	}, `SELECT p.id, p.cart_id, c.address, c.user_id IS NOT NULL, b.size, b.id, b.sha256, p.choices ->> 'unit', coalesce(p.inspection ->> '$.mesh.support_angle', 0)
		FROM parts p JOIN carts c ON c.id = p.cart_id JOIN blobs b ON b.id = p.mesh_blob
		WHERE p.state = ? AND p.kind = 'model' AND c.seen >= ? AND b.state = 'live' AND NOT EXISTS (SELECT 1 FROM proposed_poses q
			WHERE q.sha256 = b.sha256 AND q.unit = p.choices ->> 'unit' AND q.support_angle = coalesce(p.inspection ->> '$.mesh.support_angle', 0)) ORDER BY p.id`,
		shop.PartSliced, since)
}

// SaveProposals keeps how a mesh may lie, the file's own pose first. Of a mesh that is gone meanwhile nothing is kept.
func (tx *Tx) SaveProposals(ctx context.Context, m MeshToPropose, all []shop.ProposedPose) error {
	for rank, p := range all {
		_, err := tx.exec(ctx, `INSERT INTO proposed_poses (sha256, unit, support_angle, rank, pose, score, inspection)
			SELECT ?1, ?2, ?3, ?4, coalesce(?5, ''), ?6, ?7 WHERE EXISTS (SELECT 1 FROM blobs WHERE sha256 = ?1 AND state = 'live') ON CONFLICT DO NOTHING`,
			m.SHA256, m.Unit, m.SupportAngle, rank, poseText(p.Pose), p.Score, string(p.Inspection))
		if err != nil {
			return err
		}
	}
	return nil
}

// Proposals are how the mesh of a part may lie, in a unit and by the angle of its inspection, the file's own pose first; none before that
// is known.
func (tx *Tx) Proposals(ctx context.Context, meshBlob string, unit shop.Unit, supportAngle float64) ([]shop.ProposedPose, error) {
	return list(ctx, tx, func(row scanner) (p shop.ProposedPose, err error) {
		var pose sql.NullString
		var inspection string
		if err = row.Scan(&pose, &p.Score, &inspection, &p.Drawn); err != nil {
			return p, err
		}
		p.Inspection = []byte(inspection)
		p.Pose, err = poseOf(pose)
		return p, err
	}, `SELECT nullif(q.pose, ''), q.score, q.inspection, coalesce((SELECT t.drawn FROM thumbnails t WHERE t.sha256 = q.sha256 AND t.pose = q.pose AND length(t.picture) > 0), 0)
		FROM blobs b JOIN proposed_poses q ON q.sha256 = b.sha256 WHERE b.id = ? AND q.unit = ? AND q.support_angle = ? ORDER BY q.rank`, meshBlob, unit, supportAngle)
}

// CartsWithMesh lists the carts in which a sliced part has a mesh.
func (tx *Tx) CartsWithMesh(ctx context.Context, sha256 string) ([]string, error) {
	return list(ctx, tx, scanText, `SELECT DISTINCT p.cart_id FROM blobs b JOIN parts p ON p.mesh_blob = b.id WHERE b.sha256 = ? AND p.state = ?`, sha256, shop.PartSliced)
}

// SliceAhead is a slice that is made of a part in another pose while nobody waits.
type SliceAhead struct {
	PartID string
	Pose   shop.Pose
	Key    string
}

// SetSlicesAhead says which slices are made ahead for a cart, in the place of those of before.
func (tx *Tx) SetSlicesAhead(ctx context.Context, cartID string, all []SliceAhead) error {
	if _, err := tx.exec(ctx, `DELETE FROM slices_ahead WHERE part_id IN (SELECT id FROM parts WHERE cart_id = ?)`, cartID); err != nil {
		return err
	}
	for _, a := range all {
		if _, err := tx.exec(ctx, `INSERT INTO slices_ahead (part_id, pose, slice_key) VALUES (?, coalesce(?, ''), ?)`, a.PartID, poseText(a.Pose), a.Key); err != nil {
			return err
		}
	}
	return nil
}

// SlicesAhead lists what is made ahead for a cart.
func (tx *Tx) SlicesAhead(ctx context.Context, cartID string) ([]SliceAhead, error) {
	return list(ctx, tx, func(row scanner) (a SliceAhead, err error) {
		var pose sql.NullString
		if err = row.Scan(&a.PartID, &pose, &a.Key); err != nil {
			return a, err
		}
		a.Pose, err = poseOf(pose)
		return a, err
	}, `SELECT a.part_id, nullif(a.pose, ''), a.slice_key FROM parts p JOIN slices_ahead a ON a.part_id = p.id WHERE p.cart_id = ? ORDER BY a.part_id, a.pose`, cartID)
}

// MadeAhead says of how many poses of a cart's parts there are slices that were made ahead. Parts without one are left out.
func (tx *Tx) MadeAhead(ctx context.Context, cartID string) (map[string]int, error) {
	type made struct {
		part string
		n    int
	}
	found, err := list(ctx, tx, func(row scanner) (m made, err error) {
		err = row.Scan(&m.part, &m.n)
		return m, err
	}, `SELECT a.part_id, count(*) FROM parts p JOIN slices_ahead a ON a.part_id = p.id JOIN slices s ON s.key = a.slice_key
		WHERE p.cart_id = ? AND s.state = 'done' GROUP BY a.part_id`, cartID)
	all := map[string]int{}
	for _, m := range found {
		all[m.part] = m.n
	}
	return all, err
}

// CartsSlicedAhead lists carts with slices to be made ahead that are not here yet, and that were used since a time.
func (tx *Tx) CartsSlicedAhead(ctx context.Context, since shop.Time) ([]string, error) {
	return list(ctx, tx, scanText, `SELECT DISTINCT p.cart_id FROM slices_ahead a JOIN parts p ON p.id = a.part_id JOIN carts c ON c.id = p.cart_id
		WHERE c.seen >= ? AND NOT EXISTS (SELECT 1 FROM slices s WHERE s.key = a.slice_key)`, since)
}
