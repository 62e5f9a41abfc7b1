package hostile_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"buildplate/app/apptest/wait"
	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/slicer/slicertest/takeover"
)

// The shop takes a copy of the test binary for an installed CuraEngine. It slices as the engine inside it does, but for models
// that it tells by how many sides they have: one takes it over, and with the others it never comes to an end.
const (
	takingOver = 7
	waiting    = 9 // and has little to do meanwhile: the short form shares its machine with other tests
	busy       = 11
)

// column is a model with so many sides. Each height is another part, which no cache has.
func column(sides int, height float64) []byte {
	return meshtest.BinarySTL(meshtest.Cylinder(6, height, sides))
}

// leftOpen is the number of a file that the tests leave open to the shops they start, as whatever starts a shop may.
const leftOpen = 60

// standIn makes the engine and what it is after beside a shop's data folder.
func standIn(t *testing.T) (program string) {
	t.Helper()
	dir := t.TempDir()
	program = filepath.Join(dir, "CuraEngine")
	for _, d := range []string{filepath.Dir(dir), dir} { // slices of root's run as another user
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	in, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(program, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err == nil {
		_, err = io.Copy(out, in)
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// play is what the test binary does as an engine: it never returns.
func play(args []string) {
	code := 0
	switch {
	case args[0] == "help":
		fmt.Println("Cura_SteamEngine version 5.0-stand-in")
	case len(args) == 2 && strings.HasPrefix(args[1], "try="): // it has become what it must not
		fmt.Fprintln(os.Stderr, "became another program")
		code = 4
	default:
		switch sides(args[slices.Index(args, "-l")+1]) {
		case takingOver:
			code = takeOver()
		case waiting:
			for {
				_ = wait.Pause(context.Background(), time.Second)
			}
		case busy:
			for turns := 0; ; turns++ {
				code += turns % 2
			}
		default:
			code = sliceHonestly(args)
		}
	}
	unix.Exit(code)
}

// sides tells those models from all others.
func sides(model string) int {
	f, err := os.Open(model)
	if err != nil {
		return 0
	}
	defer f.Close()
	var head [84]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return 0
	}
	triangles := int(binary.LittleEndian.Uint32(head[80:]))
	for _, n := range []int{takingOver, waiting, busy} {
		if triangles == len(meshtest.Cylinder(1, 1, n)) {
			return n
		}
	}
	return 0
}

// takenOver begins the line by which it tells the test what it could do.
const takenOver = "taken over; done: "

// takeOver tries everything, and says what was not refused. It ends as badly as it may.
func takeOver() int {
	shop := os.Getppid()
	data, _, _ := strings.Cut(os.Getenv("BUILDPLATE_SLICE"), "/slicing/")
	group, _ := unix.Getpgid(shop) // refused or not
	aims := takeover.Aims{Data: data, Setuid: "/usr/bin/passwd", Shop: shop, Group: group, Other: shop, Left: leftOpen}
	var done []string
	for _, name := range slices.Sorted(maps.Keys(takeover.Attempts)) {
		if takeover.Attempts[name](aims) == nil {
			done = append(done, name)
		}
	}
	fmt.Fprintf(os.Stderr, "%s%s.\n", takenOver, strings.Join(done, "; "))
	return 3
}

// sliceHonestly has the engine inside this program slice, and tells of it as an installed one does.
func sliceHonestly(args []string) int {
	said, writer, err := os.Pipe()
	if err != nil {
		return 1
	}
	os.Stdout = writer
	ended := make(chan int, 1)
	go func() {
		code, _ := slicer.ChildMain(append([]string{"CuraEngine", "engine-child", "-memory", fmt.Sprint(1 << 30), "-output", fmt.Sprint(512 << 20)}, without(args)...))
		_ = writer.Close()
		ended <- code
	}()
	for lines := bufio.NewScanner(said); lines.Scan(); {
		fmt.Fprintln(os.Stderr, lines.Text())
		if text, ok := strings.CutPrefix(lines.Text(), "metadata "); ok {
			var m struct{ Seconds, FilamentMM3 float64 }
			if json.Unmarshal([]byte(text), &m) != nil {
				return 1
			}
			fmt.Fprintf(os.Stderr, "Print time (s): %g\nFilament (mm^3): %g\n", m.Seconds, m.FilamentMM3)
		}
	}
	code := <-ended
	// What the engine inside never writes out.
	f, err := os.OpenFile("out.gcode", os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		_, err = f.WriteString("M82 ;absolute extrusion mode\nM104 S0\n;End of Gcode\n")
	}
	if err != nil || f.Close() != nil {
		return 1
	}
	return code
}

// without leaves out what only an installed engine is told.
func without(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "-v" || a == "-p" || a == "-m1" })
}
