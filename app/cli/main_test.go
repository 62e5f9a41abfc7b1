package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/cli"
	"buildplate/slicer"
)

// asProgram makes the test binary be the program.
const asProgram = "BUILDPLATE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if code, child := slicer.ChildMain(os.Args); child {
		os.Exit(code)
	}
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Main(os.Args[1:], cli.Embedded{Licence: "the licence's text\n"}))
	}
	os.Exit(m.Run())
}

// outcome is what one call of the program did.
type outcome struct {
	stdout, stderr string
	status         int
}

// run calls the program in an empty folder, with an empty folder for temporary files and no home, and holds that it
// leaves nothing in any of them.
func run(t *testing.T, args ...string) outcome {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	here, temporary := t.TempDir(), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = here, &stdout, &stderr
	cmd.Env = []string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + temporary, "TMP=" + temporary, "HOME=" + here, "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%q hangs", args)
	}
	for _, dir := range []string{here, temporary} {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%q leaves %v behind (%v)", args, left, err)
		}
	}
	if strings.Contains(stderr.String(), "panic:") || strings.Contains(stderr.String(), "goroutine ") {
		t.Errorf("%q crashes: %s", args, stderr.String())
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// want fails the test unless the program ended with a status.
func (o outcome) want(t *testing.T, status int) outcome {
	t.Helper()
	if o.status != status {
		t.Fatalf("status %d, want %d: %s%s", o.status, status, o.stdout, o.stderr)
	}
	return o
}

// decode reads the program's JSON.
func decode[T any](t *testing.T, o outcome) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(o.stdout), &v); err != nil {
		t.Fatalf("%v: %s", err, o.stdout)
	}
	return v
}

func needDefinitions(t *testing.T) {
	t.Helper()
	if !slicer.Built() {
		need.Without(t, "cura", "the machine definitions are not built in: run `make build`")
	}
}

// engineHere is the engine to slice with: the one inside, or where this build has none, an installed one.
func engineHere(t *testing.T) string {
	t.Helper()
	needDefinitions(t)
	if slicer.EmbeddedEngine().Built {
		return "embedded"
	}
	s, err := slicer.New(t.Context(), slicer.Options{Engine: "native", Dir: t.TempDir()})
	if err != nil {
		need.Without(t, "cura", "there is no engine: "+err.Error())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	return "native"
}

// file writes a model into a folder of its own and returns its path.
func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
