package api

import (
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"buildplate/app/cart"
	"buildplate/app/file"

	"github.com/gofiber/fiber/v2"
)

func (h cartHandlers) partMesh(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	mesh, err := h.carts.PartMesh(ctx, actorOf(ctx), param(c, "id"))
	return sendMesh(c, mesh, err)
}

func (h orderHandlers) orderMesh(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	who := actorOf(ctx)
	mesh, err := h.orders.ItemMesh(ctx, who, who.OrderID, param(c, "item_id"))
	return sendMesh(c, mesh, err)
}

func (h orderHandlers) staffMesh(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	mesh, err := h.orders.ItemMesh(ctx, actorOf(ctx), param(c, "id"), param(c, "item_id"))
	return sendMesh(c, mesh, err)
}

// sendMesh sends a model to the viewer: binary STL, kept by the browser and asked about by its hash. Its file is opened only
// where something of it is sent.
func sendMesh(c *fiber.Ctx, mesh file.Mesh, err error) error {
	if err != nil {
		return err
	}
	etag, head := "", &c.Response().Header
	if mesh.ETag != "" {
		etag = `"` + mesh.ETag + `"`
	}
	matched := etag != "" && matches(c.Get(fiber.HeaderIfNoneMatch), etag)
	var reader io.ReadSeekCloser
	if !matched && c.Method() != fiber.MethodHead {
		if reader, err = mesh.Open(c.UserContext()); err != nil {
			return err
		}
	}
	head.Set(fiber.HeaderCacheControl, "private, no-cache")
	if etag != "" {
		head.Set(fiber.HeaderETag, etag)
	}
	if matched {
		return c.SendStatus(http.StatusNotModified)
	}
	head.Set(fiber.HeaderContentType, "model/stl")
	if reader == nil {
		head.Set(fiber.HeaderAcceptRanges, "bytes")
		head.SetContentLength(int(mesh.Size))
		return nil
	}
	return sendRange(c, reader, mesh.Size, etag)
}

func (h cartHandlers) partThumbnail(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	rank := cart.AsItLies
	if pose := c.Query("pose"); pose != "" {
		n, err := strconv.Atoi(pose)
		if err != nil || n < 0 {
			n = math.MaxInt
		}
		rank = n
	}
	picture, err := h.carts.PartThumbnail(ctx, actorOf(ctx), param(c, "id"), rank)
	return sendThumbnail(c, picture, err)
}

func (h orderHandlers) orderThumbnail(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	who := actorOf(ctx)
	picture, err := h.orders.ItemThumbnail(ctx, who, who.OrderID, param(c, "item_id"))
	return sendThumbnail(c, picture, err)
}

func (h orderHandlers) staffThumbnail(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	picture, err := h.orders.ItemThumbnail(ctx, actorOf(ctx), param(c, "id"), param(c, "item_id"))
	return sendThumbnail(c, picture, err)
}

// sendThumbnail sends a picture of a model. At an address that names its version it never changes: the browser keeps it, and does
// not ask again.
func sendThumbnail(c *fiber.Ctx, picture file.Thumbnail, err error) error {
	if err != nil {
		return err
	}
	etag, head := `"`+picture.Version+`"`, &c.Response().Header
	head.Set(fiber.HeaderCacheControl, "private, no-cache")
	if c.Query("v") == picture.Version {
		head.Set(fiber.HeaderCacheControl, "private, max-age=31536000, immutable")
	}
	head.Set(fiber.HeaderETag, etag)
	if matches(c.Get(fiber.HeaderIfNoneMatch), etag) {
		return c.SendStatus(http.StatusNotModified)
	}
	head.Set(fiber.HeaderContentType, "image/png")
	return c.Send(picture.PNG)
}

func (h cartHandlers) partLayers(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	paths, err := h.carts.PartLayers(ctx, actorOf(ctx), param(c, "id"), max(plateOf(c), 1))
	return sendLayers(c, paths, err)
}

func (h orderHandlers) orderLayers(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	who := actorOf(ctx)
	paths, err := h.orders.ItemLayers(ctx, who, who.OrderID, param(c, "item_id"), plateOf(c))
	return sendLayers(c, paths, err)
}

func (h orderHandlers) staffLayers(_ *door, c *fiber.Ctx) error {
	ctx := c.UserContext()
	paths, err := h.orders.ItemLayers(ctx, actorOf(ctx), param(c, "id"), param(c, "item_id"), plateOf(c))
	return sendLayers(c, paths, err)
}

// plateOf is the number of the plate that is asked for; 0 where none is.
func plateOf(c *fiber.Ctx) int {
	n, err := strconv.Atoi(c.Query("plate"))
	if err != nil {
		return 0
	}
	return n
}

// layersVersion changes whenever the stream does, so that no browser keeps an older one.
const layersVersion = "1"

// sendLayers sends what G-code extrudes while it is read. The browser keeps it, and asks about it by its hash.
func sendLayers(c *fiber.Ctx, paths file.Toolpaths, err error) error {
	if err != nil {
		return err
	}
	etag, head := `"`+paths.ETag+"-"+layersVersion+`"`, &c.Response().Header
	head.Set(fiber.HeaderCacheControl, "private, no-cache")
	head.Set(fiber.HeaderETag, etag)
	if matches(c.Get(fiber.HeaderIfNoneMatch), etag) {
		return c.SendStatus(http.StatusNotModified)
	}
	head.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	if c.Method() == fiber.MethodHead {
		return nil
	}
	reader, err := paths.Open(c.UserContext())
	if err != nil {
		return err
	}
	c.Context().SetBodyStream(reader, -1)
	return nil
}

// matches says whether an If-None-Match header names the tag, weakly compared.
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
