package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage"

	"github.com/google/uuid"
)

// inspection compares ours with admesh on a sphere of a million triangles. admesh is asked for what ours finds as
// well: which triangles meet, how many parts there are, and the volume.
func inspection(ctx context.Context, dir string) ([]result, error) {
	const what = "inspection of a million triangles / admesh"
	path := filepath.Join(dir, "sphere.stl")
	if err := os.WriteFile(path, meshtest.BinarySTL(meshtest.Sphere(50, 500)), 0o600); err != nil {
		return nil, err
	}
	defer os.Remove(path)
	ours := func(ctx context.Context) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		m, err := mesh.Read(ctx, "sphere.stl", f, info.Size(), mesh.DefaultLimits())
		if err != nil {
			return err
		}
		if in := mesh.Inspect(m); !in.Watertight || in.Bodies != 1 {
			return fmt.Errorf("the sphere: watertight %v, %d bodies", in.Watertight, in.Bodies)
		}
		return nil
	}
	admesh, err := exec.LookPath("admesh")
	if err != nil {
		return []result{missing(what, err)}, nil
	}
	took, err := inTurns(ctx, 5, ours, func(ctx context.Context) error {
		return exec.CommandContext(ctx, admesh, "-e", "-d", "-v", path).Run()
	})
	if err != nil {
		return nil, err
	}
	return []result{compare(what, took[0], took[1], "ours", "admesh")}, nil
}

// An upload arrives in parts of 4 MiB, as the pages send it.
const (
	uploadBytes = 128 << 20
	uploadPart  = 4 << 20
)

// upload compares an upload through the storage (each part durable when it is acknowledged, hashed, moved into its
// bucket) with a plain copy and one fsync at its end.
func upload(ctx context.Context, dir string) ([]result, error) {
	data := make([]byte, uploadBytes)
	noise := rand.NewChaCha8([32]byte{})
	if _, err := noise.Read(data); err != nil {
		return nil, err
	}
	store, err := storage.Open(filepath.Join(dir, "store"), storage.Options{Reserve: 1, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	stored := func(ctx context.Context) error {
		up, id := uuid.NewString(), uuid.NewString()
		if err := store.CreateStaging(up, uploadBytes); err != nil {
			return err
		}
		for at := int64(0); at < uploadBytes; at += uploadPart {
			if _, err := store.AppendAt(ctx, up, at, bytes.NewReader(data[at:at+uploadPart]), uploadPart); err != nil {
				return err
			}
		}
		_, err := store.Finish(ctx, up, storage.Tmp, id)
		return err
	}
	plain := func(context.Context) (err error) {
		f, err := os.CreateTemp(dir, "plain-")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
		if _, err := io.Copy(f, bytes.NewReader(data)); err != nil {
			return err
		}
		return f.Sync()
	}
	took, err := inTurns(ctx, 5, stored, plain)
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	r := compare("an upload of 128 MiB / a plain copy with fsync", took[0], took[1], "upload", "copy")
	r.figures += fmt.Sprintf(" (%.0f and %.0f MB/s)", speed(took[0]), speed(took[1]))
	return []result{r}, nil
}

func speed(t times) float64 { return uploadBytes / 1e6 / t.median().Seconds() }
