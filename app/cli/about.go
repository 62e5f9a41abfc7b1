package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"buildplate/slicer"
	"buildplate/web"
)

// Release is set by the build from the repository's tag or commit.
var Release = "dev"

// Source is where a running shop offers this program's own source: the build packs it into the pages.
const Source = "/source.tar.gz"

// Version prints the version.
type Version struct{}

// Run prints the version, and what is inside.
func (Version) Run(io Streams) error {
	inside := slicer.EmbeddedEngine()
	_, err := fmt.Fprintf(io.Out, "buildplate %s (%s, %s/%s)\nembedded CuraEngine: %t (%s)\nmachine definitions: %t\n", Release, runtime.Version(), runtime.GOOS, runtime.GOARCH, inside.Built, inside.Version, slicer.Built())
	return err
}

// Licenses lists what is inside this program.
type Licenses struct {
	Full bool `help:"Print the whole licence too."`
}

var embeddedWorks = []struct{ name, licence, source string }{
	{"CuraEngine, compiled to WebAssembly (npm cura-wasm 1.5.2, src/CuraEngine.js), translated to Go", "AGPL-3.0-or-later", "https://github.com/Ultimaker/CuraEngine at commit d509e7e14975e55a02667b4857640c0fe7ee069f with docker/CuraEngine.patch of https://github.com/Cloud-CNC/cura-wasm, built by its docker/Make.sh; WebAssembly module of SHA-256 f098bb6e5d32bf02ab47f7d6e85b27c52ef9942c988556291dde5ab8dd3b6b43"},
	{"fdmprinter and fdmextruder definitions (npm cura-wasm 1.5.2, src/definitions)", "LGPL-3.0-or-later", "https://github.com/Ultimaker/Cura"},
	{"Machine definitions (npm cura-wasm-definitions 1.5.1)", "LGPL-3.0-or-later", "https://github.com/cloud-cnc/cura-wasm-definitions and https://github.com/Ultimaker/Cura"},
	{"Open CASCADE Technology, compiled to WebAssembly (npm occt-import-js 0.0.23, dist/occt-import-js.js and .wasm), run by the browser to read STEP files", "LGPL-2.1", "https://github.com/kovacsv/occt-import-js at 0.0.23, with the occt folder that it names (https://git.dev.opencascade.org/repos/occt.git), built by its tools; web/src/step of this program’s own source puts it into the pages, where `make` takes your own build of it as well"},
	{"Values of Cura's quality and material profiles", "LGPL-3.0-or-later, CC0-1.0", "https://github.com/Ultimaker/Cura and https://github.com/Ultimaker/fdm_materials"},
}

var moduleLicences = map[string]string{
	"github.com/alecthomas/kong": "MIT", "github.com/danielgtaylor/huma/v2": "MIT", "github.com/gofiber/fiber/v2": "MIT", "github.com/google/uuid": "BSD-3-Clause", "github.com/hashicorp/golang-lru/v2": "MPL-2.0, BSD-3-Clause", "github.com/landlock-lsm/go-landlock": "MIT",
	"github.com/robfig/cron/v3": "MIT", "github.com/shopspring/decimal": "MIT", "github.com/stripe/stripe-go/v76": "MIT", "github.com/valyala/fasthttp": "MIT",
	"go.starlark.net": "BSD-3-Clause", "golang.org/x/crypto": "BSD-3-Clause", "golang.org/x/net": "BSD-3-Clause", "kernel.org/pub/linux/libs/security/libcap/psx": "BSD-3-Clause or GPL-2.0-only", "golang.org/x/sys": "BSD-3-Clause", "golang.org/x/text": "BSD-3-Clause", "golang.org/x/time": "BSD-3-Clause",
	"modernc.org/sqlite": "BSD-3-Clause", "modernc.org/libc": "BSD-3-Clause", "modernc.org/mathutil": "BSD-3-Clause", "modernc.org/memory": "BSD-3-Clause",
	"github.com/SaveTheRbtz/zstd-seekable-format-go/pkg": "MIT", "github.com/cespare/xxhash/v2": "MIT", "golang.org/x/sync": "BSD-3-Clause",
	"github.com/klauspost/compress": "BSD-3-Clause, MIT, Apache-2.0", "github.com/molecule-man/go-brrr": "MIT", "github.com/andybalholm/brotli": "MIT",
	"github.com/valyala/bytebufferpool": "MIT", "github.com/dustin/go-humanize": "MIT", "github.com/mattn/go-colorable": "MIT", "github.com/mattn/go-isatty": "MIT",
	"github.com/mattn/go-runewidth": "MIT", "github.com/ncruces/go-strftime": "MIT", "github.com/remyoudompheng/bigfft": "BSD-3-Clause", "github.com/clipperhouse/uax29/v2": "MIT",
}

// Run prints name, licence and source of everything embedded.
func (c Licenses) Run(io Streams, emb Embedded) error {
	fmt.Fprintf(io.Out, "Buildplate %s\n  licence: AGPL-3.0-or-later\n  source:  %s on every door of a running shop\n\n", Release, Source)
	for _, w := range embeddedWorks {
		fmt.Fprintf(io.Out, "%s\n  licence: %s\n  source:  %s\n", w.name, w.licence, w.source)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			licence := moduleLicences[d.Path]
			if licence == "" {
				licence = "see its source"
			}
			fmt.Fprintf(io.Out, "%s %s\n  licence: %s\n  source:  Go module %s@%s\n", d.Path, d.Version, licence, d.Path, d.Version)
		}
	}
	for _, l := range web.Libraries() {
		fmt.Fprintf(io.Out, "%s %s, in the pages\n  licence: %s\n  source:  npm package %s@%s\n", l.Name, l.Version, l.Licence, l.Name, l.Version)
	}
	if c.Full {
		fmt.Fprintf(io.Out, "\n%s", emb.Licence)
	}
	return nil
}
