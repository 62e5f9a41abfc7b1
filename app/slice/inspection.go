package slice

import (
	"encoding/json"

	"buildplate/slicer"
)

// Inspection is what the shop keeps of what was found in a model: the question of units as the raw file raised it, and
// the mesh in the unit that counts now.
type Inspection struct {
	Units     slicer.UnitQuestion `json:"units"`
	Mesh      slicer.Inspection   `json:"mesh"`
	Converted *Conversion         `json:"converted,omitempty"` // of a mesh that a browser made of a STEP file
}

// Conversion is how near a browser kept to the surfaces of a STEP file when it made a mesh of it, as it says.
type Conversion struct {
	LinearMM float64 `json:"linear_mm" doc:"The farthest that the mesh may be from the surface"`
	AngleRad float64 `json:"angle_rad" doc:"The most by which two neighbouring triangles may turn on it"`
	Unit     string  `json:"unit,omitempty" doc:"The unit that the file names; absent where it names none"`
}

// InspectionOf reads an inspection as it is kept; ok is false where there is none.
func InspectionOf(kept json.RawMessage) (i Inspection, ok bool) {
	err := json.Unmarshal(kept, &i)
	return i, err == nil && i.Mesh.Triangles > 0
}

// View is what a page shows of it.
func (i Inspection) View() *InspectionView {
	in := i.Mesh
	v := &InspectionView{
		SizeMM: in.SizeMM, VolumeMM3: in.VolumeMM3, AreaMM2: in.AreaMM2, Triangles: in.Triangles, Bodies: in.Bodies,
		Watertight: in.Watertight, OverhangMM2: in.OverhangMM2, OverhangAngle: in.OverhangLimit(), Findings: []FindingView{},
	}
	for _, f := range in.Findings {
		v.Findings = append(v.Findings, FindingView{Code: f.Code, Severity: string(f.Severity), Message: f.Message})
	}
	return v
}

// InspectionView is what was found by inspecting a mesh.
type InspectionView struct {
	SizeMM        [3]float64    `json:"size_mm"`
	VolumeMM3     float64       `json:"volume_mm3"`
	AreaMM2       float64       `json:"area_mm2"`
	Triangles     int           `json:"triangles"`
	Bodies        int           `json:"bodies"`
	Watertight    bool          `json:"watertight"`
	OverhangMM2   float64       `json:"overhang_mm2"`
	OverhangAngle float64       `json:"overhang_angle" doc:"Degrees from vertical: what leans out more, and does not rest on the bed, is overhang"`
	Findings      []FindingView `json:"findings"`
}

// FindingView is one thing worth telling about a mesh.
type FindingView struct {
	Code     string `json:"code"`
	Severity string `json:"severity" enum:"info,warning,problem"`
	Message  string `json:"message"`
}
