package slicer

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"buildplate/slicer/engine"
)

// Model is one model of a file, read and inspected.
type Model struct {
	Name       string // of the file, or of its entry in an archive
	Hash       [32]byte
	Inspection Inspection
	// STL is the path of the mesh as the shop keeps it: binary, as drawn, facing outward; "" where only a look was asked
	// for. It lasts until [Models.Close].
	STL string
	Err *Error // why it could not be read; nothing else but its name is known then
}

// Models is what a file held.
type Models struct {
	All []Model
	dir string
}

// Close removes the meshes.
func (m *Models) Close() error { return os.RemoveAll(m.dir) }

// readLimits bound the reading of one file. What a reader holds of ten million triangles fits three times.
var readLimits = engine.Limits{Wall: 5 * time.Minute, Memory: 4 << 30, Output: 1 << 30}

// Read reads the models of a file, under the name its sender gave it, and inspects them, in a process of its own: a
// file that brings its reader down costs itself, not the shop. A scale other than 1 is of a mesh that was stored
// before, drawn in another unit: it is looked at only.
//
// Errors: *Error for the file as a whole; the context's; a fault of the disk.
func (s *Slicer) Read(ctx context.Context, name string, file *os.File, scale float64) (*Models, error) {
	dir, err := s.scratch.Folder()
	if err != nil {
		return nil, err
	}
	models, err := readAside(ctx, dir, name, file, scale)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return models, nil
}

func readAside(ctx context.Context, dir, name string, file *os.File, scale float64) (*Models, error) {
	err := engine.Helper{
		Args:  []string{readCommand, "-name", name, "-scale", strconv.FormatFloat(scale, 'g', -1, 64)},
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
		model := Model{Name: m.Name, Hash: m.Hash, Inspection: m.Inspection}
		if m.STL != "" {
			model.STL = filepath.Join(dir, filepath.Base(m.STL))
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
		return &Error{Code: CodeTooLarge, Message: "Reading this file took too long, so we stopped. Please export the model with fewer triangles, or ask us to look at it.", Err: err}
	case CodeMemory:
		return &Error{Code: CodeTooLarge, Message: "This file needs more memory than we can give it. Please export the model with fewer triangles, or ask us to look at it.", Err: err}
	case CodeMissing:
		return err
	}
	return &Error{Code: CodeDamaged, Message: "The file could not be read; it may be damaged. Please export it again, or ask us to look at it.", Err: err}
}

// found is what the reading process leaves in its folder.
type found struct {
	Models []foundModel `json:"models"`
	Err    *foundError  `json:"error,omitempty"`
}

type foundModel struct {
	Name       string      `json:"name"`
	Hash       [32]byte    `json:"hash"`
	Inspection Inspection  `json:"inspection"`
	STL        string      `json:"stl,omitempty"`
	Err        *foundError `json:"error,omitempty"`
}

type foundError struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	Cause   string `json:"cause,omitempty"`
}

func (e *foundError) restored() *Error {
	out := &Error{Code: e.Code, Message: e.Message}
	if e.Cause != "" {
		out.Err = errors.New(e.Cause)
	}
	return out
}

// asFound keeps an error with words for people for the parent; any other is a fault of ours.
func asFound(err error) (*foundError, error) {
	var bad *Error
	if !errors.As(err, &bad) {
		return nil, err
	}
	out := &foundError{Code: bad.Code, Message: bad.Message}
	if bad.Err != nil {
		out.Cause = bad.Err.Error()
	}
	return out, nil
}

const (
	readCommand = "read"
	foundFile   = "found.json"

	exitNoSpace = 28
	exitFault   = 29 // of ours, or of the machine's
)

// ChildMain is the whole program of a child process, which reads files or is an engine; args follow
// [engine.ChildCommand]. It returns the exit code.
//
//	engine-child read -name NAME -scale FACTOR < FILE
//
// leaves found.json and the meshes in the folder it is started in. Anything else is [engine.ChildMain]'s.
func ChildMain(args []string) int {
	if len(args) == 0 || args[0] != readCommand {
		return engine.ChildMain(args)
	}
	err := readHere(context.Background(), args[1:], os.Stdin)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, syscall.ENOSPC):
		return exitNoSpace
	}
	fmt.Fprintln(os.Stderr, "read:", err)
	return exitFault
}

func readHere(ctx context.Context, args []string, file *os.File) error {
	flags := flag.NewFlagSet(readCommand, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	name := flags.String("name", "", "")
	scale := flags.Float64("scale", 1, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	r := found{Models: []foundModel{}}
	parts, err := Parts(ctx, *name, file, info.Size())
	if err != nil {
		if r.Err, err = asFound(err); err != nil {
			return err
		}
	}
	for i, part := range parts {
		m := foundModel{Name: part.Name}
		if err := m.read(ctx, part, *scale, fmt.Sprint(i, ".stl")); err != nil {
			if m.Err, err = asFound(err); err != nil {
				return err
			}
		}
		r.Models = append(r.Models, m)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(foundFile, data, 0o600)
}

func (m *foundModel) read(ctx context.Context, part Part, scale float64, stl string) error {
	read, err := part.Read(ctx)
	if err != nil {
		return err
	}
	if scale != 1 {
		m.Inspection = Inspect(read.Scaled(scale))
		return nil
	}
	m.Hash, m.Inspection, m.STL = read.Hash(), Inspect(read), stl
	f, err := os.OpenFile(stl, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(read.Outward().WriteSTL(f), f.Close())
}
