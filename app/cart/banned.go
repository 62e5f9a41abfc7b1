package cart

import (
	"cmp"
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

const bansPerPage = 50

// Banned refuses a file that the shop refused before, for good: customers hear how to object, staff why and where that is
// taken back. Errors: Invalid; those of the database.
func Banned(ctx context.Context, tx *db.Tx, who shop.Actor, name, sha256 string) error {
	if at, err := isCounterCart(ctx, tx, who); err != nil || !at {
		return cmp.Or(err, bannedError(ctx, tx, name))
	}
	ban, err := tx.Ban(ctx, sha256)
	if err != nil {
		return err
	}
	return ban.StaffError(name)
}

// BannedPart refuses a part as [Banned] does a file.
func BannedPart(ctx context.Context, tx *db.Tx, who shop.Actor, p shop.Part) error {
	if at, err := isCounterCart(ctx, tx, who); err != nil || !at {
		return cmp.Or(err, bannedError(ctx, tx, p.Name))
	}
	ban, err := tx.BanOfPart(ctx, p)
	if err != nil {
		return err
	}
	return ban.StaffError(p.Name)
}

// isCounterCart says whether staff work on the actor's cart: most of what is asked for it comes without their session.
func isCounterCart(ctx context.Context, tx *db.Tx, who shop.Actor) (bool, error) {
	if atCounter(who) {
		return true, nil
	}
	c, err := tx.Cart(ctx, who.CartID)
	return c.UserID != "", err
}

// bannedError says what the cart says of a part that was refused for good.
func bannedError(ctx context.Context, tx *db.Tx, name string) error {
	s, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	return shop.Invalidf("file_banned", "file", "%s", s.NotAccepted(name))
}

// Bans lists a page of the models that are not accepted, newest first; after is the next of the page before, "" for the first
// one. Errors: Forbidden; Invalid for an after that is no next.
func (s *Service) Bans(ctx context.Context, who shop.Actor, after string) (BanListView, error) {
	v := BanListView{Files: []BanView{}}
	if err := who.Must(shop.ListOrders, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		bans, next, err := tx.BanPage(ctx, after, bansPerPage)
		for _, b := range bans {
			v.Files = append(v.Files, BanView(b))
		}
		v.Next = next
		return err
	})
	return v, err
}

// LiftBan lets a model be taken again, and prices the carts that hold it. Errors: Forbidden; NotFound.
func (s *Service) LiftBan(ctx context.Context, who shop.Actor, sha256 string) error {
	if err := who.Must(shop.AcceptModel, shop.TheShop); err != nil {
		return err
	}
	carts := map[string]bool{}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		clear(carts)
		ban, err := tx.Ban(ctx, sha256)
		if err != nil {
			return shop.IfNotFound(err, "ban_not_found", "This model is already accepted.")
		}
		hashes, err := tx.LiftBan(ctx, ban)
		if err != nil {
			return err
		}
		parts, err := tx.PartsOfFiles(ctx, hashes)
		if err != nil {
			return err
		}
		for _, p := range parts {
			carts[p.CartID] = true
			if p.State != shop.PartFailed || p.Banned {
				continue
			}
			p.State, p.Message, p.SliceKey = shop.PartInspecting, "", "" // it failed by the ban alone, or fails again
			if err := tx.SavePart(ctx, p); err != nil {
				return err
			}
		}
		for id := range carts {
			if err := s.touch(ctx, tx, id); err != nil {
				return err
			}
		}
		act := who.Activity(shop.VerbModelAccepted, ban.SHA256, shop.ActivityParams{Name: ban.Name, Order: ban.OrderNumber, Reason: ban.Reason, Files: len(hashes)})
		return tx.Log(ctx, act.On(ban.OrderID))
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

// BanListView is a page of the models that are not accepted.
type BanListView struct {
	Files []BanView `json:"files" doc:"Newest first"`
	Next  string    `json:"next,omitempty" doc:"Where the page after this one begins; absent on the last one"`
}

// BanView is a model that is not accepted, and why.
type BanView struct {
	SHA256      string    `json:"sha256" doc:"Of the file as it was sent, or of the mesh read from it"`
	OrderNumber string    `json:"order_number" doc:"That was refused with it"`
	OrderID     string    `json:"order_id,omitempty" doc:"Absent once the order is deleted"`
	Reason      string    `json:"reason" doc:"Why the order was refused"`
	Name        string    `json:"name,omitempty" doc:"Absent once nobody knows it"`
	Whole       bool      `json:"whole" doc:"What came with it is not known any more: it is accepted again with all else of its order"`
	Created     shop.Time `json:"created"`
}
