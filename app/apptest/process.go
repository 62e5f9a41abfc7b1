package apptest

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/db/dbtest"
)

// Binary finds the built program. Without one the test is skipped, or fails where REQUIRE names cura.
func Binary(tb testing.TB) string {
	tb.Helper()
	path := os.Getenv("BUILDPLATE_BINARY")
	if path == "" {
		path = filepath.Join(dbtest.Root(tb), "buildplate")
	}
	if _, err := os.Stat(path); err != nil {
		need.Without(tb, "cura", "there is no built program: run `make build`, or name one with BUILDPLATE_BINARY")
	}
	return path
}

// FastestEngine is the engine for tests that are not about engines: an installed CuraEngine takes half the time.
func FastestEngine() string {
	if _, err := exec.LookPath("CuraEngine"); err == nil {
		return "native"
	}
	return "embedded"
}

// Options of a shop. The zero value is an empty demonstration on free ports and a new folder.
type Options struct {
	Data   string // "" for a new folder
	Shop   string // address of the shop's door; "" for a free port
	Public string // of the public door
	Stripe string // where the stand-in listens, or the URL of one that runs already
	Engine string // "" for FastestEngine
	Tunnel string // what stands before the public door; "" for none
	Env    []string
	Sample bool // it starts as the sample shop
}

// Process is a running shop.
type Process struct {
	Doors
	Data  string
	Order string // address of the page that the greeting shows of a sample shop

	cmd  *exec.Cmd
	done chan struct{}
	err  error // of the process, once done is closed
	log  *tail
}

// startTimeout is generous: the machine may be slicing for others.
const startTimeout = 3 * time.Minute

// Start starts a shop and waits until both doors are open. It is killed when the test ends, if it still runs.
func Start(tb testing.TB, o Options) *Process {
	tb.Helper()
	p, err := start(Binary(tb), tb.TempDir, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		p.Kill()
		if tb.Failed() {
			tb.Logf("the shop said at last:\n%s", p.log)
		}
	})
	return p
}

func start(binary string, folder func() string, o Options) (*Process, error) {
	p, greeted, err := launch(binary, folder, o)
	if err != nil {
		return nil, err
	}
	select {
	case <-greeted:
		return p, nil
	case <-p.done:
		return nil, fmt.Errorf("the shop did not start: %w\n%s", errors.Join(p.err, errors.New("it ended")), p.log)
	case <-time.After(startTimeout):
		p.Kill()
		return nil, fmt.Errorf("the shop did not start within %s\n%s", startTimeout, p.log)
	}
}

// launch starts the process; greeted is closed when both doors are open.
func launch(binary string, folder func() string, o Options) (p *Process, greeted chan struct{}, err error) {
	if o.Data == "" {
		o.Data = filepath.Join(folder(), "data")
	}
	free := func(s string) string {
		if s == "" {
			return "127.0.0.1:0"
		}
		return s
	}
	if o.Engine == "" {
		o.Engine = FastestEngine()
	}
	p = &Process{Data: o.Data, done: make(chan struct{}), log: &tail{}}
	args := []string{"serve", "--demo", "--data", o.Data, "--shop", free(o.Shop), "--public", free(o.Public), "--stripe-stand-in", free(o.Stripe), "--engine", o.Engine}
	if o.Tunnel != "" {
		args = append(args, "--tunnel", o.Tunnel)
	}
	if !o.Sample {
		args = append(args, "--empty")
	}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Env = append(os.Environ(), append([]string{"BUILDPLATE_RESERVE=1"}, o.Env...)...)
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, nil, err
	}
	greeted = make(chan struct{})
	go func() {
		p.read(bufio.NewScanner(out), greeted)
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p, greeted, nil
}

// read takes the addresses from the greeting, which ends with an empty line.
func (p *Process) read(lines *bufio.Scanner, greeted chan<- struct{}) {
	for lines.Scan() {
		label, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), "  ")
		value = strings.TrimSpace(value)
		switch label {
		case "Customers":
			p.Public = value
		case "Staff":
			p.Shop = strings.TrimSuffix(value, "/staff")
		case "An order":
			p.Order = value
		case "First admin":
			p.SetupToken = value[strings.LastIndexByte(value, '/')+1:]
		case "":
			if p.Shop != "" && greeted != nil {
				close(greeted)
				greeted = nil
			}
		}
	}
}

// Kill ends the process at once, as a power switch does, and waits until it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// Stop asks the process to end, and fails the test if it does not end well.
func (p *Process) Stop(tb testing.TB) {
	tb.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		tb.Fatalf("stop the shop: %v", err)
	}
	select {
	case <-p.done:
		if p.err != nil {
			tb.Errorf("the shop ended badly: %v\n%s", p.err, p.log)
		}
	case <-time.After(30 * time.Second):
		p.Kill()
		tb.Error("the shop did not end within 30 seconds of being asked to")
	}
}

// Log is the last of what the shop wrote to its log.
func (p *Process) Log() string { return p.log.String() }

// PeakMemory is the most physical memory that the process has used so far, in bytes (VmHWM). Linux only.
func (p *Process) PeakMemory(tb testing.TB) int64 {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "status"))
	if err != nil {
		need.Without(tb, "proc", "this system does not tell a process's peak memory: "+err.Error())
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				tb.Fatal(err)
			}
			return kb << 10
		}
	}
	tb.Fatal("no VmHWM in the process's status")
	return 0
}

// FreeAddress is an address that nobody listens on now, for a shop that is started on it again and again. Its port is none of those that
// connections begin from: one of another test's would take it meanwhile.
func FreeAddress(tb testing.TB) string {
	tb.Helper()
	const first, ports, tries = 10_000, 20_000, 100
	for range tries {
		port := first + rand.IntN(ports)
		if l, err := net.Listen("tcp", fmt.Sprintf(":%d", port)); err == nil {
			_ = l.Close()
			return fmt.Sprintf("127.0.0.1:%d", port)
		}
	}
	tb.Fatal("no port is free")
	return ""
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 16 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - tailBytes; over > 0 {
		t.text = append([]byte(nil), t.text[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
