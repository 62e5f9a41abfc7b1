package order

import (
	"encoding/json"
	"fmt"
	"slices"

	"buildplate/app/catalog"
	"buildplate/app/shop"
)

// plateViews are the plates of an item that have G-code, or had it.
func (f orderFacts) plateViews(it shop.Item, meshBase string) []ItemPlateView {
	views := []ItemPlateView{}
	for _, p := range f.plates {
		if p.ItemID != it.ID || p.GCodeHash == "" {
			continue
		}
		v := ItemPlateView{Number: p.Position, Runs: p.Runs, Copies: p.Copies, Laid: p.Laid() || p.All() == 1, Seconds: p.Seconds, Layers: p.Layers, GCodeSHA256: p.GCodeHash}
		if f.gcodeOf(p) != nil {
			v.LayersURL = fmt.Sprintf("%s%s/layers?plate=%d&v=%s", meshBase, it.ID, p.Position, p.GCodeHash[:8])
		}
		views = append(views, v)
	}
	return views
}

// machineOf is the machine that an item is made on; before that is known, the smallest.
func (f orderFacts) machineOf(it shop.Item) catalog.Machine {
	if on, made := f.machines.Find(classOf(f.plates, it.ID)); made {
		return on
	}
	return f.machines.First()
}

func sliceFacts(it shop.Item) (f shop.SliceFacts) {
	_ = json.Unmarshal(it.Result, &f)
	return f
}

// gcodeOf is the file with a plate's G-code; nil once it was deleted.
func (f orderFacts) gcodeOf(p shop.Plate) *shop.OrderFile {
	at := slices.IndexFunc(f.files, func(file shop.OrderFile) bool { return file.PlateID == p.ID && file.Kind == "gcode" })
	if at < 0 {
		return nil
	}
	return &f.files[at]
}

// forStaff adds what only staff see of an item's plates.
func (f orderFacts) forStaff(views []ItemPlateView) {
	for i := range views {
		v := &views[i]
		at := slices.IndexFunc(f.plates, func(p shop.Plate) bool { return p.Position == v.Number })
		p := f.plates[at]
		v.Grams, v.SupportGrams = p.Grams, p.SupportGrams
		_ = json.Unmarshal(p.Placements, &v.Placements)
		if file := f.gcodeOf(p); file != nil {
			v.GCodeFileID = file.ID
		}
	}
}
