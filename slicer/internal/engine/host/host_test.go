package host

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// program is a module whose main function is the test's.
type program struct {
	memory []byte
	next   int32
	main   func(p *program, args []string) int32
}

func (p *program) Slice() *[]byte        { return &p.memory }
func (p *program) Grow(_, _ int64) int64 { return -1 }
func (p *program) X__wasm_call_ctors()   {}
func (p *program) Xmalloc(size int32) int32 {
	at := p.next
	p.next += (size + 7) &^ 7
	return at
}

func (p *program) Xmain(argc, argv int32) int32 {
	m := memory{bytes: &p.memory}
	var args []string
	for i := range argc {
		args = append(args, m.string(m.int32(argv+4*i)))
	}
	if m.int32(argv+4*argc) != 0 {
		panic("argv does not end")
	}
	return p.main(p, args)
}

// text puts a string into the module's memory.
func (p *program) text(s string) int32 {
	at := p.Xmalloc(int32(len(s) + 1))
	copy(p.memory[at:], s+"\x00")
	return at
}

// vector describes one buffer as read and write take them.
func (p *program) vector(at, size int32) int32 {
	v := p.Xmalloc(8)
	binary.LittleEndian.PutUint32(p.memory[v:], uint32(at))
	binary.LittleEndian.PutUint32(p.memory[v+4:], uint32(size))
	return v
}

func (p *program) word(at int32) int32 { return int32(binary.LittleEndian.Uint32(p.memory[at:])) }

// run runs main as the engine.
func run(c Config, main func(h *Host, p *program, args []string) int32) error {
	if c.MemoryLimit == 0 {
		c.MemoryLimit = 16 << 20
	}
	return Run(c, func(h *Host) (Module, Memory) {
		p := &program{memory: make([]byte, 16<<20), next: 1024}
		p.main = func(p *program, args []string) int32 { return main(h, p, args) }
		return p, p
	})
}

func TestArgumentsAndExit(t *testing.T) {
	var got []string
	err := run(Config{Args: []string{"slice", "-s", "a=b\nc"}}, func(_ *Host, _ *program, args []string) int32 {
		got = args
		return 0
	})
	if err != nil || strings.Join(got, "|") != "CuraEngine|slice|-s|a=b\nc" {
		t.Errorf("%q, %v", got, err)
	}
	for name, end := range map[string]func(*Host) int32{
		"returned": func(*Host) int32 { return 2 },
		"exited":   func(h *Host) int32 { h.Xexit(2); return 0 },
	} {
		var exit *ExitError
		if err := run(Config{}, func(h *Host, _ *program, _ []string) int32 { return end(h) }); !errors.As(err, &exit) || exit.Code != 2 {
			t.Errorf("%s 2: %v", name, err)
		}
	}
	if err := run(Config{}, func(h *Host, _ *program, _ []string) int32 { h.Xexit(0); return 9 }); err != nil {
		t.Error(err)
	}
}

func TestOnlyHandedFilesOpen(t *testing.T) {
	dir := t.TempDir()
	in, out, other := filepath.Join(dir, "in"), filepath.Join(dir, "out"), filepath.Join(dir, "other")
	for _, path := range []string{in, other} {
		if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const write, create, truncate = 1, 64, 512
	err := run(Config{Reads: []string{in}, Writes: []string{out}}, func(h *Host, p *program, _ []string) int32 {
		open := func(path string, flags int32) int32 { return h.X__sys_open(p.text(path), flags, 0) }
		for _, c := range []struct {
			path  string
			flags int32
		}{
			{other, 0}, {other, write | create}, {in, write}, {out, 0}, {dir + "/./in", 0}, {"/etc/passwd", 0}, {dir, 0}, {"", 0},
		} {
			if fd := open(c.path, c.flags); fd != -errnoNoEntry {
				t.Errorf("open %q with %d: %d", c.path, c.flags, fd)
			}
		}

		// Read from the fourth byte to the end, in a buffer that is too large.
		fd := open(in, 0)
		at, moved := p.Xmalloc(64), p.Xmalloc(8)
		if code := h.Xfd_seek(fd, 4, 0, 0, moved); code != 0 || p.word(moved) != 4 {
			t.Errorf("seek: %d, at %d", code, p.word(moved))
		}
		if code := h.Xfd_read(fd, p.vector(at, 64), 1, moved); code != 0 || string(p.memory[at:at+p.word(moved)]) != "456789" {
			t.Errorf("read: %d, %d bytes", code, p.word(moved))
		}
		if code := h.Xfd_read(fd, p.vector(at, 64), 1, moved); code != 0 || p.word(moved) != 0 {
			t.Errorf("read at the end: %d, %d bytes", code, p.word(moved))
		}
		if code := h.Xfd_close(fd); code != 0 || h.Xfd_close(fd) != errnoBadFile {
			t.Errorf("close: %d", code)
		}
		if h.Xfd_read(fd, p.vector(at, 1), 1, moved) != errnoBadFile || h.Xfd_write(99, p.vector(at, 1), 1, moved) != errnoBadFile {
			t.Error("a closed file was used")
		}

		fd = open(out, write|create|truncate)
		h.Xfd_write(fd, p.vector(p.text("left open"), 9), 1, moved)
		return 0
	})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(out); err != nil || string(b) != "left open" {
		t.Errorf("%q, %v", b, err)
	}
	if b, _ := os.ReadFile(other); string(b) != "0123456789" {
		t.Error("another file was changed")
	}
}

func TestOutputLimit(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	rounds := 0
	err := run(Config{Writes: []string{out}, OutputLimit: 10_000}, func(h *Host, p *program, _ []string) int32 {
		fd, at, moved := h.X__sys_open(p.text(out), 1, 0), p.Xmalloc(1000), p.Xmalloc(4)
		for range 1000 {
			rounds++
			h.Xfd_write(fd, p.vector(at, 1000), 1, moved)
		}
		return 0
	})
	if !errors.Is(err, ErrOutput) || rounds != 11 {
		t.Errorf("after %d rounds: %v", rounds, err)
	}
	if info, err := os.Stat(out); err != nil || info.Size() > 10_000 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestMemoryLimit(t *testing.T) {
	err := run(Config{MemoryLimit: 32 << 20}, func(h *Host, p *program, _ []string) int32 {
		p.memory[100] = 7
		if h.Xemscripten_resize_heap(20<<20) != 1 || len(p.memory) < 20<<20 || p.memory[100] != 7 {
			t.Error("did not grow")
		}
		if h.Xemscripten_resize_heap(32<<20) != 1 || len(p.memory) != 32<<20 {
			t.Error("did not grow to the limit")
		}
		if h.Xemscripten_resize_heap(32<<20+1) != 0 {
			t.Error("grew beyond the limit")
		}
		// The engine throws std::bad_alloc now.
		name := p.text("St9bad_alloc")
		typeInfo := p.Xmalloc(8)
		binary.LittleEndian.PutUint32(p.memory[typeInfo+4:], uint32(name))
		h.X__cxa_throw(h.X__cxa_allocate_exception(8), typeInfo, 0)
		return 0
	})
	if !errors.Is(err, ErrMemory) {
		t.Error(err)
	}
}

func TestCrashes(t *testing.T) {
	for name, crash := range map[string]func(h *Host, p *program){
		"abort":            func(h *Host, _ *program) { h.Xabort() },
		"outside memory":   func(_ *Host, p *program) { i := int32(-8); p.memory[uint32(i)] = 1 },
		"a wild pointer":   func(h *Host, _ *program) { h.Xfd_write(1, -4, 1, 0) },
		"no such function": func(*Host, *program) { var f any = 1; f.(func())() },
	} {
		err := run(Config{Stdout: new(bytes.Buffer)}, func(h *Host, p *program, _ []string) int32 {
			crash(h, p)
			return 0
		})
		if !errors.Is(err, ErrTrap) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReports(t *testing.T) {
	var fractions []float64
	var reports []Metadata
	var log bytes.Buffer
	c := Config{
		Stderr:   &log,
		Progress: func(f float64) { fractions = append(fractions, f) },
		Metadata: func(m Metadata) { reports = append(reports, m) },
	}
	err := run(c, func(h *Host, p *program, _ []string) int32 {
		for _, script := range []string{
			`globalThis["cura-wasm-progress-callback"](0.420000)`,
			`globalThis["cura-wasm-progress-callback"](7)`,
			`globalThis["cura-wasm-progress-callback"](nonsense)`,
			`globalThis["cura-wasm-metadata-callback"]("Marlin(Volumetric)", 1259, 3547, 0, 0.400000, 3547)`,
			`globalThis["cura-wasm-metadata-callback"]("Marlin", 1)`,
			`alert(1)`,
		} {
			h.Xemscripten_run_script(p.text(script))
		}
		h.Xfd_write(2, p.vector(p.text("a word"), 6), 1, p.Xmalloc(4))
		return 0
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(fractions) != 2 || fractions[0] != 0.42 || fractions[1] != 1 {
		t.Errorf("progress %v", fractions)
	}
	want := Metadata{Flavor: "Marlin(Volumetric)", Seconds: 1259, Material1MM3: 3547, NozzleMM: 0.4, FilamentMM3: 3547}
	if len(reports) != 1 || reports[0] != want {
		t.Errorf("reports %+v", reports)
	}
	if log.String() != "a word" {
		t.Errorf("log %q", log.String())
	}
}
