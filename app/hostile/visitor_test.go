package hostile_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/apptest/wait"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

// hands is how many requests the attacker has under way at once.
const hands = 8

// pace is how long a hand rests after each strike. Hands that never rest would be proof of nothing but that the attacker's own
// work, which is done at another machine, takes the cores that the shop's slices have here: with it, eight hands ask four
// hundred times a second and send up to a gigabit, which is more than lines to shops carry and many times every budget.
const pace = 20 * time.Millisecond

// again does something over and over with so many hands, until the context ends.
func (f *field) again(ctx context.Context, hands int, strike func(i int)) {
	var all sync.WaitGroup
	for hand := range hands {
		all.Go(func() {
			for i := hand; ctx.Err() == nil; i += hands {
				strike(i)
				_ = wait.Pause(ctx, pace)
			}
		})
	}
	all.Wait()
}

// sends strikes with a request, once, whatever the answer.
func (f *field) sends(ctx context.Context, c *apptest.Client, method, path string, body []byte, header ...string) apptest.Answer {
	a, err := c.SendOnce(ctx, method, path, body, header...)
	f.strikes.ended(ctx, a.Status, err)
	return a
}

// uploads strikes with a whole file.
func (f *field) uploads(ctx context.Context, c *apptest.Client, name string, file []byte) error {
	err := c.Upload(ctx, name, file, shop.MaxUploadPiece)
	f.strikes.ended(ctx, http.StatusNoContent, err)
	return err
}

// leaveUploads begins uploads of the largest size in ever new carts and sends nothing.
func leaveUploads(ctx context.Context, f *field) {
	f.again(ctx, 4, func(int) {
		f.sends(ctx, f.attacker(), http.MethodPost, "/api/quick-order/upload", nil, "Tus-Resumable", "1.0.0", "Upload-Length", fmt.Sprint(shop.MaxFileBytes), "Upload-Metadata", "filename eC5zdGw=")
	})
}

// uploadAtOnce sends 48 files at the same time.
func uploadAtOnce(ctx context.Context, f *field) {
	file := bytes.Repeat([]byte("solid"), 200_000)
	f.again(ctx, 48, func(int) {
		c := f.attacker()
		up, err := c.CreateUpload(ctx, "x.stl", int64(len(file)))
		if err != nil {
			f.strikes.ended(ctx, 0, err)
			return
		}
		f.sends(ctx, c, http.MethodPatch, up.Path, file, "Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
	})
}

// cubes is an archive of so many different small blocks.
func cubes(n int) []byte {
	var files []meshtest.File
	for i := range n {
		files = append(files, meshtest.File{Name: fmt.Sprintf("%d.stl", i), Data: apptest.Block(10+float64(i)/10, 10, 10)})
	}
	return meshtest.ZIP(files...)
}

// changeArchives drops archives of as many parts as a cart has, then reads the cart and changes all of them, again and again. Only
// a change of all counts. An archive that is not read within a minute is given up for another.
func changeArchives(ctx context.Context, f *field) {
	archive := cubes(shop.MaxCartFiles)
	f.again(ctx, 4, func(int) {
		c := f.attacker()
		if err := c.Upload(ctx, "cubes.zip", archive, len(archive)); err != nil {
			return
		}
		ctx, stop := context.WithTimeout(ctx, time.Minute)
		defer stop()
		for changes := 0; changes < 38 && ctx.Err() == nil; {
			v, err := apptest.Get[cart.View](ctx, c, "/api/quick-order/cart")
			if err != nil || len(v.Parts) < shop.MaxCartFiles {
				_ = wait.Pause(ctx, 100*time.Millisecond)
				continue
			}
			changes++
			change := fmt.Sprintf(`{"choices":{"copies":%d},"version":%d}`, 1+changes%9, v.Version)
			f.sends(ctx, c, http.MethodPatch, "/api/quick-order/parts", []byte(change), "Content-Type", "application/json")
		}
	})
}

// heavy is an archive of under ten megabytes whose models are twenty times that.
func heavy() []byte {
	var models []meshtest.Solid
	for i := range 6 {
		models = append(models, meshtest.Sphere(20+float64(i), 360))
	}
	return compressed(models...)
}

// compressed is an archive of models.
func compressed(models ...meshtest.Solid) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, m := range models {
		out, err := w.Create(fmt.Sprintf("%d.stl", i))
		if err == nil {
			_, err = out.Write(meshtest.BinarySTL(m))
		}
		if err != nil {
			panic(err) // into memory
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// sendHeavyArchives drops archives that take long to read, in three carts at once.
func sendHeavyArchives(ctx context.Context, f *field) {
	archive := heavy()
	f.again(ctx, 3, func(int) {
		_ = f.uploads(ctx, f.attacker(), "heavy.zip", archive)
	})
}

// forgeCarts comes with a cart's cookie of its own making each time.
func forgeCarts(ctx context.Context, f *field) {
	f.again(ctx, hands, func(int) {
		c := f.attacker()
		c.Header = http.Header{"Cookie": {"buildplate_cart=" + secret()}}
		f.sends(ctx, c, http.MethodGet, "/api/quick-order/cart", nil)
		f.sends(ctx, c, http.MethodPost, "/api/quick-order/upload", nil, "Tus-Resumable", "1.0.0", "Upload-Length", "100", "Upload-Metadata", "filename eC5zdGw=")
	})
}

func secret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// fillQueue wants slices in sixty carts, of parts that nobody sliced before. What is refused for the moment is tried again: the attacks
// before this one have used up what strangers may send.
func fillQueue(ctx context.Context, f *field) {
	var taken atomic.Int64
	f.again(ctx, hands, func(i int) {
		if taken.Load() >= 60 {
			<-ctx.Done()
			return
		}
		if err := f.uploads(ctx, f.attacker(), "tower.stl", apptest.Block(60, 60+float64(i)/10, 60)); err != nil {
			_ = wait.Pause(ctx, time.Second)
			return
		}
		taken.Add(1)
	})
}

// guessLinks tries links to orders and returns from payment pages.
func guessLinks(ctx context.Context, f *field) {
	c := f.attacker()
	f.again(ctx, hands, func(i int) {
		f.sends(ctx, c, http.MethodGet, "/api/order-links/"+secret(), nil)
		f.sends(ctx, c, http.MethodPost, "/api/order-links/"+secret()+"/pay", []byte(`{"method":"card"}`), "Content-Type", "application/json")
		f.sends(ctx, c, http.MethodPost, "/api/checkout/"+secret()+"/return", nil)
	})
}

// askForLink is somebody who ordered and asks for the way back over and over, by the browser and by the link, and now and then
// for one more link.
func askForLink(ctx context.Context, f *field) {
	const links = 12 // fewer than an order keeps, so that they can be counted
	c := f.own.client
	var asked atomic.Int64
	f.again(ctx, hands, func(i int) {
		f.sends(ctx, c, http.MethodGet, "/order/mine", nil)
		if f.sends(ctx, c, http.MethodGet, "/api/order-links/"+apptest.Token(f.own.link), nil).Status == http.StatusOK {
			f.shown.Add(1)
		}
		if i%hands != 0 || asked.Add(1) > links {
			return
		}
		if f.sends(ctx, c, http.MethodPost, "/api/quick-order/order-link", nil).Status < http.StatusBadRequest {
			f.minted.Add(1) // what was not answered may have been done
		}
	})
}

// couldBeSigned is a signature as Stripe makes them, of now, that it never made.
func couldBeSigned() string {
	return fmt.Sprintf("t=%d,v1=%s", time.Now().Unix(), strings.Repeat("0", 64))
}

// forgeMessages sends messages that Stripe never signed, almost as large as any may be: what is larger is refused before its
// signature is looked at.
func forgeMessages(ctx context.Context, f *field) {
	c := f.attacker()
	body := bytes.Repeat([]byte(`{"id":"evt_1"}`), 200<<10/14)
	f.again(ctx, hands, func(int) {
		f.sends(ctx, c, http.MethodPost, "/api/stripe/webhook", body, "Content-Type", "application/json", "Stripe-Signature", couldBeSigned())
	})
}

// cartCookie is the cookie of a new cart with a part, "" where none is to be had.
func (f *field) cartCookie(ctx context.Context) string {
	c := f.client(f.harm) // who waits until there may be another cart
	if err := c.Upload(ctx, "x.stl", apptest.Block(5, 5, 5), 1<<20); err != nil {
		return ""
	}
	return c.Cookies()
}
