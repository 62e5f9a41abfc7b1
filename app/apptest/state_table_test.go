package apptest

import "buildplate/app/shop"

// orderStates is each state of an order with a way to it: the order's and its review's, its invoice's, what befell it, its jobs',
// and the word for all of that.
var orderStates = []struct {
	want  string
	deeds []deed
}{
	// Before anything is made.
	{"OPEN REQUESTED -: in_review", []deed{by(shop.ByReview)}},
	{"OPEN APPROVED DRAFT: awaiting_payment", []deed{by(shop.ByReview), approve}},
	{"OPEN NONE DRAFT: awaiting_payment", []deed{by(shop.ByTransfer)}},
	{"OPEN NONE DRAFT: awaiting_release", []deed{by(shop.AtPickup)}},
	{"OPEN NONE DRAFT: awaiting_payment", []deed{by(shop.ByCard)}},
	{"OPEN NONE DRAFT: awaiting_payment", []deed{by(shop.ByCard), paysLater}},
	{"OPEN NONE PENDING, in part: awaiting_payment", []deed{by(shop.ByTransfer), takes(50)}},
	{"OPEN APPROVED PENDING, in part: awaiting_payment", []deed{by(shop.ByReview), approve, takes(50)}},
	{"OPEN NONE PENDING, in part: awaiting_release", []deed{by(shop.AtPickup), takes(50)}},
	{"OPEN NONE DRAFT: awaiting_payment", []deed{by(shop.ByTransfer), stray(shop.PaymentNeedsReview)}},
	{"OPEN NONE DRAFT: awaiting_payment", []deed{by(shop.ByTransfer), stray(shop.PaymentDuplicate), decide("sent-back")}},
	{"OPEN NONE PENDING: awaiting_payment", []deed{by(shop.ByTransfer), takes(50), decide("reverse")}},

	{"OPEN NONE DRAFT: awaiting_payment", []deed{by(shop.ByTransfer), stray(shop.PaymentDuplicate)}},
	{"OPEN NONE PENDING, in part: awaiting_payment", []deed{by(shop.ByTransfer), takes(50), stray(shop.PaymentNeedsReview)}},

	// Released, and in the queue.
	{"OPEN NONE PENDING released QUEUED: in_queue", []deed{by(shop.ByTransfer), release}},
	{"OPEN APPROVED PENDING released QUEUED: in_queue", []deed{by(shop.ByReview), approve, release}},
	{"OPEN NONE PENDING, in part released QUEUED: in_queue", []deed{by(shop.AtPickup), release, takes(50)}},
	{"OPEN NONE PAID released QUEUED: paid", []deed{by(shop.ByTransfer), takes(100)}},
	{"OPEN NONE PAID released QUEUED: paid", []deed{by(shop.ByCard), paysByCard}},
	{"OPEN APPROVED PAID released QUEUED: paid", []deed{by(shop.ByReview), approve, takes(100)}},
	{"OPEN NONE PAID, too much released QUEUED: paid", []deed{by(shop.ByTransfer), stray(shop.PaymentNeedsReview), decide("apply")}},
	{"OPEN NONE PAID released PRE_PROCESSING: paid", []deed{by(shop.ByTransfer), takes(100), moves(0, shop.JobPreProcessing)}},
	{"OPEN NONE PAID released IN_QUEUE: paid", []deed{by(shop.ByTransfer), takes(100), moves(0, shop.JobInQueue)}},
	{"OPEN NONE PAID released CANCELLED: paid", []deed{by(shop.ByTransfer), takes(100), moves(0, shop.JobCancelled)}},

	// What befalls money.
	{"OPEN NONE PAID released refunded held QUEUED: on_hold", []deed{by(shop.ByCard), paysByCard, refunded(30)}},
	{"OPEN NONE PAID released refunded held QUEUED: on_hold", []deed{by(shop.ByCard), paysByCard, refunded(100)}},
	{"OPEN NONE PAID released refunded QUEUED: paid", []deed{by(shop.ByCard), paysByCard, refunded(30), costsLess}},
	{"OPEN NONE PAID released refunded QUEUED: paid", []deed{by(shop.ByCard), paysByCard, refunded(30), lift}},
	{"OPEN NONE PENDING, in part released refunded held QUEUED: on_hold", []deed{by(shop.ByCard), paysByCard, refunded(30), owedAgain}},
	{"OPEN NONE PENDING, in part released refunded QUEUED: in_queue", []deed{by(shop.ByCard), paysByCard, refunded(30), owedAgain, lift}},
	{"OPEN NONE PAID released refunded QUEUED: paid", []deed{by(shop.ByCard), paysByCard, refunded(30), owedAgain, takes(100)}},
	{"OPEN NONE PENDING released held QUEUED: on_hold", []deed{by(shop.ByTransfer), takes(100), decide("reverse")}},
	{"OPEN NONE PAID released dispute open held QUEUED: on_hold", []deed{by(shop.ByCard), paysByCard, disputed}},
	{"OPEN NONE PAID released dispute won QUEUED: paid", []deed{by(shop.ByCard), paysByCard, disputeEnds(true)}},
	{"OPEN NONE PAID released dispute lost held QUEUED: on_hold", []deed{by(shop.ByCard), paysByCard, disputeEnds(false)}},
	{"OPEN NONE PAID released dispute lost QUEUED: paid", []deed{by(shop.ByCard), paysByCard, disputeEnds(false), lift}},
	{"OPEN NONE PAID released dispute open held PRINTING: on_hold", []deed{by(shop.ByCard), paysByCard, moves(0, shop.JobPrinting), disputed}},

	// Being made.
	{"OPEN NONE PAID released PRINTING: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, shop.JobPrinting)}},
	{"OPEN NONE PENDING released PRINTING: in_production", []deed{by(shop.AtPickup), release, moves(0, shop.JobPrinting)}},
	{"OPEN NONE PAID released PAUSED: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, shop.JobPrinting, shop.JobPaused)}},
	{"OPEN NONE PAID released PRINTING_COMPLETE: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, printed...)}},
	{"OPEN NONE PAID released POST_PROCESSING: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, append(printed, shop.JobPostProcessing)...)}},
	{"OPEN NONE PAID released PACKAGING: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, packed...)}},
	{"OPEN NONE PENDING released PACKAGING: in_production", []deed{by(shop.AtPickup), release, moves(0, packed...)}},
	{"OPEN NONE PAID released PRINTING_COMPLETE QUEUED: in_production", []deed{placedBy(shop.ByTransfer, shop.Pickup, 2), takes(100), moves(0, printed...)}},

	// Made.
	{"OPEN NONE PENDING released READY_TO_COLLECT: ready_to_collect", []deed{by(shop.AtPickup), release, moves(0, shelved...)}},
	{"OPEN NONE PAID released READY_TO_COLLECT: ready_to_collect", []deed{by(shop.ByTransfer), takes(100), moves(0, shelved...)}},
	{"OPEN APPROVED PAID released READY_TO_COLLECT: ready_to_collect", []deed{by(shop.ByReview), approve, takes(100), moves(0, shelved...)}},
	{"OPEN NONE PAID released READY_TO_COLLECT QUEUED: in_production", []deed{placedBy(shop.ByTransfer, shop.Pickup, 2), takes(100), moves(0, shelved...)}},
	{"OPEN NONE PAID released READY_TO_COLLECT CANCELLED: ready_to_collect", []deed{placedBy(shop.ByTransfer, shop.Pickup, 2), takes(100), moves(0, shelved...), moves(1, shop.JobCancelled)}},
	{"OPEN NONE PAID released SHIPPED: shipped", []deed{placedBy(shop.ByTransfer, shop.Ship, 1), takes(100), moves(0, shipped...)}},
	{"OPEN NONE PAID released SHIPPED QUEUED: in_production", []deed{placedBy(shop.ByTransfer, shop.Ship, 2), takes(100), moves(0, shipped...)}},
	{"OPEN NONE PAID released SHIPPED COMPLETED: shipped", []deed{placedBy(shop.ByTransfer, shop.Ship, 2), takes(100), moves(0, shipped...), moves(1, append(shipped, shop.JobCompleted)...)}},

	{"OPEN NONE PAID released CANCELLED: paid", []deed{by(shop.ByTransfer), takes(100), moves(0, shop.JobPrinting, shop.JobCancelled)}},
	{"OPEN NONE PENDING released CANCELLED: in_queue", []deed{by(shop.AtPickup), release, moves(0, shop.JobPrinting, shop.JobCancelled)}},
	{"OPEN NONE PENDING, in part released PACKAGING: in_production", []deed{by(shop.AtPickup), release, takes(50), moves(0, packed...)}},
	{"OPEN NONE PAID, too much released PACKAGING: in_production", []deed{by(shop.ByTransfer), stray(shop.PaymentNeedsReview), decide("apply"), moves(0, packed...)}},
	{"OPEN NONE PAID released IN_QUEUE: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, shop.JobPrinting, shop.JobInQueue)}},
	{"OPEN NONE PAID released refunded held PRINTING_COMPLETE: on_hold", []deed{by(shop.ByCard), paysByCard, moves(0, printed...), refunded(30)}},
	{"OPEN NONE PAID released refunded PRINTING_COMPLETE: in_production", []deed{by(shop.ByCard), paysByCard, moves(0, printed...), refunded(30), costsLess}},
	{"OPEN NONE PENDING, in part released refunded held READY_TO_COLLECT: on_hold", []deed{by(shop.ByCard), paysByCard, moves(0, shelved...), refunded(30), owedAgain}},
	{"OPEN NONE PENDING released held PRINTING_COMPLETE: on_hold", []deed{by(shop.ByTransfer), takes(100), moves(0, printed...), decide("reverse")}},
	{"OPEN NONE PENDING released PRINTING_COMPLETE: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, printed...), decide("reverse"), lift}},

	// Done.
	{"COMPLETED NONE PAID released COMPLETED: completed", []deed{by(shop.AtPickup), release, moves(0, shelved...), handOver}},
	{"COMPLETED APPROVED PAID released COMPLETED: completed", []deed{by(shop.ByReview), approve, takes(100), moves(0, shelved...), handOver}},
	{"COMPLETED NONE PAID released COMPLETED CANCELLED: completed", []deed{placedBy(shop.ByTransfer, shop.Pickup, 2), takes(100), moves(1, shop.JobCancelled), moves(0, shelved...), handOver}},
	{"COMPLETED NONE PAID released refunded COMPLETED: completed", []deed{by(shop.ByCard), paysByCard, moves(0, shelved...), handOver, refunded(30)}},
	{"COMPLETED NONE PENDING, in part released refunded COMPLETED: completed", []deed{by(shop.ByCard), paysByCard, moves(0, shelved...), handOver, refunded(30), owedAgain}},
	{"COMPLETED NONE PENDING released COMPLETED: completed", []deed{by(shop.ByTransfer), takes(100), moves(0, shelved...), handOver, decide("reverse")}},
	{"COMPLETED NONE PAID released dispute open held COMPLETED: on_hold", []deed{by(shop.ByCard), paysByCard, moves(0, shelved...), handOver, disputed}},
	{"COMPLETED NONE PAID released dispute lost COMPLETED: completed", []deed{by(shop.ByCard), paysByCard, moves(0, shelved...), handOver, disputeEnds(false), lift}},
	{"COMPLETED NONE PAID released dispute won COMPLETED: completed", []deed{by(shop.ByCard), paysByCard, moves(0, shelved...), handOver, disputeEnds(true)}},
	{"OPEN NONE PAID released IN_QUEUE: in_production", []deed{by(shop.ByTransfer), takes(100), moves(0, shelved...), handOver, moves(0, shop.JobInQueue)}},

	// Closed.
	{"REFUSED REFUSED -: refused", []deed{by(shop.ByReview), refuse}},
	{"REFUSED REFUSED -: refused", []deed{by(shop.ByReview), destroy}},
	{"CANCELLED REQUESTED -: cancelled", []deed{by(shop.ByReview), cancel}},
	{"CANCELLED APPROVED VOID: cancelled", []deed{by(shop.ByReview), approve, cancel}},
	{"CANCELLED NONE VOID: cancelled", []deed{by(shop.ByTransfer), cancel}},
	{"CANCELLED NONE VOID: cancelled", []deed{by(shop.ByCard), cancel}},
	{"CANCELLED NONE VOID released CANCELLED: cancelled", []deed{by(shop.ByTransfer), release, cancel}},
	{"CANCELLED NONE VOID, in part released CANCELLED: cancelled", []deed{by(shop.ByTransfer), release, takes(50), cancel}},
	{"CANCELLED NONE VOID released CANCELLED: cancelled", []deed{by(shop.ByTransfer), takes(100), cancel}},
	{"CANCELLED NONE VOID released refunded CANCELLED: cancelled", []deed{by(shop.ByTransfer), takes(100), cancel, sendsBack}},
	{"CANCELLED NONE VOID released refunded held CANCELLED: cancelled", []deed{by(shop.ByCard), paysByCard, refunded(30), cancel}},
	{"CANCELLED NONE VOID released dispute open held CANCELLED: cancelled", []deed{by(shop.ByCard), paysByCard, disputed, cancel}},
	{"CANCELLED NONE VOID: cancelled", []deed{by(shop.ByTransfer), takes(50), cancel, decide("reverse")}},
	{"CANCELLED NONE VOID, in part: cancelled", []deed{by(shop.ByTransfer), takes(50), cancel}},
	{"CANCELLED NONE VOID, too much released CANCELLED: cancelled", []deed{by(shop.ByTransfer), stray(shop.PaymentNeedsReview), decide("apply"), cancel}},
	{"CANCELLED NONE VOID, in part released refunded CANCELLED: cancelled", []deed{by(shop.ByTransfer), release, takes(50), cancel, sendsBack}},
	{"CANCELLED NONE VOID released held CANCELLED: cancelled", []deed{by(shop.ByTransfer), takes(100), decide("reverse"), cancel}},
	{"CANCELLED NONE VOID released dispute lost held CANCELLED: cancelled", []deed{by(shop.ByCard), paysByCard, disputeEnds(false), cancel}},
	{"CANCELLED APPROVED VOID released CANCELLED: cancelled", []deed{by(shop.ByReview), approve, takes(100), moves(0, printed...), cancel}},
	{"REFUSED REFUSED VOID: refused", []deed{by(shop.ByTransfer), destroy}},
	{"REFUSED REFUSED VOID, in part: refused", []deed{by(shop.ByTransfer), takes(50), destroy}},
	{"REFUSED REFUSED VOID released refunded CANCELLED: refused", []deed{by(shop.ByTransfer), takes(100), destroy, sendsBack}},
	{"REFUSED REFUSED VOID released refunded held CANCELLED: refused", []deed{by(shop.ByCard), paysByCard, refunded(30), destroy}},
	{"REFUSED REFUSED VOID released dispute open held CANCELLED: refused", []deed{by(shop.ByCard), paysByCard, disputed, destroy}},
	{"REFUSED REFUSED VOID released CANCELLED: refused", []deed{by(shop.ByTransfer), takes(100), destroy}},
}
