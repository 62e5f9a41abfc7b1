package shop

// PaymentMethod is how the customer chose to pay.
type PaymentMethod string

// Payment methods. Cash and cards at the terminal are taken by staff only.
const (
	ByCard     PaymentMethod = "card"
	ByTransfer PaymentMethod = "transfer"
	AtPickup   PaymentMethod = "pickup"
	ByReview   PaymentMethod = "review"
	ByCash     PaymentMethod = "cash"
	ByTerminal PaymentMethod = "terminal" // a card, at the counter
)

// AtCounter says whether staff take money this way from somebody who stands before them.
func (m PaymentMethod) AtCounter() bool { return m == ByCash || m == ByTerminal }

// ByHand says whether staff record that money came this way.
func (m PaymentMethod) ByHand() bool { return m.AtCounter() || m == ByTransfer }

// words are how somebody is paid, after "pay" or "took".
func (m PaymentMethod) words() string {
	switch m {
	case ByCash:
		return "in cash"
	case ByTransfer:
		return "by bank transfer"
	case AtPickup:
		return "at pickup"
	case ByTerminal:
		return "by card at the counter"
	}
	return "by " + string(m)
}
