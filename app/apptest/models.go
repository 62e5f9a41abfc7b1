package apptest

import (
	"os"
	"path/filepath"
	"testing"

	"buildplate/db/dbtest"
	"buildplate/slicer/mesh/meshtest"
)

// Block is a solid block as binary STL, sides in mm: watertight, quickly sliced.
func Block(x, y, z float64) []byte { return meshtest.BinarySTL(meshtest.Box(x, y, z)) }

// LeakyBlock is a cube with holes: it can be sliced, but a person has to look at it.
func LeakyBlock() []byte { return meshtest.BinarySTL(meshtest.LeakyCube()) }

// FineBall is a ball of half a million triangles, 5 mm across: it takes a while to look at, and is never sliced, since
// the shop asks first whether that is really its size.
func FineBall() []byte { return meshtest.BinarySTL(meshtest.Sphere(2.5, 360)) }

// Models is a folder of the collection of test models (BUILDPLATE_MODELS, or shared/models beside a folder above the
// module). Without the collection the test is skipped, or fails where REQUIRE names models.
func Models(tb testing.TB, folder string) string {
	tb.Helper()
	candidates := []string{os.Getenv("BUILDPLATE_MODELS")}
	for dir := dbtest.Root(tb); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		candidates = append(candidates, filepath.Join(dir, "shared", "models"))
	}
	for _, c := range candidates {
		path := filepath.Join(c, folder)
		if info, err := os.Stat(path); c != "" && err == nil && info.IsDir() {
			return path
		}
	}
	missing(tb, "models", "the collection of test models is not here; BUILDPLATE_MODELS names its folder")
	return ""
}
