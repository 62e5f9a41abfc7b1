package cli

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestTunnelFrom(t *testing.T) {
	s := Serve{Tunnel: "cloudflared", TunnelFrom: []string{"172.18.0.3", "10.1.2.3/8", "fd00::/8", "::ffff:192.0.2.1"}}
	from, err := s.tunnelFrom()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"172.18.0.3/32", "10.0.0.0/8", "fd00::/8", "192.0.2.1/32"} {
		if from[i] != netip.MustParsePrefix(want) {
			t.Errorf("%s is read as %s", s.TunnelFrom[i], from[i])
		}
	}
	for _, bad := range []Serve{{Tunnel: "cloudflared", TunnelFrom: []string{"tunnel.lan"}}, {Tunnel: "none", TunnelFrom: []string{"172.18.0.3"}}} {
		if _, err := bad.tunnelFrom(); err == nil || !strings.Contains(err.Error(), "--tunnel-from") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// Staff are told where the public door can be reached without its tunnel, and else nothing.
func TestDoorWarnings(t *testing.T) {
	at := func(text string) net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(text)) }
	for _, c := range []struct {
		serve  Serve
		public string
		says   string
	}{
		{Serve{Tunnel: "cloudflared"}, "127.0.0.1:8081", ""},
		{Serve{Tunnel: "cloudflared"}, "[::1]:8081", ""},
		{Serve{Tunnel: "cloudflared"}, "0.0.0.0:8081", "--tunnel-from"},
		{Serve{Tunnel: "tailscale"}, "[::]:8081", "--tunnel-from"},
		{Serve{Tunnel: "cloudflared"}, "192.0.2.2:8081", "--tunnel-from"},
		{Serve{Tunnel: "cloudflared", TunnelFrom: []string{"172.18.0.3"}}, "0.0.0.0:8081", ""},
		{Serve{Tunnel: "none"}, "0.0.0.0:8081", ""},
	} {
		got := strings.Join(c.serve.doorWarnings(at(c.public)), " ")
		if (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%+v at %s: %q", c.serve, c.public, got)
		}
	}
}
