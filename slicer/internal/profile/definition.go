package profile

import (
	"bytes"
	"encoding/json"
	"fmt"

	"buildplate/slicer/internal/fault"
)

// definition is one .def.json: a printer, a vendor's base or an extruder.
type definition struct {
	ID        string
	Name      string                     `json:"name"`
	Version   int                        `json:"version"`
	Inherits  string                     `json:"inherits"`
	Metadata  metadata                   `json:"metadata"`
	Settings  settingTree                `json:"settings"`
	Overrides map[string]json.RawMessage `json:"overrides"`

	own    map[string]*properties // what this file says about each setting
	custom bool                   // uploaded, not one of the embedded definitions
}

// metadata holds the entries this shop uses. Pointers tell "not said here,
// the parent's stands" from a value.
type metadata struct {
	Visible       *bool             `json:"visible"`
	Manufacturer  *string           `json:"manufacturer"`
	Author        *string           `json:"author"`
	ExtruderTrain map[string]string `json:"machine_extruder_trains"`
}

// settingTree is the "settings" of a root definition, in which settings are
// grouped by category and below the setting they derive from.
type settingTree map[string]json.RawMessage

// properties is what definitions say about one setting. An absent property is
// the parent definition's.
type properties struct {
	Label       string            `json:"label"`
	Description string            `json:"description"`
	Unit        string            `json:"unit"`
	Type        string            `json:"type"`
	Options     map[string]string `json:"options"`
	Default     *Value            `json:"default_value"`
	Formula     *expression       `json:"value"`
	Minimum     *expression       `json:"minimum_value"`
	Maximum     *expression       `json:"maximum_value"`
	PerExtruder *bool             `json:"settable_per_extruder"`
	Children    settingTree       `json:"children"`
}

// expression is a formula as definitions write it: text, or a bare number or
// truth value, which Cura reads as text too.
type expression string

func (e *expression) UnmarshalJSON(data []byte) error {
	var v Value
	if err := v.UnmarshalJSON(data); err != nil {
		return err
	}
	*e = expression(v.String())
	return nil
}

// parseDefinition reads a definition file and flattens its tree of settings.
func parseDefinition(id string, data []byte) (*definition, error) {
	d := &definition{ID: id, own: map[string]*properties{}}
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(d); err != nil {
		return nil, fmt.Errorf("the definition %s is not a readable .def.json: %w", id, err)
	}
	if err := d.flatten(d.Settings, 0); err != nil {
		return nil, err
	}
	for _, key := range sortedKeys(d.Overrides) {
		p, err := d.entry(key, d.Overrides[key])
		if err != nil {
			return nil, err
		}
		p.Children = nil
		d.own[key] = p
	}
	d.Settings, d.Overrides = nil, nil
	return d, nil
}

// maxNesting bounds the tree of settings; fdmprinter's is 6 deep.
const maxNesting = 16

func (d *definition) flatten(tree settingTree, depth int) error {
	if depth > maxNesting {
		return &fault.Error{Code: fault.CodeSettings, Message: fmt.Sprintf("The definition %s nests its settings too deeply.", d.ID)}
	}
	for _, key := range sortedKeys(tree) {
		p, err := d.entry(key, tree[key])
		if err != nil {
			return err
		}
		if err := d.flatten(p.Children, depth+1); err != nil {
			return err
		}
		p.Children = nil
		if _, twice := d.own[key]; !twice {
			d.own[key] = p
		}
	}
	return nil
}

func (d *definition) entry(key string, raw json.RawMessage) (*properties, error) {
	p := &properties{}
	if err := json.Unmarshal(raw, p); err != nil {
		return nil, &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("The definition %s has an unreadable entry for %s.", d.ID, key), Err: err}
	}
	return p, nil
}

// over returns p laid over base: what p says wins, property by property.
func (p *properties) over(base *properties) *properties {
	m := *base
	if p.Label != "" {
		m.Label = p.Label
	}
	if p.Description != "" {
		m.Description = p.Description
	}
	if p.Unit != "" {
		m.Unit = p.Unit
	}
	if p.Type != "" {
		m.Type = p.Type
	}
	if p.Options != nil {
		m.Options = p.Options
	}
	if p.Default != nil {
		m.Default = p.Default
	}
	if p.Formula != nil {
		m.Formula = p.Formula
	}
	if p.Minimum != nil {
		m.Minimum = p.Minimum
	}
	if p.Maximum != nil {
		m.Maximum = p.Maximum
	}
	if p.PerExtruder != nil {
		m.PerExtruder = p.PerExtruder
	}
	return &m
}
