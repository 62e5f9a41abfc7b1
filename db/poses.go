package db

import (
	"database/sql"
	"encoding/json"

	"buildplate/app/shop"
)

var _ = mustHold("a pose is a turn, kept in the one way", `
	SELECT id || ': ' || pose FROM (SELECT id, pose FROM parts UNION ALL SELECT id, pose FROM order_items)
	WHERE pose IS NOT NULL AND (pose ->> 'w' < 0 OR (pose ->> 'x' = 0 AND pose ->> 'y' = 0 AND pose ->> 'z' = 0) OR coalesce(abs((pose ->> 'w') * (pose ->> 'w') + (pose ->> 'x') * (pose ->> 'x')
		+ (pose ->> 'y') * (pose ->> 'y') + (pose ->> 'z') * (pose ->> 'z') - 1) > 1e-8, 1))`)

// poseText is a pose as it is kept: NULL where a model lies as its file has it. Equal poses are equal texts.
func poseText(p shop.Pose) any {
	if p == (shop.Pose{}) {
		return nil
	}
	return toJSON(p)
}

func poseOf(text sql.NullString) (p shop.Pose, err error) {
	if !text.Valid {
		return p, nil
	}
	return p, json.Unmarshal([]byte(text.String), &p)
}
