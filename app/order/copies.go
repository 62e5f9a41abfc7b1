package order

import (
	"context"
	"encoding/json"
	"io"
	"path"
	"strings"

	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// collect lists the order's items and files: what the customer sent, the mesh, the G-code that was priced, and the
// settings it was made with.
func (d *prepared) collect(ctx context.Context, tx *db.Tx, b catalog.PriceBasis, q cart.Priced) error {
	sent := map[string]bool{}
	add := func(kind, name string, plate shop.Plate, blobID, sent string) error {
		from, err := tx.Blob(ctx, blobID)
		if err == nil {
			row := d.fileRow(kind, name, plate)
			row.Sent = sent
			d.files = append(d.files, preparedFile{row: row, from: from})
		}
		return err
	}
	for _, p := range q.Parts {
		it := shop.Item{
			ID: shop.NewID(), OrderID: d.order.ID, Name: p.Name, Kind: p.Kind, Copies: p.Choices.Copies, SliceKey: p.SliceKey, Inspection: p.Part.Inspection, MeshHash: p.MeshHash, Pose: p.Pose,
			Choices: b.Menu.Named(p.Choices),
			Price:   shop.PartPrice{Rows: []shop.PriceRow{}},
		}
		if p.State == shop.PartSliced {
			if price, ok := d.order.Price.Parts[p.ID]; ok {
				it.Price = price
			}
			it.Result, _ = json.Marshal(p.Slice.Facts)
			it.GCodeHash = p.Slice.Facts.GCodeSHA256
		}
		it.Choices.Chosen = p.PrintChosen
		for i := range d.order.ReviewReasons {
			if d.order.ReviewReasons[i].Item == p.ID {
				d.order.ReviewReasons[i].Item = it.ID
			}
		}
		d.items = append(d.items, it)
		// Copies are not laid out yet: a plate holds one, and is run as often as there are copies.
		plate := shop.Plate{ID: shop.NewID(), OrderID: d.order.ID, Origin: shop.PlatePriced, Position: len(d.items), Runs: it.Copies, ItemID: it.ID, Copies: 1}
		if p.State == shop.PartSliced {
			plate.ClassID, plate.SliceKey = p.ClassID, p.SliceKey
		}
		d.plates = append(d.plates, plate)
		raw, err := tx.Blob(ctx, p.RawBlob)
		if err != nil {
			return err
		}
		if !sent[p.RawBlob] {
			sent[p.RawBlob] = true
			kind, name := "model", p.Name
			if p.Kind == shop.KindReviewFile {
				kind = "review_file"
			}
			if raw.Name != "" {
				name = raw.Name
			}
			if err := add(kind, name, plate, p.RawBlob, ""); err != nil {
				return err
			}
		}
		if p.MeshBlob != "" {
			if err := add("mesh", baseName(p.Name)+"_mesh.stl", plate, p.MeshBlob, raw.SHA256); err != nil {
				return err
			}
		}
		if p.State == shop.PartSliced {
			if err := add("gcode", baseName(p.Name)+".gcode", plate, p.Slice.GCodeBlob, ""); err != nil {
				return err
			}
			text, err := settingsText(p.Name, b.Class, it, p.Slice.Facts)
			if err != nil {
				return err
			}
			d.files = append(d.files, preparedFile{row: d.fileRow("settings", baseName(p.Name)+"_settings.json", plate), text: text})
		}
	}
	return nil
}

// fileRow is the row of a file of a plate's item; what is made of the slice is the plate's own.
func (d *prepared) fileRow(kind, name string, plate shop.Plate) shop.OrderFile {
	f := shop.OrderFile{ID: shop.NewID(), ClientID: d.order.ClientID, OrderID: d.order.ID, ItemID: plate.ItemID, Kind: kind, Name: shop.CleanFileName(name)}
	if kind == "gcode" || kind == "settings" {
		f.PlateID = plate.ID
	}
	return f
}

// settingsText tells what an item's G-code was made from and with, and what it was priced at.
func settingsText(name string, class shop.MachineClass, it shop.Item, found shop.SliceFacts) ([]byte, error) {
	return json.MarshalIndent(map[string]any{
		"file": name, "machine": class.Name, "definition": class.Definition, "choices": it.Choices, "pose": it.Pose.Turned(), "result": found, "slice_key": it.SliceKey, "price": it.Price,
	}, "", "  ")
}

func baseName(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// copyFiles makes every file of the order durable in its bucket.
func (s *Service) copyFiles(ctx context.Context, d *prepared) error {
	for i := range d.files {
		f := &d.files[i]
		var err error
		if f.text == nil {
			f.blob, err = s.files.CopyToOrder(ctx, f.from, d.order.ClientID, f.row.Name)
		} else {
			f.blob, err = s.files.Put(ctx, storage.OrderFiles, f.row.Name, func(w io.Writer) error {
				_, err := w.Write(f.text)
				return err
			})
			f.blob.ClientID = d.order.ClientID
		}
		if err != nil {
			return err
		}
		f.row.BlobID = f.blob.ID
	}
	return nil
}

// discardCopies removes the files of an order that was not written.
func (s *Service) discardCopies(ctx context.Context, d *prepared) {
	for _, f := range d.files {
		s.files.Discard(ctx, f.blob)
	}
}
