package webhook

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"unicode"
)

// MaxURL is how many bytes an address may have.
const MaxURL = 2000

// ErrPrivate says that an address leads into a network that is not public: ours, for all
// that its owner knows.
var ErrPrivate = errors.New("webhook: the address is not public")

// CheckURL tells what is wrong with an address that somebody wants to be told at; nil for
// nothing. What a name resolves to is looked at when something is sent, each time. Private
// addresses and plain HTTP are refused unless private is true.
func CheckURL(text string, private bool) error {
	u, err := url.Parse(text)
	switch {
	case len(text) > MaxURL:
		return fmt.Errorf("must have at most %d bytes", MaxURL)
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return errors.New("must be an address such as https://example.com/kontrak")
	case u.Scheme != "https" && (u.Scheme != "http" || !private):
		return errors.New("must begin with https://")
	case u.User != nil:
		return errors.New("must hold no password: what comes from here is signed")
	case strings.Contains(text, "#"):
		return errors.New("must have no fragment (#…)")
	case !isPort(u.Port()):
		return errors.New("must have a port from 1 to 65535, or none")
	}
	return checkHost(u.Hostname(), private)
}

// isPort tells whether a port can be connected to; none at all is that of the scheme.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// checkHost tells what is wrong with the host of an address.
func checkHost(host string, private bool) error {
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && !private && !public(ip):
		return errors.New("must be reachable from the internet")
	case err == nil:
		return nil
	case strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }):
		return errors.New("must have a host in ASCII letters: write the name as xn--…")
	case endsInNumber(host):
		return errors.New("must have a host by name, or an IP address as four decimal numbers or in brackets")
	case !private && isLocalName(host):
		return errors.New("must be reachable from the internet")
	}
	return nil
}

// endsInNumber tells whether a host that is no IP address is read as one by many
// programs, as browsers do (WHATWG URL, "ends in a number checker"): 2130706433, 0x7f.1
// and 0177.0.0.1 are all 127.0.0.1.
func endsInNumber(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := strings.ToLower(labels[len(labels)-1])
	if hex, is := strings.CutPrefix(last, "0x"); is {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// isLocalName tells whether a name is of this machine or its network; names without a
// dot are.
func isLocalName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}

// reserved are the networks that no public service has, beside those that netip names
// (IANA special-purpose address registries).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("3fff::/20"), netip.MustParsePrefix("5f00::/16"), netip.MustParsePrefix("fec0::/10"),
}

// public tells whether an address is one of the internet's, and not of a network behind
// it: an IPv4 address within an IPv6 one counts as what it is.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() {
		return false
	}
	for _, net := range reserved {
		if net.Contains(ip) {
			return false
		}
	}
	return true
}

// onlyPublic refuses a connection that is about to be made to what is not public. It sees
// the address that the name was resolved to, so that a name cannot lead elsewhere between
// the look and the connection.
func onlyPublic(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrPrivate, address)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !public(ip) {
		return ErrPrivate
	}
	return nil
}
