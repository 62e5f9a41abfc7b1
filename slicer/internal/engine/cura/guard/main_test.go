package main

import (
	"strings"
	"testing"
)

func TestReplacesTheKnownChecks(t *testing.T) {
	helper := "func load(mem []byte, addr uint32) {\n\t_ = mem[uint64(addr)+3]\n\tval := 1\n}\n"
	grows := strings.Repeat("\tmemory_grow(&mem, 1, 2)\n", growths)
	code, err := replace([]byte(strings.Repeat(helper, helpers) + grows))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Repeat("func load(mem []byte, addr uint32) {\n\treach(mem, uint64(addr)+3)\n\tval := 1\n}\n", helpers) + grows
	if string(code) != want {
		t.Errorf("got\n%s", code)
	}
	for _, n := range []int{0, helpers - 1, helpers + 1} {
		if _, err := replace([]byte(strings.Repeat(helper, n) + grows)); err == nil {
			t.Errorf("%d checks pass", n)
		}
	}
	if _, err := replace([]byte(strings.Repeat(helper, helpers) + grows + "\tmemory_grow(&mem, 1, 2)\n")); err == nil {
		t.Error("an engine that grows its memory by itself passes")
	}
}
