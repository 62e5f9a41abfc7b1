package profile

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"

	"buildplate/slicer/internal/fault"
)

// rootPrinter is the definition every printer inherits from.
const rootPrinter = "fdmprinter"

// Printer is one machine the shop can slice for.
type Printer struct {
	ID           string `json:"id"`           // the definition's identifier: creality_ender3
	Name         string `json:"name"`         // for people: Creality Ender-3
	Manufacturer string `json:"manufacturer"` // empty where the definition names none
	Author       string `json:"author"`       // who wrote the definition
	Visible      bool   `json:"visible"`      // false for vendors' bases, which are no machines

	Width, Depth, Height float64 `json:"-"` // of the bed, in mm, as the definition says
	Elliptic             bool    `json:"-"` // the bed is round
	Nozzle               float64 `json:"-"` // of the first extruder, in mm
}

// machine is a printer ready to resolve: every setting with what its chain of
// definitions and its first extruder say about it. Immutable and shared.
type machine struct {
	Printer
	chain    []string               // from fdmprinter to the printer itself
	keys     []string               // sorted
	settings map[string]*properties // by key; categories left out
	warnings []string
	compile  func(text string) (*formula, error)
	uploaded []string // the keys an uploaded definition speaks of, nobody has checked
}

// is tells whether the printer is, or inherits from, the definition id.
func (m *machine) is(id string) bool { return slices.Contains(m.chain, id) }

// Printers returns every printer definition, sorted by identifier; nil when
// the definitions are not built in.
func Printers() []Printer { return append([]Printer(nil), printers()...) }

var printers = sync.OnceValue(func() []Printer {
	lib, err := library()
	if err != nil {
		return nil
	}
	var list []Printer
	for _, id := range lib.ids() {
		d, err := lib.definition(id)
		if err != nil {
			continue // TestPrinters counts them
		}
		if chain, err := lib.chain(d); err == nil && chain[0].ID == rootPrinter {
			p := describe(chain)
			if extruder, err := lib.firstExtruder(&machine{}, chain); err == nil {
				chain = append(chain, extruder...)
			}
			p.measure(chain)
			list = append(list, p)
		}
	}
	return list
})

// FindPrinter returns the printer with this identifier.
func FindPrinter(id string) (Printer, bool) {
	all := printers()
	i := sort.Search(len(all), func(i int) bool { return all[i].ID >= id })
	if i < len(all) && all[i].ID == id {
		return all[i], true
	}
	return Printer{}, false
}

// chain returns d's definitions from the root to d itself.
func (a *archive) chain(d *definition) ([]*definition, error) {
	chain := []*definition{d}
	for d.Inherits != "" {
		parent, err := a.definition(d.Inherits)
		if err != nil {
			return nil, fmt.Errorf("%s inherits from %q: %w", d.ID, d.Inherits, err)
		}
		d = parent
		for _, seen := range chain {
			if seen == d {
				return nil, fmt.Errorf("%s inherits from itself", d.ID)
			}
		}
		chain = append(chain, d)
	}
	for i, j := 0, len(chain)-1; i < j; i, j = i+1, j-1 {
		chain[i], chain[j] = chain[j], chain[i]
	}
	return chain, nil
}

// describe reads what people are told about a printer. Whether it is shown is
// the definition's own word: bases hide themselves, not their children.
func describe(chain []*definition) Printer {
	last := chain[len(chain)-1]
	p := Printer{ID: last.ID, Name: last.Name}
	for _, d := range chain {
		if d.Metadata.Manufacturer != nil {
			p.Manufacturer = *d.Metadata.Manufacturer
		}
		if d.Metadata.Author != nil {
			p.Author = *d.Metadata.Author
		}
	}
	if p.Manufacturer == "Unknown" {
		p.Manufacturer = ""
	}
	p.Visible = last.Metadata.Visible != nil && *last.Metadata.Visible
	return p
}

// measure reads the bed and the nozzle, as the topmost definition that speaks of each has them.
func (p *Printer) measure(chain []*definition) {
	said := func(key string) (v Value) {
		for _, d := range chain {
			own := d.own[key]
			if own == nil {
				continue
			}
			if own.Default != nil {
				v = *own.Default
			}
			if own.Formula != nil {
				if n, err := parseNumber(string(*own.Formula)); err == nil {
					v = n
				}
			}
		}
		return v
	}
	p.Width, p.Depth, p.Height = said("machine_width").Float(), said("machine_depth").Float(), said("machine_height").Float()
	p.Nozzle, p.Elliptic = said("machine_nozzle_size").Float(), said("machine_shape").String() == "elliptic"
}

// SearchPrinters returns the machines of which each word of the text is in name, maker or identifier, in the order of their names, at
// most so many; none where the definitions are not built in. No text finds the first of all.
func SearchPrinters(text string, most int) (found []Printer) {
	words := strings.Fields(strings.ToLower(text))
	for _, p := range byName() {
		if len(found) == most {
			break
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(p.text, w) }) {
			found = append(found, p.Printer)
		}
	}
	return found
}

// named is a machine with what a search looks at.
type named struct {
	Printer
	text string
}

// byName are the machines that are shown to people, by name, read once.
var byName = sync.OnceValue(func() (all []named) {
	for _, p := range printers() {
		if p.Visible {
			all = append(all, named{p, strings.ToLower(p.Name + " " + p.Manufacturer + " " + p.ID)})
		}
	}
	slices.SortFunc(all, func(a, b named) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return all
})

// machine returns an embedded printer, merged once.
func (a *archive) machine(id string) (*machine, error) {
	a.mu.Lock()
	m := a.machines[id]
	a.mu.Unlock()
	if m != nil {
		return m, nil
	}
	if _, ok := a.files[id]; !ok {
		return nil, &fault.Error{Code: fault.CodeSettings, Message: fmt.Sprintf("There is no printer definition called %q.%s", id, suggest(id, a.ids()))}
	}
	d, err := a.definition(id)
	if err != nil {
		return nil, err
	}
	m, err = a.assemble(d)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.machines[id] = m
	a.mu.Unlock()
	return m, nil
}

// assemble merges d's chain and lays its first extruder on top.
func (a *archive) assemble(d *definition) (*machine, error) {
	chain, err := a.chain(d)
	if err != nil {
		return nil, &fault.Error{Code: fault.CodeSettings, Message: "The printer definition cannot be used: " + err.Error() + "."}
	}
	if chain[0].ID != rootPrinter {
		return nil, &fault.Error{Code: fault.CodeSettings, Message: fmt.Sprintf("%s is not a printer: a printer’s definition inherits from %s.", d.ID, rootPrinter)}
	}
	m := &machine{Printer: describe(chain), settings: map[string]*properties{}, compile: compileShared}
	if d.custom {
		m.compile = compileUploaded
		m.uploaded = sortedKeys(d.own)
	}
	for _, c := range chain {
		m.chain = append(m.chain, c.ID)
		m.lay(c)
	}
	extruder, err := a.firstExtruder(m, chain)
	if err != nil {
		return nil, err
	}
	for _, c := range extruder {
		m.lay(c)
	}
	for key, p := range m.settings {
		if p.Type == "category" {
			delete(m.settings, key)
			continue
		}
		m.keys = append(m.keys, key)
	}
	sort.Strings(m.keys)
	return m, nil
}

// lay puts one definition on top. A setting that nothing below declares with
// a type is left out, as in Cura.
func (m *machine) lay(d *definition) {
	for key, p := range d.own {
		if base := m.settings[key]; base != nil {
			m.settings[key] = p.over(base)
		} else if p.Type != "" {
			m.settings[key] = p
		}
	}
}

// firstExtruder returns the chain of the extruder at position 0. The nearest
// definition that names a known one decides.
func (a *archive) firstExtruder(m *machine, chain []*definition) ([]*definition, error) {
	for i := len(chain) - 1; i >= 0; i-- {
		name, said := chain[i].Metadata.ExtruderTrain["0"]
		if !said {
			continue
		}
		id, ok := a.find(name)
		if !ok {
			m.warnings = append(m.warnings, fmt.Sprintf("The definition names an extruder %q that is not known here; its base’s extruder is used.", name))
			continue
		}
		d, err := a.definition(id)
		if err != nil {
			return nil, err
		}
		return a.chain(d)
	}
	return nil, nil
}
