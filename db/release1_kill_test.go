package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const release1Child = "BUILDPLATE_RELEASE1_CHILD" // path,step,nth

// migrateAndDie is what a child does: it opens a database and kills itself at the nth time a step is passed.
func migrateAndDie(spec string) {
	var path, step string
	var nth int
	fields := strings.Split(spec, ",")
	path, step = fields[0], fields[1]
	_, _ = fmt.Sscan(fields[2], &nth)
	_, err := Open(context.Background(), path, "", Options{Step: func(name string) {
		if name != step {
			return
		}
		if nth--; nth == 0 {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {}
		}
	}})
	fmt.Print(err)
	os.Exit(3) // the step was never reached so often
}

// Killed at each step of each migration, the shop of release 1 is whole after the next start.
func TestCarryingOverSurvivesAKill(t *testing.T) {
	whole := map[string][]string{}
	d := openAt(t, aShopOfRelease1(t), "", Options{})
	latest, err := d.version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range rowsOf(t, d, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		table = strings.Trim(table, "[]")
		whole[table] = rowsOf(t, d, "SELECT * FROM "+table+" ORDER BY 1")
	}
	for nth := 1; nth <= latest-release1; nth++ {
		for _, step := range []string{"db.migrate.begun", "db.migrate.changed", "db.migrate.versioned", "db.migrate.committed"} {
			path := aShopOfRelease1(t)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s,%s,%d", release1Child, path, step, nth))
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() == 3 {
				t.Fatalf("%s, %d: the child was not killed: %v %s", step, nth, err, out)
			}
			d := openAt(t, path, "", Options{})
			for table, rows := range whole {
				if got := rowsOf(t, d, "SELECT * FROM "+table+" ORDER BY 1"); !slices.Equal(got, rows) {
					t.Errorf("%s, %d: %s is another than without a kill", step, nth, table)
				}
			}
			if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
				t.Errorf("%s, %d: %q, %v", step, nth, found, err)
			}
		}
	}
}
