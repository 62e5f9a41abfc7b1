package db

import (
	"context"
	"encoding/json"

	"buildplate/app/shop"

	"github.com/shopspring/decimal"
)

// Materials lists the menu in its order, each with its colours; with all, those taken off it too.
func (tx *Tx) Materials(ctx context.Context, all bool) ([]shop.Material, error) {
	ms, err := list(ctx, tx, func(row scanner) (m shop.Material, err error) {
		err = row.Scan(&m.ID, &m.Name, &m.Profile, &m.Note, &m.SellPerGram, &m.CostPerGram, &m.Active)
		return m, err
	}, "SELECT id, name, profile, note, sell_per_gram, cost_per_gram, active FROM materials WHERE active OR ? ORDER BY position, name", all)
	if err != nil {
		return nil, err
	}
	for i := range ms {
		ms[i].Colours, err = list(ctx, tx, func(row scanner) (c shop.Colour, err error) {
			err = row.Scan(&c.ID, &c.Name, &c.Hex)
			return c, err
		}, "SELECT id, name, hex FROM colours WHERE material_id = ? AND active ORDER BY position, name", ms[i].ID)
		if err != nil {
			return nil, err
		}
	}
	return ms, nil
}

// InsertMaterial puts a material and its colours at the end of the menu.
func (tx *Tx) InsertMaterial(ctx context.Context, m shop.Material) error {
	_, err := tx.exec(ctx, `INSERT INTO materials (id, name, profile, note, sell_per_gram, cost_per_gram, position, active)
		VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM materials), ?)`,
		m.ID, m.Name, m.Profile, m.Note, m.SellPerGram.String(), m.CostPerGram.String(), m.Active)
	for i, c := range m.Colours {
		if err == nil {
			_, err = tx.exec(ctx, "INSERT INTO colours (id, material_id, name, hex, position) VALUES (?, ?, ?, ?, ?)", c.ID, m.ID, c.Name, c.Hex, i+1)
		}
	}
	return err
}

// SaveMaterialPrices changes what a material sells for, what it costs, and whether it is on the menu, and counts the
// change; by is who made it.
func (tx *Tx) SaveMaterialPrices(ctx context.Context, m shop.Material, by string) error {
	return tx.change(ctx, "UPDATE materials SET sell_per_gram = ?, cost_per_gram = ?, active = ?, version = version + 1, updated = ?, changed_by = ? WHERE id = ?",
		m.SellPerGram.String(), m.CostPerGram.String(), m.Active, tx.Now, by, m.ID)
}

// MachineClasses lists all machine classes, the oldest first.
func (tx *Tx) MachineClasses(ctx context.Context) ([]shop.MachineClass, error) {
	return list(ctx, tx, scanMachineClass, machineClassQuery+"ORDER BY created, id")
}

// MachineClass finds one machine class.
func (tx *Tx) MachineClass(ctx context.Context, id string) (shop.MachineClass, error) {
	return get(ctx, tx, scanMachineClass, machineClassQuery+"WHERE id = ?", id)
}

const machineClassQuery = "SELECT id, name, definition, overrides, rate_per_hour, interchangeable, active, version, updated, changed_by FROM machine_classes "

var _ = mustHold("prices are made for a machine class that is in use", `
	SELECT 'none' WHERE EXISTS (SELECT 1 FROM machine_classes) AND NOT EXISTS (SELECT 1 FROM machine_classes WHERE active)`)

func scanMachineClass(row scanner) (c shop.MachineClass, err error) {
	var overrides, rate string
	if err = row.Scan(&c.ID, &c.Name, &c.Definition, &overrides, &rate, &c.Interchangeable, &c.Active, &c.Version, &c.Updated, &c.ChangedBy); err != nil {
		return c, err
	}
	if rate != "" {
		r, err := decimal.NewFromString(rate)
		if err != nil {
			return c, err
		}
		c.RatePerHour = &r
	}
	return c, json.Unmarshal([]byte(overrides), &c.Overrides)
}

func hourText(c shop.MachineClass) string {
	if c.RatePerHour == nil {
		return ""
	}
	return c.RatePerHour.String()
}

func overridesText(c shop.MachineClass) string {
	if c.Overrides == nil {
		return "{}"
	}
	return toJSON(c.Overrides)
}

// InsertMachineClass adds a machine class.
func (tx *Tx) InsertMachineClass(ctx context.Context, c shop.MachineClass) error {
	_, err := tx.exec(ctx, "INSERT INTO machine_classes (id, name, definition, overrides, rate_per_hour, interchangeable, active, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		c.ID, c.Name, c.Definition, overridesText(c), hourText(c), c.Interchangeable, c.Active, tx.Now)
	return err
}

// SaveMachineClass keeps everything about a machine class that can change, and counts the change; by is who made it.
func (tx *Tx) SaveMachineClass(ctx context.Context, c shop.MachineClass, by string) error {
	return tx.change(ctx, `UPDATE machine_classes SET name = ?, overrides = ?, rate_per_hour = ?, interchangeable = ?, active = ?,
		version = version + 1, updated = ?, changed_by = ? WHERE id = ?`, c.Name, overridesText(c), hourText(c), c.Interchangeable, c.Active, tx.Now, by, c.ID)
}

// Printers lists the printers by name.
func (tx *Tx) Printers(ctx context.Context) ([]shop.Printer, error) {
	return list(ctx, tx, scanPrinter, printerQuery+"ORDER BY name")
}

// Printer finds one printer.
func (tx *Tx) Printer(ctx context.Context, id string) (shop.Printer, error) {
	return get(ctx, tx, scanPrinter, printerQuery+"WHERE id = ?", id)
}

const printerQuery = "SELECT id, class_id, name, status, version, updated, changed_by FROM printers "

func scanPrinter(row scanner) (p shop.Printer, err error) {
	err = row.Scan(&p.ID, &p.ClassID, &p.Name, &p.Status, &p.Version, &p.Updated, &p.ChangedBy)
	return p, err
}

// InsertPrinter adds a printer.
func (tx *Tx) InsertPrinter(ctx context.Context, p shop.Printer) error {
	_, err := tx.exec(ctx, "INSERT INTO printers (id, class_id, name, status, created) VALUES (?, ?, ?, ?, ?)", p.ID, p.ClassID, p.Name, p.Status, tx.Now)
	return err
}

// SavePrinter keeps a printer's class, name and state, and counts the change; by is who made it.
func (tx *Tx) SavePrinter(ctx context.Context, p shop.Printer, by string) error {
	return tx.change(ctx, "UPDATE printers SET class_id = ?, name = ?, status = ?, version = version + 1, updated = ?, changed_by = ? WHERE id = ?",
		p.ClassID, p.Name, p.Status, tx.Now, by, p.ID)
}
