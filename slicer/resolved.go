package slicer

import (
	"crypto/sha256"
	"encoding/json"

	"buildplate/slicer/internal/profile"

	lru "github.com/hashicorp/golang-lru/v2"
)

// resolved is what a stack comes to. It depends on nothing else, and nothing changes it.
type resolved struct {
	plain *Settings // templates as they are in the definition
	err   error     // why there is none

	full    *Settings // templates filled in
	fullErr error     // why there is none
	hash    string    // of the full ones
}

// expanded is the settings as the engine gets them.
func (r *resolved) expanded() (*Settings, error) {
	if r.err != nil {
		return nil, r.err
	}
	return r.full, r.fullErr
}

// mostStacks is how many stacks are remembered, at about a quarter of a megabyte each. A shop has a few for each machine, material,
// quality and kind of supports; each density of infill is another.
const mostStacks = 128

// stacks remembers what was resolved by the stack's SHA-256: some 600 formulas for each.
var stacks = func() *lru.Cache[[32]byte, *resolved] {
	c, err := lru.New[[32]byte, *resolved](mostStacks)
	if err != nil {
		panic(err) // the size is a constant
	}
	return c
}()

// resolve works a stack out, or remembers it.
func resolve(s Stack) *resolved {
	text, err := json.Marshal(s)
	if err != nil {
		return &resolved{err: err}
	}
	key := sha256.Sum256(text)
	if r, ok := stacks.Get(key); ok {
		return r
	}
	r := &resolved{}
	if r.plain, r.err = profile.Resolve(s); r.err == nil {
		if r.full, r.fullErr = r.plain.Expanded(); r.fullErr == nil {
			r.hash = r.full.SettingsHash()
		}
	}
	stacks.Add(key, r)
	return r
}
