package cli

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"buildplate/slicer"
)

// poseAuto asks for the best pose instead of naming one.
const poseAuto = "auto"

// poseOf is the rotation in text: x,y,z,w with any length. Empty text and poseAuto name none.
func poseOf(text string) (slicer.Quaternion, error) {
	if text == "" || text == poseAuto {
		return slicer.NoRotation, nil
	}
	wrong := errors.New("--pose is auto, or four numbers x,y,z,w as 'buildplate orient' prints them")
	numbers := strings.Split(text, ",")
	var q slicer.Quaternion
	if len(numbers) != len(q) {
		return q, wrong
	}
	length := 0.0
	for i, n := range numbers {
		v, err := strconv.ParseFloat(strings.TrimSpace(n), 64)
		if err != nil {
			return q, wrong
		}
		q[i] = v
		length += v * v
	}
	if length < 1e-12 || math.IsNaN(length) || math.IsInf(length, 0) {
		return q, errors.New("--pose is no rotation: its four numbers are too small or too large")
	}
	return q.Then(slicer.NoRotation), nil
}

// poseText is a rotation as poseOf reads it.
func poseText(q slicer.Quaternion) string {
	numbers := make([]string, len(q))
	for i, v := range q {
		numbers[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strings.Join(numbers, ",")
}
