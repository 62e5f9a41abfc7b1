package cart

import (
	"context"
	"encoding/json"
	"mime"
	"path"
	"regexp"
	"strconv"
	"strings"

	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/storage"
)

// What the upload of a mesh says of itself, in its media type: so its row tells whose it is, whenever its last piece comes.
const (
	meshType   = "model/stl"
	meshOf     = "of" // the upload of the file that it was made of
	meshLinear = "linear-mm"
	meshAngle  = "angle-rad"
	meshUnit   = "unit"
)

var unitWord = regexp.MustCompile(`^[a-z]{0,20}$`)

// CreateMeshUpload begins the mesh that a browser made of a STEP file: the file has arrived, and its part waits for a person. The
// mesh is believed no more than any file; the STEP file stays the one that was sent. Errors: those of CreateUpload; NotFound; Conflict
// where the part has its mesh, or needs none; Invalid.
func (s *Service) CreateMeshUpload(ctx context.Context, who shop.Actor, ofUpload string, made slice.Conversion, length int64) (uploadID string, err error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return "", err
	}
	if !(made.LinearMM > 0 && made.LinearMM <= 100) || !(made.AngleRad > 0 && made.AngleRad <= 4) || !unitWord.MatchString(made.Unit) {
		return "", shop.Invalidf("conversion_invalid", "conversion", "The model could not be read here. Send the file without it: we look at it ourselves.")
	}
	number := func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
	kind := mime.FormatMediaType(meshType, map[string]string{meshOf: ofUpload, meshLinear: number(made.LinearMM), meshAngle: number(made.AngleRad), meshUnit: made.Unit})
	var name string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := stepPart(ctx, tx, who.CartID, ofUpload)
		name = p.Name
		return err
	})
	if err != nil {
		return "", err
	}
	return s.createUpload(ctx, who, db.Upload{Name: name, Expected: length, MIME: kind})
}

// stepPart is the part of a STEP file that waits for its mesh. Errors: NotFound; Conflict.
func stepPart(ctx context.Context, tx *db.Tx, cartID, uploadID string) (shop.Part, error) {
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return shop.Part{}, err
	}
	for _, p := range parts {
		if p.UploadID != uploadID || uploadID == "" {
			continue
		}
		if p.MeshBlob != "" || p.Refused || !stepName(p.Name) || p.Kind == shop.KindModel && p.State != shop.PartInspecting {
			return p, shop.Conflictf("mesh_not_wanted", "%s needs no other model.", p.Name)
		}
		return p, nil
	}
	return shop.Part{}, shop.NotFoundf("part_not_found", "This part is no longer in your order.")
}

func stepName(name string) bool {
	ending := strings.ToLower(path.Ext(name))
	return ending == ".step" || ending == ".stp"
}

// conversionOf reads what an upload's media type says of a mesh; of is "" for an ordinary file.
func conversionOf(kind string) (of string, made slice.Conversion) {
	media, found, err := mime.ParseMediaType(kind)
	if err != nil || media != meshType {
		return "", made
	}
	linear, _ := strconv.ParseFloat(found[meshLinear], 64)
	angle, _ := strconv.ParseFloat(found[meshAngle], 64)
	return found[meshOf], slice.Conversion{LinearMM: linear, AngleRad: angle, Unit: found[meshUnit]}
}

// attachMesh gives a STEP file's part the mesh that came, and has it inspected like any other file. Nobody waits for the mesh of a part that
// was taken out meanwhile, or has one: then its file goes.
func (s *Service) attachMesh(ctx context.Context, tx *db.Tx, u db.Upload, obj storage.Object) (wanted bool, err error) {
	of, made := conversionOf(u.MIME)
	p, err := stepPart(ctx, tx, u.CartID, of)
	if shop.IsKind(err, shop.NotFound) || shop.IsKind(err, shop.Conflict) {
		return false, tx.DeleteUpload(ctx, u.ID)
	}
	if err != nil {
		return false, err
	}
	// The row belongs to no cart, as that of every mesh: the part's row leads to it.
	if err := tx.InsertBlob(ctx, db.Blob{ID: u.ID, Bucket: string(storage.Tmp), Name: "mesh.stl", Size: obj.Size, SHA256: obj.SHA256}); err != nil {
		return false, err
	}
	p.Kind, p.State, p.Message = shop.KindModel, shop.PartInspecting, ""
	p.MeshBlob, p.MeshHash = u.ID, ""
	if p.Inspection, err = json.Marshal(slice.Inspection{Converted: &made}); err != nil {
		return false, err
	}
	if err := tx.SavePart(ctx, p); err != nil {
		return false, err
	}
	return true, tx.DeleteUpload(ctx, u.ID)
}

// brought says whether a part's mesh is still as a browser sent it, and was never read here.
func brought(p shop.Part) bool { return p.MeshBlob != "" && p.MeshHash == "" }

// withoutMesh is what becomes of a part whose mesh cannot be read: a person looks at its file, as if none had come.
func withoutMesh(p shop.Part) shop.Part {
	p.Kind, p.State, p.Message = shop.KindReviewFile, shop.PartReview, reviewed
	p.MeshBlob, p.MeshHash, p.SliceKey, p.Laid, p.Most, p.Inspection, p.Pose = "", "", "", false, 0, nil, shop.Pose{}
	return p
}
