package apptest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/app/account"
	"buildplate/app/apptest/need"
	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage"
	"buildplate/storage/failpoint"
)

// crash starts a shop that ends, as by a power cut, when it reaches a step for the n-th time ("name:n"); does what is
// given; and starts the shop again on the same data and doors as soon as it has ended. What is given has to go on
// through that. It gives the shop that runs then.
func crash(t *testing.T, step string, do func(ctx context.Context, p *Process) error) *Process {
	t.Helper()
	binary := Binary(t)
	o := Options{Data: filepath.Join(t.TempDir(), "data"), Shop: FreeAddress(t), Public: FreeAddress(t)}
	dying := o
	dying.Env = []string{failpoint.Env + "=" + step}
	p := Start(t, dying)
	ctx, cancel := context.WithTimeout(t.Context(), sliceTimeout)
	defer cancel()
	done := make(chan error, 1)
	first := p
	go func() { done <- do(ctx, first) }()
	select {
	case <-p.done:
	case err := <-done:
		t.Fatalf("everything was done, and %s was not reached: %v", step, err)
	case <-ctx.Done():
		t.Fatalf("%s was not reached in time", step)
	}
	p, err := start(binary, t.TempDir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if err := <-done; err != nil {
		t.Fatalf("after dying at %s: %v\n%s", step, err, p.Log())
	}
	return p
}

// The shop dies at each step between a file's first byte and its place in an order, and the customer goes on as if
// nothing had been.
func TestKilledAtEachStep(t *testing.T) {
	steps := []string{
		"storage.staging.created", "storage.append.written", "storage.append.synced:3", "storage.finish.hashed", "storage.settle.renamed", "storage.settle.synced",
		"storage.put.created", "storage.put.written", "storage.put.synced", // the mesh
		"storage.put.created:2", "storage.put.synced:2", // the next one, or the G-code
		"storage.remove.begun", "storage.remove.unlinked:2",
		"storage.copy.linked", "storage.copy.linked:3",
	}
	if testing.Short() {
		steps = []string{"storage.append.synced:3", "storage.settle.synced", "storage.put.synced:2", "storage.copy.linked:3"}
	}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			p := crash(t, step, func(ctx context.Context, p *Process) error { return orderOneOfTwo(ctx, p) })
			p.Stop(t)
			b := Audit(t, p.Data, Killed)
			if len(b.Orders) != 1 || b.Orders[0].State != shop.OrderOpen || b.Payments+b.Jobs != 0 {
				t.Errorf("the audit: %+v", b)
			}
		})
	}
}

// orderOneOfTwo uploads two models, takes one out again and orders the other, while the shop p dies and another comes.
func orderOneOfTwo(ctx context.Context, p *Process) error {
	c := NewClient(p.Public)
	if _, err := again(ctx, func() (cart.View, error) { return Get[cart.View](ctx, c, "/api/quick-order/cart") }); err != nil {
		return err
	}
	for i, name := range []string{"kept.stl", "taken out.stl"} {
		model := Block(20, 20, 5+float64(i))
		u, err := again(ctx, func() (*Upload, error) { return c.CreateUpload(ctx, name, int64(len(model))) })
		if err == nil {
			err = c.Deliver(ctx, u, model, 300)
		}
		if err != nil {
			return err
		}
	}
	found, err := c.WaitSliced(ctx, 2)
	if err != nil {
		return err
	}
	if len(found.Parts) != 2 {
		return fmt.Errorf("two files became %d parts", len(found.Parts))
	}
	at := slices.IndexFunc(found.Parts, func(p cart.PartView) bool { return p.Name == "taken out.stl" })
	before := uploadedFiles(p.Data)
	_, err = again(ctx, func() (struct{}, error) {
		return struct{}{}, c.JSON(ctx, http.MethodDelete, fmt.Sprintf("/api/quick-order/parts/%s?version=%d", found.Parts[at].ID, found.Version), nil, nil)
	})
	if err != nil && StatusOf(err) != http.StatusNotFound { // it went, and the answer was lost
		return err
	}
	for dead := false; !dead && uploadedFiles(p.Data) > before-2; { // its file and its mesh go by themselves
		if err := rest(ctx); err != nil {
			return fmt.Errorf("the files of a part that was taken out stay: %w", err)
		}
		select {
		case <-p.done: // while it removed them: the next shop takes its time over them
			dead = true
		default:
		}
	}
	price, err := again(ctx, func() (cart.PriceView, error) { return c.PriceFor(ctx, pickup) })
	if err != nil {
		return err
	}
	placed, err := again(ctx, func() (order.CheckoutView, error) { return c.CheckOut(ctx, Order(shop.ByTransfer, price.Price.Total)) })
	if err != nil {
		return err
	}
	o, err := again(ctx, func() (order.CustomerOrderView, error) { return c.OrderAt(ctx, placed.OrderURL) })
	if err == nil && (len(o.Items) != 1 || o.Items[0].Name != "kept.stl" || o.Price.Total != price.Price.Total) {
		err = fmt.Errorf("ordered: %+v", o.Items)
	}
	return err
}

// uploadedFiles counts the files of carts in a data folder.
func uploadedFiles(data string) int { return filesIn(data, storage.Tmp) }

// An archive that was being read when the shop died becomes all of its parts, and each once.
func TestRestartWhileAnArchiveIsRead(t *testing.T) {
	archive := meshtest.ZIP(
		meshtest.File{Name: "one.stl", Data: Block(20, 20, 5)}, meshtest.File{Name: "two.stl", Data: Block(20, 20, 6)}, meshtest.File{Name: "three.stl", Data: Block(20, 20, 7)},
	)
	for _, step := range []string{"storage.put.synced:1", "storage.put.synced:2", "storage.put.created:3"} {
		t.Run(step, func(t *testing.T) {
			var names []string
			p := crash(t, step, func(ctx context.Context, p *Process) error {
				c := NewClient(p.Public)
				if err := c.Upload(ctx, "parts.zip", archive, len(archive)); err != nil {
					return err
				}
				found, err := c.WaitSliced(ctx, 3)
				for _, part := range found.Parts {
					names = append(names, part.Name)
					if part.State != cart.ShownState(shop.PartSliced) {
						err = errors.Join(err, fmt.Errorf("%s is %s: %s", part.Name, part.State, part.Message))
					}
				}
				return err
			})
			if slices.Sort(names); !slices.Equal(names, []string{"one.stl", "three.stl", "two.stl"}) {
				t.Errorf("the archive became %q", names)
			}
			p.Stop(t)
			Audit(t, p.Data, Killed)
		})
	}
}

// A slice that was running when the shop died leaves neither a process nor a folder, and is made anew after the start.
func TestRestartInTheMiddleOfASlice(t *testing.T) {
	for _, engine := range []string{"embedded", "native"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "native" && FastestEngine() != "native" {
				need.Without(t, "cura", "no CuraEngine is installed")
			}
			o := Options{Data: filepath.Join(t.TempDir(), "data"), Shop: FreeAddress(t), Public: FreeAddress(t), Engine: engine}
			p := Start(t, o)
			v := NewVisitor(t, p)
			if err := v.Upload(t.Context(), "slow.stl", meshtest.BinarySTL(meshtest.Sphere(30, 60)), shop.MaxUploadPiece); err != nil {
				t.Fatal(err)
			}
			Await(t, "the slice to begin", func() bool {
				found := v.Cart()
				return len(found.Parts) == 1 && found.Parts[0].State == cart.ShownSlicing && len(slicesIn(t, o.Data)) > 0
			})
			p.Kill()
			left := slicesIn(t, o.Data)
			if len(left) == 0 {
				t.Error("the slice's folder went before the shop was started again: this proves nothing")
			}
			p, err := start(Binary(t), t.TempDir, o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.Kill)
			for _, folder := range left {
				if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("the folder of a dead slice is still there: %s %v", folder, err)
				}
				if pids := workingIn(folder); len(pids) > 0 {
					t.Errorf("processes %v still work in %s", pids, folder)
				}
			}
			part := v.Sliced().Parts[0]
			if part.State != cart.ShownState(shop.PartSliced) || part.Result == nil || part.Result.Seconds <= 0 {
				t.Errorf("after the start: %s, %+v", part.State, part.Result)
			}
			Await(t, "all slices, those made ahead too, to leave no folder", func() bool { return len(slicesIn(t, o.Data)) == 0 })
			p.Stop(t)
			Audit(t, o.Data, Killed)
			if rest, _ := filepath.Glob(filepath.Join(o.Data, "slicing", "*")); len(rest) > 0 {
				t.Errorf("the shop ended and left %v", rest)
			}
		})
	}
}

// slicesIn lists the private folders of slices: data/slicing/slicer-*/*/.
func slicesIn(t *testing.T, data string) (folders []string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, "slicing", "*", "*"))
	for _, f := range must(t, found, err) {
		if info, err := os.Stat(f); err == nil && info.IsDir() {
			folders = append(folders, f)
		}
	}
	return folders
}

// workingIn lists the processes whose environment or working folder names a folder. It knows of none where there is
// no /proc.
func workingIn(folder string) (pids []string) {
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		env, _ := os.ReadFile(filepath.Join(process, "environ"))
		cwd, _ := os.Readlink(filepath.Join(process, "cwd"))
		if strings.Contains(string(env), folder) || strings.HasPrefix(cwd, folder) {
			pids = append(pids, filepath.Base(process))
		}
	}
	return pids
}

// The shop dies at each step between a model in staff's cart and its place in an order of a photo, and they press again.
func TestKilledWhileAModelIsReplaced(t *testing.T) {
	// The first copy is the order's own, of the photo, and the first file removed is its cart's; the first two files put are the model's
	// mesh and its G-code.
	steps := []string{"storage.copy.linked:2", "storage.copy.linked:3", "storage.put.created:3", "storage.put.synced:3", "storage.remove.begun:2", "storage.remove.unlinked:3"}
	if testing.Short() {
		steps = []string{"storage.copy.linked:3", "storage.remove.begun:2"}
	}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			p := crash(t, step, replaceInOrder)
			p.Stop(t)
			b := Audit(t, p.Data, Killed)
			if len(b.Orders) != 1 || b.Orders[0].Price.Total == 0 || b.Orders[0].Review != shop.ReviewRequested {
				t.Errorf("the audit: %+v", b)
			}
		})
	}
}

// replaceInOrder orders a photo and puts a model in its place, while the shop p dies and another comes.
func replaceInOrder(ctx context.Context, p *Process) error {
	customer, staff := NewClient(p.Public), NewClient(p.Shop)
	_, err := Post[account.UserView](ctx, staff, "/api/setup", account.SetupRequest{Token: p.SetupToken, Name: "Grace Hopper", Email: AdminEmail, Password: AdminPassword})
	if err != nil {
		return err
	}
	if err := customer.Upload(ctx, "vase.jpg", []byte("\xff\xd8\xff\xe0 a photo"), 1<<20); err != nil {
		return err
	}
	if _, err := customer.WaitSliced(ctx, 1); err != nil {
		return err
	}
	if _, err := customer.CheckOut(ctx, Order(shop.ByReview, 0)); err != nil {
		return err
	}
	list, err := Get[order.OrderListView](ctx, staff, "/api/orders?tab=review")
	if err != nil || len(list.Orders) != 1 {
		return fmt.Errorf("%d orders to review: %w", len(list.Orders), err)
	}
	at := "/api/orders/" + list.Orders[0].ID
	o, err := Get[order.StaffOrderView](ctx, staff, at)
	if err != nil {
		return err
	}
	if err := staff.Upload(ctx, "vase.stl", Block(30, 30, 20), 1<<20); err != nil {
		return err
	}
	found, err := staff.WaitSliced(ctx, 1)
	if err != nil {
		return err
	}
	before := uploadedFiles(p.Data)
	press := order.ReplaceModelRequest{Version: o.Version, PartID: found.Parts[0].ID}
	_, err = again(ctx, func() (order.StaffOrderView, error) {
		return Post[order.StaffOrderView](ctx, staff, at+"/items/"+o.Items[0].ID+"/model", press)
	})
	if code := CodeOf(err); err != nil && code != "part_not_found" && code != "changed_meanwhile" { // it was done, and the answer was lost
		return err
	}
	for dead := false; !dead && uploadedFiles(p.Data) > before-2; { // what staff brought goes by itself
		if err := rest(ctx); err != nil {
			return fmt.Errorf("the files of a part that found its place stay: %w", err)
		}
		select {
		case <-p.done: // while it removed them
			dead = true
		default:
		}
	}
	o, err = again(ctx, func() (order.StaffOrderView, error) { return Get[order.StaffOrderView](ctx, staff, at) })
	if err == nil && (o.Items[0].Elsewhere || o.Items[0].Price == nil || len(o.Files) != 4) {
		err = fmt.Errorf("the order has %+v and %+v", o.Items, o.Files)
	}
	return err
}
