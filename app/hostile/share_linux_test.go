package hostile_test

import (
	"context"
	"net/http"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

// visitorShare is how many bytes one visitor may leave in a shop whose shares are tried, where visitors can be told apart; else one
// cart. A part of a customer's takes a thousandth of it.
const visitorShare = 6_000_000

// ball takes as much room by its mesh as by its file. It is never sliced: the shop asks first whether that is really its size.
func ball(i int) []byte { return compressed(meshtest.Sphere(2+float64(i)/100, 100)) }

// fillShare fills the visitor's share with a file that is sliced and with archives of fine balls, and then wants more, in the same
// cart and in others.
func fillShare(ctx context.Context, f *field) {
	c := f.client(f.harm)
	if c.Upload(ctx, "tower.stl", apptest.Block(20, 20, 20), shop.MaxUploadPiece) != nil {
		return
	}
	if _, err := c.WaitSliced(ctx, 1); err != nil {
		return
	}
	c.Patience = 0
	f.again(ctx, 1, func(i int) {
		file := ball(i)
		up, err := c.CreateUpload(ctx, "ball.zip", int64(len(file)))
		switch code := apptest.CodeOf(err); {
		case code == "cart_bytes_full" || code == "visitor_bytes_full":
			f.slowed.Add(1)
			f.strikes.ended(ctx, held, err) // refused
			if f.named {
				f.sends(ctx, f.attacker(), http.MethodPost, "/api/quick-order/upload", nil, "Tus-Resumable", "1.0.0", "Upload-Length", "1000000", "Upload-Metadata", "filename eC5zdGw=")
			}
		case err != nil:
		case f.appends(ctx, c, up, file) == nil:
			if f.slowed.Load() == 0 {
				f.left.Add(int64(len(file)))
			}
			_, _ = c.WaitSliced(ctx, i+1)
		}
	})
}

// appends strikes with all bytes of an upload.
func (f *field) appends(ctx context.Context, c *apptest.Client, up *apptest.Upload, file []byte) error {
	err := c.Append(ctx, up, 0, file)
	f.strikes.ended(ctx, http.StatusNoContent, err)
	return err
}
