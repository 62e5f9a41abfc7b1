package engine

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"buildplate/slicer/internal/engine/host"
	"buildplate/slicer/internal/fault"
)

// ChildCommand is the hidden subcommand that must lead to [ChildMain].
const ChildCommand = "engine-child"

// confineArg makes the child apply limits to itself and become a program.
const confineArg = "confine"

// maxStack ends runaway recursion in the engine before it eats the machine.
const maxStack = 256 << 20

// The child reports on its standard output, a line each. The engine's log
// goes to standard error.
const (
	progressLine = "progress "  // a fraction
	metadataLine = "metadata "  // host.Metadata as JSON
	endLine      = "slice-end " // a fault.Code and a cause, if the slice failed
	argsFileFlag = "args"       // flag: a file that holds the arguments as JSON
)

// ChildMain is the whole program of a child process; args follow the
// subcommand's name. It returns the exit code.
//
//	engine-child [-memory BYTES] [-output BYTES] slice ...CuraEngine's arguments
//	engine-child [-memory BYTES] [-output BYTES] -args FILE
//	engine-child confine BOUNDS PROGRAM ARGUMENTS...
//
// The second form takes the arguments from a JSON array of strings: six
// hundred settings, twice, are more than Windows allows on a command line.
func ChildMain(args []string) int {
	if len(args) >= 2 && args[0] == confineArg {
		err := confine(args[1], args[2:])
		fmt.Fprintln(os.Stderr, "confine:", err)
		return 126
	}
	out := bufio.NewWriter(os.Stdout)
	err := slice(args, out)
	if err != nil {
		cause := strings.ReplaceAll(err.Error(), "\n", "; ")
		fmt.Fprintf(out, "%s%s %s\n", endLine, codeOf(err), cause)
	}
	if flushed := out.Flush(); err != nil || flushed != nil {
		return 1
	}
	return 0
}

// slice runs the embedded engine to its end.
func slice(args []string, out *bufio.Writer) error {
	flags := flag.NewFlagSet(ChildCommand, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	memory := flags.Int64("memory", 0, "")
	output := flags.Int64("output", 0, "")
	file := flags.String(argsFileFlag, "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	args = flags.Args()
	if *file != "" {
		data, err := os.ReadFile(*file)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(data, &args); err != nil {
			return fmt.Errorf("%s: %w", *file, err)
		}
	}

	report := func(format string, values ...any) {
		fmt.Fprintf(out, format+"\n", values...)
		out.Flush()
	}
	last := -1.0
	c := host.Config{
		Args: args, Stdout: os.Stderr, Stderr: os.Stderr,
		MemoryLimit: *memory, OutputLimit: *output,
		Progress: func(f float64) {
			if f >= last+0.01 || f == 1 && last < 1 {
				last = f
				report("%s%.3f", progressLine, f)
			}
		},
		Metadata: func(m host.Metadata) {
			line, _ := json.Marshal(m)
			report("%s%s", metadataLine, line)
		},
	}
	c.Reads, c.Writes = filesOf(args)
	debug.SetMaxStack(maxStack)
	onCPULimit(func() {
		// The engine holds the other goroutine; nothing is left to flush.
		_, _ = fmt.Fprintf(os.Stdout, "%s%s processor time limit reached\n", endLine, fault.CodeTimeout)
		os.Exit(1)
	})
	return runEmbedded(c)
}

// filesOf finds the files that CuraEngine's arguments name: a definition after
// -j and models after -l to read, G-code after -o to write.
func filesOf(args []string) (reads, writes []string) {
	for i := 0; i+1 < len(args); i++ {
		switch args[i] {
		case "-j", "-l":
			reads = append(reads, args[i+1])
		case "-o":
			writes = append(writes, args[i+1])
		case "-s":
		default:
			continue
		}
		i++ // the next one is a value, whatever it looks like
	}
	return reads, writes
}

func codeOf(err error) fault.Code {
	switch {
	case errors.Is(err, host.ErrMemory):
		return fault.CodeMemory
	case errors.Is(err, host.ErrOutput):
		return fault.CodeTooDetailed
	case errors.Is(err, errNotBuilt):
		return fault.CodeMissing
	}
	return fault.CodeCrashed
}
