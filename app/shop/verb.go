package shop

import (
	"fmt"
	"strings"
)

// Verb is what was done, for programs: its code stays the same.
type Verb string

// Verbs.
const (
	VerbNoted Verb = "noted" // before there were verbs: its params have the sentence

	VerbOrderPlaced      Verb = "order_placed"
	VerbOrderApproved    Verb = "order_approved"
	VerbOrderRefused     Verb = "order_refused"
	VerbOrderReleased    Verb = "order_released"
	VerbOrderCancelled   Verb = "order_cancelled"
	VerbOrderTakenBack   Verb = "order_taken_back" // by its customer, to change it
	VerbOrderDeleted     Verb = "order_deleted"
	VerbHoldLifted       Verb = "hold_lifted"
	VerbModelHeld        Verb = "order_held_for_model"
	VerbMethodChosen     Verb = "payment_method_chosen"
	VerbOrderLinked      Verb = "order_linked"
	VerbOrderLinkRevoked Verb = "order_link_revoked"
	VerbFileDeleted      Verb = "file_deleted"
	VerbModelReplaced    Verb = "item_model_replaced"
	VerbGCodeAttached    Verb = "item_gcode_attached"
	VerbFilesExpired     Verb = "files_deleted_by_age"
	VerbFilesKept        Verb = "files_kept"
	VerbFilesLetGo       Verb = "files_not_kept"
	VerbJobMoved         Verb = "job_moved"
	VerbJobMoveUndone    Verb = "job_move_undone"
	VerbAttemptRecorded  Verb = "attempt_recorded"
	VerbAttemptCorrected Verb = "attempt_corrected"
	VerbShelfChanged     Verb = "shelf_changed"
	VerbRestCancelled    Verb = "order_rest_cancelled"
	VerbItemLeftOut      Verb = "item_left_out"
	VerbItemPutBack      Verb = "item_put_back"
	VerbMessageChanged   Verb = "order_message_changed" // to the customer

	VerbPaymentRecorded     Verb = "payment_recorded" // staff took it
	VerbPaymentOver         Verb = "payment_over"     // of a transfer that staff recorded: what was not owed
	VerbPaymentReceived     Verb = "payment_received" // by card
	VerbPaymentMismatched   Verb = "payment_mismatched"
	VerbPaymentDuplicated   Verb = "payment_duplicated"
	VerbPaymentAfterClose   Verb = "payment_received_after_close"
	VerbPaymentWrittenOff   Verb = "payment_received_after_write_off"
	VerbPaymentInReview     Verb = "payment_received_in_review"
	VerbPaymentUnrecognised Verb = "payment_unrecognised"
	VerbPaymentAccepted     Verb = "payment_accepted"
	VerbPaymentSentBack     Verb = "payment_sent_back"
	VerbSentBackUndone      Verb = "payment_sent_back_undone"
	VerbInvoiceOverpaid     Verb = "invoice_overpaid"
	VerbInvoiceLowered      Verb = "invoice_lowered"
	VerbInvoiceRestored     Verb = "invoice_lowering_undone" // with the handover at which it was lowered, or as what was cancelled is put back
	VerbInvoiceWrittenOff   Verb = "invoice_written_off"
	VerbWriteOffUndone      Verb = "write_off_undone" // by an admin, or by money that came all the same
	VerbInvoiceDeleted      Verb = "invoice_deleted"  // one that stood alone
	VerbCheckoutUncharged   Verb = "checkout_closed_uncharged"
	VerbCheckoutRevived     Verb = "checkout_paid_after_all"
	VerbPaymentRefunded     Verb = "payment_refunded"
	VerbRefundFailed        Verb = "refund_failed"
	VerbPaymentReversed     Verb = "payment_reversed"
	VerbRefundNoted         Verb = "refund_noted" // staff sent it back
	VerbRefundNoteUndone    Verb = "refund_note_undone"
	VerbRefundLowers        Verb = "refund_lowers_order" // the order costs less
	VerbRefundOwed          Verb = "refund_owed_again"
	VerbOrderHandedOver     Verb = "order_handed_over"
	VerbHandoverCorrected   Verb = "handover_corrected"
	VerbHandoverUndone      Verb = "handover_undone"
	VerbDisputeOpened       Verb = "dispute_opened"
	VerbDisputeWon          Verb = "dispute_won"
	VerbDisputeLost         Verb = "dispute_lost"
	VerbDisputeOwed         Verb = "dispute_owed_again" // the customer is asked for what was lost
	VerbDisputeBorne        Verb = "dispute_loss_borne" // the shop carries it
	VerbDisputeUndone       Verb = "dispute_answer_undone"

	VerbUserInvited        Verb = "user_invited"
	VerbUserEdited         Verb = "user_edited"
	VerbUserDisabled       Verb = "user_disabled"
	VerbUserEnabled        Verb = "user_enabled"
	VerbUserRemoved        Verb = "user_removed"
	VerbUserLoggedOut      Verb = "user_logged_out"
	VerbInvitationLinked   Verb = "invitation_linked"
	VerbInvitationAccepted Verb = "invitation_accepted"
	VerbPasswordLinked     Verb = "password_linked"
	VerbPasswordReset      Verb = "password_reset"
	VerbPasswordChanged    Verb = "password_changed"
	VerbSessionsEnded      Verb = "sessions_ended"

	VerbShopSetUp       Verb = "shop_set_up"
	VerbSettingsChanged Verb = "settings_changed"
	VerbClockAccepted   Verb = "clock_accepted"
	VerbSweepConfirmed  Verb = "sweep_confirmed"
	VerbDeleteConfirmed Verb = "deletion_confirmed"
	VerbTaskRetried     Verb = "task_retried"
	VerbChoreStarted    Verb = "chore_started"
	VerbUploadCleared   Verb = "upload_cleared"
	VerbCartsCleared    Verb = "carts_cleared"
	VerbEventRetried    Verb = "event_retried"
	VerbModelAccepted   Verb = "model_accepted_again"
	VerbMachineAdded    Verb = "machine_added"
	VerbMachineChanged  Verb = "machine_changed"
	VerbPrinterAdded    Verb = "printer_added"
	VerbPrinterChanged  Verb = "printer_changed"
)

// verbs are what each is done to, and how it reads.
var verbs = map[Verb]struct {
	object  ObjectKind
	message func(p ActivityParams) string
}{
	VerbNoted: {ObjectShop, ActivityParams.noted}, // old rows name their own objects

	VerbOrderPlaced:   {ObjectOrder, ActivityParams.placed},
	VerbOrderApproved: {ObjectOrder, ActivityParams.approved},
	VerbOrderRefused:  {ObjectOrder, ActivityParams.refused},
	VerbOrderReleased: {ObjectOrder, func(p ActivityParams) string {
		return strings.TrimSpace("Released the order for printing. " + p.Reason)
	}},
	VerbOrderCancelled:   {ObjectOrder, func(p ActivityParams) string { return "Cancelled the order: " + p.Reason + p.dueBack() }},
	VerbOrderTakenBack:   {ObjectOrder, ActivityParams.takenBack},
	VerbOrderDeleted:     {ObjectOrder, func(p ActivityParams) string { return "Deleted order " + p.Order + " with its files." }},
	VerbModelHeld:        {ObjectOrder, ActivityParams.modelHeld},
	VerbHoldLifted:       {ObjectOrder, func(p ActivityParams) string { return "Lifted the hold: " + p.Reason }},
	VerbMethodChosen:     {ObjectOrder, func(p ActivityParams) string { return "Chose to pay " + p.Method.words() + "." }},
	VerbOrderLinked:      {ObjectOrder, func(ActivityParams) string { return "Made a link to the order for the customer." }},
	VerbOrderLinkRevoked: {ObjectOrder, func(ActivityParams) string { return "Ended a link to the order." }},
	VerbFileDeleted:      {ObjectFile, func(p ActivityParams) string { return "Deleted the file " + p.Name + "." }},
	VerbModelReplaced:    {ObjectOrder, ActivityParams.modelReplaced},
	VerbGCodeAttached:    {ObjectOrder, func(p ActivityParams) string { return "Attached the G-code " + p.Was + " to " + p.Name + "." }},
	VerbFilesExpired: {ObjectOrder, func(p ActivityParams) string {
		return "Deleted " + plural(int64(p.Files), "file") + ", as the terms say."
	}},
	VerbFilesKept:        {ObjectOrder, func(ActivityParams) string { return "Asked to keep the files." }},
	VerbFilesLetGo:       {ObjectOrder, func(ActivityParams) string { return "Stopped keeping the files." }},
	VerbJobMoved:         {ObjectJob, ActivityParams.jobMoved},
	VerbJobMoveUndone:    {ObjectJob, ActivityParams.jobMoveUndone},
	VerbAttemptRecorded:  {ObjectJob, ActivityParams.attemptRecorded},
	VerbAttemptCorrected: {ObjectJob, ActivityParams.attemptCorrected},
	VerbShelfChanged: {ObjectJob, func(p ActivityParams) string {
		return p.Name + " moved from shelf " + p.Was + " to shelf " + p.Shelf + "."
	}},
	VerbRestCancelled:  {ObjectOrder, func(p ActivityParams) string { return "Cancelled the rest of the order: " + p.Reason + p.dueBack() }},
	VerbItemLeftOut:    {ObjectOrder, func(p ActivityParams) string { return "Left out " + p.Name + ": " + p.Reason + p.dueBack() }},
	VerbItemPutBack:    {ObjectOrder, func(p ActivityParams) string { return "Put " + p.Name + " back into the order." }},
	VerbMessageChanged: {ObjectOrder, ActivityParams.messageChanged},

	VerbPaymentRecorded: {ObjectPayment, func(p ActivityParams) string {
		message := "Took " + p.money() + " " + p.Method.words() + "."
		if p.Of != 0 {
			message += " " + p.of() + " was owed; cash is rounded to 5 cents."
		}
		return message
	}},
	VerbPaymentOver: {ObjectPayment, func(p ActivityParams) string {
		return p.money() + " more was transferred than was owed. It does not count, and waits for an admin."
	}},
	VerbPaymentReceived: {ObjectPayment, func(p ActivityParams) string { return p.money() + " was paid by card." }},
	VerbPaymentMismatched: {ObjectPayment, func(p ActivityParams) string {
		return fmt.Sprintf("Stripe reports %s where %s was asked for. Look at payment %s in Stripe.", p.money(), p.of(), p.Reference)
	}},
	VerbPaymentDuplicated: {ObjectPayment, func(p ActivityParams) string {
		return p.money() + " was paid by card a second time. Refund payment " + p.Reference + " in Stripe."
	}},
	VerbPaymentAfterClose: {ObjectPayment, func(p ActivityParams) string {
		return p.money() + " was paid by card after the order was closed. Refund payment " + p.Reference + " in Stripe."
	}},
	VerbPaymentWrittenOff: {ObjectPayment, func(p ActivityParams) string {
		return p.money() + " was paid by card after what was owed had been written off. Let payment " + p.Reference + " count, or refund it in Stripe."
	}},
	VerbPaymentInReview: {ObjectPayment, func(p ActivityParams) string {
		return p.money() + " was paid by card while the order was under review. Look at payment " + p.Reference + " in Stripe."
	}},
	VerbPaymentUnrecognised: {ObjectPayment, func(p ActivityParams) string {
		return p.money() + " was paid by card on a page that this shop does not know. Look at payment " + p.Reference + " in Stripe."
	}},
	VerbPaymentAccepted: {ObjectPayment, func(p ActivityParams) string {
		return "Accepted the payment of " + p.money() + ": " + p.Reason
	}},
	VerbPaymentSentBack: {ObjectPayment, func(p ActivityParams) string {
		return "Noted that the payment of " + p.money() + " was refunded: " + p.Reason
	}},
	VerbInvoiceLowered: {ObjectInvoice, func(p ActivityParams) string {
		return "Lowered what is asked for by " + p.money() + ", to " + p.Of.In(p.Currency) + ": " + p.Reason
	}},
	VerbInvoiceRestored: {ObjectInvoice, func(p ActivityParams) string {
		return "Asked for " + p.money() + " again, " + p.Of.In(p.Currency) + " in all: " + p.Reason
	}},
	VerbInvoiceWrittenOff: {ObjectInvoice, func(p ActivityParams) string { return "Wrote off " + p.money() + ": " + p.Reason }},
	VerbWriteOffUndone:    {ObjectInvoice, func(p ActivityParams) string { return "Undid the write-off of " + p.money() + ": " + p.Reason }},
	VerbSentBackUndone: {ObjectPayment, func(p ActivityParams) string {
		return "Withdrew the note that the payment of " + p.money() + " was refunded: " + p.Reason
	}},
	VerbInvoiceDeleted: {ObjectInvoice, func(p ActivityParams) string { return "Deleted a draft invoice for " + p.money() + "." }},
	VerbInvoiceOverpaid: {ObjectInvoice, func(p ActivityParams) string {
		return p.money() + " more was paid than is owed. It goes back."
	}},
	VerbCheckoutUncharged: {ObjectInvoice, func(ActivityParams) string {
		return "Stripe closed the payment page without charging anything. Look at it in Stripe."
	}},
	VerbCheckoutRevived: {ObjectInvoice, func(p ActivityParams) string {
		return "A payment page that had " + string(p.Checkout) + " was paid after all."
	}},
	VerbPaymentRefunded: {ObjectPayment, func(p ActivityParams) string {
		return p.money() + " of " + p.of() + " was refunded in Stripe."
	}},
	VerbRefundFailed: {ObjectPayment, func(p ActivityParams) string {
		return "A refund of " + p.money() + " did not reach the customer. Look at payment " + p.Reference + " in Stripe."
	}},
	VerbPaymentReversed: {ObjectPayment, func(p ActivityParams) string {
		return "Reversed the payment of " + p.money() + " " + p.Method.words() + ": " + p.Reason
	}},
	VerbRefundNoted: {ObjectPayment, func(p ActivityParams) string {
		return "Noted that " + p.money() + " was refunded: " + p.Reason
	}},
	VerbRefundNoteUndone: {ObjectPayment, func(p ActivityParams) string {
		return "Withdrew the note that " + p.money() + " was refunded: " + p.Reason
	}},
	VerbRefundLowers: {ObjectInvoice, func(p ActivityParams) string {
		return "Settled the refund of " + p.money() + ": the order costs less."
	}},
	VerbRefundOwed: {ObjectInvoice, func(p ActivityParams) string {
		return "Settled the refund of " + p.money() + ": the customer owes it again."
	}},
	VerbOrderHandedOver: {ObjectOrder, ActivityParams.handedOver},
	VerbHandoverCorrected: {ObjectOrder, func(p ActivityParams) string {
		return "Corrected a handover to “" + p.Name + "”, which said “" + p.Was + "”: " + p.Reason
	}},
	VerbHandoverUndone: {ObjectOrder, func(p ActivityParams) string {
		return "Undid the handover of " + copies(p.Copies) + " (" + p.Name + "): " + p.Reason
	}},
	VerbDisputeOpened: {ObjectPayment, func(p ActivityParams) string {
		return "A cardholder disputes " + p.money() + ". Answer in Stripe before its date."
	}},
	VerbDisputeWon:  {ObjectPayment, func(p ActivityParams) string { return "The dispute over " + p.money() + " was won." }},
	VerbDisputeLost: {ObjectPayment, func(p ActivityParams) string { return "The dispute over " + p.money() + " was lost." }},
	VerbDisputeOwed: {ObjectPayment, func(p ActivityParams) string {
		return "Asked the customer again for the " + p.money() + " that their bank took back: " + p.Reason
	}},
	VerbDisputeBorne: {ObjectPayment, func(p ActivityParams) string {
		return "The shop carries the loss of " + p.money() + " that the bank took back: " + p.Reason
	}},
	VerbDisputeUndone: {ObjectPayment, func(p ActivityParams) string {
		return "Withdrew the decision about the " + p.money() + " that the bank took back: " + p.Reason
	}},

	VerbUserInvited:   {ObjectUser, func(p ActivityParams) string { return "Invited " + p.Name + " as " + p.Role.words() + "." }},
	VerbUserEdited:    {ObjectUser, ActivityParams.edited},
	VerbUserDisabled:  {ObjectUser, func(p ActivityParams) string { return "Disabled " + p.Name + "." }},
	VerbUserEnabled:   {ObjectUser, func(p ActivityParams) string { return "Enabled " + p.Name + "." }},
	VerbUserRemoved:   {ObjectUser, func(p ActivityParams) string { return "Removed " + p.Name + "." }},
	VerbUserLoggedOut: {ObjectUser, func(p ActivityParams) string { return "Logged " + p.Name + " out everywhere." }},
	VerbInvitationLinked: {ObjectUser, func(p ActivityParams) string {
		return "Made a link for " + p.Name + " to accept the invitation."
	}},
	VerbInvitationAccepted: {ObjectUser, func(ActivityParams) string { return "Accepted the invitation." }},
	VerbPasswordLinked: {ObjectUser, func(p ActivityParams) string {
		return "Made a link for " + p.Name + " to choose a new password."
	}},
	VerbPasswordReset:   {ObjectUser, func(ActivityParams) string { return "Chose a new password with a link." }},
	VerbPasswordChanged: {ObjectUser, func(ActivityParams) string { return "Changed their password." }},
	VerbSessionsEnded:   {ObjectUser, func(ActivityParams) string { return "Logged out everywhere." }},

	VerbShopSetUp:       {ObjectShop, func(ActivityParams) string { return "Set up the shop and became its first admin." }},
	VerbSettingsChanged: {ObjectShop, ActivityParams.settingsChanged},
	VerbMachineAdded:    {ObjectShop, func(p ActivityParams) string { return "Added the machine " + p.Name + "." }},
	VerbMachineChanged:  {ObjectShop, ActivityParams.machineChanged},
	VerbPrinterAdded:    {ObjectShop, func(p ActivityParams) string { return "Added the printer " + p.Name + "." }},
	VerbPrinterChanged:  {ObjectShop, ActivityParams.printerChanged},
	VerbClockAccepted:   {ObjectShop, func(ActivityParams) string { return "Confirmed the machine’s clock." }},
	VerbSweepConfirmed: {ObjectShop, func(p ActivityParams) string {
		return fmt.Sprintf("Allowed the clean-up to remove %d unused files.", p.Files)
	}},
	VerbDeleteConfirmed: {ObjectShop, func(p ActivityParams) string {
		return fmt.Sprintf("Allowed %d old order files to be deleted.", p.Files)
	}},
	VerbTaskRetried:   {ObjectTask, func(p ActivityParams) string { return "Tried “" + TaskTitle(p.Task) + "” again." }},
	VerbUploadCleared: {ObjectFile, func(p ActivityParams) string { return "Cleared the upload of " + p.Name + "." }},
	VerbModelAccepted: {ObjectFile, func(p ActivityParams) string {
		what := "what came"
		if p.Name != "" {
			what = p.Name + ", which came"
		}
		return "Accepted again: " + what + " with the refused order " + p.Order + ". It had been refused: " + p.Reason
	}},
	VerbCartsCleared: {ObjectShop, func(p ActivityParams) string {
		if p.Copies == 1 {
			return "Emptied the cart of a visitor."
		}
		return fmt.Sprintf("Emptied %d carts of visitors.", p.Copies)
	}},
	VerbChoreStarted: {ObjectTask, func(p ActivityParams) string { return "Started “" + TaskTitle(p.Task) + "” by hand." }},
	VerbEventRetried: {ObjectEvent, func(p ActivityParams) string { return "Tried Stripe’s event " + p.Reference + " again." }},
}
