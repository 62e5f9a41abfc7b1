package cli

import (
	"fmt"

	"buildplate/app/shop"
	"buildplate/slicer"
)

// Settings prints every resolved setting, G-code templates unexpanded.
type Settings struct {
	Printer  string            `required:"" help:"Machine definition."`
	Quality  string            `help:"Layer height in mm; left out, the layer is left out."`
	Material string            `help:"PLA, PETG, ABS or TPU; left out, the layer is left out."`
	Set      map[string]string `help:"A setting on top, key=value. May be repeated." mapsep:"none"`
	JSON     bool              `name:"json" help:"Print JSON."`
}

// Run resolves and prints.
func (c *Settings) Run(io Streams) error {
	layer := func(s string) string {
		if s == none {
			return ""
		}
		return s
	}
	if err := knownPrinter(c.Printer); err != nil {
		return wrongCall{err}
	}
	s, err := slicer.ResolveSettings(slicer.Stack{Printer: c.Printer, Quality: layer(c.Quality), Material: layer(c.Material), Overrides: []slicer.Layer{{Name: "the settings given", Set: c.Set}}})
	if err != nil && slicer.Built() {
		return wrongCall{err}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(io.Out, s)
	}
	for _, k := range s.Keys() {
		fmt.Fprintf(io.Out, "%s = %s\n", k, s.String(k))
	}
	return nil
}

// knownPrinter is an error for a machine that has no definition here.
func knownPrinter(id string) error {
	if _, ok := slicer.FindPrinter(id); !ok && slicer.Built() {
		return fmt.Errorf("there is no printer %q; 'buildplate printers' lists them", id)
	}
	return nil
}

// Printers lists the machine definitions.
type Printers struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the list.
func (c *Printers) Run(io Streams) error {
	if !slicer.Built() {
		return slicer.ErrNotBuilt
	}
	all := slicer.Printers()
	if c.JSON {
		return printJSON(io.Out, all)
	}
	for _, p := range all {
		if p.Visible {
			fmt.Fprintf(io.Out, "%-40s %s\n", p.ID, p.Name)
		}
	}
	return nil
}

func unitScale(unit string) float64 { return shop.Unit(unit).Scale() }
