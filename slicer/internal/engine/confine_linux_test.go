package engine

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"buildplate/app/apptest/need"
	"buildplate/slicer/slicertest/takeover"
)

// layer is one of the things that a child is held by.
type layer struct {
	name string
	only machine // a machine that has nothing else
	need string  // why this one has it not, if it has it not
	here bool
}

var (
	files = layer{"files", machine{Landlock: true, Truncate: true}, "there is no Landlock here, or one of before Linux 6.2", thisMachine().Landlock && thisMachine().Truncate}
	calls = layer{"calls", machine{Filter: true}, "there are no filters of system calls here", thisMachine().Filter}
	user  = layer{"user", machine{Root: true, OwnUser: true}, "only root can give a child another user, and have it do what only root can", thisMachine().OwnUser}
	// none is for what is refused on every machine.
	none = layer{"none", machine{}, "", true}
)

// refusal is how an attempt of the stand-in ends.
type refusal struct {
	full  unix.Errno // with all that a machine can do
	by    layer      // what refuses it
	alone unix.Errno // by that layer alone
}

// refusals are how the attempts end, by name: those that are not here succeed.
var refusals = map[string]refusal{
	"read a file left open": {unix.EBADF, none, unix.EBADF},
	"gain privileges":       {unix.EPERM, none, unix.EPERM},
	"have a capability":     {unix.EPERM, none, unix.EPERM},

	"read the database":             {unix.EACCES, files, unix.EACCES},
	"read what is beside it":        {unix.EACCES, files, unix.EACCES},
	"read the machine's users":      {unix.EACCES, files, unix.EACCES},
	"read the shop's environment":   {unix.EACCES, files, unix.EACCES},
	"list the data folder":          {unix.EACCES, files, unix.EACCES},
	"list the machine":              {unix.EACCES, files, unix.EACCES},
	"write to the database":         {unix.EACCES, files, unix.EACCES},
	"make a file outside":           {unix.EACCES, files, unix.EACCES},
	"make a folder outside":         {unix.EACCES, files, unix.EACCES},
	"remove a file outside":         {unix.EACCES, files, unix.EACCES},
	"empty a file outside":          {unix.EACCES, files, unix.EACCES},
	"link the database into it":     {unix.EXDEV, files, unix.EXDEV},
	"leave a link to the database":  {unix.EACCES, files, unix.EACCES},
	"leave a pipe":                  {unix.EACCES, files, unix.EACCES},
	"move a file out of the folder": {unix.EACCES, files, unix.EACCES},
	"become another program":        {unix.EACCES, files, unix.EACCES},
	"become what it wrote":          {unix.EACCES, files, unix.EACCES},
	"listen for TCP":                {unix.EPERM, files, unix.EACCES},

	"open a socket (inet)":     {unix.EPERM, calls, unix.EPERM},
	"open a socket (inet6)":    {unix.EPERM, calls, unix.EPERM},
	"open a socket (unix)":     {unix.EPERM, calls, unix.EPERM},
	"open a socket (netlink)":  {unix.EPERM, calls, unix.EPERM},
	"open a pair of sockets":   {unix.EPERM, calls, unix.EPERM},
	"start a program":          {unix.EPERM, calls, unix.EPERM},
	"clone":                    {unix.EPERM, calls, unix.EPERM},
	"clone by the newest call": {unix.ENOSYS, calls, unix.ENOSYS},
	"trace a process":          {unix.EPERM, calls, unix.EPERM},
	"read a process's memory":  {unix.EPERM, calls, unix.EPERM},
	"signal the shop":          {unix.EPERM, calls, unix.EPERM},
	"limit the shop":           {unix.EPERM, calls, unix.EPERM},
	"leave the group":          {unix.EPERM, calls, unix.EPERM},
	"make a namespace":         {unix.EPERM, calls, unix.EPERM},
	"make a file in no folder": {unix.EPERM, calls, unix.EPERM},

	"keep a capability":     {unix.EPERM, user, unix.EPERM},
	"be root":               {unix.EPERM, user, unix.EPERM},
	"become root":           {unix.EPERM, user, unix.EPERM},
	"become root's program": {unix.EACCES, user, unix.EPERM},
}

// TestHostileEngine has a stand-in for an engine that was taken over try everything it must not be able to, with all that
// this machine can do; with each layer alone, which shows that it refuses by itself; and without any, which shows that
// the stand-in is able to do what it tries.
func TestHostileEngine(t *testing.T) {
	h := newHouse(t)
	all := slices.Sorted(maps.Keys(takeover.Attempts))
	for _, l := range []layer{files, calls, user, none} {
		t.Run("by "+l.name, func(t *testing.T) {
			if !l.here {
				need.Without(t, "confine", l.need)
			}
			for _, try := range all {
				r, refused := refusals[try]
				if refused && r.by.name != l.name {
					continue
				}
				if got := h.confined(t, try, thisMachine()); got != r.full && files.here && calls.here {
					t.Errorf("%s: %v, want %v", try, got, r.full)
				}
				if got := h.confined(t, try, l.only); got != r.alone {
					t.Errorf("%s, held by %s alone: %v, want %v", try, l.name, got, r.alone)
				}
			}
		})
	}
	t.Run("free", func(t *testing.T) {
		if !user.here {
			need.Without(t, "confine", user.need)
		}
		for _, try := range all {
			as := uint32(0)
			if try == "become root's program" {
				as = firstUser
			}
			if got := h.free(t, try, as); got != 0 {
				t.Errorf("%s: %v, want it done", try, got)
			}
		}
	})
}

// TestHostileChild wants children that are this program itself, as the embedded engine and readers of files are, to be
// held as an installed engine is.
func TestHostileChild(t *testing.T) {
	h := newHouse(t)
	for _, try := range []string{"nothing", "read the database", "become what it wrote", "open a socket (inet)", "clone", "be root", "have a capability", "keep a capability"} {
		r := refusals[try]
		if !r.by.here && r.by.name != "" {
			continue // TestHostileEngine says so
		}
		h.furnish(t)
		dir := h.folder(t)
		err := Helper{Args: append([]string{"try=" + try}, h.settings...), Dir: dir, Limits: Limits{Wall: time.Minute}}.Run(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", try, err)
		}
		h.owned(t, dir)
		if got := result(t, filepath.Join(dir, outName)); got != r.full {
			t.Errorf("%s: %v, want %v", try, got, r.full)
		}
	}
}

// TestScriptIsNoEngine wants a script refused where files are closed off: what it starts could be anything.
func TestScriptIsNoEngine(t *testing.T) {
	if !files.here {
		need.Without(t, "confine", files.need)
	}
	path := filepath.Join(t.TempDir(), "CuraEngine")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho Cura_SteamEngine version 5.0\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if e, err := Native(t.Context(), path); err == nil {
		t.Errorf("a script is taken for CuraEngine %s", e.Version())
	}
}

// TestWeaknesses wants every layer that a machine lacks told, and nothing of one that has all.
func TestWeaknesses(t *testing.T) {
	whole := machine{Landlock: true, Truncate: true, Filter: true, Root: true, OwnUser: true}
	for name, c := range map[string]struct {
		m    machine
		want string
	}{
		"all":            {whole, ""},
		"no root":        {machine{Landlock: true, Truncate: true, Filter: true}, ""},
		"old Landlock":   {machine{Landlock: true, Filter: true}, "slice_files_emptied"},
		"no Landlock":    {machine{Filter: true}, "slice_files_open"},
		"no filter":      {machine{Landlock: true, Truncate: true}, "slice_calls_open"},
		"nothing":        {machine{}, "slice_files_open slice_calls_open"},
		"root's own":     {machine{Landlock: true, Truncate: true, Filter: true, Root: true}, "slice_as_root"},
		"nothing, root ": {machine{Root: true}, "slice_files_open slice_calls_open slice_as_root"},
	} {
		var got []string
		for _, w := range c.m.weaknesses() {
			got = append(got, w.Code)
			if !strings.HasSuffix(w.Message, ".") {
				t.Errorf("%s: %q is no sentence", w.Code, w.Message)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}
