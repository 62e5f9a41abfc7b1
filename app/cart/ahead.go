package cart

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
)

// mostAhead is how many slices are made ahead for a cart.
const mostAhead = 4

// aheadFor is how long after a cart changed something is made ahead for it: whoever had it has gone by then.
const aheadFor = 24 * time.Hour

// ahead remembers for which carts it is to be looked what may be made ahead, and of which meshes it cannot be said how they may lie.
type ahead struct {
	mu      sync.Mutex
	carts   map[string]bool
	without map[string]bool
}

func newAhead() ahead { return ahead{carts: map[string]bool{}, without: map[string]bool{}} }

func (a *ahead) add(carts ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range carts {
		a.carts[id] = true
	}
}

// take is the carts that are to be looked at.
func (a *ahead) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := slices.Sorted(maps.Keys(a.carts))
	clear(a.carts)
	return all
}

func (a *ahead) giveUp(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.without[key] = true
}

func (a *ahead) gaveUp(key string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.without[key]
}

// later has it looked, once the transaction is kept, what may be made ahead for a cart: a part of it has its exact price, or is gone.
func (s *Service) later(tx *db.Tx, cartID string) {
	tx.AfterCommit(func() {
		s.ahead.add(cartID)
		s.inspect.Wake()
	})
}

// resumeAhead takes up what a restart interrupted.
func (s *Service) resumeAhead(ctx context.Context) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		carts, err := tx.CartsSlicedAhead(ctx, tx.Now.Add(-aheadFor))
		s.ahead.add(carts...)
		return err
	})
}

// queueAhead gives meshes of which it is not known how they may lie a place behind the inspections, and what may be sliced ahead one behind
// all slices.
func (s *Service) queueAhead(ctx context.Context) error {
	errs := []error{s.queueProposals(ctx)}
	for _, id := range s.ahead.take() {
		if err := s.SliceAhead(ctx, id); err != nil {
			errs = append(errs, err) // when the cart changes again, it is looked at again
		}
	}
	return errors.Join(errs...)
}

// SliceAhead has the parts of a cart that have their exact price sliced in the other poses that are proposed, the most promising first.
func (s *Service) SliceAhead(ctx context.Context, cartID string) error {
	unlock, err := s.slicing.Lock(ctx, cartID)
	if err != nil {
		return err
	}
	defer unlock()
	for {
		cart, all, err := s.planAhead(ctx, cartID)
		if err != nil || cart.ID == "" {
			return err
		}
		work, err := s.keepAhead(ctx, cart, all)
		switch {
		case errors.Is(err, ErrChanged):
			continue // whoever changed it has got further, so this ends
		case err != nil:
			return err
		}
		for _, w := range work {
			s.slices.Queue(w)
		}
		s.slices.DropUnwanted()
		return nil
	}
}

// candidate is a part as it might lie.
type candidate struct {
	part       shop.Part // as it lies
	pose       shop.Pose
	inspection slicer.Inspection
	plan       slicer.Plan
	own        bool    // the pose is the file's own
	gain       float64 // by the score, over the file's own pose
}

// planAhead works out what may be sliced ahead for a cart as it is now; its zero value means that there is nothing to do.
func (s *Service) planAhead(ctx context.Context, cartID string) (cart shop.Cart, all []candidate, err error) {
	var menu shop.Menu
	var machines catalog.Machines
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, cartID)
		if shop.IsKind(err, shop.NotFound) || err == nil && c.Order != "" {
			return nil
		}
		if err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			found, err := s.candidates(ctx, tx, p)
			if err != nil {
				return err
			}
			all = append(all, found...)
		}
		if menu, err = catalog.Menu(ctx, tx); err != nil {
			return err
		}
		cart = c
		machines, err = catalog.ReadMachines(ctx, tx)
		return err
	})
	if err != nil {
		return shop.Cart{}, nil, err
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		if a.own != b.own {
			return map[bool]int{true: -1, false: 1}[a.own]
		}
		return cmp.Compare(b.gain, a.gain)
	})
	planned, keys := all[:0], map[string]bool{}
	for _, c := range all {
		lies := c.part
		lies.Pose = c.pose
		in := slice.Inspection{Mesh: c.inspection}
		one, err := s.planFor(lies, in, machineFor(lies, in, machines, menu).MachineClass, menu)
		if err != nil { // it does not fit like that, or its choices are no longer offered
			continue
		}
		c.plan = one.plan
		if same := keys[c.plan.Key]; same || len(keys) < mostAhead { // lines of one model share their slices
			keys[c.plan.Key] = true
			planned = append(planned, c)
		}
	}
	return cart, planned, nil
}

// candidates are the poses that are proposed of a part that has its exact price, but for the one in which it lies.
func (s *Service) candidates(ctx context.Context, tx *db.Tx, p shop.Part) (all []candidate, err error) {
	in, ok := slice.InspectionOf(p.Inspection)
	if p.State != shop.PartSliced || p.Kind != shop.KindModel || p.Refused || !ok {
		return nil, nil
	}
	proposed, err := proposalsOf(ctx, tx, p)
	for rank, q := range proposed {
		found, ok := slice.InspectionOf(q.Inspection)
		if !ok {
			return nil, err
		}
		if q.Pose != p.Pose {
			all = append(all, candidate{part: p, pose: q.Pose, inspection: in.Mesh.Relaid(found.Mesh), own: rank == 0, gain: proposed[0].Score - q.Score})
		}
	}
	return all, err
}

// proposalsOf are how a part may lie, as it was inspected; none before that is known.
func proposalsOf(ctx context.Context, tx *db.Tx, p shop.Part) ([]shop.ProposedPose, error) {
	in, ok := slice.InspectionOf(p.Inspection)
	if !ok || p.MeshBlob == "" {
		return nil, nil
	}
	return tx.Proposals(ctx, p.MeshBlob, p.Choices.Unit, in.Mesh.SupportAngle)
}

// keepAhead says which slices are made ahead for a cart, and gives the work that is left. Errors: ErrChanged.
func (s *Service) keepAhead(ctx context.Context, cart shop.Cart, all []candidate) (work []slicer.Work, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		work = nil
		c, err := tx.Cart(ctx, cart.ID)
		if shop.IsKind(err, shop.NotFound) || err == nil && (c.Version != cart.Version || c.Order != cart.Order) {
			return ErrChanged
		}
		if err != nil {
			return err
		}
		var rows []db.SliceAhead
		for _, a := range all {
			rows = append(rows, db.SliceAhead{PartID: a.part.ID, Pose: a.pose, Key: a.plan.Key})
			_, err := tx.Slice(ctx, a.plan.Key)
			switch {
			case shop.IsKind(err, shop.NotFound):
				work = append(work, s.slices.Ahead(a.plan, a.inspection, c, a.part.MeshBlob))
			case err != nil:
				return err
			}
		}
		if err := tx.SetSlicesAhead(ctx, c.ID, rows); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.CartChanged{ID: c.ID}) // its version stays: no price has changed
	})
	return work, err
}
