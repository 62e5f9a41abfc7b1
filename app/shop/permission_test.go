package shop

import (
	"reflect"
	"slices"
	"testing"
)

// The rights of the design's table, one row a permission: who may do it to whose cart or order.
func TestRights(t *testing.T) {
	mine, others := Object{CartID: "c1", OrderID: "o1"}, Object{CartID: "c2", OrderID: "o2"}
	actors := map[string]Actor{
		"nobody": {}, "visitor": Visitor("c1"), "guest": Guest("o1"), "staff": {Role: RoleStaff, ID: "s", CartID: "c1"},
		"admin": {Role: RoleAdmin, ID: "a", CartID: "c1"}, "client": {Role: RoleClient, ID: "c"}, "system": System("cron"),
	}
	for p, want := range map[Permission]struct{ mine, others []string }{
		UseCart:          {[]string{"admin", "staff", "system", "visitor"}, []string{"system"}},
		TakeCounterOrder: {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		SeeOrder:         {[]string{"admin", "guest", "staff", "system"}, []string{"admin", "staff", "system"}},
		PayOrder:         {[]string{"admin", "guest", "staff", "system"}, []string{"admin", "staff", "system"}},
		TakeBackOrder:    {[]string{"guest", "system"}, []string{"system"}},
		FetchSent:        {[]string{"guest", "system"}, []string{"system"}},
		KeepCounterCart:  {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		LogIn:            {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		UseLink:          {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		Work:             {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		CancelPaid:       {[]string{"admin", "system"}, []string{"admin", "system"}},
		ListOrders:       {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		FetchFile:        {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		ShareOrder:       {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		ReviewOrder:      {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		RemakeItem:       {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		PriceFreely:      {[]string{"admin", "system"}, []string{"admin", "system"}},
		ReleaseOrder:     {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		LiftHold:         {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		LiftMoney:        {[]string{"admin", "system"}, []string{"admin", "system"}},
		TakePayment:      {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		CancelOrder:      {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		DeleteFile:       {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		DeletePaid:       {[]string{"admin", "system"}, []string{"admin", "system"}},
		KeepFiles:        {[]string{"admin", "guest", "staff", "system"}, []string{"admin", "staff", "system"}},
		ConfirmDelete:    {[]string{"admin", "system"}, []string{"admin", "system"}},
		DecidePayment:    {[]string{"admin", "system"}, []string{"admin", "system"}},
		WriteOffDebt:     {[]string{"admin", "system"}, []string{"admin", "system"}},
		SeeJobs:          {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		MoveJobs:         {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		ChangeSettings:   {[]string{"admin", "system"}, []string{"admin", "system"}},
		SeeStatus:        {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		HandOver:         {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		LeaveUnpaid:      {[]string{"admin", "system"}, []string{"admin", "system"}},
		SeeActivity:      {[]string{"admin", "system"}, []string{"admin", "system"}},
		SeeTasks:         {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		RetryTasks:       {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		ClearUploads:     {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		RunChores:        {[]string{"admin", "system"}, []string{"admin", "system"}},
		ConfirmSweep:     {[]string{"admin", "system"}, []string{"admin", "system"}},
		AcceptModel:      {[]string{"admin", "system"}, []string{"admin", "system"}},
		AcceptClock:      {[]string{"admin", "system"}, []string{"admin", "system"}},
		ManagePeople:     {[]string{"admin", "system"}, []string{"admin", "system"}},
		SeeMachines:      {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		ChangeMachines:   {[]string{"admin", "system"}, []string{"admin", "system"}},
		SetPrinter:       {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
		OwnAccount:       {[]string{"admin", "staff", "system"}, []string{"admin", "staff", "system"}},
	} {
		for object, names := range map[Object][]string{mine: want.mine, others: want.others} {
			var may []string
			for name, a := range actors {
				if !slices.Contains(a.Permissions(), p) && a.Can(p, TheShop) {
					t.Errorf("%s is not told of %s", name, p)
				}
				if a.Can(p, object) {
					may = append(may, name)
				}
				if (a.Must(p, object) == nil) != a.Can(p, object) {
					t.Errorf("%s: Must and Can disagree about %s", p, name)
				}
			}
			if slices.Sort(may); !slices.Equal(may, names) {
				t.Errorf("%s of %+v: %v, want %v", p, object, may, names)
			}
		}
		if roles := p.Roles(); len(roles) == 0 || slices.Contains(roles, Nobody) {
			t.Errorf("%s is for the roles %v", p, roles)
		} else if p.AdminsOnly() != (len(roles) == 1 && roles[0] == RoleAdmin) {
			t.Errorf("%s is for the roles %v, and for admins only: %v", p, roles, p.AdminsOnly())
		}
	}
	if (Actor{Role: RoleAdmin}).Can("fly", TheShop) || len(Permission("fly").Roles()) != 0 {
		t.Error("a permission that does not exist is somebody's")
	}
	if may := (Actor{Role: RoleStaff}).Permissions(); slices.Contains(may, ChangeSettings) || slices.Contains(may, UseCart) || len(Visitor("c1").Permissions()) != 0 {
		t.Errorf("staff are told of %v, visitors of %v", may, Visitor("c1").Permissions())
	}
	if len(rules) != 47 {
		t.Errorf("%d permissions, of which this test knows 47", len(rules))
	}
}

// Nobody is told more than they may know: another's order does not exist for a guest.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		kind Kind
		code Code
	}{
		"another's cart":          {Visitor("c1").Must(UseCart, CartOf("c2")), Unauthenticated, "cart_unknown"},
		"no cart":                 {Actor{Role: RoleAdmin}.Must(UseCart, CartOf("")), Unauthenticated, "cart_unknown"},
		"another's order":         {Guest("o1").Must(SeeOrder, OrderOf("o2")), NotFound, "order_not_found"},
		"an order, with a cart":   {Visitor("c1").Must(SeeOrder, OrderOf("o1")), Unauthenticated, "login_needed"},
		"the list, with a link":   {Guest("o1").Must(ListOrders, TheShop), Unauthenticated, "login_needed"},
		"settings, by staff":      {Actor{Role: RoleStaff}.Must(ChangeSettings, TheShop), Forbidden, "admin_only"},
		"settings, by a client":   {Actor{Role: RoleClient, ID: "c"}.Must(ChangeSettings, TheShop), Unauthenticated, "login_needed"},
		"settings, by nobody":     {Actor{}.Must(ChangeSettings, TheShop), Unauthenticated, "login_needed"},
		"what a customer sent":    {Actor{Role: RoleAdmin}.Must(FetchSent, OrderOf("o1")), Forbidden, "admin_only"},
		"an order without an id":  {Guest("").Must(SeeOrder, OrderOf("")), NotFound, "order_not_found"},
		"a permission made up by": {Actor{Role: RoleAdmin}.Must("fly", TheShop), Forbidden, "admin_only"},
	} {
		if KindOf(c.err) != c.kind || CodeOf(c.err) != c.code {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

func TestWhoIsLogged(t *testing.T) {
	for who, a := range map[string]Actor{"Customer": Visitor("c"), "Ada": {Role: RoleStaff, ID: "s1", Name: "Ada"}, "Stripe": System("Stripe")} {
		act := a.From("203.0.113.9").Activity(VerbHoldLifted, "o1", ActivityParams{Reason: "Settled."})
		want := Activity{UserID: a.ID, Who: who, Verb: VerbHoldLifted, ObjectKind: ObjectOrder, ObjectID: "o1", OrderID: "o1", Address: "203.0.113.9"}
		if want.Params = act.Params; !reflect.DeepEqual(act, want) || act.Params.Reason != "Settled." {
			t.Errorf("%+v", act)
		}
	}
	if act := System("Stripe").Activity(VerbPaymentReceived, "p", ActivityParams{}).On("o"); act.ObjectKind != ObjectPayment || act.ObjectID != "p" || act.OrderID != "o" || act.Address != "" {
		t.Errorf("%+v", act)
	}
	if a, staff := (Actor{}).WithCart("c"), (Actor{Role: RoleStaff}).WithCart("c"); a != Visitor("c") || staff.Role != RoleStaff || staff.CartID != "c" {
		t.Errorf("with a cart: %+v, %+v", a, staff)
	}
	if a := Guest("o").Activity(VerbMethodChosen, "o", ActivityParams{}); a.Who != "Customer" {
		t.Errorf("a guest is %q", a.Who)
	}
}

// STAFF may lower a price by a tenth, an admin by anything, and both may raise it.
func TestDiscounts(t *testing.T) {
	s := DefaultSettings("UTC")
	staff, admin := Actor{Role: RoleStaff}, Actor{Role: RoleAdmin}
	for _, c := range []struct {
		who           Actor
		worked, asked Cents
		fine          bool
	}{
		{staff, 100_00, 90_00, true}, {staff, 100_00, 89_99, false}, {staff, 100_00, 150_00, true}, {staff, 0, 20_00, true},
		{staff, 33_33, 30_00, true}, {staff, 33_33, 29_99, false}, {admin, 100_00, 0, true}, {admin, 100_00, 89_99, true},
	} {
		if err := s.CheckDiscount(c.who, c.worked, c.asked); (err == nil) != c.fine || (err != nil && !IsCode(err, "discount_too_large")) {
			t.Errorf("%s asks %s for %s: %v", c.who.Role, c.asked, c.worked, err)
		}
	}
	if s.StaffDiscount = 0; s.CheckDiscount(staff, 10_00, 9_99) == nil || s.CheckDiscount(staff, 10_00, 10_00) != nil {
		t.Error("a shop that lets staff take nothing off")
	}
}
