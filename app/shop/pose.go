package shop

import "math"

// Pose is how a model lies: the turn of its raw mesh, Z up, as a quaternion of length one. The zero value is none: it lies as
// its file has it. Poses that [Pose.Canonical] made turn alike to nine digits when they are equal.
type Pose struct {
	W float64 `json:"w"`
	X float64 `json:"x"`
	Y float64 `json:"y"`
	Z float64 `json:"z"`
}

// What a pose is held against. Rounding moves a point that is half a metre away by less than a millionth of a millimetre.
const (
	poseSteps  = 1e9  // to which each number is rounded
	poseExact  = 1e-8 // by which the square of a length may miss one where a pose was rounded already
	poseLength = 0.01 // by which a length may miss one and still be meant as one
)

// Canonical is the one way in which a turn is kept: of length one, rounded, and of the two quaternions that turn alike the one
// whose first number is positive. No turn at all is the zero value. Errors: Invalid where it is no turn.
func (p Pose) Canonical() (Pose, error) {
	square := p.W*p.W + p.X*p.X + p.Y*p.Y + p.Z*p.Z
	if !(math.Abs(math.Sqrt(square)-1) <= poseLength) { // NaN, too
		return Pose{}, Invalidf("pose_malformed", "pose", "A part cannot be turned like that. Go back to its original position and turn it again.")
	}
	length := 1.0
	if math.Abs(square-1) > poseExact { // or a pose that is kept would become another each time
		length = math.Sqrt(square)
	}
	n := [4]float64{p.W, p.X, p.Y, p.Z}
	sign := 0.0
	for i := range n {
		n[i] = math.Round(n[i]/length*poseSteps) / poseSteps
		if sign == 0 && n[i] != 0 {
			sign = math.Copysign(1, n[i])
		}
	}
	for i := range n {
		n[i] = sign*n[i] + 0 // -0 is written otherwise
	}
	if n[1] == 0 && n[2] == 0 && n[3] == 0 {
		return Pose{}, nil
	}
	return Pose{W: n[0], X: n[1], Y: n[2], Z: n[3]}, nil
}

// Turned is the pose for a page: nil where a model lies as its file has it.
func (p Pose) Turned() *Pose {
	if p == (Pose{}) {
		return nil
	}
	return &p
}
