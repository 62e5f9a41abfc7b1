package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"buildplate/slicer"
)

func main() {
	// Before anything else: a slice is a child process of this same program.
	if code, child := slicer.ChildMain(os.Args); child {
		os.Exit(code)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// result is a line of the table.
type result struct {
	what    string
	ratio   float64 // ours to theirs; 0 where it could not be measured
	goal    float64 // the ratio is to be at most this; 0 for none
	figures string  // the times behind the ratio, or why there are none
}

func (r result) print() {
	ratio, goal := "-", ""
	switch {
	case r.ratio >= 0.1:
		ratio = fmt.Sprintf("%.2f", r.ratio)
	case r.ratio > 0:
		ratio = fmt.Sprintf("%.5f", r.ratio)
	}
	switch {
	case r.goal > 0 && r.ratio > r.goal:
		goal = fmt.Sprintf("%.2f, missed", r.goal)
	case r.goal > 0:
		goal = fmt.Sprintf("%.2f", r.goal)
	}
	fmt.Printf(line, r.what, ratio, goal, r.figures)
}

// line is the table's: what, ratio, goal, figures. Each is printed as soon as it is known.
const line = "%-48s %8s  %-12s  %s\n"

// missing is a line for what this machine has no tool for.
func missing(what string, why error) result {
	return result{what: what, figures: "not measured: " + strings.TrimSpace(why.Error())}
}

func run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	start := time.Now()
	fmt.Printf("%s/%s, %d cores, %s. Medians of several rounds; below 1 the first of a line is faster.\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Printf(line, "what", "ratio", "goal", "figures")
	for _, measure := range []func(context.Context, string) ([]result, error){slicing, together, plates, layouts, inspection, upload} {
		results, err := measure(ctx, dir)
		if err != nil {
			return err
		}
		for _, r := range results {
			r.print()
		}
	}
	fmt.Printf("\nmeasured in %v\n", time.Since(start).Round(time.Second))
	return nil
}
