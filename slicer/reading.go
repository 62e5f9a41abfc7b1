package slicer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/picture"
)

// Model is one model of a file, read and inspected.
type Model struct {
	Name       string     // of the file, or of its entry in an archive
	Hash       [32]byte   // of the mesh as drawn, see [Mesh]
	Inspection Inspection // lying as asked for
	Picture    []byte     // of it as it lies, for lists: a PNG, drawn once for every colour; nil where there is none
	// Proposals are how it may lie, where that was asked: first as its file has it, then the best others. Nothing else but the
	// name is known then.
	Proposals []Proposal
	// STL is the path of the mesh as the shop keeps it: binary, as drawn, facing outward, and packed (package packed); ""
	// where it was inspected only. It lasts until [Models.Close].
	STL string
	Err *Error // why it could not be read; nothing else but its name is known then
}

// Models is what a file held.
type Models struct {
	All []Model // in the file's order
	dir string
}

// Close removes the meshes.
func (m *Models) Close() error { return os.RemoveAll(m.dir) }

// readLimits bound the reading of one file. What a reader holds of ten million triangles fits three times.
var readLimits = engine.Limits{Wall: 5 * time.Minute, Memory: 4 << 30, Output: 1 << 30}

// Read reads the models of a file, under the name its sender gave it, and inspects them, in a process of its own: a
// file that brings its reader down costs itself, not the shop. A mesh that lies otherwise than it was drawn was stored
// before: it is inspected only. The file may be packed, as such a mesh is.
//
// Errors: *Error for the file as a whole, with [CodeMissing] where the program cannot be started again; the context's;
// a fault of the disk. Models that cannot be read have their own.
func (s *Slicer) Read(ctx context.Context, name string, file *os.File, isPacked bool, laid Laid) (*Models, error) {
	dir, err := s.scratch.Folder()
	if err != nil {
		return nil, err
	}
	models, err := readInChild(ctx, dir, name, file, isPacked, laid)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return models, nil
}

func readInChild(ctx context.Context, dir, name string, file *os.File, isPacked bool, laid Laid) (*Models, error) {
	how, err := json.Marshal(laid)
	if err != nil {
		return nil, err
	}
	err = engine.Helper{
		Args:  []string{readCommand, "-name", name, "-laid", string(how), "-packed=" + strconv.FormatBool(isPacked)},
		Stdin: file, Dir: dir, Limits: readLimits,
	}.Run(ctx)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		switch exit.ExitCode() {
		case exitNoSpace:
			return nil, fmt.Errorf("read %s: %w", name, syscall.ENOSPC)
		case exitFault:
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	var stopped *Error
	if errors.As(err, &stopped) {
		return nil, unreadable(stopped)
	}
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, foundFile))
	if err != nil {
		return nil, err
	}
	var r found
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err
	}
	if r.Err != nil {
		return nil, r.Err.restored()
	}
	models := &Models{dir: dir}
	for _, m := range r.Models {
		model := Model{Name: m.Name, Hash: m.Hash, Inspection: m.Inspection, Proposals: m.Proposals}
		for i, p := range model.Proposals {
			if !picture.Is(p.Picture) {
				model.Proposals[i].Picture = nil
			}
		}
		if m.STL != "" {
			model.STL = filepath.Join(dir, filepath.Base(m.STL))
		}
		if picture.Is(m.Picture) {
			model.Picture = m.Picture
		}
		if m.Err != nil {
			model.Err = m.Err.restored()
		}
		models.All = append(models.All, model)
	}
	return models, nil
}

// unreadable says in words for people how reading ended.
func unreadable(err *Error) error {
	switch err.Code {
	case CodeTimeout:
		return &Error{Code: CodeTooLarge, Message: "Reading this file took too long, so we stopped. Export the model with fewer triangles, or ask us to look at it.", Err: err}
	case CodeMemory:
		return &Error{Code: CodeTooLarge, Message: "This file needs more memory than we can give it. Export the model with fewer triangles, or ask us to look at it.", Err: err}
	case CodeMissing:
		return err
	}
	return &Error{Code: CodeDamaged, Message: "The file could not be read; it may be damaged. Export it again, or ask us to look at it.", Err: err}
}
