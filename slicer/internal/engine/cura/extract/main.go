package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
)

// The module in cura-wasm 1.5.2.
const (
	moduleSize   = 1_256_107
	moduleSHA256 = "f098bb6e5d32bf02ab47f7d6e85b27c52ef9942c988556291dde5ab8dd3b6b43"
)

func main() {
	in := flag.String("in", "slicer/node_modules/cura-wasm/src/CuraEngine.js", "the published JavaScript `file`")
	out := flag.String("out", "slicer/internal/engine/cura/curaengine.wasm", "the `file` to write")
	flag.Parse()

	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	script, err := os.ReadFile(in)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is not there: run `npm ci --ignore-scripts` in slicer/ first", in)
	}
	if err != nil {
		return err
	}
	module, err := find(script)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	if err := check(module); err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	return os.WriteFile(out, module, 0o644)
}

// find returns the decoded data URL that begins with WebAssembly's magic number.
func find(script []byte) ([]byte, error) {
	prefix := []byte("data:application/octet-stream;base64,")
	for rest := script; ; {
		_, after, ok := bytes.Cut(rest, prefix)
		if !ok {
			return nil, errors.New("it holds no WebAssembly module; another version of cura-wasm?")
		}
		encoded, _, _ := bytes.Cut(after, []byte(`"`))
		module, err := base64.StdEncoding.DecodeString(string(encoded))
		if err == nil && bytes.HasPrefix(module, []byte("\x00asm")) {
			return module, nil
		}
		rest = after
	}
}

func check(module []byte) error {
	sum := sha256.Sum256(module)
	if len(module) != moduleSize || hex.EncodeToString(sum[:]) != moduleSHA256 {
		return fmt.Errorf("the module is not the one we know: %d bytes, SHA-256 %x; want %d bytes, %s",
			len(module), sum, moduleSize, moduleSHA256)
	}
	return nil
}
