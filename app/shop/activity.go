package shop

// Activity is one thing that was done: by whom, what, and to which object. Its sentence is made when it is read.
type Activity struct {
	ID         string
	At         Time
	UserID     string
	Who        string // their name at the time
	Verb       Verb
	ObjectKind ObjectKind
	ObjectID   string // "" for the shop itself
	OrderID    string // the order whose page shows it, "" for none
	Order      string // its number, "" once it is deleted
	Params     ActivityParams
	Address    string // the actor's, "" where the door does not vouch for one, and once it is older than the settings say
}

// ActivityParams is what an activity's sentence is made of.
type ActivityParams struct {
	Message      string        `json:"message,omitempty"` // the whole sentence, of before there were verbs
	Order        string        `json:"order,omitempty"`   // an order's number
	Name         string        `json:"name,omitempty"`    // of a person, a file or a job, as it was then
	Was          string        `json:"was,omitempty"`     // the name before, or of the file that came to it
	Role         Role          `json:"role,omitempty"`    // that somebody was given
	Reason       string        `json:"reason,omitempty"`  // what was written about it
	Amount       Cents         `json:"amount,omitempty"`
	Currency     string        `json:"currency,omitempty"`
	Of           Cents         `json:"of,omitempty"`          // the sum beside it: what was asked for, owed or paid
	OfCurrency   string        `json:"of_currency,omitempty"` // where it may be another
	Method       PaymentMethod `json:"method,omitempty"`
	Reference    string        `json:"reference,omitempty"` // Stripe's id of a payment or a message
	Checkout     CheckoutState `json:"checkout,omitempty"`  // how a payment page stood
	From         JobState      `json:"from,omitempty"`
	To           JobState      `json:"to,omitempty"`
	Good         int           `json:"good,omitempty"`       // copies of a run,
	Failed       int           `json:"failed,omitempty"`     // and those that did not come out,
	WasGood      int           `json:"was_good,omitempty"`   // what they were taken for
	WasFailed    int           `json:"was_failed,omitempty"` // before the run was corrected
	Copies       int           `json:"copies,omitempty"`     // out of so many
	Owed         int           `json:"owed,omitempty"`       // of them, still to be made
	Printer      string        `json:"printer,omitempty"`
	Shelf        string        `json:"shelf,omitempty"` // where it lies now
	Files        int           `json:"files,omitempty"` // that a clean-up may remove
	FilesDeleted bool          `json:"files_deleted,omitempty"`
	PoseReset    bool          `json:"pose_reset,omitempty"` // it was turned, and is not any more
	Made         string        `json:"made,omitempty"`       // how it is printed now, where somebody chose that
	Ordered      string        `json:"ordered,omitempty"`    // and how it was to be, where that was known
	LeftOut      []string      `json:"left_out,omitempty"`   // uploads that an order did not wait for; parts that did not come back with one; what had been left out before it was put back
	Replaces     string        `json:"replaces,omitempty"`   // the number of the order that another one is in the place of
	Task         string        `json:"task,omitempty"`       // a kind of background work
	Changes      []Change      `json:"changes,omitempty"`    // to the settings
}

// Activity is an entry of the activity log: what the actor did, to the object with this id ("" for the shop itself). What
// was done to an order stands on its page; On names the order of other objects.
func (a Actor) Activity(verb Verb, objectID string, params ActivityParams) Activity {
	who := a.Name
	if a.Role == RoleVisitor || a.Role == RoleGuest {
		who = "Customer"
	}
	act := Activity{UserID: a.ID, Who: who, Verb: verb, ObjectKind: verbs[verb].object, ObjectID: objectID, Params: params, Address: a.Address}
	if act.ObjectKind == ObjectOrder {
		act.OrderID = objectID
	}
	return act
}

// On lets the activity be read on an order's page; "" on none.
func (a Activity) On(orderID string) Activity {
	a.OrderID = orderID
	return a
}

// Message says what was done, for staff.
func (a Activity) Message() string {
	if v, known := verbs[a.Verb]; known {
		return v.message(a.Params)
	}
	return "Did what this version of the shop has no words for."
}
