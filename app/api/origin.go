package api

import (
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Tunnel names what stands between the public door and its visitors, since only that says whose word about their
// addresses can be taken.
type Tunnel string

// Tunnels whose headers are understood. With TunnelNone visitors' addresses are unknown behind a tunnel, and shares go by
// cart.
const (
	TunnelNone        Tunnel = "none"
	TunnelCloudflared Tunnel = "cloudflared"
	TunnelTailscale   Tunnel = "tailscale"
)

// hosts knows the names a door answers to. A page that resolves its own name to this machine (DNS rebinding) sends a
// Host that is not among them.
type hosts struct {
	fixed map[string]bool

	mu    sync.Mutex
	own   map[string]bool
	asked time.Time
}

func newHosts(more []string) *hosts {
	h := &hosts{fixed: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}}
	for _, name := range more {
		h.fixed[hostName(name)] = true
	}
	if name, err := os.Hostname(); err == nil && name != "" {
		name = strings.ToLower(name)
		h.fixed[name] = true
		h.fixed[strings.TrimSuffix(name, ".local")+".local"] = true
	}
	return h
}

// known says whether a Host header, with or without a port, is one of this machine's.
func (h *hosts) known(host string) bool {
	name := hostName(host)
	if name == "" {
		return false
	}
	if h.fixed[name] {
		return true
	}
	if _, err := netip.ParseAddr(name); err != nil {
		return false
	}
	return h.interfaces()[name]
}

// interfaces lists the machine's own addresses, asked anew now and then: a lease may change.
func (h *hosts) interfaces() map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.own != nil && time.Since(h.asked) < 30*time.Second {
		return h.own
	}
	own := map[string]bool{}
	addrs, err := net.InterfaceAddrs()
	if err != nil && h.own != nil {
		return h.own
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			own[n.IP.String()] = true
		}
	}
	h.own, h.asked = own, time.Now()
	return own
}

// hostName is a Host header's name in lower case, without port and brackets.
func hostName(host string) string {
	host = strings.ToLower(host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(strings.Trim(host, "[]"), ".")
}

// What tunnels, proxies and networks of caches add to a request: headers by the beginning of their names, and by their names.
var (
	tunnelMarks = [...]string{"cf-", "x-forwarded-", "x-original-", "x-envoy-", "x-amzn-", "x-azure-", "tailscale-", "ngrok-", "fly-", "fastly-"}
	tunnelNames = [...]string{
		"forwarded", "via", "cdn-loop", "x-real-ip", "true-client-ip", "x-client-ip", "x-cluster-client-ip", "client-ip", "x-proxyuser-ip",
	}
)

// tunnelled says whether a request carries marks of having come through a tunnel or a proxy.
func tunnelled(h *fasthttp.RequestHeader) bool {
	for key := range h.All() {
		name := strings.ReplaceAll(strings.ToLower(string(key)), "_", "-")
		if slices.Contains(tunnelNames[:], name) || slices.ContainsFunc(tunnelMarks[:], func(mark string) bool { return strings.HasPrefix(name, mark) }) {
			return true
		}
	}
	return false
}

// publicURL is the address that links leave the shop with, or nil while none is set.
func (s *Server) publicURL() *url.URL {
	if s.deps.PublicURL == nil {
		return nil
	}
	u, err := url.Parse(s.deps.PublicURL())
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

// welcome says whether a door answers to the request's Host.
func (d *door) welcome(c *fiber.Ctx) bool {
	host := string(c.Request().Header.Host())
	if hostName(host) != hostName(string(c.Context().URI().Host())) {
		return false // an absolute request target naming another host
	}
	if d.kind == Public {
		if u := d.server.publicURL(); u != nil && hostName(host) == hostName(u.Host) {
			return true
		}
	}
	return d.server.hosts.known(host)
}

// secure says whether the visitor's browser speaks https to the shop.
func (d *door) secure(c *fiber.Ctx) bool {
	if d.kind != Public {
		return false
	}
	if u := d.server.publicURL(); u != nil && u.Scheme == "https" && hostName(u.Host) == hostName(string(c.Request().Header.Host())) {
		return true
	}
	return d.server.deps.Tunnel != TunnelNone && c.Get(fiber.HeaderXForwardedProto) == "https"
}

// crossSite says whether a request that changes something may have been made by another site's page in the visitor's
// browser. Browsers say where a request comes from by Sec-Fetch-Site on https and localhost, and by Origin everywhere.
// A request with neither is taken only without cookies, since then it acts for nobody, or with the upload protocol's
// own header, which a page of another site cannot send without asking first, and the answer to that is no.
func (d *door) crossSite(c *fiber.Ctx) bool {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return false
	}
	if c.Path() == webhookPath {
		return false // has no cookie's power: the signature decides
	}
	site, origin := c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin)
	if site != "" && site != "same-origin" {
		return true
	}
	if origin != "" {
		return !d.sameOrigin(c, origin)
	}
	if site != "" {
		return false
	}
	return c.Get(fiber.HeaderCookie) != "" && c.Get(tusResumable) == ""
}

func (d *door) sameOrigin(c *fiber.Ctx, origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || !strings.EqualFold(u.Host, string(c.Request().Header.Host())) {
		return false
	}
	if d.secure(c) {
		return u.Scheme == "https"
	}
	return u.Scheme == "http" || u.Scheme == "https"
}

// clientIP is the visitor's address, where it can be known. IPv6 visitors count by their /64, which is one household.
func (d *door) clientIP(c *fiber.Ctx) (netip.Addr, bool) {
	if d.kind == Public && d.server.deps.Tunnel == TunnelNone {
		return netip.Addr{}, false
	}
	tcp, ok := d.server.peer(c).(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	peer := tcp.AddrPort().Addr().Unmap()
	if d.kind == Public && d.server.isTunnel(peer) {
		return addressOf(d.tunnelAddress(&c.Request().Header))
	}
	if peer.IsLoopback() {
		return peer, true // also ::1, of which a /64 would be any address
	}
	return addressOf(peer.String())
}

// isTunnel says whether the tunnel's program may be at an address: on this machine, or where the shop was told. Whoever else
// reaches the public door says nothing of addresses, and counts by their own.
func (s *Server) isTunnel(peer netip.Addr) bool {
	return peer.IsLoopback() || slices.ContainsFunc(s.deps.TunnelFrom, func(p netip.Prefix) bool { return p.Contains(peer) })
}

// tunnelAddress is what the tunnel says of the visitor's address; "" where it is not understood.
func (d *door) tunnelAddress(h *fasthttp.RequestHeader) string {
	switch d.server.deps.Tunnel {
	case TunnelCloudflared:
		return oneHeader(h, "Cf-Connecting-Ip")
	case TunnelTailscale:
		return oneHeader(h, fiber.HeaderXForwardedFor)
	}
	return ""
}

func addressOf(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}, false
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			addr = p.Addr()
		}
	}
	return addr, true
}

// oneHeader gives a header's value if it was sent exactly once.
func oneHeader(h *fasthttp.RequestHeader, name string) string {
	values := h.PeekAll(name)
	if len(values) != 1 {
		return ""
	}
	return string(values[0])
}

// fieldsNamed says whether the names of all headers are tokens, as RFC 9110 has them. The server takes others, a space within
// one, say, and an intermediary may read "Content-Lengt h" as it likes.
func fieldsNamed(h *fasthttp.RequestHeader) bool {
	for name := range h.All() {
		for _, b := range name {
			if !tokenBytes[b] {
				return false
			}
		}
	}
	return true
}

var tokenBytes = func() (is [256]bool) {
	for _, b := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		is[b] = true
	}
	return is
}()
