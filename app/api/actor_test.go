package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
)

// actor is somebody who asks. What they ask for is always Ann's: her part, her upload, her order.
type actor struct {
	name  string
	role  shop.Role // of a user who is logged in at the shop's door, or ""
	cart  string    // cookie of a cart, or ""
	staff string    // cookie of that session, or ""
	token string    // of an order's link
	ann   bool      // it is Ann
	guest bool      // the token opens an order
}

// works says whether the actor is of staff. A client's user is not, and is told to log in as somebody who is.
func (who actor) works() bool { return who.role == shop.RoleStaff || who.role == shop.RoleAdmin }

// refusal is the status with which a door refuses an actor before anybody looks at what is asked for; 0 lets them in.
// It is the one place where a test reads a row's roles.
func refusal(row api.Route, who actor, at api.Door) int {
	needs := func(role string) bool { return slices.Contains(row.Roles, role) }
	switch {
	case !slices.Contains(row.Doors, at):
		return http.StatusNotFound
	case (needs("staff") || needs("admin")) && !who.works():
		return http.StatusUnauthorized
	case needs("admin") && who.role != shop.RoleAdmin:
		return http.StatusForbidden
	case needs("cart") && who.cart == "" && !row.MakesCart():
		return http.StatusUnauthorized
	}
	return 0
}

// mine says whether a row asks for something that belongs to one visitor, and whether it belongs to this one.
func mine(row api.Route, who actor) (owned, theirs bool) {
	switch {
	case strings.HasPrefix(row.Path, "/api/quick-order/") && strings.Contains(row.Path, "{id}") && row.Method != http.MethodOptions:
		return true, who.ann
	case strings.Contains(row.Path, "{token}"):
		within := strings.Contains(row.Path, "{file_id}") || strings.Contains(row.Path, "{item_id}")
		return true, who.guest && (who.ann || !within)
	}
	return false, false
}

// refusesByItself are the rows that are open to all and say 401 to what is in the request, with the code they say it with.
var refusesByItself = map[string]string{
	"POST /api/auth/login": "login_wrong", "POST /api/setup": "setup_link_spent", "GET /f/{signed}": "download_link_expired",
}

// asking is the shop in which everybody asks for everything.
type asking struct {
	*rig
	ann                      string // her cart's cookie
	part, upload             string // ids
	order, token, file, item string
}

func newAsking(t *testing.T) (*asking, []actor) {
	t.Helper()
	a := &asking{rig: newRig(t)}
	a.ann = a.visitor()
	bob, counter, clients := a.visitor(), a.visitor(), a.visitor()
	a.part, a.upload = a.freshPart(), a.freshUpload()
	for _, cookie := range []string{bob, counter, clients} {
		a.Drop(a.cartOf(cookie), "not ann's.stl", apptest.Block(20, 20, 6))
	}
	a.order, a.token = a.freshOrder()
	_, bobs := a.freshOrder()
	files, items := a.contents(a.order)
	a.file, a.item = files[0].ID, items[0].ID
	unknown := shop.NewToken()
	return a, []actor{
		{name: "nobody", token: unknown},
		{name: "Ann", cart: a.ann, token: unknown, ann: true},
		{name: "a visitor with another cart", cart: bob, token: unknown},
		{name: "Ann with her order's link", token: a.token, ann: true, guest: true},
		{name: "a guest with another order's link", token: bobs, guest: true},
		{name: "staff", role: shop.RoleStaff, staff: a.asStaff(), token: unknown},
		{name: "staff with a cart", role: shop.RoleStaff, staff: a.asStaff(), cart: counter, token: unknown},
		{name: "an admin", role: shop.RoleAdmin, staff: a.asAdmin(), token: unknown},
		{name: "a client's user", role: shop.RoleClient, staff: a.asClient(), token: unknown},
		{name: "a client's user with a cart and another order's link", role: shop.RoleClient, staff: a.asClient(), cart: clients, token: bobs, guest: true},
	}
}

// asClient is the cookie of a session of a user of Ann's client, at the shop's door. No login makes one.
func (a *asking) asClient() string {
	a.t.Helper()
	token := shop.NewToken()
	a.Write(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, a.order)
		if err != nil {
			return err
		}
		u := shop.User{ID: shop.NewID(), Email: shop.NewID() + "@example.com", Name: "Ann", Role: shop.RoleClient, ClientID: o.ClientID, State: shop.UserActive}
		session := shop.Session{TokenHash: shop.HashToken(token), User: u, Door: shop.ShopDoor, Created: tx.Now, Seen: tx.Now, Expires: tx.Now.Add(shop.SessionMost)}
		return errors.Join(tx.InsertUser(ctx, u), tx.InsertSession(ctx, session))
	})
	return "Cookie: buildplate_staff=" + token
}

func (a *asking) freshPart() string {
	a.t.Helper()
	cart := a.cartOf(a.ann)
	a.Drop(cart, "ann's.stl", apptest.Block(20, 20, 5))
	parts := a.Parts(cart)
	return parts[len(parts)-1].ID
}

func (a *asking) freshUpload() string {
	a.t.Helper()
	return a.Begin(a.cartOf(a.ann), "ann's too.stl", apptest.Block(20, 20, 5), 100)
}

func (a *asking) freshOrder() (id, token string) {
	a.t.Helper()
	placed := a.review(a.visitor(), "ordered.stl", apptest.Block(20, 20, 5))
	return a.find(placed.OrderNumber).ID, apptest.Token(placed.OrderURL)
}

func (a *asking) contents(id string) (files []shop.OrderFile, items []shop.Item) {
	a.t.Helper()
	a.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		if files, err = tx.OrderFiles(ctx, id); err != nil {
			return err
		}
		items, err = tx.Items(ctx, id)
		return err
	})
	return files, items
}

// path fills a row's path with what is Ann's. What a request will delete is made for it.
func (a *asking) path(row api.Route, who actor, deletes bool) string {
	a.t.Helper()
	id := "unknown"
	switch {
	case strings.HasPrefix(row.Path, "/api/quick-order/parts"):
		if id = a.part; deletes {
			id = a.freshPart()
		}
	case strings.HasPrefix(row.Path, uploadPath):
		if id = a.upload; deletes {
			id = a.freshUpload()
		}
	case strings.HasPrefix(row.Path, "/api/orders"):
		if id = a.order; deletes {
			id, _ = a.freshOrder()
		}
	case strings.HasPrefix(row.Path, "/api/order-files"):
		if id = a.file; deletes {
			fresh, _ := a.freshOrder()
			files, _ := a.contents(fresh)
			id = files[0].ID
		}
	}
	if strings.HasSuffix(row.Path, "/take-back") && who.guest { // it closes an order
		_, who.token = a.freshOrder()
	}
	filled := strings.NewReplacer("{id}", id, "{hash}", strings.Repeat("0", 64), "{token}", who.token, "{file_id}", a.file, "{item_id}", a.item,
		"{payment_id}", "unknown", "{intent_id}", "unknown", "{signed}", "unknown", "*", "").Replace(row.Path)
	if row.Method == http.MethodDelete && (strings.HasPrefix(row.Path, "/api/order") || strings.HasPrefix(row.Path, "/api/invoices") || strings.HasPrefix(row.Path, "/api/quick-order/parts/")) {
		filled += "?version=1"
	}
	return filled
}

// bodies are what a row is asked with where {} would be refused before anybody looks whose it is.
var bodies = map[string]string{
	"PATCH /api/quick-order/parts/{id}": `{"version":1,"copies":2}`, "PATCH /api/quick-order/parts": `{"version":1,"choices":{}}`, "POST /api/quick-order/parts/{id}/lines": `{"version":1}`, "POST /api/order-links/{token}/pay": `{"method":"transfer"}`,
	"POST /api/auth/login": `{"email":"nobody@example.com","password":"` + apptest.AdminPassword + `"}`,
	"POST /api/auth/link":  `{"token":"unknown"}`,
	"POST /api/setup":      `{"token":"spent","name":"Eve","email":"eve@example.com","password":"` + apptest.AdminPassword + `"}`,
}

// as sends a row's request as somebody at a door.
func (a *asking) as(row api.Route, who actor, at api.Door, path string) (*http.Response, string) {
	a.t.Helper()
	body := ""
	if row.Method == http.MethodPost || row.Method == http.MethodPut || row.Method == http.MethodPatch {
		body = "{}"
	}
	if text, ok := bodies[row.Method+" "+row.Path]; ok {
		body = strings.ReplaceAll(text, "nobody@", "nobody"+shop.NewToken()+"@") // each is tried once
	}
	return a.asWith(row, who, at, path, body)
}

// asWith is as with a body; uploads have their own.
func (a *asking) asWith(row api.Route, who actor, at api.Door, path, body string) (*http.Response, string) {
	a.t.Helper()
	addr := a.shop
	if at == api.Public {
		addr = a.public
	}
	var cookies []string
	for _, line := range []string{who.cart, who.staff} {
		if line != "" {
			cookies = append(cookies, strings.TrimPrefix(line, "Cookie: "))
		}
	}
	header := []string{origin(addr)}
	if cookies != nil {
		header = append(header, "Cookie: "+strings.Join(cookies, "; "))
	}
	if row.Path == cartEventsPath || row.Path == staffEventsPath {
		res, lines, leave := a.listen(addr, path, header...)
		leave()
		text := ""
		for line := range lines {
			text += line
		}
		return res, text
	}
	if strings.HasPrefix(row.Path, uploadPath) {
		header, body = append(header, tus, "Upload-Length: 10", "Upload-Offset: 100"), ""
		if row.Method == http.MethodPatch {
			header, body = append(header, "Content-Type: "+api.TusType), string(apptest.Block(20, 20, 5)[100:101])
		}
	}
	return a.ask(addr, row.Method, path, body, header...)
}

// Every route asked as every kind of person at both doors: who is refused and how follows from the table alone, whoever
// is let in reaches what is theirs, and what is another's is not there.
func TestEveryRouteAsEveryActor(t *testing.T) {
	t.Parallel()
	a, actors := newAsking(t)
	asked := 0
	for _, row := range api.Routes() {
		for _, who := range actors {
			for _, at := range []api.Door{api.Shop, api.Public} {
				a.Server.ForgetVisits()
				asked++
				a.check(t, row, who, at)
			}
		}
	}
	if asked < 800 {
		t.Errorf("only %d requests", asked)
	}
	// What was there is there, as its owner left it.
	for _, p := range a.Parts(a.cartOf(a.ann)) {
		if p.ID == a.part && p.Choices.Copies != 2 {
			t.Errorf("Ann's part has %d copies", p.Choices.Copies)
		}
	}
	for _, who := range actors {
		if who.cart != "" && !who.ann {
			if parts := a.Parts(a.cartOf(who.cart)); len(parts) != 1 || parts[0].Choices.Copies != 1 {
				t.Errorf("the cart of %s: %+v", who.name, parts)
			}
		}
	}
	var o *shop.Order
	a.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = tx.Order(ctx, a.order)
		return err
	})
	if files, items := a.contents(a.order); o.State != shop.OrderOpen || o.Review != shop.ReviewRequested || len(files) == 0 || len(items) != 1 {
		t.Errorf("Ann's order: %+v, %d files, %d items", o, len(files), len(items))
	}
}

func (a *asking) check(t *testing.T, row api.Route, who actor, at api.Door) {
	t.Helper()
	want := refusal(row, who, at)
	owned, theirs := mine(row, who)
	path := a.path(row, who, row.Method == http.MethodDelete && want == 0 && (!owned || theirs))
	if row.Method == http.MethodPatch && strings.HasPrefix(row.Path, uploadPath) && want == 0 && theirs {
		path = uploadPath + "/" + a.freshUpload() // it goes on, and the next one would ask at the wrong place
		defer a.ask(a.public, "DELETE", path, "", a.ann, tus)
	}
	switch emails := map[shop.Role]string{shop.RoleStaff: "flo@example.com", shop.RoleAdmin: "ada@example.com"}; {
	case row.Path != "/api/auth/logout":
	case who.works():
		who.staff = a.logIn(emails[who.role]) // another browser of theirs
	case who.role == shop.RoleClient:
		who.staff = a.asClient()
	}
	if row.Path == "/api/account/log-out" && who.works() {
		who.staff = a.logIn(a.Employ("Once", shop.NewID()+"@example.com", who.role).Email) // all of theirs end
	}
	res, text := a.as(row, who, at, path)
	_, access := a.told(res)
	reached := access.Route == row.Method+" "+api.FiberPath(row.Path)
	var p api.Problem
	_ = json.Unmarshal([]byte(text), &p) // HEAD and pages have none
	fail := func(what string) {
		t.Helper()
		t.Errorf("%s %s as %s at the %s door: %d %q, %s", row.Method, row.Path, who.name, at, res.StatusCode, p.Code, what)
	}
	switch {
	case !slices.Contains(row.Doors, at):
		if res.StatusCode != want || reached {
			fail("and is not on this door")
		}
	case want != 0:
		if res.StatusCode != want || !reached {
			fail("want " + http.StatusText(want))
		}
	case !reached:
		fail("and was not reached")
	case res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden:
		if code := refusesByItself[row.Method+" "+row.Path]; code == "" || p.Code != code {
			fail("and they may")
		}
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= http.StatusInternalServerError:
		fail("and that says nothing")
	case theirs && p.Code == "layers_not_found": // it is not sliced
	case owned && (res.StatusCode == http.StatusNotFound) == theirs:
		fail(map[bool]string{true: "and it is theirs", false: "and it is another's"}[theirs])
	}
}
