package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
)

// Machines lists the machines with their printers. Errors: Forbidden.
func (s *Service) Machines(ctx context.Context, who shop.Actor) (v MachinesView, err error) {
	if err := who.Must(shop.SeeMachines, shop.TheShop); err != nil {
		return v, err
	}
	v.Machines = []MachineView{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		v.Currency, v.RatePerHour = set.Currency, set.Pricing.MachinePerHour
		classes, err := tx.MachineClasses(ctx)
		if err != nil {
			return err
		}
		printers, err := tx.Printers(ctx)
		for _, c := range classes {
			v.Machines = append(v.Machines, withPrinters(viewMachine(c), printers))
		}
		return err
	})
	inOrder(v.Machines)
	return v, err
}

func withPrinters(v MachineView, printers []shop.Printer) MachineView {
	for _, p := range printers {
		if p.ClassID == v.ID {
			v.Printers = append(v.Printers, viewPrinter(p))
		}
	}
	return v
}

// mostDefinitions is how many machines a search names.
const mostDefinitions = 30

// Definitions finds machines that could be added, by words of their names; without any, the first ones. Errors: Forbidden.
func (s *Service) Definitions(_ context.Context, who shop.Actor, text string) (DefinitionsView, error) {
	v := DefinitionsView{Definitions: []DefinitionView{}}
	if err := who.Must(shop.ChangeMachines, shop.TheShop); err != nil {
		return v, err
	}
	found := slicer.SearchPrinters(text, mostDefinitions+1)
	if v.More = len(found) > mostDefinitions; v.More {
		found = found[:mostDefinitions]
	}
	for _, p := range found {
		v.Definitions = append(v.Definitions, DefinitionView{
			ID: p.ID, Name: p.Name, Manufacturer: p.Manufacturer, Bed: BedView{Width: p.Width, Depth: p.Depth, Height: p.Height, Elliptic: p.Elliptic}, Nozzle: p.Nozzle,
		})
	}
	return v, nil
}

// AddMachine adds a machine. Errors: Forbidden; Invalid with the fields that are wrong.
func (s *Service) AddMachine(ctx context.Context, who shop.Actor, req NewMachineRequest) (v MachineView, err error) {
	if err := who.Must(shop.ChangeMachines, shop.TheShop); err != nil {
		return v, err
	}
	c := shop.MachineClass{ID: shop.NewID(), Definition: req.Definition, Version: 1}
	if p, ok := slicer.FindPrinter(req.Definition); !ok || !p.Visible {
		return v, shop.Invalidf("machine_definition_unknown", "definition", "We have no profile for this machine. Search for it by its name.")
	}
	wrong, err := s.lay(ctx, &c, req.MachineRequest)
	if err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		all, err := tx.MachineClasses(ctx)
		if err != nil {
			return err
		}
		if err := shop.Together(c.Check(all), wrong); err != nil {
			return err
		}
		if err := tx.InsertMachineClass(ctx, c); err != nil {
			return err
		}
		return tx.Log(ctx, who.Activity(shop.VerbMachineAdded, "", shop.ActivityParams{Name: c.Name}))
	})
	return viewMachine(c), err
}

// ChangeMachine changes a machine. What was priced for it stays as it was. Errors: Forbidden; NotFound; Conflict when somebody changed it
// meanwhile; Invalid with the fields that are wrong, and when no other takes new parts.
func (s *Service) ChangeMachine(ctx context.Context, who shop.Actor, id string, req ChangeMachineRequest) (v MachineView, err error) {
	if err := who.Must(shop.ChangeMachines, shop.TheShop); err != nil {
		return v, err
	}
	var now shop.MachineClass
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		now, err = tx.MachineClass(ctx, id)
		return shop.IfNotFound(err, "machine_not_found", "There is no such machine.")
	})
	if err != nil {
		return v, err
	}
	wrong, err := s.lay(ctx, &now, req.MachineRequest)
	if err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		all, err := tx.MachineClasses(ctx)
		if err != nil {
			return err
		}
		was := all[slices.IndexFunc(all, func(c shop.MachineClass) bool { return c.ID == id })] // none ever goes
		if err := setting.CheckVersion(ctx, tx, req.Version, was.Version, was.ChangedBy, was.Updated); err != nil {
			return err
		}
		if err := shop.Together(now.Check(all), wrong); err != nil {
			return err
		}
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		if changes := was.Changes(now, set.Currency); len(changes) > 0 {
			if err := tx.SaveMachineClass(ctx, now, who.Name); err != nil {
				return err
			}
			if err := tx.Log(ctx, who.Activity(shop.VerbMachineChanged, "", shop.ActivityParams{Name: was.Name, Changes: changes})); err != nil {
				return err
			}
		}
		if now, err = tx.MachineClass(ctx, id); err != nil {
			return err
		}
		printers, err := tx.Printers(ctx)
		v = withPrinters(viewMachine(now), printers)
		return err
	})
	return v, err
}

// lay lays a request over a class, and says what is wrong with its settings: they are tried with every material and quality, before a
// transaction, as that takes a while.
func (s *Service) lay(ctx context.Context, c *shop.MachineClass, req MachineRequest) (wrong, err error) {
	c.Name, c.RatePerHour, c.Interchangeable, c.Active = strings.TrimSpace(req.Name), req.RatePerHour, req.Interchangeable, req.Active
	before := c.Overrides
	c.Overrides = map[string]string{}
	field := func(i int, part string) string { return fmt.Sprintf("overrides.%d.%s", i, part) }
	at := map[string]int{}
	for i, o := range req.Overrides {
		key := strings.TrimSpace(o.Key)
		if _, twice := at[key]; twice {
			wrong = shop.Together(wrong, shop.Invalidf("machine_setting_twice", field(i, "key"), "This setting is already in the list."))
			continue
		}
		at[key], c.Overrides[key] = i, o.Value
		if key == "" {
			wrong = shop.Together(wrong, shop.Invalidf("machine_setting_missing", field(i, "key"), "Write which setting this is, as Cura calls it: layer_height, for one."))
			delete(c.Overrides, key)
		}
	}
	if wrong != nil || len(before) == len(c.Overrides) && len(c.Changes(shop.MachineClass{Name: c.Name, Overrides: before}, "")) == 0 {
		return wrong, nil
	}
	var profiles []string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		all, err := tx.Materials(ctx, false)
		for _, m := range all {
			if !slices.Contains(profiles, m.Profile) {
				profiles = append(profiles, m.Profile)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = slicer.CheckMachine(c.Definition, c.Overrides, profiles)
	if err == nil {
		return nil, nil
	}
	bad := slicer.ErrorOf(err)
	i, typed := at[bad.Key]
	switch {
	case bad.Code != slicer.CodeSettings:
		return nil, err
	case typed && !known(c.Definition, bad.Key):
		return shop.Invalidf("machine_setting_unknown", field(i, "key"), "%s", bad.Message), nil
	case typed:
		return shop.Invalidf("machine_setting_invalid", field(i, "value"), "%s", bad.Message), nil
	}
	return shop.Invalidf("machine_settings_clash", "overrides", "With these settings nothing can be sliced. %s", bad.Message), nil
}

// known says whether a definition has a setting.
func known(definition, key string) bool {
	s, err := slicer.ResolveSettings(slicer.Stack{Printer: definition})
	return err == nil && s.Has(key)
}
