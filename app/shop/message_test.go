package shop

import "testing"

// Staff change what an open order tells its customer. In review it is written with the approval, a closed one keeps its words, and
// how to pay is not taken away from who could not know it otherwise.
func TestChangingTheMessage(t *testing.T) {
	card := []PaymentMethod{ByCard}
	for _, c := range []struct {
		stage   string
		method  DeliveryMethod
		methods []PaymentMethod
		message string
		want    Code
	}{
		{"approved", Ship, nil, "Send us a cheque.", ""},
		{"approved", Ship, nil, "", "how_to_pay_missing"},
		{"approved", Ship, card, "", ""},
		{"approved", Pickup, nil, "", ""},
		{"draft", Ship, nil, "Send us a cheque.", ""}, // nobody reviewed it
		{"issued", Ship, nil, "", "how_to_pay_missing"},
		{"part paid", Ship, nil, "", "how_to_pay_missing"},
		{"paid", Ship, nil, "", ""},
		{"in review", Pickup, card, "Here is the price.", "order_in_review"},
		{"completed", Pickup, card, "Thank you.", "order_not_open"},
		{"cancelled", Pickup, card, "Sorry.", "order_not_open"},
		{"refused", Pickup, card, "Sorry.", "order_not_open"},
		{"written off", Pickup, card, "Never mind.", "order_not_open"},
	} {
		o := orders()[c.stage]
		o.Delivery.Method, o.Message = c.method, "As it was."
		may := o.CanChangeMessage()
		err := o.ChangeMessage(c.message, c.methods)
		if c.want == "" && (err != nil || o.Message != c.message) || c.want != "" && !IsCode(err, c.want) {
			t.Errorf("%s, %s, %q by %v: %v, and it says %q", c.stage, c.method, c.message, c.methods, err, o.Message)
		}
		if c.want == "how_to_pay_missing" {
			if may != nil || FieldOf(err) != "message" {
				t.Errorf("%s: %v, at %q", c.stage, may, FieldOf(err))
			}
		} else if (may != nil) != (c.want != "") || may != nil && o.Message != "As it was." {
			t.Errorf("%s: %v, and it says %q", c.stage, may, o.Message)
		}
	}
}
