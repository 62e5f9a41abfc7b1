package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Embedded is what main carries in the binary and hands down.
type Embedded struct {
	Schema  string
	Licence string
}

// Commands is the whole command line.
type Commands struct {
	Serve    Serve    `cmd:"" help:"Run the shop."`
	Admin    Admin    `cmd:"" help:"Help for people who cannot log in."`
	Quote    Quote    `cmd:"" help:"Slice and price files. Needs no data folder and writes nothing."`
	Orient   Orient   `cmd:"" help:"Propose how a model should lie to be printed."`
	Inspect  Inspect  `cmd:"" help:"Inspect files without slicing them."`
	Settings Settings `cmd:"" help:"Print every resolved setting of a machine."`
	Printers Printers `cmd:"" help:"List the machine definitions."`
	Routes   Routes   `cmd:"" help:"List the routes, the doors they are on and who may use them."`
	OpenAPI  OpenAPI  `cmd:"" name:"openapi" help:"Print the description of the API."`
	Version  Version  `cmd:"" help:"Print the version."`
	Licenses Licenses `cmd:"" help:"List what is inside this program, its licence and its source."`
}

// errQuiet ends a command with status 1 when everything was said already.
var errQuiet = errors.New("")

// wrongCall ends a command with status 2: what it was asked cannot be.
type wrongCall struct{ error }

func (w wrongCall) Unwrap() error { return w.error }

// Streams are what a command reads and writes.
type Streams struct {
	Out, Err io.Writer
}

// Main runs the command line and returns the exit status: 0, 1 for a failure, 2 for a wrong call.
func Main(args []string, emb Embedded) int {
	var cmds Commands
	streams := Streams{Out: os.Stdout, Err: os.Stderr}
	parser, err := kong.New(&cmds, kong.Name("buildplate"), kong.Description("A 3D-print shop in one program."),
		kong.Writers(os.Stdout, os.Stderr), kong.UsageOnError(), kong.Bind(emb, streams))
	if err != nil {
		fmt.Fprintln(os.Stderr, "buildplate:", err)
		return 2
	}
	call, err := parser.Parse(args)
	if err != nil {
		return refuse(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	call.BindTo(ctx, (*context.Context)(nil))
	if err := call.Run(); err != nil {
		if _, wrong := errors.AsType[wrongCall](err); wrong {
			return refuse(err)
		}
		if !errors.Is(err, errQuiet) {
			fmt.Fprintln(os.Stderr, "buildplate:", err)
		}
		return 1
	}
	return 0
}

func refuse(err error) int {
	fmt.Fprintf(os.Stderr, "buildplate: %v\nTry 'buildplate --help'.\n", err)
	return 2
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
