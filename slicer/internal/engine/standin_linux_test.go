package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"buildplate/slicer/slicertest/takeover"
)

// The test binary can play an engine that was taken over by a model: it tries what it should not be able to, one thing a
// run, and writes as its G-code how that went.
func init() {
	engine, child := roles["slice"], roles[ChildCommand]
	roles["slice"] = func(args []string) {
		if s := (standIn{args}); s.setting("try") != "" {
			s.run()
		}
		engine(args)
	}
	roles[ChildCommand] = func(args []string) {
		if strings.HasPrefix(args[0], "try=") { // not one that confines itself first
			standIn{args}.run()
		}
		child(args)
	}
	roles["sleep"] = func([]string) { _, _ = os.Stdin.Read(make([]byte, 1)) }
}

// tried is what came of an attempt: 0 if it did what it wanted.
type tried struct{ Errno unix.Errno }

type standIn struct{ args []string }

// setting is a setting that the engine was given.
func (s standIn) setting(key string) string {
	for _, arg := range s.args {
		if value, ok := strings.CutPrefix(arg, key+"="); ok {
			return value
		}
	}
	return ""
}

// number is 0 for what it was not given: a program that it became knows of nothing.
func (s standIn) number(key string) int {
	if s.setting(key) == "" {
		return 0
	}
	n, err := strconv.Atoi(s.setting(key))
	if err != nil {
		panic(err)
	}
	return n
}

func (s standIn) aims() takeover.Aims {
	return takeover.Aims{
		Data: s.setting("data"), Setuid: s.setting("setuid"), Shop: s.number("shop"), Group: s.number("group"), Other: s.number("other"), Left: s.number("fd"),
	}
}

func (s standIn) run() {
	err := takeover.Attempts[s.setting("try")](s.aims())
	var r tried
	if err != nil && !errors.As(err, &r.Errno) {
		panic(err)
	}
	text, err := json.Marshal(r)
	if err == nil {
		err = os.WriteFile(outName, text, 0o600)
	}
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stderr, "Print time (s): 1\nFilament (mm^3): 1")
	unix.Exit(0) // os.Exit sleeps a second under the race detector
}
