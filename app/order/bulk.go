package order

import (
	"context"
	"strings"

	"buildplate/app/job"
	"buildplate/app/shop"
)

// RefuseAll ends the reviews of several orders with one reason that their customers see, each by the rules and from its own
// version, and says which were refused and why the others were not. Each is a transaction of its own: one that may not be refused
// holds up no other. With DeleteFiles their files go for good and are never taken again; orders that are not under review keep
// theirs, and stay, on hold where one was refused with a model of them. Errors: Invalid without a reason.
func (s *Service) RefuseAll(ctx context.Context, who shop.Actor, req RefuseAllRequest) (EndedView, error) {
	if err := who.Must(shop.ReviewOrder, shop.TheShop); err != nil {
		return EndedView{}, err
	}
	reason := strings.TrimSpace(req.Reason)
	if reason == "" {
		return EndedView{}, shop.Invalidf("reason_missing", "reason", "Give the customers a reason.")
	}
	return endAll(req.Orders, func(ref job.Ref) error {
		_, err := s.refuse(ctx, who, ref.ID, ref.Version, reason, req.DeleteFiles, (*shop.Order).InReview)
		return err
	})
}

// DeleteAll removes several orders that were never issued or paid, with all that is theirs, as RefuseAll refuses them.
func (s *Service) DeleteAll(ctx context.Context, who shop.Actor, req DeleteAllRequest) (EndedView, error) {
	if err := who.Must(shop.CancelOrder, shop.TheShop); err != nil {
		return EndedView{}, err
	}
	return endAll(req.Orders, func(ref job.Ref) error { return s.DeleteOrder(ctx, who, ref.ID, ref.Version) })
}

// endAll does one thing to each of several orders. What is wrong with one is told of that one; what is wrong with the shop
// itself ends it.
func endAll(refs []job.Ref, do func(job.Ref) error) (EndedView, error) {
	v := EndedView{Done: []string{}, Left: []job.RefusedView{}}
	for _, ref := range refs {
		switch err := do(ref); {
		case err == nil:
			v.Done = append(v.Done, ref.ID)
		case shop.IsKind(err, shop.Internal):
			return v, err
		default:
			v.Left = append(v.Left, job.RefusedView{ID: ref.ID, Code: shop.CodeOf(err), Message: shop.MessageOf(err)})
		}
	}
	return v, nil
}

// RefuseAllRequest refuses several orders that are under review.
type RefuseAllRequest struct {
	Orders      []job.Ref `json:"orders" minItems:"1" maxItems:"100"`
	Reason      string    `json:"reason" text:"lines" minLength:"1" maxLength:"500"`
	DeleteFiles bool      `json:"delete_files,omitempty" doc:"Delete the orders' files for good, and never take them again."`
}

// DeleteAllRequest deletes several orders that were never issued or paid.
type DeleteAllRequest struct {
	Orders []job.Ref `json:"orders" minItems:"1" maxItems:"100"`
}

// EndedView says of which of several orders something was done, and of which it was not.
type EndedView struct {
	Done []string          `json:"done" doc:"Their ids"`
	Left []job.RefusedView `json:"left" doc:"Those that stay as they are, and why"`
}
