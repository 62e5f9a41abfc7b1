package api_test

import (
	"slices"
	"sync"
	"testing"

	"buildplate/app/api"
	"buildplate/app/shop"
)

// asksWhatNoRouteNames are the rows open to all whose use case asks for a permission all the same, with the reason.
var asksWhatNoRouteNames = map[string]string{
	"GET /api/quick-order/cart":             "without a cart the page shows an empty one",
	"POST /api/checkout/{intent_id}/return": "anybody may know how a payment stands; the order's link is for the browser that ordered",
}

// askedFirst holds the table's permissions against those that use cases ask for. A route's permission is what the first
// question of every one of its requests is about.
type askedFirst struct {
	t     testing.TB
	mu    sync.Mutex
	heard map[string][]shop.Permission // each once, by method and path
}

func newAskedFirst(t testing.TB) *askedFirst {
	return &askedFirst{t: t, heard: map[string][]shop.Permission{}}
}

// of is the witness of a request.
func (a *askedFirst) of(row api.Route) shop.Witness {
	return &firstQuestion{all: a, name: row.Method + " " + row.Path, want: row.Permission}
}

// has says whether a use case of the row asked for a permission, where one should.
func (a *askedFirst) has(row api.Route) bool {
	name := row.Method + " " + row.Path
	_, its := withoutUseCase[name]
	_, open := asksWhatNoRouteNames[name]
	a.mu.Lock()
	defer a.mu.Unlock()
	return its || (row.Permission == "" && !open) || len(a.heard[name]) > 0
}

// firstQuestion hears the first permission that is asked for in one request.
type firstQuestion struct {
	all  *askedFirst
	name string
	want shop.Permission
	once sync.Once
}

// Asked fails the test where the use case and the table disagree.
func (q *firstQuestion) Asked(p shop.Permission) {
	q.once.Do(func() {
		q.all.mu.Lock()
		defer q.all.mu.Unlock()
		if slices.Contains(q.all.heard[q.name], p) {
			return
		}
		q.all.heard[q.name] = append(q.all.heard[q.name], p)
		_, its := withoutUseCase[q.name]
		_, open := asksWhatNoRouteNames[q.name]
		if !its && !open && p != q.want {
			q.all.t.Errorf("%s names the permission %q, and its use case asks for %q first", q.name, q.want, p)
		}
	})
}

func TestExceptedQuestionsAreOfRoutes(t *testing.T) {
	for name := range asksWhatNoRouteNames {
		if !slices.ContainsFunc(api.Routes(), func(r api.Route) bool { return r.Method+" "+r.Path == name && r.Permission == "" }) {
			t.Errorf("%s is excepted and is no route that is open to all", name)
		}
	}
}
