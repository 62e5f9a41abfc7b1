package failpoint_test

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"buildplate/storage/failpoint"
)

const childEnv = "BUILDPLATE_FAILPOINT_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		for i := range 5 {
			failpoint.Reach("other")
			os.Stdout.WriteString(string(rune('a' + i)))
			failpoint.Reach("step")
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestReachKillsAtTheCountedVisit(t *testing.T) {
	for _, c := range []struct {
		spec, printed string
		killed        bool
	}{
		{"", "abcde", false},
		{"step", "a", true},
		{"step:3", "abc", true},
		{"step:9", "abcde", false},
		{"nowhere:1", "abcde", false},
	} {
		t.Run(c.spec, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childEnv+"=1", failpoint.Env+"="+c.spec)
			out, err := cmd.Output()
			if string(out) != c.printed {
				t.Errorf("printed %q, want %q", out, c.printed)
			}
			var exit *exec.ExitError
			if killed := errors.As(err, &exit); killed != c.killed {
				t.Errorf("ended with %v, want killed = %v", err, c.killed)
			} else if killed && runtime.GOOS != "windows" && !strings.Contains(err.Error(), "killed") {
				t.Errorf("ended with %v, want the kill signal", err)
			}
		})
	}
}

func TestAWrongSpecIsRefusedAtStart(t *testing.T) {
	for _, spec := range []string{"step:0", "step:-1", "step:x", "step:"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"=1", failpoint.Env+"="+spec)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "is not name:n") {
			t.Errorf("%q: %v, %q; want a refusal that shows the form", spec, err, out)
		}
	}
}
