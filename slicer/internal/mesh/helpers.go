package mesh

import (
	"context"
	"errors"
	"io"
	"strings"
)

// Slicing programs keep helpers in their 3MF projects: bodies that change
// settings where they overlap the model, block or ask for supports, or cut
// holes. Printed as if they were the model they would be charged for. Each
// program marks them in its own way.

// helpers lists the helpers named in the configuration files of PrusaSlicer
// and its relatives.
type helpers struct {
	ranges     map[int][][2]int    // PrusaSlicer: object -> first and last triangle
	components map[[2]int]struct{} // Bambu Studio, OrcaSlicer: object and component
}

// component says whether a component of a root object is a helper.
func (h helpers) component(root bool, object, component int) bool {
	if !root {
		return false
	}
	_, ok := h.components[[2]int{object, component}]
	return ok
}

// triangle says whether a triangle, by its place in the object, is a helper's.
func (h helpers) triangle(object, place int) bool {
	for _, r := range h.ranges[object] {
		if place >= r[0] && place <= r[1] {
			return true
		}
	}
	return false
}

// maxHelpers bounds the helpers of one file, and of one object, since each
// triangle is compared with the object's.
const maxHelpers = 1000

func readHelpers(ctx context.Context, a *archive) (helpers, error) {
	h := helpers{ranges: make(map[int][][2]int), components: make(map[[2]int]struct{})}
	for _, name := range []string{"Metadata/Slic3r_PE_model.config", "Metadata/model_settings.config"} {
		e, ok := a.find(name)
		if !ok {
			continue
		}
		if err := a.readXML(ctx, e, h.read); err != nil {
			return h, err
		}
	}
	return h, nil
}

// read walks config > object > volume or part.
func (h *helpers) read(x *xmlReader) error {
	object, first, last := -1, 0, -1
	count := 0
	add := func(component int) {
		if count++; count > maxHelpers || object < 0 {
			return
		}
		if component >= 0 {
			h.components[[2]int{object, component}] = struct{}{}
		} else if last >= first && len(h.ranges[object]) < 16 {
			h.ranges[object] = append(h.ranges[object], [2]int{first, last})
		}
	}
	for {
		token, err := x.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if token != xmlStart {
			continue
		}
		switch string(x.name) {
		case "object":
			object = attrNumber(x, "id")
		case "volume":
			first, last = attrNumber(x, "firstid"), attrNumber(x, "lastid")
			if first < 0 {
				first, last = 0, -1
			}
		case "part":
			switch string(x.attr("subtype")) {
			case "", "normal_part":
			default:
				if id := attrNumber(x, "id"); id >= 0 {
					add(id)
				}
			}
		case "metadata":
			if string(x.attr("type")) == "volume" && prusaHelper(string(x.attr("key")), string(x.attr("value"))) {
				add(-1)
				last = -1 // a volume may say so twice
			}
		}
	}
}

func prusaHelper(key, value string) bool {
	switch key {
	case "modifier":
		return value == "1"
	case "volume_type":
		return value != "ModelPart"
	}
	return false
}

func attrNumber(x *xmlReader, name string) int {
	if n, ok := number(x.attr(name)); ok {
		return n
	}
	return -1
}

// readSettings reads an object's metadata, where Cura says what a mesh is for.
func readSettings(x *xmlReader, o *object3MF) error {
	var key string
	return children(x, func() (bool, error) {
		if key = string(x.attr("name")); key == "" {
			key = string(x.attr("key"))
		}
		for {
			token, err := x.next()
			if err != nil {
				return false, err
			}
			if token == xmlEnd {
				break
			}
			if err := x.skip(); err != nil {
				return false, err
			}
		}
		if strings.EqualFold(strings.TrimSpace(string(x.text)), "true") {
			switch strings.TrimPrefix(key, "cura:") {
			case "infill_mesh", "cutting_mesh", "support_mesh", "anti_overhang_mesh":
				o.helper = modifiersLeftOut
			}
		}
		return true, nil
	})
}
