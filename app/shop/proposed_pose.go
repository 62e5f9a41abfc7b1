package shop

import "encoding/json"

// ProposedPose is a way for a mesh to lie that is good to print in, or how its file has it.
type ProposedPose struct {
	Pose       Pose
	Score      float64         // less is better; it compares poses of one mesh
	Inspection json.RawMessage // what was found of the mesh as it lies so
	Drawn      Time            // its picture; 0 where there is none
}

// PoseTakes is what a part takes in one pose.
type PoseTakes struct {
	Total        Cents // of the whole order, with the part as it lies so: where that is at its minimum, no pose is cheaper
	Seconds      float64
	SupportGrams float64
}

// PoseAdvantage is what is better about a pose.
type PoseAdvantage string

// What a pose may be better in.
const (
	PoseCheaper     PoseAdvantage = "cheaper"
	PoseQuicker     PoseAdvantage = "quicker"
	PoseLessSupport PoseAdvantage = "less_support"
)

// What makes a difference that is worth a word: less is the rounding of another slice.
const (
	quickerSeconds = 60
	quickerShare   = 0.02
	lighterGrams   = 0.1
)

// Over is what is better about a pose than about another; empty for one that is better in nothing.
func (t PoseTakes) Over(other PoseTakes) []PoseAdvantage {
	all := []PoseAdvantage{}
	if t.Total < other.Total {
		all = append(all, PoseCheaper)
	}
	if saved := other.Seconds - t.Seconds; saved >= quickerSeconds && saved >= quickerShare*other.Seconds {
		all = append(all, PoseQuicker)
	}
	if other.SupportGrams-t.SupportGrams >= lighterGrams {
		all = append(all, PoseLessSupport)
	}
	return all
}
