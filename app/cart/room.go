package cart

import (
	"context"
	"fmt"
	"os"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
)

const (
	// uploadPatient is how long an upload may wait for its next piece.
	uploadPatient = 24 * time.Hour
	// uploadBegins is how long it may wait for its first: what nobody sends is nobody's.
	uploadBegins = 10 * time.Minute
	// uploadQuiet is how long nothing may arrive of an upload before its cart can be ordered without it, and before others
	// may have its room: longer than a piece may take and a page waits between its tries.
	uploadQuiet = 3 * time.Minute
	// uploadAllowance is what an upload that grows counts for beyond what is here, against what all may leave.
	uploadAllowance = 1 << 20
)

// quota is how much somebody may leave here. Staff have a reserve, and no share of their network's: the counter's machine
// may stand in the same one as a customer's.
func (s *Service) quota(staff bool) db.Quota {
	q := db.Quota{
		FileBytes: shop.MaxFileBytes, OwnerFiles: shop.MaxCartFiles, OwnerBytes: shop.MaxCartBytes, OwnerParallel: shop.MaxUploads,
		VisitorFiles: shop.MaxVisitorFiles, VisitorBytes: shop.MaxVisitorBytes, VisitorParallel: shop.MaxVisitorUploads, AllBytes: shop.MaxTmpBytes - shop.StaffTmpBytes,
		Growing: uploadQuiet, Allowance: uploadAllowance,
	}
	if s.visitorBytes > 0 {
		q.OwnerBytes, q.VisitorBytes = min(q.OwnerBytes, s.visitorBytes), s.visitorBytes
	}
	if staff {
		q.VisitorFiles, q.VisitorBytes, q.VisitorParallel, q.AllBytes = 0, 0, 0, shop.MaxTmpBytes
	}
	return q
}

// checkRoom says whether the models that a file was found to hold fit into its cart, as many parts and as many bytes of
// meshes. What does not fit is refused as a whole, with a sentence for its part: of an archive taken in half, nobody would
// miss the other half before it is not printed. Left in the cart, the file goes to a person with the order.
func (s *Service) checkRoom(ctx context.Context, tx *db.Tx, p shop.Part, models []found) error {
	var meshes, unpacked int64 // bytes on the disk, and as they are worked on
	for _, m := range models {
		if m.STL == "" {
			continue
		}
		info, err := os.Stat(m.STL)
		if err != nil {
			return err
		}
		meshes, unpacked = meshes+info.Size(), unpacked+slicer.STLBytes(m.Inspection.Triangles)
	}
	if len(models) == 1 && meshes == 0 {
		return nil // it has its place already
	}
	cart, err := tx.Cart(ctx, p.CartID)
	if err != nil {
		return err
	}
	quota := s.quota(cart.UserID != "")
	parts, bytes, fit, err := tx.RoomForModels(ctx, p.CartID, len(models), meshes, quota)
	if err != nil {
		return err
	}
	if bytes = max(bytes, unpacked); fit && bytes <= quota.OwnerBytes {
		err := tx.RoomFor(ctx, p.CartID, "", int64(len(models)-1), meshes, quota) // one is in the place of the archive
		if shop.KindOf(err) != shop.Internal {
			return noRoom(shop.MessageOf(err))
		}
		return err
	}
	if parts < len(models) {
		return noRoom(fmt.Sprintf("There are %d models in %s, and an order takes %d parts: %s. Send it as several smaller files, or remove other parts and try again. You can also leave it here: we look at it ourselves.",
			len(models), p.Name, shop.MaxCartFiles, moreFit(parts)))
	}
	return noRoom(fmt.Sprintf("Read for printing, your models would take %d MB, and an order takes %d MB. Save this one with fewer triangles, or remove other parts and try again.",
		bytes/1_000_000, shop.MaxCartBytes/1_000_000))
}

// roomForGCode says whether one of the carts that wait for a slice may have so many bytes of G-code more.
// Errors: Conflict, TooMany, Unavailable.
func (s *Service) roomForGCode(ctx context.Context, tx *db.Tx, key string, bytes int64) error {
	parts, err := tx.PartsBySlice(ctx, key)
	if err != nil {
		return err
	}
	for _, p := range parts {
		cart, failed := tx.Cart(ctx, p.CartID)
		if failed != nil {
			return failed
		}
		if err = tx.RoomFor(ctx, cart.ID, "", 0, bytes, s.quota(cart.UserID != "")); err == nil {
			return nil
		}
	}
	return err
}

func noRoom(message string) error { return &slicer.Error{Code: slicer.CodeTooLarge, Message: message} }

func moreFit(n int) string {
	if n == 1 {
		return "1 more fits here"
	}
	return fmt.Sprintf("%d more fit here", n)
}
