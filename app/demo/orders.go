package demo

import (
	"time"

	"buildplate/app/shop"
)

// part is a file with what is chosen for it: PLA, in the material's first colour, once, where nothing else is said.
type part struct {
	file, material, colour string
	copies                 int
}

// sampleOrder is one order: who placed it when, and what happened to it.
type sampleOrder struct {
	at      when
	who     customer
	counter bool // staff typed it in
	ship    bool
	parts   []part
	pay     shop.PaymentMethod
	note    string
	then    []step
}

// step is something that is done to an order.
type step struct {
	at when
	do action
}

// when is a moment before the present, as the shop's clock on the wall has it.
type when struct {
	days int // calendar days ago, at clock; or
	at   string
	ago  time.Duration
}

// on is a time of day so many calendar days ago, at least two: what is counted in hours comes after it.
func on(days int, at string) when { return when{days: days, at: at} }

// ago is less than a day before the present.
func ago(d time.Duration) when { return when{ago: d} }

func (w when) before(now time.Time) time.Time {
	if w.days == 0 {
		return now.Add(-w.ago)
	}
	at, err := time.Parse("15:04", w.at)
	if err != nil {
		panic("demo: " + err.Error()) // a mistake in the table below
	}
	y, m, d := now.AddDate(0, 0, -w.days).Date()
	return time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, now.Location())
}

// sampleOrders are the orders of the sample shop, the first one first.
func sampleOrders() []sampleOrder {
	return []sampleOrder{
		{at: on(20, "09:41"), who: tom, ship: true, pay: shop.ByCard, parts: []part{{"shelf-bracket.stl", "PETG", "Black", 2}}, note: "For a shelf in the laundry.", then: []step{
			{on(20, "09:44"), paysByCard}, {on(20, "10:30"), makes(shop.JobReadyToCollect)}, {on(19, "16:00"), isSent("33XB50001717", 0)},
		}},
		{at: on(19, "13:05"), who: maya, pay: shop.ByTransfer, parts: []part{{"control-knob.stl", "PLA", "Red", 4}}, then: []step{
			{on(18, "09:10"), transfers("Transfer, Lindqvist")}, {on(18, "09:30"), makes(shop.JobReadyToCollect)}, {on(16, "16:20"), isCollected},
		}},
		{at: on(18, "10:15"), who: walkIn, counter: true, pay: shop.ByCash, parts: []part{{"house-number-27.stl", "PLA", "Grey", 1}}, then: []step{
			{on(18, "10:40"), makes(shop.JobReadyToCollect)}, {on(17, "12:10"), isCollected},
		}},
		{at: on(16, "19:32"), who: hugo, ship: true, pay: shop.ByTransfer, parts: []part{{"ribbed-vase.stl", "PLA", "Green", 2}}, then: []step{
			{on(14, "09:20"), cancels("You told us you’ve found another vase.")},
		}},
		{at: on(15, "08:50"), who: elena, ship: true, pay: shop.ByCard, parts: []part{{"phone-stand.stl", "PLA", "White", 2}, {"cable-clip.stl", "PLA", "White", 6}}, note: "For the front desk, please call before delivery.", then: []step{
			{on(15, "08:53"), paysByCard}, {on(15, "09:30"), makesBut(shop.JobReadyToCollect, 1)}, {on(10, "10:00"), isSent("33XB50001904", 0)},
		}},
		{at: on(13, "21:14"), who: jack, ship: true, pay: shop.ByReview, parts: []part{{"gearbox-housing.step", "", "", 1}}, note: "Needs a bearing seat of 22 mm H7.", then: []step{
			{on(12, "09:40"), refuses("A bearing seat this precise has to be machined. We are sorry that we cannot print it.")},
		}},
		{at: on(12, "12:22"), who: priya, pay: shop.ByCard, parts: []part{{"ribbed-vase.stl", "PLA", "Blue", 1}}, then: []step{
			{on(12, "12:25"), paysByCard}, {on(12, "13:00"), makes(shop.JobPreProcessing)},
			{on(11, "10:05"), refunds}, {on(11, "10:15"), cancels("The blue is sold out, and we can’t get any more. We’ve sent your money back.")},
		}},
		{at: on(10, "11:11"), who: nina, pay: shop.ByTransfer, parts: []part{{"key-tag.stl", "PLA", "Orange", 12}, {"key-tag.stl", "PLA", "Blue", 12}}, note: "Tags for years 5 and 6. The school pays in two halves.", then: []step{
			{on(9, "10:00"), transfersHalf("Wattle Street School, 1 of 2")}, {on(9, "10:05"), releases("The school has always paid.")}, {on(9, "10:20"), makes(shop.JobReadyToCollect)},
		}},
		{at: on(9, "17:48"), who: ben, ship: true, pay: shop.ByCard, parts: []part{{"wall-hook.stl", "PETG", "Clear", 4}, {"spacer-12mm.stl", "PLA", "Black", 6}}, then: []step{
			{on(9, "17:51"), paysByCard}, {on(7, "09:30"), makesOne(0, shop.JobPrintingComplete, 0)}, {on(5, "08:10"), disputes},
		}},
		{at: on(7, "20:30"), who: aisha, ship: true, pay: shop.ByReview, parts: []part{{"lamp-foot.stl", "PLA", "Black", 2}}, note: "Is the model all right? My program says something about holes.", then: []step{
			{on(6, "09:50"), approves(49_00, "Repaired by hand.", "We closed three small holes in the model. It is ready to print.")},
		}},
		{at: on(6, "14:02"), who: grace, ship: true, pay: shop.ByCard, parts: []part{{"cable-clip.stl", "TPU", "Black", 12}}, then: []step{
			{on(6, "14:06"), paysByCard}, {on(5, "09:15"), makes(shop.JobReadyToCollect)}, {on(3, "15:30"), isSent("33XB50002216", 8)}, {on(2, "16:10"), isSent("33XB50002240", 0)},
		}},
		{at: on(5, "10:27"), who: maya, pay: shop.AtPickup, parts: []part{{"control-knob.stl", "PLA", "Red", 2}}, note: "Two more, same as last time.", then: []step{
			{on(5, "10:40"), releases("A regular.")}, {on(5, "11:00"), makes(shop.JobReadyToCollect)},
		}},
		{at: on(4, "16:40"), who: hugo, ship: true, pay: shop.ByTransfer, parts: []part{{"gear-20.stl", "ABS", "Black", 4}}, note: "For a model railway turntable.", then: []step{
			{on(3, "09:05"), transfers("Marsh ORD")}, {on(2, "10:00"), makesOne(0, shop.JobInQueue, 2)}, {ago(50 * time.Minute), makesOne(0, shop.JobPrinting, 0)},
		}},
		{at: on(3, "18:19"), who: tom, ship: true, pay: shop.ByCard, parts: []part{{"shelf-bracket.stl", "PETG", "Black", 2}, {"wall-hook.stl", "PETG", "Black", 4}}, then: []step{
			{on(2, "09:12"), paysTwice("Barlow, shelf")}, {on(2, "10:30"), makesOne(1, shop.JobPackaging, 0)}, {ago(100 * time.Minute), makesOne(0, shop.JobPreProcessing, 0)},
		}},
		{at: on(2, "15:36"), who: nina, pay: shop.ByTransfer, parts: []part{{"house-number-27.stl", "PLA", "White", 2}}, note: "Room numbers for the new wing."},
		{at: ago(19 * time.Hour), who: priya, ship: true, pay: shop.ByCard, parts: []part{{"phone-stand.stl", "PLA", "Black", 1}}},
		{at: ago(9 * time.Hour), who: jack, ship: true, pay: shop.ByCard, parts: []part{{"gear-20.stl", "PLA", "Grey", 2}, {"control-knob.stl", "PLA", "Black", 4}, {"spacer-12mm.stl", "PLA", "Black", 6}}, then: []step{
			{ago(9*time.Hour - 4*time.Minute), paysByCard}, {ago(7 * time.Hour), makesOne(2, shop.JobPostProcessing, 0)}, {ago(2 * time.Hour), makesOne(0, shop.JobPaused, 0)}, {ago(70 * time.Minute), makesOne(1, shop.JobInQueue, 0)},
		}},
		{at: ago(5 * time.Hour), who: elena, pay: shop.ByReview, parts: []part{{"gearbox-housing.step", "", "", 1}, {"sketch.png", "", "", 1}, {"spacer-12mm.stl", "PETG", "Black", 4}}, note: "The sketch shows the size of the bore. Can you make this from PETG?"},
		{at: ago(3 * time.Hour), who: ben, pay: shop.AtPickup, parts: []part{{"cable-clip.stl", "PLA", "White", 6}}, note: "I can come by any day after four."},
		{at: ago(40 * time.Minute), who: aisha, ship: true, pay: shop.ByCard, parts: []part{{"ribbed-vase.stl", "PLA", "White", 1}}, then: []step{
			{ago(36 * time.Minute), paysByCard},
		}},
		{at: ago(35 * time.Minute), who: hugo, ship: true, pay: shop.ByCard, parts: []part{{"key-tag.stl", "PLA", "Orange", 1}}, then: []step{
			{ago(34 * time.Minute), paysByCard}, {ago(6 * time.Minute), makes(shop.JobReadyToCollect)},
		}},
		{at: ago(30 * time.Minute), who: maya, pay: shop.AtPickup, parts: []part{{"spacer-12mm.stl", "PLA", "Black", 6}}, note: "For last week’s knobs.", then: []step{
			{ago(20 * time.Minute), releases("A regular.")},
		}},
	}
}

// shown is the number of the order whose page the greeting leads to: half of its parts are on their way.
const shown = "ORD-1017"
