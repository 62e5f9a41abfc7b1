package apptest

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"testing"

	"buildplate/app/account"
	"buildplate/app/billing"
	"buildplate/app/file"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// Staff is the first admin's browser at the shop's door.
type Staff struct {
	*Client
	tb testing.TB
}

// The first admin of every shop here.
const (
	AdminEmail    = "grace@example.com"
	AdminPassword = "correct horse battery"
)

// SetUp spends the link of the first start.
func SetUp(tb testing.TB, at Shop) *Staff {
	tb.Helper()
	d := at.doors()
	s := &Staff{NewClient(d.Shop), tb}
	if d.SetupToken == "" {
		tb.Fatal("the shop printed no link for the first admin")
	}
	me, err := Post[account.UserView](tb.Context(), s.Client, "/api/setup", account.SetupRequest{Token: d.SetupToken, Name: "Grace Hopper", Email: AdminEmail, Password: AdminPassword})
	if must(tb, me, err).Role != shop.RoleAdmin {
		tb.Errorf("the first member of staff is %s, not an admin", me.Role)
	}
	return s
}

// LogIn is a browser in which the admin logs in.
func LogIn(tb testing.TB, at Shop) *Staff {
	tb.Helper()
	return logIn(tb, at, AdminEmail)
}

func logIn(tb testing.TB, at Shop, email string) *Staff {
	tb.Helper()
	s := &Staff{NewClient(at.doors().Shop), tb}
	_, err := Post[account.UserView](tb.Context(), s.Client, "/api/auth/login", map[string]string{"email": email, "password": AdminPassword})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Helper is a member of staff who is no admin, logged in.
func Helper(tb testing.TB, s *Scenario) *Staff {
	tb.Helper()
	return logIn(tb, s, s.Employ("Flo Helper", "flo@example.com", shop.RoleStaff).Email)
}

// Employ makes a member of staff whose password is AdminPassword. It is hashed in one round, so that tests log in at
// once. Once somebody is employed, nobody can set the shop up any more.
func (s *Scenario) Employ(name, email string, role shop.Role) shop.User {
	s.tb.Helper()
	salt := []byte("salt of the tests")
	key, err := pbkdf2.Key(sha256.New, AdminPassword, salt, 1, 32)
	if err != nil {
		s.tb.Fatal(err)
	}
	p := shop.User{
		ID: shop.NewID(), Email: email, Name: name, Role: role, State: shop.UserActive,
		Password: "pbkdf2-sha256$1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(key),
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.InsertUser(ctx, p) })
	return p
}

// Find reads the order with a number, by way of the list.
func (s *Staff) Find(number string) order.StaffOrderView {
	s.tb.Helper()
	list, err := Get[order.OrderListView](s.tb.Context(), s.Client, "/api/orders?tab=all&q="+number)
	list = must(s.tb, list, err)
	at := slices.IndexFunc(list.Orders, func(o order.OrderRowView) bool { return o.Number == number })
	if at < 0 {
		s.tb.Fatalf("order %s is not on the list", number)
	}
	o, err := Get[order.StaffOrderView](s.tb.Context(), s.Client, "/api/orders/"+list.Orders[at].ID)
	return must(s.tb, o, err)
}

// Act presses a button of an order, as it is now: release, approve, refuse, cancel.
func (s *Staff) Act(orderID, action string, body any) order.StaffOrderView {
	s.tb.Helper()
	o, err := s.Try(orderID, action, body)
	return must(s.tb, o, err)
}

// Takes records money for an order that staff were given.
func (s *Staff) Takes(o order.StaffOrderView, method shop.PaymentMethod, amount shop.Cents) order.StaffOrderView {
	s.tb.Helper()
	_, err := Post[billing.InvoiceView](s.tb.Context(), s.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": method, "amount": amount})
	if err != nil {
		s.tb.Fatal(err)
	}
	return s.Find(o.Number)
}

// Try is Act where the shop may refuse.
func (s *Staff) Try(orderID, action string, body any) (order.StaffOrderView, error) {
	named, err := s.named(orderID, body)
	if err != nil {
		return order.StaffOrderView{}, err
	}
	if named["invoice_version"] == nil && action == "handovers" {
		seen, _ := Get[order.StaffOrderView](s.tb.Context(), s.Client, "/api/orders/"+orderID) // who may not see it is refused by the act
		named["invoice_version"] = seen.InvoiceVersion
	}
	return Post[order.StaffOrderView](s.tb.Context(), s.Client, "/api/orders/"+orderID+"/"+action, named)
}

// named is a body with the version of the order that is seen now, unless it names another.
func (s *Staff) named(orderID string, body any) (map[string]any, error) {
	named := map[string]any{}
	text, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(text, &named)
	}
	if v, ok := named["version"].(float64); err != nil || (ok && v > 0) {
		return named, err
	}
	if named == nil {
		named = map[string]any{}
	}
	o, err := Get[order.StaffOrderView](s.tb.Context(), s.Client, "/api/orders/"+orderID)
	named["version"] = max(o.Version, 1)
	if StatusOf(err) == http.StatusForbidden || StatusOf(err) == http.StatusNotFound {
		err = nil // what is asked for is refused for that
	}
	return named, err
}

// Link signs a link to a file of an order.
func (s *Staff) Link(fileID string) string {
	s.tb.Helper()
	link, err := Post[file.LinkView](s.tb.Context(), s.Client, "/api/order-files/"+fileID+"/link", nil)
	return must(s.tb, link, err).URL
}

// Downloaded is a file as it was saved.
type Downloaded struct {
	Name   string // what the browser calls it
	SHA256 string
	Bytes  []byte
}

// Download follows a signed link.
func (c *Client) Download(tb testing.TB, link string) Downloaded {
	tb.Helper()
	a, err := c.Send(tb.Context(), http.MethodGet, link, nil)
	if a = must(tb, a, err); a.Status != http.StatusOK {
		tb.Fatalf("%s answered %d: %.200s", link, a.Status, a.Body)
	}
	kind, params, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
	if err != nil || kind != "attachment" {
		tb.Errorf("a download is called %q: %v", a.Header.Get("Content-Disposition"), err)
	}
	sum := sha256.Sum256(a.Body)
	return Downloaded{Name: params["filename"], SHA256: hex.EncodeToString(sum[:]), Bytes: a.Body}
}

// FileOf finds an order's file of a kind.
func FileOf(tb testing.TB, o order.StaffOrderView, kind string) order.StaffFileView {
	tb.Helper()
	at := slices.IndexFunc(o.Files, func(f order.StaffFileView) bool { return f.Kind == kind })
	if at < 0 {
		tb.Fatalf("order %s has no file of kind %s", o.Number, kind)
	}
	return o.Files[at]
}

// Settings reads the settings screen, and Save keeps it.
func (s *Staff) Settings() setting.View {
	s.tb.Helper()
	v, err := Get[setting.View](s.tb.Context(), s.Client, "/api/settings")
	return must(s.tb, v, err)
}

// Save keeps the settings screen.
func (s *Staff) Save(v setting.View) {
	s.tb.Helper()
	if err := s.JSON(s.tb.Context(), http.MethodPut, "/api/settings", v, nil); err != nil {
		s.tb.Fatal(err)
	}
}
