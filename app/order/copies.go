package order

import (
	"context"
	"encoding/json"
	"io"
	"path"
	"slices"
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
	add := func(kind, name, itemID, blobID, sent string) error {
		from, err := tx.Blob(ctx, blobID)
		if err == nil {
			row := d.fileRow(kind, name, itemID)
			row.Sent = sent
			d.files = append(d.files, preparedFile{row: row, from: from})
		}
		return err
	}
	for _, p := range q.Parts {
		it := shop.Item{
			ID: shop.NewID(), OrderID: d.order.ID, Name: p.Name, Kind: p.Kind, Copies: p.Choices.Copies, Inspection: p.Part.Inspection, MeshHash: p.MeshHash, Pose: p.Pose,
			Choices: b.Menu.Named(p.Choices),
			Price:   shop.PartPrice{Rows: []shop.PriceRow{}},
		}
		if price, ok := d.order.Price.Parts[p.ID]; ok && p.State == shop.PartSliced {
			it.Price = price
		}
		it.Choices.Chosen, it.Choices.PrintAnyway = p.PrintChosen, p.PrintAnyway && p.Found != nil && !p.Found.Mesh.Watertight
		for i := range d.order.ReviewReasons {
			if d.order.ReviewReasons[i].Item == p.ID {
				d.order.ReviewReasons[i].Item = it.ID
			}
		}
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
			if err := add(kind, name, it.ID, p.RawBlob, ""); err != nil {
				return err
			}
		}
		if p.MeshBlob != "" {
			if err := add("mesh", baseName(p.Name)+"_mesh.stl", it.ID, p.MeshBlob, raw.SHA256); err != nil {
				return err
			}
		}
		if err := d.collectPlates(ctx, tx, p.Machine.MachineClass, &it, p.Plates); err != nil {
			return err
		}
		d.items = append(d.items, it)
	}
	return nil
}

// collectPlates lists the plates that an item is made on, with their files. What was not sliced has one, for somebody to make as often
// as there are copies.
func (d *prepared) collectPlates(ctx context.Context, tx *db.Tx, class shop.MachineClass, it *shop.Item, sliced []cart.PricedPlate) error {
	if len(sliced) == 0 {
		d.plates = append(d.plates, shop.Plate{ID: shop.NewID(), OrderID: d.order.ID, Origin: shop.PlatePriced, Position: len(d.plates) + 1, Runs: it.Copies, ItemID: it.ID, Copies: 1})
		return nil
	}
	it.SliceKey, it.GCodeHash = sliced[0].SliceKey, sliced[0].GCodeHash
	it.Result, _ = json.Marshal(sliced[0].Slice.Facts)
	for _, p := range sliced {
		p.Plate.ID, p.OrderID, p.ItemID, p.Position = shop.NewID(), d.order.ID, it.ID, len(d.plates)+1
		d.plates = append(d.plates, p.Plate)
		if err := d.plateFiles(ctx, tx, class, *it, p, it.Name); err != nil {
			return err
		}
	}
	return nil
}

// plateFiles lists the G-code of a plate and the settings it was made with. They are named once the order has its number.
func (d *prepared) plateFiles(ctx context.Context, tx *db.Tx, class shop.MachineClass, it shop.Item, p cart.PricedPlate, from string) error {
	blob, err := tx.Blob(ctx, p.Slice.GCodeBlob)
	if err != nil {
		return err
	}
	d.files = append(d.files, preparedFile{row: d.plateFile("gcode", p.Plate), from: blob})
	text, err := settingsText(from, class, it, p)
	if err != nil {
		return err
	}
	d.files = append(d.files, preparedFile{row: d.plateFile("settings", p.Plate), text: text})
	return nil
}

// nameFiles gives the files of plates their names, of an order that has so many.
func (d *prepared) nameFiles(of int) {
	for i := range d.files {
		f := &d.files[i]
		p := slices.IndexFunc(d.plates, func(p shop.Plate) bool { return p.ID == f.row.PlateID })
		if f.row.PlateID == "" || p < 0 {
			continue
		}
		it := slices.IndexFunc(d.items, func(it shop.Item) bool { return it.ID == d.plates[p].ItemID })
		name, end := d.plates[p].FileName(d.order.Number, d.items[it], of), ".gcode"
		if f.row.Kind == "settings" {
			end = "_settings.json"
		}
		f.row.Name = shop.CleanFileName(name + end)
		f.blob.Name = f.row.Name
	}
}

// fileRow is the row of a file of an item.
func (d *prepared) fileRow(kind, name, itemID string) shop.OrderFile {
	return shop.OrderFile{ID: shop.NewID(), ClientID: d.order.ClientID, OrderID: d.order.ID, ItemID: itemID, Kind: kind, Name: shop.CleanFileName(name)}
}

// plateFile is the row of a file that is a plate's own.
func (d *prepared) plateFile(kind string, p shop.Plate) shop.OrderFile {
	f := d.fileRow(kind, kind, p.ItemID)
	f.PlateID = p.ID
	return f
}

// settingsText tells what a plate's G-code was made from and with, and what its item was priced at.
func settingsText(name string, class shop.MachineClass, it shop.Item, p cart.PricedPlate) ([]byte, error) {
	return json.MarshalIndent(map[string]any{
		"file": name, "machine": class.Name, "definition": class.Definition, "choices": it.Choices, "pose": it.Pose.Turned(), "result": p.Slice.Facts, "slice_key": p.SliceKey, "price": it.Price,
		"runs": p.Runs, "copies": p.Copies, "placements": p.Placements,
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
