package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/app/slice"

	"github.com/gofiber/fiber/v2"
)

// Uploads follow the tus 1.0.0 protocol (https://tus.io/protocols/resumable-upload): core, creation, termination,
// expiration. A piece is on the disk before it is acknowledged; after a lost connection the client asks for the offset.
const (
	tusResumable = "Tus-Resumable"
	tusVersion   = "1.0.0"
	tusType      = "application/offset+octet-stream"

	// smallPiece is from where on a piece is not counted; nor is the last one of an upload.
	smallPiece = 64 << 10

	uploadOffset   = "Upload-Offset"
	uploadLength   = "Upload-Length"
	uploadMetadata = "Upload-Metadata"
	uploadExpires  = "Upload-Expires"
)

// tusOptions says what is spoken here.
func tusOptions(d *door, c *fiber.Ctx) error {
	c.Set(tusResumable, tusVersion)
	c.Set("Tus-Version", tusVersion)
	c.Set("Tus-Extension", "creation,termination,expiration")
	if d.server.deps.FileBytes > 0 {
		c.Set("Tus-Max-Size", strconv.FormatInt(d.server.deps.FileBytes, 10))
	}
	return c.SendStatus(http.StatusNoContent)
}

// speaksTus marks the reply and refuses other versions of the protocol.
func speaksTus(c *fiber.Ctx) error {
	c.Set(tusResumable, tusVersion)
	if c.Get(tusResumable) != tusVersion {
		c.Set("Tus-Version", tusVersion)
		return newProblem(http.StatusPreconditionFailed, "")
	}
	return nil
}

// tusCreate begins an upload of a known length.
func (h cartHandlers) tusCreate(d *door, c *fiber.Ctx) error {
	if err := speaksTus(c); err != nil {
		return err
	}
	length, ok := number(c.Get(uploadLength))
	if !ok {
		return newProblem(http.StatusBadRequest, "An upload says how long it will be: Upload-Length is missing or no number.")
	}
	if most := d.server.deps.FileBytes; most > 0 && length > most {
		return newProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("This file is larger than %d MB, the most we take. Send us a link to it instead.", most>>20))
	}
	metadata, err := readMetadata(c.Get(uploadMetadata))
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	who := actorOf(ctx)
	id, err := h.createUpload(ctx, who, metadata, length)
	if err != nil {
		return err
	}
	callerOf(ctx).keepCart()
	d.server.known.saw(id, callerOf(ctx).sender())
	view, err := h.carts.Upload(ctx, who, id)
	if err != nil {
		return err
	}
	setExpires(c, view)
	c.Set(fiber.HeaderLocation, uploadPath+"/"+id)
	return c.SendStatus(http.StatusCreated)
}

// tusOffset says how much is safely kept.
func (h cartHandlers) tusOffset(d *door, c *fiber.Ctx) error {
	if err := speaksTus(c); err != nil {
		return err
	}
	ctx := c.UserContext()
	who, id := actorOf(ctx), param(c, "id")
	view, err := h.carts.Upload(ctx, who, id)
	if err != nil {
		return err
	}
	if view.Offset < view.Length {
		d.server.known.saw(id, callerOf(ctx).sender())
	}
	c.Set(uploadOffset, strconv.FormatInt(view.Offset, 10))
	c.Set(uploadLength, strconv.FormatInt(view.Length, 10))
	setExpires(c, view)
	return c.SendStatus(http.StatusOK)
}

// tusAppend keeps one piece. The last one makes the file a part of the cart. Whoever sends many small ones is slowed.
func (h cartHandlers) tusAppend(d *door, c *fiber.Ctx) error {
	if err := speaksTus(c); err != nil {
		return err
	}
	if c.Get(fiber.HeaderContentType) != tusType {
		return newProblem(http.StatusUnsupportedMediaType, "A piece of an upload is sent as "+tusType+".")
	}
	offset, ok := number(c.Get(uploadOffset))
	if !ok {
		return newProblem(http.StatusBadRequest, "A piece of an upload says where it belongs: Upload-Offset is missing or no number.")
	}
	ctx := c.UserContext()
	who, id := actorOf(ctx), param(c, "id")
	view, err := h.carts.Upload(ctx, who, id)
	if err != nil {
		return err
	}
	body := c.Request().Body()
	switch {
	case offset != view.Offset:
		c.Set(uploadOffset, strconv.FormatInt(view.Offset, 10))
		return newProblem(http.StatusConflict, "The upload continues from another place.")
	case int64(len(body)) > view.Length-offset:
		return newProblem(http.StatusRequestEntityTooLarge, "This is more than the upload said it would be.")
	}
	if to := offset + int64(len(body)); len(body) < smallPiece && to < view.Length {
		if err := callerOf(ctx).count(limitPiece); err != nil {
			return err
		}
	}
	at, err := h.carts.AppendUpload(ctx, who, id, offset, bytes.NewReader(body))
	if err != nil {
		if shop.IsCode(err, "upload_offset_moved") {
			if now, e := h.carts.Upload(ctx, who, id); e == nil {
				c.Set(uploadOffset, strconv.FormatInt(now.Offset, 10))
			}
		}
		return err
	}
	if at < view.Length {
		d.server.known.saw(id, callerOf(ctx).sender())
		if now, err := h.carts.Upload(ctx, who, id); err == nil {
			setExpires(c, now)
		}
	}
	c.Set(uploadOffset, strconv.FormatInt(at, 10))
	return c.SendStatus(http.StatusNoContent)
}

// tusAbort gives an upload up.
func (h cartHandlers) tusAbort(d *door, c *fiber.Ctx) error {
	if err := speaksTus(c); err != nil {
		return err
	}
	ctx := c.UserContext()
	if err := h.carts.AbortUpload(ctx, actorOf(ctx), param(c, "id")); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

func setExpires(c *fiber.Ctx, view cart.UploadView) {
	if view.Expires > 0 {
		c.Set(uploadExpires, view.Expires.Time().Format(http.TimeFormat))
	}
}

// number reads a length or an offset: digits only.
func number(s string) (int64, bool) {
	if s == "" || strings.TrimLeft(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

var errMetadata = newProblem(http.StatusBadRequest, "What the upload says of itself could not be read.")

// readMetadata reads what the shop asks of Upload-Metadata: "key base64" pairs between commas. Other keys are the client's own.
func readMetadata(header string) (map[string]string, error) {
	found := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if key != "filename" && key != "mesh_of" && key != "linear_mm" && key != "angle_rad" && key != "unit" {
			continue
		}
		text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
		if err != nil || !utf8.Valid(text) || found[key] != "" {
			return nil, errMetadata
		}
		found[key] = string(text)
	}
	return found, nil
}

// createUpload begins a file, or the mesh that a browser made of one that has arrived.
func (h cartHandlers) createUpload(ctx context.Context, who shop.Actor, metadata map[string]string, length int64) (id string, err error) {
	of := metadata["mesh_of"]
	if of == "" {
		return h.carts.CreateUpload(ctx, who, shop.CleanFileName(metadata["filename"]), length)
	}
	linear, err := strconv.ParseFloat(metadata["linear_mm"], 64)
	if err != nil {
		return "", errMetadata
	}
	angle, err := strconv.ParseFloat(metadata["angle_rad"], 64)
	if err != nil {
		return "", errMetadata
	}
	return h.carts.CreateMeshUpload(ctx, who, of, slice.Conversion{LinearMM: linear, AngleRad: angle, Unit: metadata["unit"]}, length)
}
