package shop

import (
	"cmp"
	"strings"
)

// How much one visitor may leave with the shop before an order, and how much all may.
const (
	MaxFileBytes   = 256_000_000 // of one file
	MaxCartFiles   = 50          // parts, those of archives included
	MaxCartBytes   = 2_000_000_000
	MaxUploads     = 4       // of one cart at once
	MaxUploadPiece = 4 << 20 // in one request

	// A network address may be a household or a school: its carts together have the files of ten and the bytes of four. Each file
	// costs whoever adds up what a network has, however small it is.
	MaxVisitorFiles   = 10 * MaxCartFiles
	MaxVisitorBytes   = 4 * MaxCartBytes
	MaxVisitorUploads = 16 // at once

	MaxTmpBytes   = 64 << 30 // of all carts
	StaffTmpBytes = 4 << 30  // of these, what only staff may fill: an order at the counter is taken also when visitors filled the rest
)

// How many orders that visitors placed may wait, since nobody paid, released or approved them yet. Staff's own are always taken.
const (
	MaxVisitorOrders  = 20    // that were placed from one network address
	MaxWaitingOrders  = 2_000 // of all visitors
	ManyWaitingOrders = 100   // from there on staff are told
)

// CheckWaiting refuses a visitor's order while so many from their own network, and so many of all visitors, wait for the shop.
// Errors: Conflict; Unavailable.
func (s Settings) CheckWaiting(own, all int) error {
	switch {
	case own >= MaxVisitorOrders:
		return Conflictf("orders_waiting", "%d orders from your network are already waiting to be answered or paid. We’ll gladly take the next one once some of them are.%s", own, s.reachUs())
	case all >= MaxWaitingOrders:
		return Unavailablef("orders_full", "So many orders are waiting for us that we cannot take another one just now. Your files stay here: try again tomorrow.%s", s.reachUs())
	}
	return nil
}

// reachUs says how customers reach the shop, as a sentence that follows another; "" while it has not said so.
func (s Settings) reachUs() string {
	ways := s.waysToReachUs()
	if ways == "" {
		return ""
	}
	return " If it is urgent, " + ways + "."
}

// waysToReachUs are the shop's phone and e-mail as somebody is asked to use them; "" while it has given neither.
func (s Settings) waysToReachUs() string {
	var ways []string
	if s.Phone != "" {
		ways = append(ways, "call "+s.Phone)
	}
	if s.Email != "" {
		ways = append(ways, "write to "+s.Email)
	}
	return strings.Join(ways, " or ")
}

// NotAccepted says of a part in a cart that its file was refused for good, and how to go on.
func (s Settings) NotAccepted(name string) string {
	return "We do not print " + name + ". Remove it to go on, or " + s.ask() + " if you think that is a mistake."
}

// DoesNotPrint says of a part that is in no cart that its file was refused for good.
func (s Settings) DoesNotPrint(name string) string {
	ask := s.ask()
	return "We do not print " + name + ". " + strings.ToUpper(ask[:1]) + ask[1:] + " if you think that is a mistake."
}

// ask is how a customer asks the shop.
func (s Settings) ask() string { return cmp.Or(s.waysToReachUs(), "ask us") }

// CartFull refuses one more part in a cart that has so many. Conflict.
func CartFull(parts int64) error {
	return Conflictf("cart_files_full", "There are already %d parts here, which is as many as fit in one order. Remove some, or place this order first.", parts)
}
