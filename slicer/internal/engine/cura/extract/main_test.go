package main

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestFindSkipsOtherDataURLs(t *testing.T) {
	const prefix = `"data:application/octet-stream;base64,`
	wasm := base64.StdEncoding.EncodeToString([]byte("\x00asm\x01\x00\x00\x00"))
	script := `var a=` + prefix + `";var b=` + prefix + `AAAA";var c=` + prefix + wasm + `";`
	module, err := find([]byte(script))
	if err != nil {
		t.Fatal(err)
	}
	if string(module) != "\x00asm\x01\x00\x00\x00" {
		t.Errorf("found %q", module)
	}
	if _, err := find([]byte(strings.ReplaceAll(script, wasm, "AAAA"))); err == nil {
		t.Error("a file without a module was accepted")
	}
}

func TestCheckRefusesAnotherModule(t *testing.T) {
	if err := check(make([]byte, moduleSize)); err == nil {
		t.Error("a module of the right size and the wrong content was accepted")
	}
}
