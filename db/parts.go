package db

import (
	"context"
	"database/sql"
	"encoding/json"

	"buildplate/app/shop"
)

const partQuery = `SELECT p.id, p.cart_id, coalesce(p.upload_id, ''), p.name, p.kind, p.state, p.message, p.raw_blob, b.size, coalesce(p.mesh_blob, ''), p.mesh_hash,
	p.inspection, p.choices, p.unit_answered, p.pose, p.slice_key, coalesce((SELECT l.class_id FROM plate_items pi JOIN plates l ON l.id = pi.plate_id WHERE pi.part_id = p.id LIMIT 1), ''),
	NOT EXISTS (SELECT 1 FROM plate_items pi WHERE pi.part_id = p.id AND pi.placements = '[]'), p.most,
	EXISTS (SELECT 1 FROM refused_models x WHERE x.sha256 IN (b.sha256, m.sha256)), p.created
	FROM parts p JOIN blobs b ON b.id = p.raw_blob LEFT JOIN blobs m ON m.id = p.mesh_blob `

var _ = mustHold("a part lies on plates of its cart, as often as there are copies", `
	SELECT p.id FROM parts p WHERE (SELECT coalesce(sum(l.runs * pi.copies), 0) FROM plate_items pi JOIN plates l ON l.id = pi.plate_id
		WHERE pi.part_id = p.id AND l.cart_id = p.cart_id) <> p.choices ->> 'copies'`)

var _ = mustHold("a part that is sliced has its plates sliced, and several copies of it lie somewhere", `
	SELECT p.name FROM parts p JOIN plate_items pi ON pi.part_id = p.id JOIN plates l ON l.id = pi.plate_id WHERE p.state = 'sliced'
	AND (l.slice_key NOT IN (SELECT key FROM slices WHERE state = 'done') OR p.choices ->> 'copies' > 1 AND pi.placements = '[]')
	AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = p.cart_id)`)

var _ = mustHold("something lies on every plate", `
	SELECT l.id FROM plates l WHERE NOT EXISTS (SELECT 1 FROM plate_items WHERE plate_id = l.id)`)

func scanPart(row scanner) (p shop.Part, err error) {
	var inspection, choices string
	var pose sql.NullString
	err = row.Scan(&p.ID, &p.CartID, &p.UploadID, &p.Name, &p.Kind, &p.State, &p.Message, &p.RawBlob, &p.Bytes, &p.MeshBlob, &p.MeshHash,
		&inspection, &choices, &p.UnitAnswered, &pose, &p.SliceKey, &p.ClassID, &p.Laid, &p.Most, &p.Refused, &p.Created)
	if err != nil {
		return p, err
	}
	if p.Pose, err = poseOf(pose); err != nil {
		return p, err
	}
	p.Inspection = json.RawMessage(inspection)
	var stored partChoices
	err = json.Unmarshal([]byte(choices), &stored)
	p.Choices, p.Chosen, p.ChosenAt, p.PrintChosen, p.PrintAnyway = stored.Choices, stored.Version, stored.At, stored.Print, stored.Anyway
	return p, err
}

// partChoices is a part's column of that name: what was chosen, with the version of the cart in which that last changed, and whether how it is printed ever did, and whether it is printed though its surface is not closed.
type partChoices struct {
	shop.Choices
	Version int64     `json:"version,omitempty"`
	At      shop.Time `json:"at,omitempty"`
	Print   bool      `json:"print_chosen,omitempty"`
	Anyway  bool      `json:"print_anyway,omitempty"`
}

func choicesText(p shop.Part) string {
	return toJSON(partChoices{p.Choices, p.Chosen, p.ChosenAt, p.PrintChosen, p.PrintAnyway})
}

// Parts lists a cart's parts in the order they came.
func (tx *Tx) Parts(ctx context.Context, cartID string) ([]shop.Part, error) {
	return list(ctx, tx, scanPart, partQuery+"WHERE p.cart_id = ? ORDER BY p.position, p.id", cartID)
}

// Part finds one part of a cart; NotFound for another cart's.
func (tx *Tx) Part(ctx context.Context, cartID, id string) (shop.Part, error) {
	return get(ctx, tx, scanPart, partQuery+"WHERE p.cart_id = ? AND p.id = ?", cartID, id)
}

// PartsInState lists the parts of all carts in a state, oldest first: what a restart takes up again.
func (tx *Tx) PartsInState(ctx context.Context, states ...shop.PartState) ([]shop.Part, error) {
	return list(ctx, tx, scanPart, partQuery+"WHERE p.state IN (SELECT value FROM json_each(?)) ORDER BY p.id", toJSON(states))
}

// PartToInspect is a part that waits for its inspection, and whose it is.
type PartToInspect struct {
	ID, CartID string
	Address    string // of its cart
	Staff      bool   // a member of staff works on it
	Bytes      int64  // to read
}

// PartsToInspect lists the parts of all carts that wait for their inspection, oldest first.
func (tx *Tx) PartsToInspect(ctx context.Context) ([]PartToInspect, error) {
	return list(ctx, tx, func(row scanner) (p PartToInspect, err error) {
		err = row.Scan(&p.ID, &p.CartID, &p.Address, &p.Staff, &p.Bytes)
		return p, err
	}, `SELECT p.id, p.cart_id, c.address, c.user_id IS NOT NULL, b.size FROM parts p JOIN carts c ON c.id = p.cart_id
		JOIN blobs b ON b.id = coalesce(p.mesh_blob, p.raw_blob) WHERE p.state = ? ORDER BY p.id`, shop.PartInspecting)
}

// PartToLayOut is a part whose copies are to be laid out, and whose it is.
type PartToLayOut struct {
	PartToInspect
	Chosen shop.Time // when somebody chose for it last; 0: nobody did
}

// PartsToLayOut lists the parts of all carts whose copies lie nowhere yet and of which one copy is sliced, oldest first.
func (tx *Tx) PartsToLayOut(ctx context.Context) ([]PartToLayOut, error) {
	return list(ctx, tx, func(row scanner) (p PartToLayOut, err error) {
		err = row.Scan(&p.ID, &p.CartID, &p.Address, &p.Staff, &p.Bytes, &p.Chosen)
		return p, err
	}, `SELECT p.id, p.cart_id, c.address, c.user_id IS NOT NULL, b.size, coalesce(p.choices ->> 'at', 0) FROM parts p JOIN carts c ON c.id = p.cart_id
		JOIN blobs b ON b.id = p.mesh_blob JOIN slices s ON s.key = p.slice_key WHERE p.state = ? AND s.state = 'done' AND p.choices ->> 'copies' > 1
		AND EXISTS (SELECT 1 FROM plate_items pi WHERE pi.part_id = p.id AND pi.placements = '[]') ORDER BY p.id`, shop.PartQueued)
}

// PartsBySlice lists the parts that wait for or use one slice, of a plate of theirs or of one copy, or have it made ahead.
func (tx *Tx) PartsBySlice(ctx context.Context, key string) ([]shop.Part, error) {
	return list(ctx, tx, scanPart, partQuery+`WHERE p.id IN (SELECT pi.part_id FROM plates l JOIN plate_items pi ON pi.plate_id = l.id WHERE l.slice_key = ?1 AND l.cart_id IS NOT NULL
		UNION SELECT id FROM parts WHERE slice_key = ?1 AND slice_key <> '' UNION SELECT part_id FROM slices_ahead WHERE slice_key = ?1) ORDER BY p.id`, key)
}

// InsertPart adds a part at the end of its cart, on a plate of its own.
func (tx *Tx) InsertPart(ctx context.Context, p shop.Part) error {
	_, err := tx.exec(ctx, `INSERT INTO parts (id, cart_id, upload_id, position, name, kind, state, message, raw_blob, mesh_blob, mesh_hash, inspection, choices, unit_answered, pose, slice_key, most, created)
		VALUES (?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM parts WHERE cart_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.CartID, nullText(p.UploadID), p.CartID, p.Name, p.Kind, p.State, p.Message, p.RawBlob, nullText(p.MeshBlob), p.MeshHash,
		inspectionText(p), choicesText(p), p.UnitAnswered, poseText(p.Pose), p.SliceKey, p.Most, tx.Now)
	if err != nil {
		return err
	}
	if err := tx.LayOut(ctx, p, notLaid(p)); err != nil {
		return err
	}
	return tx.fillCart(ctx, p.CartID)
}

// PutPartAfter gives a part the place right after another one of its cart.
func (tx *Tx) PutPartAfter(ctx context.Context, id, after string) error {
	_, err := tx.exec(ctx, `UPDATE parts SET position = position + 1 WHERE cart_id = (SELECT cart_id FROM parts WHERE id = ?1) AND position > (SELECT position FROM parts WHERE id = ?1)`, after)
	if err != nil {
		return err
	}
	return tx.change(ctx, "UPDATE parts SET position = 1 + (SELECT position FROM parts WHERE id = ?) WHERE id = ?", after, id)
}

// SavePart keeps everything about a part that can change. Copies that do not lie anywhere are taken off their plates, and nothing is made
// ahead of what is not sliced.
func (tx *Tx) SavePart(ctx context.Context, p shop.Part) error {
	err := tx.change(ctx, `UPDATE parts SET name = ?, kind = ?, state = ?, message = ?, raw_blob = ?, mesh_blob = ?, mesh_hash = ?, inspection = ?, choices = ?, unit_answered = ?, pose = ?, slice_key = ?, most = ?
		WHERE id = ?`,
		p.Name, p.Kind, p.State, p.Message, p.RawBlob, nullText(p.MeshBlob), p.MeshHash, inspectionText(p), choicesText(p), p.UnitAnswered, poseText(p.Pose), p.SliceKey, p.Most, p.ID)
	if err == nil && p.State != shop.PartSliced {
		_, err = tx.exec(ctx, "DELETE FROM slices_ahead WHERE part_id = ?", p.ID)
	}
	if err != nil || p.Laid {
		return err
	}
	return tx.LayOut(ctx, p, notLaid(p))
}

// notLaid is the plate of a part whose copies lie nowhere yet: one, run for each, as that is sliced first.
func notLaid(p shop.Part) []shop.Plate {
	return []shop.Plate{{ClassID: p.ClassID, SliceKey: p.SliceKey, Runs: p.Choices.Copies, Copies: 1}}
}

func inspectionText(p shop.Part) string {
	if len(p.Inspection) == 0 {
		return "{}"
	}
	return string(p.Inspection)
}

// DeletePart removes a part's row and its plates; its blobs go to the delete queue in the same transaction.
func (tx *Tx) DeletePart(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, "DELETE FROM plates WHERE id IN (SELECT plate_id FROM plate_items WHERE part_id = ?)", id); err != nil {
		return err
	}
	var cart string
	if err := tx.one(ctx, "DELETE FROM parts WHERE id = ? RETURNING cart_id", []any{id}, &cart); err != nil {
		return err
	}
	return tx.leaveCart(ctx, cart)
}

// PartsUse says whether a part still needs a blob: parts that came in one archive share it, as lines of one model do.
func (tx *Tx) PartsUse(ctx context.Context, blobID string) (used bool, err error) {
	err = tx.one(ctx, "SELECT EXISTS (SELECT 1 FROM parts WHERE raw_blob = ?1 OR mesh_blob = ?1)", []any{blobID}, &used)
	return used, err
}
