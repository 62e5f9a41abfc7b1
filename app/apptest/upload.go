package apptest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"buildplate/app/apptest/wait"
)

// Upload is a file on its way to the shop by tus 1.0 (https://tus.io/protocols/resumable-upload).
type Upload struct {
	Path   string // /api/quick-order/upload/...
	Length int64
	// Acknowledged is how many bytes the shop has said it keeps.
	Acknowledged int64
}

const uploads = "/api/quick-order/upload"

// CreateUpload begins an upload.
func (c *Client) CreateUpload(ctx context.Context, name string, length int64) (*Upload, error) {
	a, err := c.Send(ctx, http.MethodPost, uploads, nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.FormatInt(length, 10),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(name)))
	if err == nil {
		err = a.problem()
	}
	if err != nil {
		return nil, fmt.Errorf("begin the upload of %s: %w", name, err)
	}
	return &Upload{Path: a.Header.Get("Location"), Length: length}, nil
}

// errForgotten means that the shop keeps less of an upload than it had said.
var errForgotten = errors.New("the shop has lost bytes of an upload that it had acknowledged")

// Resume asks how much of an upload is kept. Errors: errForgotten when it is less than was acknowledged.
func (c *Client) Resume(ctx context.Context, u *Upload) (offset int64, err error) {
	a, err := c.Send(ctx, http.MethodHead, u.Path, nil, "Tus-Resumable", "1.0.0")
	if err == nil {
		err = a.problem()
	}
	if err != nil {
		return 0, err
	}
	if offset, err = strconv.ParseInt(a.Header.Get("Upload-Offset"), 10, 64); err != nil {
		return 0, err
	}
	if offset < u.Acknowledged {
		return offset, fmt.Errorf("%w: %d of %d", errForgotten, offset, u.Acknowledged)
	}
	return offset, nil
}

// Append sends a piece and notes what the shop says it keeps.
func (c *Client) Append(ctx context.Context, u *Upload, offset int64, piece []byte) error {
	a, err := c.Send(ctx, http.MethodPatch, u.Path, piece, "Tus-Resumable", "1.0.0", "Upload-Offset", strconv.FormatInt(offset, 10), "Content-Type", "application/offset+octet-stream")
	if err == nil {
		err = a.problem()
	}
	if err != nil {
		return err
	}
	now, err := strconv.ParseInt(a.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || now != offset+int64(len(piece)) {
		return fmt.Errorf("a piece of %d bytes at %d left the upload at %q: %w", len(piece), offset, a.Header.Get("Upload-Offset"), err)
	}
	u.Acknowledged = now
	return nil
}

// Upload sends a whole file in pieces of a size.
func (c *Client) Upload(ctx context.Context, name string, file []byte, piece int) error {
	u, err := c.CreateUpload(ctx, name, int64(len(file)))
	for at := 0; err == nil && at < len(file); at += piece {
		err = c.Append(ctx, u, int64(at), file[at:min(at+piece, len(file))])
	}
	return err
}

// Deliver sends what is missing of an upload, through broken connections and restarts, as the page does: after a
// failure it asks for the offset, and takes an upload that is at its full length for done.
// Errors: errForgotten; those of ctx; any refusal that asking again cannot change.
func (c *Client) Deliver(ctx context.Context, u *Upload, file []byte, piece int) error {
	at, known := u.Acknowledged, u.Acknowledged == 0
	for {
		if !known {
			offset, err := c.Resume(ctx, u)
			switch {
			case errors.Is(err, errForgotten), lasting(err) != nil:
				return err
			case err != nil:
				if err := rest(ctx); err != nil {
					return err
				}
				continue
			}
			at, known = offset, true
		}
		if at == u.Length {
			return nil
		}
		end := min(at+int64(piece), u.Length)
		if err := c.Append(ctx, u, at, file[at:end]); err != nil {
			if err := lasting(err); err != nil && StatusOf(err) != http.StatusConflict {
				return err
			}
			known = false
			continue
		}
		at = end
	}
}

// lasting gives back an error that will not pass by itself: a refusal, other than one for now.
func lasting(err error) error {
	switch s := StatusOf(err); {
	case s == 0, s == http.StatusServiceUnavailable, s == http.StatusBadGateway, s == http.StatusTooManyRequests:
		return nil
	}
	return err
}

// rest waits a little before another try.
func rest(ctx context.Context) error { return wait.Pause(ctx, 50*time.Millisecond) }
