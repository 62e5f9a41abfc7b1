package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/mesh"
	"buildplate/storage"
)

// link signs an address for a file of an order, good for five minutes.
func (a *App) link(f shop.OrderFile, client string) (LinkView, error) {
	now := a.db.Now()
	expires := now.Add(storage.MaxGrant)
	signed, err := a.signer.Sign(storage.Grant{Bucket: storage.OrderFiles, ID: f.BlobID, Method: http.MethodGet, Client: client, Expires: expires}, now)
	return LinkView{URL: "/f/" + signed, Expires: shop.TimeOf(expires.Truncate(time.Second))}, err
}

// OpenSigned opens the file behind a signed address. The row is checked at use: a link to a file that was deleted, or
// that is another client's, opens nothing. Errors: NotFound; Unauthenticated when its time is up.
func (a *App) OpenSigned(ctx context.Context, signed string) (Download, error) {
	grant, err := a.signer.Verify(signed, http.MethodGet, a.db.Now())
	switch {
	case errors.Is(err, storage.ErrGrantExpired):
		return Download{}, shop.Unauthenticatedf("download_link_expired", "This link has expired. Please go back and press the download button again.")
	case err != nil:
		return Download{}, shop.NotFoundf("file_not_found", "There is no such file.")
	}
	var f shop.OrderFile
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		if f, err = tx.OrderFileByBlob(ctx, grant.ID); err != nil {
			return err
		}
		_, err = tx.LiveBlob(ctx, string(grant.Bucket), grant.ID)
		return err
	})
	if err != nil {
		return Download{}, shop.IfNotFound(err, "file_not_found", "There is no such file.")
	}
	if grant.Client != "" && grant.Client != f.ClientID {
		return Download{}, shop.NotFoundf("file_not_found", "There is no such file.")
	}
	r, err := a.files.Open(grant.Bucket, grant.ID)
	if err != nil {
		return Download{}, diskError(err)
	}
	return Download{Reader: r, Size: f.Bytes, Name: f.Name}, nil
}

// viewFile is a mesh that is placed while it is read.
type viewFile struct {
	*io.SectionReader
	io.Closer
}

// viewMesh opens a stored mesh as pages show it: in millimetres, its middle over the bed's, standing on it.
func (a *App) viewMesh(ctx context.Context, bucket, blobID string, unit shop.Unit, hash string) (MeshFile, error) {
	m, file, err := a.openMesh(storage.Bucket(bucket), blobID)
	if err != nil {
		return MeshFile{}, err
	}
	stl, err := m.Standing(unit.Scale(), mesh.NoRotation, mesh.Bed{CenterIsZero: true})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return MeshFile{}, errors.Join(err, file.Close())
	}
	return MeshFile{Reader: viewFile{stl, file}, Size: stl.Size(), ETag: hash + string(unit)}, nil
}

// openMesh opens a mesh the shop wrote; whoever gets it closes the file.
func (a *App) openMesh(b storage.Bucket, id string) (mesh.Stored, *os.File, error) {
	f, err := a.files.Open(b, id)
	if err != nil {
		return mesh.Stored{}, nil, diskError(err)
	}
	info, err := f.Stat()
	if err != nil {
		return mesh.Stored{}, nil, errors.Join(err, f.Close())
	}
	m, err := mesh.OpenSTL(f, info.Size())
	if err != nil {
		return mesh.Stored{}, nil, errors.Join(err, f.Close())
	}
	return m, f, nil
}

// copyToOrder gives a blob of a cart a second place in an order's bucket; its row is written by the transaction that
// makes the order. A crash before that leaves a file without a row, which the sweep finds.
func (a *App) copyToOrder(ctx context.Context, from db.Blob, clientID, name string) (db.Blob, error) {
	to := db.Blob{ID: shop.NewID(), Bucket: string(storage.OrderFiles), ClientID: clientID, Name: name, Size: from.Size, SHA256: from.SHA256}
	err := a.files.Copy(ctx, storage.Bucket(from.Bucket), from.ID, storage.OrderFiles, to.ID)
	if errors.Is(err, storage.ErrBusy) {
		return to, shop.Conflictf("file_being_removed", "A file of this order is just being removed. Please look at the order and try again.").Because(err)
	}
	return to, diskError(err)
}
