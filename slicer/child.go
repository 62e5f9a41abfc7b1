package slicer

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"syscall"

	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/picture"
	"buildplate/storage/packed"
)

// found is what the reading process leaves in its folder.
type found struct {
	Models []foundModel `json:"models"`
	Err    *foundError  `json:"error,omitempty"`
}

type foundModel struct {
	Name       string      `json:"name"`
	Hash       [32]byte    `json:"hash"`
	Inspection Inspection  `json:"inspection"`
	Picture    []byte      `json:"picture,omitempty"`
	Proposals  []Proposal  `json:"proposals,omitempty"`
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

// ChildMain is the whole program of a child process, which reads files or is an engine. A program that slices calls it
// with its arguments, its own name first, before it does anything else: where child is true it was started as a child,
// has done its work and ends with the exit code.
//
//	engine-child read -name NAME -laid JSON [-packed] < FILE
//
// leaves found.json and the meshes, packed, in the folder it is started in. Anything else is [engine.ChildMain]'s.
func ChildMain(args []string) (code int, child bool) {
	if len(args) < 2 || args[1] != engine.ChildCommand {
		return 0, false
	}
	if args = args[2:]; len(args) == 0 || args[0] != readCommand {
		return engine.ChildMain(args), true
	}
	err := readFile(context.Background(), args[1:], os.Stdin)
	switch {
	case err == nil:
		return 0, true
	case errors.Is(err, syscall.ENOSPC):
		return exitNoSpace, true
	}
	fmt.Fprintln(os.Stderr, "read:", err)
	return exitFault, true
}

func readFile(ctx context.Context, args []string, file *os.File) error {
	flags := flag.NewFlagSet(readCommand, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	name := flags.String("name", "", "")
	how := flags.String("laid", "{}", "")
	isPacked := flags.Bool("packed", false, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var laid Laid
	if err := json.Unmarshal([]byte(*how), &laid); err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	var from io.ReaderAt = file
	size := info.Size()
	if *isPacked {
		plain, err := packed.NewReader(file, size)
		if err != nil {
			return err
		}
		from, size = plain, plain.Size()
	}
	r := found{Models: []foundModel{}}
	parts, err := Parts(ctx, *name, from, size)
	if err != nil {
		if r.Err, err = asFound(err); err != nil {
			return err
		}
	}
	for i, part := range parts {
		m := foundModel{Name: part.Name}
		if err := m.read(ctx, part, laid, fmt.Sprint(i, ".stl.zst")); err != nil {
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

func (m *foundModel) read(ctx context.Context, part Part, laid Laid, stl string) error {
	read, err := part.Read(ctx)
	if err != nil {
		return err
	}
	if laid.Propose {
		m.Proposals = laid.propose(read)
		return nil
	}
	lies := laid.lay(read)
	m.Inspection, m.Picture = laid.inspect(lies), picture.Draw(lies)
	if !laid.asDrawn() {
		return nil
	}
	m.Hash, m.STL = read.Hash(), stl
	f, err := os.OpenFile(stl, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w, err := packed.NewWriter(f)
	if err == nil {
		err = errors.Join(read.Outward().WriteSTL(w), w.Close())
	}
	return errors.Join(err, f.Close())
}
