package profile

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"

	"buildplate/slicer/internal/fault"
)

// The folder holds one packed file after `make build`, and only .gitkeep in a
// fresh clone.
//
//go:embed all:definitions
var embedded embed.FS

const (
	archivePath      = "definitions/definitions.zip"
	definitionSuffix = ".def.json"
)

// ErrNotBuilt is what every operation reports when the binary was compiled
// without the packed definitions.
var ErrNotBuilt error = &fault.Error{Code: fault.CodeMissing, Message: "The machine definitions are not in this build. Run `make build`."}

// Built tells whether the definitions are in this binary.
func Built() bool {
	f, err := embedded.Open(archivePath)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

// archive gives access to the embedded definitions. Each is parsed when first
// asked for and then kept: they are read-only and shared.
type archive struct {
	files map[string]*zip.File // by identifier
	lower map[string]string    // lower-case identifier -> identifier

	mu       sync.Mutex
	parsed   map[string]*definition
	machines map[string]*machine
}

var library = sync.OnceValues(openArchive)

func openArchive() (*archive, error) {
	data, err := embedded.ReadFile(archivePath)
	if err != nil {
		return nil, ErrNotBuilt
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &fault.Error{Code: fault.CodeMissing, Message: "The packed machine definitions are damaged. Run `make build` again.", Err: err}
	}
	a := &archive{
		files: map[string]*zip.File{}, lower: map[string]string{},
		parsed: map[string]*definition{}, machines: map[string]*machine{},
	}
	for _, f := range zr.File {
		id := strings.TrimSuffix(f.Name, definitionSuffix)
		a.files[id] = f
		a.lower[strings.ToLower(id)] = id
	}
	return a, nil
}

// find returns a definition's identifier as the archive spells it. The
// package's file names are lower case, while some definitions name their
// extruder as upstream does: 101Hero_extruder_0.
func (a *archive) find(id string) (string, bool) {
	if _, ok := a.files[id]; ok {
		return id, true
	}
	id, ok := a.lower[strings.ToLower(id)]
	return id, ok
}

// definition returns an embedded definition, parsed once.
func (a *archive) definition(id string) (*definition, error) {
	name := id
	id, ok := a.find(name)
	if !ok {
		return nil, fmt.Errorf("there is no definition called %q", name)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if d := a.parsed[id]; d != nil {
		return d, nil
	}
	r, err := a.files[id].Open()
	if err != nil {
		return nil, fmt.Errorf("open the definition %s: %w", id, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read the definition %s: %w", id, err)
	}
	d, err := parseDefinition(id, data)
	if err != nil {
		return nil, err
	}
	a.parsed[id] = d
	return d, nil
}

// ids returns every identifier, sorted.
func (a *archive) ids() []string {
	ids := make([]string, 0, len(a.files))
	for id := range a.files {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}
