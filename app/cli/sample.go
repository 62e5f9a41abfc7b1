package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"buildplate/app/demo"
	"buildplate/app/setting"
	"buildplate/db"
	"buildplate/storage"
)

// A data folder holds one of two marks: of a real shop, or of a demonstration. They have keys and an address of their own.
const (
	shopMark = "shop"
	demoMark = "demo"
)

// mark is what a demonstration's mark says of its sample shop.
type mark struct {
	State fillState `json:"state,omitempty"`
	Order string    `json:"order,omitempty"` // path of a customer's page, to be shown
}

// fillState is how far a demonstration's sample shop is.
type fillState string

// States. A demonstration that is being filled has never opened its doors.
const (
	unfilled fillState = ""
	filling  fillState = "filling"
	filled   fillState = "filled"
)

// demoAlone refuses what only a demonstration can be told. Errors: a wrong call.
func (s *Serve) demoAlone() error {
	switch {
	case s.Demo:
		return nil
	case s.Empty:
		return wrongCall{errors.New("--empty goes with --demo: a real shop starts empty by itself")}
	case s.Ahead != 0:
		return wrongCall{errors.New("--ahead goes with --demo: a real shop goes by this machine's clock")}
	}
	return nil
}

// claim marks the data folder as a real shop's or as a demonstration's, and refuses one that is of the other kind. Where
// there is a database, it says which it is and no mark says otherwise: a mark may be left from what was there before. A
// demonstration that was cut off while it was filled is removed, and begins anew. The caller has the folder to itself.
func (s *Serve) claim(ctx context.Context, files *storage.Store) (mark, error) {
	m, err := s.readMark()
	hasDemoMark := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	_, err = os.Stat(filepath.Join(s.Data, shopMark))
	hasShopMark := err == nil
	key, begun, err := db.Peek(ctx, s.databasePath(), setting.SecretStripeKey)
	if err != nil {
		return m, err
	}
	isDemo, isShop := hasDemoMark, hasShopMark
	if begun {
		isDemo, isShop = setting.IsDemo(key), hasShopMark || !setting.IsDemo(key)
	}
	switch {
	case s.Demo && isShop:
		return m, fmt.Errorf("%s holds a real shop's data; a demonstration needs a folder of its own (--data)", s.Data)
	case !s.Demo && isDemo:
		return m, fmt.Errorf("%s holds a demonstration's data; a real shop needs a folder of its own (--data)", s.Data)
	case !s.Demo:
		if err := s.keep(shopMark, nil); err != nil || !hasDemoMark {
			return mark{}, err
		}
		return mark{}, os.Remove(filepath.Join(s.Data, demoMark)) // of a demonstration that was here before the database
	}
	if begun && s.Empty && m.State == filled {
		return m, fmt.Errorf("%s holds a demonstration with its sample shop; an empty one needs a folder of its own (--data)", s.Data)
	}
	if begun && m.State == filling {
		if err := s.clear(files); err != nil {
			return m, err
		}
		begun = false
	}
	switch {
	case begun:
	case s.Empty || s.standInElsewhere():
		m = mark{}
	default:
		m = mark{State: filling}
	}
	return m, s.writeMark(m)
}

// standInElsewhere says that another process stands in for Stripe: it knows nothing of a sample shop's payments, so there
// is none then.
func (s *Serve) standInElsewhere() bool { return strings.HasPrefix(s.Stripe, "http://") }

func (s *Serve) databasePath() string { return filepath.Join(s.Data, databaseName) }

// clear removes what the filling of a demonstration left behind. The database goes last: what has one was begun.
func (s *Serve) clear(files *storage.Store) error {
	if err := files.Clear(); err != nil {
		return err
	}
	for _, ending := range []string{"-wal", "-shm", ""} {
		if err := os.Remove(s.databasePath() + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// fill makes the sample shop, and says so: it takes some seconds.
func (s *Serve) fill(ctx context.Context, io Streams, empty demo.Shop) (mark, error) {
	fmt.Fprint(io.Out, "\n  Setting up the sample shop: its orders are sliced now ...\n")
	shown, err := demo.Fill(ctx, empty)
	if err != nil {
		return mark{}, fmt.Errorf("the sample shop: %w", err)
	}
	m := mark{State: filled, Order: shown.Order}
	return m, s.writeMark(m)
}

func (s *Serve) readMark() (m mark, err error) {
	text, err := os.ReadFile(filepath.Join(s.Data, demoMark))
	if err != nil || len(text) == 0 { // of a demonstration without a sample shop
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s: %w", filepath.Join(s.Data, demoMark), err)
	}
	return m, nil
}

// writeMark keeps the demonstration's mark.
func (s *Serve) writeMark(m mark) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.keep(demoMark, text)
}

// keep writes a small file of the data folder, whole: what comes after it may rely on it, also after a power cut.
func (s *Serve) keep(name string, text []byte) error {
	path := filepath.Join(s.Data, name)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil || runtime.GOOS == "windows" { // which syncs no folders
		return err
	}
	dir, err := os.Open(s.Data)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// greetSample says how to log in to the sample shop, or why there is none though nobody asked for an empty one.
func (s *Serve) greetSample(b *strings.Builder, sample mark, publicURL string) {
	if sample.State != filled {
		if !s.Empty && s.standInElsewhere() {
			fmt.Fprintf(b, "\n  There is no sample shop: the stand-in at %s knows nothing of its payments.\n", s.Stripe)
		}
		return
	}
	fmt.Fprintf(b, "  An order       %s%s\n                 (as its customer sees it)\n", publicURL, sample.Order)
	fmt.Fprintf(b, "\n  Log in as      %s, password %s   (an admin)\n", demo.Admin.Email, demo.Admin.Password)
	fmt.Fprintf(b, "  or as          %s, password %s   (staff)\n", demo.Staff.Email, demo.Staff.Password)
	fmt.Fprintf(b, "                 (unless you have changed them since)\n")
}
