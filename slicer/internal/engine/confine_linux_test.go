package engine

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"buildplate/app/apptest/need"
)

// layer is one of the things that a child is held by.
type layer struct {
	name string
	only machine // a machine that has nothing else
	need string  // what this one lacks, if it lacks it
	here bool
}

var (
	files = layer{"files", machine{Landlock: true, Truncate: true}, "Landlock with the emptying of files, Linux 6.2", thisMachine().Landlock && thisMachine().Truncate}
	calls = layer{"calls", machine{Filter: true}, "filters of system calls", thisMachine().Filter}
	user  = layer{"user", machine{Root: true, OwnUser: true}, "tests that run as root, with what root can do", thisMachine().OwnUser}
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

	"be root":               {unix.EPERM, user, unix.EPERM},
	"become root":           {unix.EPERM, user, unix.EPERM},
	"become root's program": {unix.EACCES, user, unix.EPERM},
}

// house is a machine as a shop would have it: an engine, a data folder beside it that everybody may read and write, so
// that only confinement keeps anybody out, and a program in it.
type house struct {
	dir      string
	program  string
	settings []string
	other    *exec.Cmd // some process
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{dir: t.TempDir()}
	h.program = filepath.Join(h.dir, "CuraEngine")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h.must(t, os.Chmod(filepath.Dir(h.dir), 0o755), os.Chmod(h.dir, 0o755))
	h.copy(t, self, h.program, 0o755)
	h.copy(t, self, filepath.Join(h.dir, "setuid"), 0o4755)

	h.copy(t, self, filepath.Join(h.dir, "program"), 0o755)

	h.other = exec.Command(h.program, "sleep")
	awake, err := h.other.StdinPipe()
	h.must(t, err, h.other.Start())
	t.Cleanup(func() { _, _ = awake.Close(), h.other.Wait() })

	// Whatever starts the shop may leave files open to it.
	h.must(t, os.WriteFile(filepath.Join(h.dir, "secret"), []byte("x"), 0o644))
	left, err := unix.Open(filepath.Join(h.dir, "secret"), unix.O_RDONLY, 0)
	h.must(t, err)
	t.Cleanup(func() { h.must(t, unix.Close(left)) })
	h.settings = []string{
		"data=" + filepath.Join(h.dir, "data"), "setuid=" + filepath.Join(h.dir, "setuid"), "fd=" + strconv.Itoa(left),
		"shop=" + strconv.Itoa(os.Getpid()), "group=" + strconv.Itoa(unix.Getpgrp()), "other=" + strconv.Itoa(h.other.Process.Pid),
	}
	return h
}

func (*house) must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) copy(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	in, err := os.Open(from)
	h.must(t, err)
	defer in.Close()
	out, err := os.Create(to)
	h.must(t, err)
	_, err = io.Copy(out, in)
	h.must(t, err, out.Close(), unix.Chmod(to, uint32(mode)))
}

// furnish makes the data folder anew.
func (h *house) furnish(t *testing.T) {
	t.Helper()
	data := filepath.Join(h.dir, "data")
	h.must(t, os.RemoveAll(data), os.Mkdir(data, 0o700), os.Chmod(data, 0o777))
	for _, name := range []string{"buildplate.db", "removable", "emptied"} {
		path := filepath.Join(data, name)
		h.must(t, os.WriteFile(path, []byte("secret"), 0o600), os.Chmod(path, 0o666))
	}
	h.must(t, os.Link(filepath.Join(h.dir, "program"), filepath.Join(data, "program")))
}

func (h *house) folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(h.dir, "slice-")
	h.must(t, err)
	return dir
}

// confined has the stand-in try something as an engine on a machine.
func (h *house) confined(t *testing.T, try string, m machine) unix.Errno {
	t.Helper()
	h.furnish(t)
	e := native{path: h.program, machine: m}
	var err error
	e.reach, err = needs(t.Context(), e.path, m)
	h.must(t, err)
	dir := h.folder(t)
	model := filepath.Join(h.dir, "part.stl")
	h.must(t, os.WriteFile(model, make([]byte, 84), 0o600))
	j := Job{Model: model, Out: filepath.Join(h.dir, "out.gcode"), Dir: dir, Limits: Limits{Wall: time.Minute}}
	for _, s := range append(h.settings, "try="+try) {
		key, value, _ := strings.Cut(s, "=")
		j.Global = append(j.Global, Setting{key, value})
	}
	if _, err := e.Slice(t.Context(), j); err != nil {
		t.Fatalf("%s: %v", try, err)
	}
	if pids := workersIn(dir); len(pids) > 0 {
		t.Errorf("%s: processes %v were left behind", try, pids)
	}
	h.owned(t, dir)
	return result(t, j.Out)
}

// owned wants what a child leaves to be the shop's, and files.
func (h *house) owned(t *testing.T, dir string) {
	t.Helper()
	h.must(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if stat := info.Sys().(*syscall.Stat_t); int(stat.Uid) != os.Geteuid() {
			t.Errorf("%s is the user's %d", path, stat.Uid)
		}
		if !d.IsDir() && !d.Type().IsRegular() {
			t.Errorf("%s is left, a %s", path, d.Type())
		}
		return nil
	}))
}

// free has the stand-in try something as anybody's program, of a user if it is not 0.
func (h *house) free(t *testing.T, try string, user uint32) unix.Errno {
	t.Helper()
	h.furnish(t)
	dir := h.folder(t)
	cmd := exec.Command(h.program, append([]string{"slice", "try=" + try}, h.settings...)...)
	cmd.Dir = dir
	if user != 0 {
		h.must(t, os.Chown(dir, int(user), int(user)))
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", try, err, said)
	}
	return result(t, filepath.Join(dir, outName))
}

func result(t *testing.T, path string) unix.Errno {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r tried
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r.Errno
}

// TestHostileEngine has a stand-in for an engine that was taken over try everything it must not be able to, with all that
// this machine can do; with each layer alone, which shows that it refuses by itself; and without any, which shows that
// the stand-in is able to do what it tries.
func TestHostileEngine(t *testing.T) {
	h := newHouse(t)
	all := slices.Sorted(maps.Keys(attempts))
	for _, l := range []layer{files, calls, user, none} {
		t.Run("by "+l.name, func(t *testing.T) {
			if !l.here {
				need.Without(t, "confine", "this machine lacks "+l.need)
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
			need.Without(t, "confine", "what only root may do cannot be shown by "+user.need)
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
	for _, try := range []string{"nothing", "read the database", "become what it wrote", "open a socket (inet)", "clone", "be root", "have a capability"} {
		r := refusals[try]
		if !r.by.here && r.by.name != "" {
			continue // TestHostileEngine says so
		}
		h.furnish(t)
		dir := h.folder(t)
		err := Helper{Args: append([]string{"stand-in", "try=" + try}, h.settings...), Dir: dir, Limits: Limits{Wall: time.Minute}}.Run(t.Context())
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
		need.Without(t, "confine", "this machine lacks "+files.need)
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
