package cli

import (
	"fmt"
	"net"
	"net/netip"

	"buildplate/app/api"
)

// tunnelFrom is where the tunnel's program connects from, as networks; one address is a network of one.
func (s *Serve) tunnelFrom() (from []netip.Prefix, err error) {
	for _, text := range s.TunnelFrom {
		p, err := netip.ParsePrefix(text)
		if addr, e := netip.ParseAddr(text); e == nil {
			p, err = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("--tunnel-from takes an address or a network, as 172.18.0.3 or 172.18.0.0/16, and not %q", text)
		}
		from = append(from, p.Masked())
	}
	if len(from) > 0 && s.Tunnel == string(api.TunnelNone) {
		return nil, fmt.Errorf("--tunnel-from goes with a --tunnel: %s or %s", api.TunnelCloudflared, api.TunnelTailscale)
	}
	return from, nil
}

// doorWarnings are what staff should know of the public door at an address: who can get round the tunnel.
func (s *Serve) doorWarnings(public net.Addr) (warnings []string) {
	addr, err := netip.ParseAddrPort(public.String())
	open := err != nil || !addr.Addr().Unmap().IsLoopback()
	if s.Tunnel != string(api.TunnelNone) && open && len(s.TunnelFrom) == 0 {
		warnings = append(warnings, fmt.Sprintf("The public door can be reached without the tunnel, at %s. Whoever comes that way counts by the address of their own machine. "+
			"Start the shop with --public 127.0.0.1:8081, or say with --tunnel-from where the tunnel connects from.", public))
	}
	return warnings
}
