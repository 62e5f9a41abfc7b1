package shop

import "net/netip"

// Network is one that a visitor's address is in, and counts as one with.
type Network struct {
	netip.Prefix
	Times int // the share of one address that it may have
}

// networkSizes are the sizes by which an IPv6 visitor counts besides their own /64, widest first: a home may hold a /56, a
// company a /48, and each has /64s enough to be a crowd.
var networkSizes = [...]struct{ bits, times int }{{48, 4}, {56, 2}}

// NetworksOf are the networks that a visitor with an address counts by besides it, widest first; none where the address is not
// known or no IPv6.
func NetworksOf(address string) (all []Network) {
	addr, err := netip.ParseAddr(address)
	if err != nil || !addr.Is6() {
		return nil
	}
	for _, size := range networkSizes {
		if p, err := addr.Prefix(size.bits); err == nil {
			all = append(all, Network{p, size.times})
		}
	}
	return all
}

// NetworkNames are those networks by name.
func NetworkNames(address string) (names []string) {
	for _, n := range NetworksOf(address) {
		names = append(names, n.String())
	}
	return names
}
