package cart

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

const refusedModelsPerPage = 50

// RefusalOfFile refuses a file that the shop refused before, for good: customers hear how to object, staff why and where that is
// taken back. Errors: Invalid; those of the database.
func RefusalOfFile(ctx context.Context, tx *db.Tx, who shop.Actor, name, sha256 string) error {
	if at, err := isCounterCart(ctx, tx, who); err != nil || !at {
		return cmp.Or(err, refusalError(ctx, tx, name))
	}
	refusal, err := tx.RefusedModel(ctx, sha256)
	if err != nil {
		return err
	}
	return refusal.StaffError(name)
}

// RefusalOfPart refuses a part as [RefusalOfFile] does a file.
func RefusalOfPart(ctx context.Context, tx *db.Tx, who shop.Actor, p shop.Part) error {
	if at, err := isCounterCart(ctx, tx, who); err != nil || !at {
		return cmp.Or(err, refusalError(ctx, tx, p.Name))
	}
	refusal, err := tx.RefusedModelOfPart(ctx, p)
	if err != nil {
		return err
	}
	return refusal.StaffError(p.Name)
}

// isCounterCart says whether staff work on the actor's cart: most of what is asked for it comes without their session.
func isCounterCart(ctx context.Context, tx *db.Tx, who shop.Actor) (bool, error) {
	if atCounter(who) {
		return true, nil
	}
	c, err := tx.Cart(ctx, who.CartID)
	return c.UserID != "", err
}

// refusalError says what the cart says of a part that was refused for good.
func refusalError(ctx context.Context, tx *db.Tx, name string) error {
	s, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	return shop.Invalidf("file_refused", "file", "%s", s.NotAccepted(name))
}

// RefusedModels lists a page of the models that are not accepted, newest first; after is the next of the page before, "" for the first
// one. Errors: Forbidden; Invalid for an after that is no next.
func (s *Service) RefusedModels(ctx context.Context, who shop.Actor, after string) (RefusedModelListView, error) {
	v := RefusedModelListView{Files: []RefusedModelView{}}
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		refused, next, err := tx.RefusedModelPage(ctx, after, refusedModelsPerPage)
		for _, b := range refused {
			v.Files = append(v.Files, RefusedModelView(b))
		}
		v.Next = next
		return err
	})
	return v, err
}

// RefusedWith are the refusals that accepting a model again lifts, the newest first: of its file, and of whatever holds the same model,
// with whichever orders. Errors: Forbidden; NotFound where it is accepted.
func (s *Service) RefusedWith(ctx context.Context, who shop.Actor, sha256 string) (RefusedWithView, error) {
	v := RefusedWithView{Refusals: []RefusedModelView{}}
	if err := who.Must(shop.AcceptModel, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		refused, count, err := tx.RefusedWith(ctx, sha256, refusedModelsPerPage)
		if err != nil {
			return err
		}
		if count == 0 {
			return accepted()
		}
		for _, b := range refused {
			v.Refusals = append(v.Refusals, RefusedModelView(b))
		}
		v.Count = count
		return nil
	})
	return v, err
}

// accepted says of a model that nobody refuses it. NotFound.
func accepted() error {
	return shop.NotFoundf("refused_model_not_found", "This model is already accepted.")
}

// AcceptModel lifts all refusals of a model that RefusedWith lists, so that it is taken again, prices the carts that hold it, and lets the orders go on that wait for it. Count is how
// many refusals this was decided on, 0 to ask no questions. Errors: Forbidden; NotFound; Conflict when there are others by now.
func (s *Service) AcceptModel(ctx context.Context, who shop.Actor, sha256 string, count int) error {
	if err := who.Must(shop.AcceptModel, shop.TheShop); err != nil {
		return err
	}
	carts := map[string]bool{}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		clear(carts)
		refused, now, err := tx.RefusedWith(ctx, sha256, math.MaxInt)
		switch {
		case err != nil:
			return err
		case now == 0:
			return accepted()
		case count != 0 && count != now:
			return shop.Conflictf("changed_meanwhile", "This model was refused or accepted by somebody else meanwhile. Look at it again, then try again.")
		}
		hashes, err := tx.AcceptModels(ctx, sha256)
		if err != nil {
			return err
		}
		parts, err := tx.PartsOfFiles(ctx, hashes)
		if err != nil {
			return err
		}
		for _, p := range parts {
			carts[p.CartID] = true
			if p.State != shop.PartFailed || p.Refused {
				continue
			}
			p.State, p.Message, p.SliceKey = shop.PartInspecting, "", "" // it failed by the refusal alone, or fails again
			if err := tx.SavePart(ctx, p); err != nil {
				return err
			}
		}
		for id := range carts {
			if err := s.touch(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := logLifted(ctx, tx, who, refused); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.ModelAccepted{Hashes: hashes, By: who})
	})
	if err != nil {
		return err
	}
	s.inspect.Wake()
	for id := range carts {
		if err := s.Slice(context.WithoutCancel(ctx), id); err != nil {
			s.log.WarnContext(ctx, "a cart whose model is accepted again could not be queued yet", "cart", id, "err", err)
		}
	}
	return nil
}

// logLifted tells of refusals that were lifted, each order of its own.
func logLifted(ctx context.Context, tx *db.Tx, who shop.Actor, refused []shop.RefusedModel) error {
	files := map[string]int{}
	for _, refusal := range refused {
		files[refusal.OrderNumber]++
	}
	for _, refusal := range refused {
		more := files[refusal.OrderNumber] - 1
		if delete(files, refusal.OrderNumber); more < 0 {
			continue // its order has told
		}
		name := refusal.Name
		switch {
		case name == "" || more == 0:
		case more == 1:
			name += " and another file"
		default:
			name += fmt.Sprintf(" and %d other files", more)
		}
		did := who.Activity(shop.VerbModelAccepted, refusal.SHA256, shop.ActivityParams{Name: name, Order: refusal.OrderNumber, Reason: refusal.Reason})
		if err := tx.Log(ctx, did.On(refusal.OrderID)); err != nil {
			return err
		}
	}
	return nil
}

// RefusedModelListView is a page of the models that are not accepted.
type RefusedModelListView struct {
	Files []RefusedModelView `json:"files" doc:"Newest first, each once for every order that was refused with it"`
	Next  string             `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
}

// RefusedWithView is what is lifted together.
type RefusedWithView struct {
	Refusals []RefusedModelView `json:"refusals" doc:"The newest, as the list has them"`
	Count    int                `json:"count" doc:"How many there are in all"`
}

// RefusedModelView is a model that is not accepted, and why: an order's refusal of it.
type RefusedModelView struct {
	SHA256      string    `json:"sha256" doc:"Of the file as it was sent, or of the mesh read from it"`
	OrderNumber string    `json:"order_number" doc:"That was refused with it"`
	OrderID     string    `json:"order_id,omitempty" doc:"Absent once the order is deleted"`
	Reason      string    `json:"reason" doc:"Why the order was refused"`
	Name        string    `json:"name,omitempty" doc:"As the customer called it; absent where nobody knows"`
	Whole       bool      `json:"whole" doc:"What came with it is not known any more: it is accepted again with all else of its order"`
	By          string    `json:"refused_by,omitempty" doc:"Who refused it; absent where nobody wrote it down"`
	Created     shop.Time `json:"created"`
}
