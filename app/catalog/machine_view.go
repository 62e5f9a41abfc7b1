package catalog

import (
	"cmp"
	"maps"
	"slices"

	"buildplate/app/shop"
	"buildplate/slicer"
)

// MachinesView is the machines that there are with their printers. Lists are never null.
type MachinesView struct {
	Machines    []MachineView `json:"machines" doc:"Those in use first, the smallest first: the order in which parts are given to them"`
	Currency    string        `json:"currency"`
	RatePerHour shop.Rate     `json:"rate_per_hour" doc:"What an hour costs on a machine without a price of its own"`
}

// MachineView is a machine: a kind of printer with its settings and its price.
type MachineView struct {
	ID              string               `json:"id"`
	Name            string               `json:"name"`
	Definition      string               `json:"definition"`
	Profile         string               `json:"profile" doc:"What that is called"`
	Bed             BedView              `json:"bed"`
	Nozzle          float64              `json:"nozzle" doc:"mm"`
	GenericProfile  bool                 `json:"generic_profile" doc:"No profile of the maker's own for this machine"`
	Broken          string               `json:"broken,omitempty" doc:"Why nothing can be sliced for it; absent where all is well"`
	Overrides       []OverrideView       `json:"overrides"`
	RatePerHour     *shop.Rate           `json:"rate_per_hour,omitempty" doc:"Absent: what an hour costs in the shop"`
	Interchangeable bool                 `json:"interchangeable" doc:"What is sliced for it may be printed on the others that are interchangeable, and theirs on it"`
	Active          bool                 `json:"active" doc:"It takes new parts"`
	Printers        []MachinePrinterView `json:"printers" doc:"By name"`
	Version         int                  `json:"version"`
	Updated         shop.Time            `json:"updated,omitempty"`
	ChangedBy       string               `json:"changed_by,omitempty"`
}

// OverrideView is a setting of Cura's with the shop's own value.
type OverrideView struct {
	Key   string `json:"key" maxLength:"100"`
	Value string `json:"value" text:"lines" maxLength:"8000" doc:"As it is typed; = before a formula"`
}

// MachinePrinterView is a printer of a machine.
type MachinePrinterView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	MachineID string    `json:"machine_id"`
	Status    string    `json:"status" enum:"ACTIVE,MAINTENANCE,OFFLINE"`
	Version   int       `json:"version"`
	Updated   shop.Time `json:"updated,omitempty"`
	ChangedBy string    `json:"changed_by,omitempty"`
}

// DefinitionView is a machine that could be added.
type DefinitionView struct {
	ID           string  `json:"id"`
	Name         string  `json:"name"`
	Manufacturer string  `json:"manufacturer,omitempty"`
	Bed          BedView `json:"bed"`
	Nozzle       float64 `json:"nozzle" doc:"mm"`
}

// DefinitionsView is what a search for machines found.
type DefinitionsView struct {
	Definitions []DefinitionView `json:"definitions" doc:"By name, at most 30"`
	More        bool             `json:"more,omitempty" doc:"There are more than these"`
}

// MachineRequest is a machine as somebody wants it.
type MachineRequest struct {
	Name            string         `json:"name" maxLength:"200"`
	Overrides       []OverrideView `json:"overrides" maxItems:"200"`
	RatePerHour     *shop.Rate     `json:"rate_per_hour,omitempty" doc:"Absent: what an hour costs in the shop"`
	Interchangeable bool           `json:"interchangeable"`
	Active          bool           `json:"active"`
}

// NewMachineRequest adds a machine.
type NewMachineRequest struct {
	MachineRequest
	Definition string `json:"definition" maxLength:"200" doc:"What a search for machines found"`
}

// ChangeMachineRequest changes a machine.
type ChangeMachineRequest struct {
	MachineRequest
	Version int `json:"version" minimum:"1" doc:"The machine's version that this was decided on"`
}

// PrinterRequest is a printer as somebody wants it.
type PrinterRequest struct {
	Name      string `json:"name" maxLength:"200"`
	MachineID string `json:"machine_id" maxLength:"40"`
	Status    string `json:"status" enum:"ACTIVE,MAINTENANCE,OFFLINE"`
}

// ChangePrinterRequest changes a printer.
type ChangePrinterRequest struct {
	PrinterRequest
	Version int `json:"version" minimum:"1" doc:"The printer's version that this was decided on"`
}

// PrinterStatusRequest says how a printer is.
type PrinterStatusRequest struct {
	Status  string `json:"status" enum:"ACTIVE,MAINTENANCE,OFFLINE"`
	Version int    `json:"version" minimum:"1" doc:"The printer's version that this was decided on"`
}

func viewBed(b slicer.Bed) BedView {
	return BedView{b.Width, b.Depth, b.Height, b.Elliptic, b.CenterIsZero}
}

func viewMachine(c shop.MachineClass) MachineView {
	v := MachineView{
		ID: c.ID, Name: c.Name, Definition: c.Definition, Profile: c.Definition, Overrides: []OverrideView{}, RatePerHour: c.RatePerHour, Interchangeable: c.Interchangeable,
		Active: c.Active, Printers: []MachinePrinterView{}, Version: c.Version, Updated: c.Updated, ChangedBy: c.ChangedBy,
	}
	if p, ok := slicer.FindPrinter(c.Definition); ok {
		v.Profile = p.Name
	}
	m, err := slicer.MachineOf(c.Definition, c.Overrides)
	if err != nil {
		v.Broken = slicer.ErrorOf(err).Message
	}
	v.Bed, v.Nozzle, v.GenericProfile = viewBed(m.Bed), m.Nozzle, m.Generic
	for _, key := range slices.Sorted(maps.Keys(c.Overrides)) {
		v.Overrides = append(v.Overrides, OverrideView{Key: key, Value: c.Overrides[key]})
	}
	return v
}

func viewPrinter(p shop.Printer) MachinePrinterView {
	return MachinePrinterView{ID: p.ID, Name: p.Name, MachineID: p.ClassID, Status: p.Status, Version: p.Version, Updated: p.Updated, ChangedBy: p.ChangedBy}
}

// inOrder puts those first that take new parts, the smallest first.
func inOrder(all []MachineView) {
	slices.SortStableFunc(all, func(a, b MachineView) int {
		if a.Active != b.Active {
			if a.Active {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Bed.volume(), b.Bed.volume())
	})
}

func (b BedView) volume() float64 {
	return slicer.Machine{Bed: slicer.Bed{Width: b.Width, Depth: b.Depth, Height: b.Height, Elliptic: b.Elliptic}}.Volume()
}
