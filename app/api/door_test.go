package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
)

// The whole surface, as text that a reviewer reads in a diff: BUILDPLATE_UPDATE=1 writes it anew.
func TestRouteTable(t *testing.T) {
	var text strings.Builder
	for _, r := range api.Routes() {
		line := r.Method + " " + r.Path + "  doors:"
		for _, d := range r.Doors {
			line += " " + string(d)
		}
		line += "  roles:"
		for _, role := range r.Roles {
			line += " " + role
		}
		if r.Permission != "" {
			line += "  permission: " + string(r.Permission)
		}
		text.WriteString(line + "\n")
	}
	golden(t, "testdata/routes.txt", text.String())
	out, err := json.Marshal(api.Routes()[0])
	if want := `{"method":"GET","path":"/healthz","doors":["shop","public"],"roles":["anyone"]}`; err != nil || string(out) != want {
		t.Errorf("JSON of a row is %s (%v)", out, err)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if os.Getenv("BUILDPLATE_UPDATE") != "" {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is stale; run the test with BUILDPLATE_UPDATE=1 and review the change", name)
	}
}

// What Fiber really has registered on the public door, apart from middleware, is what the table marks public.
func TestPublicDoorHasOnlyPublicRows(t *testing.T) {
	s := api.New(api.Deps{})
	want := map[string]bool{}
	for _, r := range api.Routes() {
		if !slices.Contains(r.Doors, api.Public) {
			if !slices.Contains(r.Roles, "staff") && !slices.Contains(r.Roles, "admin") && !slices.Contains([]string{
				"/api/setup", "/api/auth/login", "/api/auth/link", "/api/auth/link/use", "/api/auth/logout", "/api/openapi.json", "/api/docs", "/staff", "/staff/*"}, r.Path) {
				t.Errorf("%s %s is on the shop's door only, but asks for no staff", r.Method, r.Path)
			}
			continue
		}
		if slices.Contains(r.Roles, "staff") || slices.Contains(r.Roles, "admin") {
			t.Errorf("%s %s is for staff, and public", r.Method, r.Path)
		}
		want[r.Method+" "+api.FiberPath(r.Path)] = true
		if r.Method == "GET" {
			want["HEAD "+api.FiberPath(r.Path)] = true
		}
	}
	for _, r := range s.Public().GetRoutes(true) {
		if !want[r.Method+" "+r.Path] && r.Path != "/" {
			t.Errorf("the public door has %s %s", r.Method, r.Path)
		}
	}
}

func TestStaffRoutesDoNotExistOnThePublicDoor(t *testing.T) {
	r := newRig(t)
	for _, row := range api.Routes() {
		if slices.Contains(row.Doors, api.Public) {
			continue
		}
		path := strings.NewReplacer("{id}", "x", "{item_id}", "y", "*", "orders").Replace(row.Path)
		body := ""
		if row.Method != "GET" && row.Method != "DELETE" {
			body = "{}"
		}
		res, text := r.ask(r.public, row.Method, path, body, r.asAdmin(), origin(r.public))
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s answers %d on the public door: %.80s", row.Method, path, res.StatusCode, text)
		}
		res, _ = r.ask(r.shop, row.Method, path, body, origin(r.shop))
		if slices.Contains(row.Roles, "staff") || slices.Contains(row.Roles, "admin") {
			if res.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s answers %d to nobody on the shop's door", row.Method, path, res.StatusCode)
			}
		}
	}
}

func TestRoles(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		path, who string
		status    int
	}{
		{"/api/auth/me", r.asStaff(), 200}, {"/api/orders", r.asStaff(), 200}, {"/api/settings", r.asStaff(), 403}, {"/api/settings", r.asAdmin(), 200},
		{"/api/auth/me", "Cookie: buildplate_staff=forged", 401}, {"/api/auth/me", strings.Replace(r.asAdmin(), "buildplate_staff", "__Host-buildplate_staff", 1), 401},
	} {
		if res, text := r.ask(r.shop, "GET", c.path, "", c.who); res.StatusCode != c.status {
			t.Errorf("%s as %s: %d, want %d: %s", c.path, c.who, res.StatusCode, c.status, text)
		}
	}
	for who, may := range map[string]bool{r.asAdmin(): true, r.asStaff(): false} {
		_, text := r.ask(r.shop, "GET", "/api/auth/me", "", who)
		var me struct {
			ID, Name, Email, Role string
			Permissions           []shop.Permission
		}
		in := json.NewDecoder(strings.NewReader(text))
		in.DisallowUnknownFields()
		if err := in.Decode(&me); err != nil || me.ID == "" || (me.Name == "Ada") != may || (me.Role == "ADMIN") != may || me.Email == "" {
			t.Errorf("me is %s: %v", text, err)
		}
		if !slices.Contains(me.Permissions, shop.Work) || slices.Contains(me.Permissions, shop.ChangeSettings) != may {
			t.Errorf("%s may %v", me.Name, me.Permissions)
		}
	}
}

// Every row that asks for an admin refuses other staff, and every row that asks for staff refuses visitors.
func TestRolesOfEveryRow(t *testing.T) {
	r := newRig(t)
	me := r.visitor()
	for _, row := range api.Routes() {
		path := strings.NewReplacer("{id}", "x", "{item_id}", "y").Replace(row.Path)
		body := ""
		if row.Method != "GET" && row.Method != "DELETE" {
			body = "{}"
		}
		if slices.Contains(row.Roles, "admin") {
			if res, _ := r.ask(r.shop, row.Method, path, body, r.asStaff(), origin(r.shop)); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s answers %d to staff", row.Method, path, res.StatusCode)
			}
		}
		if slices.Contains(row.Roles, "admin") || slices.Contains(row.Roles, "staff") {
			if res, _ := r.ask(r.shop, row.Method, path, body, me, origin(r.shop)); res.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s answers %d to a visitor", row.Method, path, res.StatusCode)
			}
		}
	}
	order := r.find(r.review(r.visitor(), "part.stl", apptest.Block(20, 20, 5)).OrderNumber)
	if res, text := r.ask(r.shop, "DELETE", "/api/orders/"+order.ID+"?version=1", "", r.asStaff(), origin(r.shop)); res.StatusCode != http.StatusNoContent || text != "" {
		t.Errorf("deleting an order: %d %q", res.StatusCode, text)
	}
}

// What the shop keeps of a request must not change when fasthttp uses its buffers again for another visitor. What it
// keeps beside the database is which uploads it has seen: by what stood in their paths.
func TestStringsOutliveTheirRequest(t *testing.T) {
	r := newRig(t)
	me := r.visitor()
	var want []string
	for i := range 48 {
		at := r.create(me, fmt.Sprintf("part-%02d.stl", i), 100)
		want = append(want, strings.TrimPrefix(at, uploadPath+"/"))
		if i%4 == 3 { // more at once a cart may not have
			r.Server.ForgetUploads()
			for _, id := range want[i-3:] {
				r.ask(r.public, "HEAD", uploadPath+"/"+id, "", me, tus)
				r.ask(r.public, "GET", "/api/order-links/"+strings.Repeat("x", len(id)), "")
			}
			got := r.Server.KnownUploads()
			slices.Sort(got)
			if want := want[i-3:]; !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Fatalf("kept %q of visits for %q", got, want)
			}
			for _, id := range want[i-3:] {
				r.ask(r.public, "DELETE", uploadPath+"/"+id, "", me, tus)
			}
		}
	}
}

func TestCookies(t *testing.T) {
	r := newRig(t, func(d *api.Deps) {
		d.PublicURL = func() string { return "https://prints.example" }
		d.Tunnel = api.TunnelCloudflared
	})
	cart := func(addr string, header ...string) *http.Cookie {
		t.Helper()
		res := r.begin(addr, header...)
		if len(res.Cookies()) != 1 {
			t.Fatalf("cookies %v", res.Cookies())
		}
		return res.Cookies()[0]
	}
	for _, c := range []struct {
		k      *http.Cookie
		name   string
		secure bool
	}{
		{cart(r.shop), "buildplate_cart", false},
		{cart(r.public), "buildplate_cart", false},
		{cart(r.public, "Host: prints.example"), "__Host-buildplate_cart", true},
		{cart(r.public, "X-Forwarded-Proto: https"), "__Host-buildplate_cart", true},
	} {
		if c.k.Name != c.name || c.k.Secure != c.secure || !c.k.HttpOnly || c.k.SameSite != http.SameSiteLaxMode || c.k.Path != "/" || c.k.Domain != "" || len(c.k.Value) < 43 {
			t.Errorf("cookie %+v, want %s", c.k, c.name)
		}
	}
	// A cookie that a plain page could have planted does not count over https.
	planted := cart(r.public)
	k := cart(r.public, "Host: prints.example", "Cookie: buildplate_cart="+planted.Value)
	if k.Value == planted.Value {
		t.Error("a plain cookie was taken over https")
	}
	// A cart that is known keeps its cookie.
	if res := r.begin(r.public, "Cookie: buildplate_cart="+planted.Value); len(res.Cookies()) != 0 {
		t.Errorf("a known cart got a new cookie")
	}

	old := r.asAdmin()
	res, _ := r.ask(r.shop, "POST", "/api/auth/login", `{"email":"ada@example.com","password":"`+apptest.AdminPassword+`"}`, origin(r.shop), old)
	session := cookieIn(res, "buildplate_staff")
	if res.StatusCode != 200 || len(session) < 43 || slices.ContainsFunc(res.Cookies(), func(c *http.Cookie) bool { return !c.HttpOnly }) {
		t.Fatalf("login: %d %v", res.StatusCode, res.Cookies())
	}
	if res, _ := r.ask(r.shop, "GET", "/api/auth/me", "", old); res.StatusCode != 401 {
		t.Errorf("the session that this browser had answers %d", res.StatusCode)
	}
	now := "Cookie: buildplate_staff=" + session
	res, _ = r.ask(r.shop, "POST", "/api/auth/logout", "", now, origin(r.shop))
	if res.StatusCode != 204 || len(res.Cookies()) != 1 || res.Cookies()[0].MaxAge >= 0 {
		t.Errorf("logout: %d %v", res.StatusCode, res.Cookies())
	}
	if res, _ := r.ask(r.shop, "GET", "/api/auth/me", "", now); res.StatusCode != 401 {
		t.Errorf("the session that was logged out answers %d", res.StatusCode)
	}
}

func TestCartRoutesNeedACart(t *testing.T) {
	r := newRig(t)
	for _, c := range [][2]string{{"PATCH", "/api/quick-order/parts/x"}, {"POST", "/api/quick-order/slice"}, {"DELETE", "/api/quick-order/parts/x"}} {
		body := "{}"
		if c[0] == "DELETE" {
			body = ""
		}
		if res, _ := r.ask(r.public, c[0], c[1], body, origin(r.public)); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s %s without a cart: %d", c[0], c[1], res.StatusCode)
		}
	}
	if n := r.carts(); n != 0 {
		t.Errorf("%d carts were made for nobody", n)
	}
	ordered := r.visitor()
	placed := r.review(ordered, "part.stl", apptest.Block(20, 20, 5))
	// The browser that ordered needs no link, and looking makes none.
	const mine = "/api/order-links/mine"
	if res, text := r.ask(r.public, "GET", mine, "", ordered); res.StatusCode != 200 || !strings.Contains(text, placed.OrderNumber) || strings.Contains(text, apptest.Token(placed.OrderURL)) {
		t.Errorf("the order of one's own cart: %d %s", res.StatusCode, text)
	}
	for _, cookie := range []string{"", r.visitor(), "Cookie: buildplate_cart=" + shop.NewToken()} {
		if res, text := r.ask(r.public, "GET", mine, "", cookie); res.StatusCode != 404 || problem(t, res, text).Code != "order_not_found" {
			t.Errorf("with %q: %d %s", cookie, res.StatusCode, text)
		}
	}
	// However many links are asked for, so many work.
	refused := 0
	for range 500 {
		if res, _ := r.ask(r.public, "POST", "/api/quick-order/order-link", "", ordered, origin(r.public)); res.StatusCode == 429 {
			refused++
		}
	}
	id := r.find(placed.OrderNumber).ID
	r.Read(func(ctx context.Context, tx *db.Tx) error {
		links, err := tx.OrderLinks(ctx, id)
		if refused < 300 || len(links) != shop.MaxOrderLinks {
			t.Errorf("%d were refused, and %d links work", refused, len(links))
		}
		return err
	})
}
