package cart_test

import (
	"bytes"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/slicer/slicertest/meshtest"
)

var step = []byte("ISO-10303-21; of a block")

var fine = slice.Conversion{LinearMM: 0.05, AngleRad: 0.3, Unit: "inch"}

// sendMesh sends the mesh of a file that has arrived.
func sendMesh(t *testing.T, c *apptest.Scenario, cart, of string, mesh []byte) (uploadID string) {
	t.Helper()
	id, err := c.Carts.CreateMeshUpload(t.Context(), shop.Visitor(cart), of, fine, int64(len(mesh)))
	if err == nil {
		_, err = c.Carts.AppendUpload(t.Context(), shop.Visitor(cart), id, 0, bytes.NewReader(mesh))
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// The mesh that a browser made is inspected, sliced and priced as any file is; the STEP file stays the one that was sent.
func TestTheMeshOfAStepFile(t *testing.T) {
	for _, inspected := range []bool{true, false} { // before the mesh comes
		c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
		cart := c.NewCart()
		of := c.Begin(cart, "block.STEP", step, len(step))
		if inspected {
			c.Inspect(cart)
		}
		mesh := sendMesh(t, c, cart, of, meshtest.BinarySTL(meshtest.Box(2, 3, 1))) // so small that an STL would be asked for its unit
		if p := c.Parts(cart)[0]; p.State != shop.PartInspecting || p.MeshBlob != mesh {
			t.Fatalf("%+v", p)
		}
		if v, err := c.Carts.Get(t.Context(), shop.Visitor(cart)); err != nil || v.Parts[0].MeshURL != "" || v.Parts[0].Converted != nil {
			t.Errorf("%+v, %v", v, err)
		}
		if _, err := c.Carts.PartMesh(t.Context(), shop.Visitor(cart), c.Parts(cart)[0].ID); !shop.IsCode(err, "model_not_found") {
			t.Errorf("a mesh that was not read is shown: %v", err)
		}
		c.Inspect(cart)
		p := sliceAll(t, c, cart)
		if p.State != shop.PartSliced || p.Kind != shop.KindModel || p.Name != "block.STEP" || p.MeshBlob == mesh || p.RawBlob != of || !p.UnitAnswered {
			t.Fatalf("%+v", p)
		}
		v, err := c.Carts.Get(t.Context(), shop.Visitor(cart))
		if err != nil || v.Parts[0].Converted == nil || *v.Parts[0].Converted != fine || v.Parts[0].Price == nil || v.Parts[0].MeshURL == "" {
			t.Errorf("%+v, %v", v.Parts, err)
		}
		if err := c.Files.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Carts.CreateMeshUpload(t.Context(), shop.Visitor(cart), of, fine, 100); !shop.IsCode(err, "mesh_not_wanted") {
			t.Errorf("a second mesh: %v", err)
		}
		inch := shop.Inch // what is known of it stays when it lies otherwise
		if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(cart), 0, nil, shop.ChoicesPatch{Unit: &inch}); err != nil {
			t.Fatal(err)
		}
		c.Inspect(cart)
		if in, _ := slice.InspectionOf(c.Parts(cart)[0].Inspection); in.Converted == nil || in.Mesh.SizeMM[0] < 50 {
			t.Errorf("%+v", in)
		}
	}
}

// A file that names no unit is asked for it where its size asks for it.
func TestTheMeshOfAStepFileWithoutAUnit(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart := c.NewCart()
	of := c.Begin(cart, "block.stp", step, len(step))
	mesh := meshtest.BinarySTL(meshtest.Box(2, 3, 1))
	id, err := c.Carts.CreateMeshUpload(t.Context(), shop.Visitor(cart), of, slice.Conversion{LinearMM: 0.002, AngleRad: 0.3}, int64(len(mesh)))
	if err == nil {
		_, err = c.Carts.AppendUpload(t.Context(), shop.Visitor(cart), id, 0, bytes.NewReader(mesh))
	}
	if err != nil {
		t.Fatal(err)
	}
	c.Inspect(cart)
	if p := c.Parts(cart)[0]; p.State != shop.PartNeedsUnits {
		t.Errorf("%+v", p)
	}
}

// A mesh is believed no more than any file: where it is none, or not one, a person looks at the STEP file as if none had come.
func TestAMeshThatIsNone(t *testing.T) {
	block := meshtest.BinarySTL(meshtest.Box(20, 20, 5))
	for name, mesh := range map[string][]byte{
		"nothing": []byte("solid nothing at all"), "a picture": []byte("\xff\xd8\xff\xe0 photo"), "half": block[:len(block)-60],
		"an archive of two": meshtest.ZIP(meshtest.File{Name: "a.stl", Data: block}, meshtest.File{Name: "b.stl", Data: block}),
	} {
		c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
		cart := c.NewCart()
		of := c.Begin(cart, "block.step", step, len(step))
		sendMesh(t, c, cart, of, mesh)
		c.Inspect(cart)
		parts := c.Parts(cart)
		if len(parts) != 1 || parts[0].State != shop.PartReview || parts[0].Kind != shop.KindReviewFile || parts[0].MeshBlob != "" || parts[0].RawBlob != of {
			t.Errorf("%s: %+v", name, parts)
		}
		if err := c.Files.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := c.Review(cart); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A mesh belongs to a STEP file of the same cart that waits for one.
func TestWhoseMesh(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart, other := c.NewCart(), c.NewCart()
	of := c.Begin(cart, "block.step", step, len(step))
	photo := c.Begin(cart, "photo.jpg", []byte("\xff\xd8\xff\xe0 photo"), 10)
	c.Inspect(cart)
	for _, refused := range []struct {
		cart, of string
		code     shop.Code
	}{{other, of, "part_not_found"}, {cart, shop.NewID(), "part_not_found"}, {cart, photo, "mesh_not_wanted"}} {
		if _, err := c.Carts.CreateMeshUpload(t.Context(), shop.Visitor(refused.cart), refused.of, fine, 100); !shop.IsCode(err, refused.code) {
			t.Errorf("%+v: %v", refused, err)
		}
	}
	for _, made := range []slice.Conversion{{}, {LinearMM: -1, AngleRad: 0.3}, {LinearMM: 0.05, AngleRad: 9}, {LinearMM: 0.05, AngleRad: 0.3, Unit: "mm; of=x"}} {
		if _, err := c.Carts.CreateMeshUpload(t.Context(), shop.Visitor(cart), of, made, 100); !shop.IsCode(err, "conversion_invalid") {
			t.Errorf("%+v: %v", made, err)
		}
	}
	// The part goes while its mesh is on its way: nothing is left of either.
	mesh := meshtest.BinarySTL(meshtest.Box(20, 20, 5))
	id, err := c.Carts.CreateMeshUpload(t.Context(), shop.Visitor(cart), of, fine, int64(len(mesh)))
	if err == nil {
		_, err = c.Carts.DeletePart(t.Context(), shop.Visitor(cart), 0, c.Parts(cart)[0].ID)
	}
	if err == nil {
		_, err = c.Carts.AppendUpload(t.Context(), shop.Visitor(cart), id, 0, bytes.NewReader(mesh))
	}
	if parts := c.Parts(cart); err != nil || len(parts) != 1 || parts[0].Name != "photo.jpg" {
		t.Errorf("%+v, %v", parts, err)
	}
}
