package apptest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/storage"
)

// A shop that was killed starts on a disk with no byte left, even where its ballast was given up before, as long as dead slices left
// something: that goes first. Where there is nothing to give back either it says what is the matter, in a sentence, and starts once
// there is room.
func TestAStartWithoutAByteLeft(t *testing.T) {
	OnDiskOfItsOwn(t, 3*storage.BallastSize, func(t *testing.T, dir string) {
		o := Options{Data: dir, Env: []string{"BUILDPLATE_RESERVE=1"}}
		p := Start(t, o)
		SetUp(t, p)
		p.Kill()
		left, err := filepath.Glob(filepath.Join(dir, "slicing", "*"))
		if err != nil || len(left) != 1 {
			t.Fatalf("the killed one left %q (%v)", left, err)
		}
		Crowd(t, filepath.Join(left[0], "plate.gcode"), storage.BallastSize/4)
		if err := os.Remove(filepath.Join(dir, "ballast")); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		filler := filepath.Join(dir, "somebody else's")
		Crowd(t, filler, 0)
		p = Start(t, o)
		LogIn(t, p)
		p.Kill()

		Crowd(t, filler+" too", 0)
		copied := filepath.Join(dir, "before-upgrade-from-30.db")
		if err := os.WriteFile(copied, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = start(Binary(t), t.TempDir, o)
		if err == nil {
			t.Fatal("it started without a byte")
		}
		for _, part := range []string{"exit status 1", "the disk is full, so the shop cannot start", "16.8 MB of room in " + dir, "only 0.0 MB are free", copied} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("it says %q, nothing of %q", err, part)
			}
		}
		if err := os.Remove(filler + " too"); err != nil {
			t.Fatal(err)
		}
		p = Start(t, o)
		LogIn(t, p)
		p.Stop(t)
	})
}
