package engine

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

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
	dir := filepath.Join(h.dir, "slice-"+rand.Text())
	h.must(t, os.Mkdir(dir, 0o700))
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
