package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
)

// helpers is how many loads and stores wasm2go writes: of 2, 4 and 8 bytes.
const helpers = 6

// check is how wasm2go makes sure of a load's or store's last byte.
var check = regexp.MustCompile(`(?m)^\t_ = mem\[uint64\(addr\)\+([137])\]$`)

// growth is the memory growing by itself, into an array that nothing guards.
// It stands in its own function and in one that only the host could call.
var growth = regexp.MustCompile(`memory_grow\(`)

const growths = 2

func main() {
	path := flag.String("file", "cura_gen.go", "the translated engine, rewritten in place")
	flag.Parse()
	if err := run(*path); err != nil {
		fmt.Fprintln(os.Stderr, "guard:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	code, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if code, err = replace(code); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, code, 0o644)
}

// replace fails unless the checks are exactly those it knows, and the engine
// grows its memory by asking its host alone.
func replace(code []byte) ([]byte, error) {
	if n := len(check.FindAll(code, -1)); n != helpers {
		return nil, fmt.Errorf("it has %d checks of loads and stores, not %d; another version of wasm2go?", n, helpers)
	}
	if n := len(growth.FindAll(code, -1)); n != growths {
		return nil, fmt.Errorf("it grows its memory in %d places, not %d; another engine?", n, growths)
	}
	return check.ReplaceAll(code, []byte("\treach(mem, uint64(addr)+$1)")), nil
}
