package apptest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"buildplate/app/apptest/standing"
	"buildplate/app/shop"
	"buildplate/db"
)

// StandingsAgree fails the test for every order that stands as none comes to, with what befell it.
func (s *Scenario) StandingsAgree() {
	s.tb.Helper()
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		rows, _, err := tx.OrderPage(ctx, db.ListFilter{Tab: "all", Limit: manyOrders})
		for _, row := range rows {
			var found string
			if found, err = standsOddly(ctx, tx, row.ID); err != nil {
				return err
			}
			if found != "" {
				s.tb.Error(found)
			}
		}
		return err
	})
}

// standsOddly tells of an order that stands as none comes to; "" of any other, and of one that is not there.
func standsOddly(ctx context.Context, tx *db.Tx, id string) (string, error) {
	o, err := tx.Order(ctx, id)
	if err != nil {
		if shop.KindOf(err) == shop.NotFound {
			return "", nil
		}
		return "", err
	}
	jobs, err := tx.JobsOf(ctx, id)
	if err != nil {
		return "", err
	}
	stands := standing.Of(o, jobs)
	why := stands.Unreachable()
	if why == "" {
		return "", nil
	}
	log, _, err := tx.ActivityPage(ctx, id, "", 1000)
	slices.Reverse(log) // the newest came first
	var steps []string
	for _, a := range log {
		steps = append(steps, fmt.Sprintf("%s: %s", a.Who, a.Message()))
	}
	return fmt.Sprintf("order %s is %s, as none should be: %s.\n%+v\nWhat befell it:\n%s", o.Number, o.Status(), why, stands, strings.Join(steps, "\n")), err
}
