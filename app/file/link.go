package file

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// LinkView is a signed address of a file, good until Expires.
type LinkView struct {
	URL     string    `json:"url"`
	Expires shop.Time `json:"expires"`
}

// Download is a file behind a signed link. Whoever gets it closes Reader. Name is the customer's: data, never a path.
type Download struct {
	Reader io.ReadSeekCloser
	Size   int64 // in bytes
	Name   string
}

// Link signs an address for a file of an order, good for five minutes at the door it was asked for at. Errors: NotFound;
// Gone while the file is missing or damaged.
func (s *Service) Link(ctx context.Context, f shop.OrderFile, client, door string) (LinkView, error) {
	return s.link(ctx, f, storage.Grant{Client: client, Door: door})
}

// OrientedLink is Link for a mesh, in millimetres and in the pose that was chosen. Errors: as Link; NotFound for any other file.
func (s *Service) OrientedLink(ctx context.Context, f shop.OrderFile, door string) (LinkView, error) {
	if f.Kind != "mesh" {
		return LinkView{}, shop.NotFoundf("file_not_mesh", "Only a mesh can be turned as it is printed.")
	}
	return s.link(ctx, f, storage.Grant{Door: door, Form: oriented})
}

// oriented is the form of a mesh that is handed out turned.
const oriented = "oriented"

func (s *Service) link(ctx context.Context, f shop.OrderFile, grant storage.Grant) (LinkView, error) {
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := tx.Blob(ctx, f.BlobID)
		if err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
		}
		return usable(b)
	})
	if err != nil {
		return LinkView{}, err
	}
	now := s.db.Now()
	expires := now.Add(storage.MaxGrant)
	grant.Bucket, grant.ID, grant.Method, grant.Expires = storage.OrderFiles, f.BlobID, http.MethodGet, expires.Time()
	signed, err := s.signer.Sign(grant, now.Time())
	return LinkView{URL: "/f/" + signed, Expires: shop.TimeOf(expires.Time().Truncate(time.Second))}, err
}

// OpenSigned opens the file behind a signed address that is used at a door. The row is checked at use: a link to a file
// that was deleted, or that is another client's, opens nothing; nor does one that was made at another door. Errors:
// NotFound; Unauthenticated when its time is up; Gone while the file is missing or damaged.
func (s *Service) OpenSigned(ctx context.Context, door, signed string) (Download, error) {
	grant, err := s.signer.Verify(signed, door, http.MethodGet, s.db.Now().Time())
	switch {
	case errors.Is(err, storage.ErrGrantExpired):
		return Download{}, shop.Unauthenticatedf("download_link_expired", "This link has expired. Go back and press the download button again.")
	case err != nil:
		return Download{}, shop.NotFoundf("file_not_found", "There is no such file.")
	}
	var f shop.OrderFile
	var items []shop.Item
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if f, err = tx.OrderFileByBlob(ctx, grant.ID); err == nil && grant.Form == oriented {
			items, err = tx.Items(ctx, f.OrderID)
		}
		return err
	})
	if err != nil {
		return Download{}, shop.IfNotFound(err, "file_not_found", "There is no such file.")
	}
	if grant.Client != "" && grant.Client != f.ClientID {
		return Download{}, shop.NotFoundf("file_not_found", "There is no such file.")
	}
	if at := slices.IndexFunc(items, func(it shop.Item) bool { return it.ID == f.ItemID }); at >= 0 {
		it := items[at]
		r, err := s.openView(ctx, grant.Bucket, viewKey{blobID: f.BlobID, unit: it.Choices.Unit, pose: it.Pose})
		if err != nil {
			return Download{}, err
		}
		return Download{Reader: r, Size: f.Bytes, Name: strings.TrimSuffix(it.Name, path.Ext(it.Name)) + "_oriented.stl"}, nil
	}
	r, err := s.Open(ctx, grant.Bucket, grant.ID)
	if err != nil {
		return Download{}, err
	}
	return Download{Reader: r, Size: f.Bytes, Name: f.Name}, nil
}
