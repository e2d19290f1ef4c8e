package program

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kontrak/internal/authn"
)

// databaseSettings say where the data is.
type databaseSettings struct {
	DatabaseURL string `setting:"" default:"sqlite:kontrak.db" placeholder:"URL" help:"Database: sqlite:FILE, or postgres://USER:PASSWORD@HOST/NAME."`
}

// logSettings say what is logged, and how. The log goes to standard error.
type logSettings struct {
	LogLevel  string `setting:"" default:"info" placeholder:"LEVEL" help:"What is logged: debug, info, warn or error."`
	LogFormat string `setting:"" default:"text" placeholder:"FORMAT" help:"How it is logged: text or json."`
}

// addrSettings say where to listen.
type addrSettings struct {
	Addr string `setting:"" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on; port 0 takes a free one."`
}

// serverSettings say for whom the program is there.
type serverSettings struct {
	PublicURL      string        `setting:"" placeholder:"URL" help:"Address under which clients reach the service; links are made from it. By default where it listens."`
	TrustedProxies []string      `setting:"" placeholder:"CIDR" help:"Proxies that may name the client in X-Forwarded-For. By default none."`
	CORSOrigins    []string      `setting:"" name:"cors-origins" placeholder:"ORIGIN" help:"Origins of pages that may call from a browser, exactly. By default none."`
	FilesDir       string        `setting:"" default:"files" placeholder:"DIR" help:"Directory of stored files, with the folders public and private."`
	FilesURL       string        `setting:"" name:"files-url" placeholder:"URL" help:"Where files are stored instead of files_dir: s3://BUCKET/FOLDER?endpoint=URL&region=REGION."`
	Drain          time.Duration `setting:"" default:"3s" placeholder:"TIME" help:"How long the program goes on answering, not ready any more, when it is told to end."`
	Grace          time.Duration `setting:"" default:"20s" placeholder:"TIME" help:"How long requests under way may take when the program ends."`
}

// limitSettings say how often somebody may do something.
type limitSettings struct {
	SignInsPerAccount int `setting:"" default:"10" placeholder:"N" help:"Sign-ins a minute into one account from one address; 0 for any number."`
	SignInsPerAddress int `setting:"" default:"100" placeholder:"N" help:"Sign-ins a minute from one address; 0 for any number."`
	WritesPerAccount  int `setting:"" default:"300" placeholder:"N" help:"Changes a minute by one account, and by the API keys of one institution; 0 for any number."`
}

func (l limitSettings) limits() authn.Limits {
	return authn.Limits{PerAccount: l.SignInsPerAccount, PerAddress: l.SignInsPerAddress, Writes: l.WritesPerAccount}
}

// check tells whether the limits can be kept.
func (l limitSettings) check(src *sources) error {
	var all []error
	for name, n := range map[string]int{
		"sign_ins_per_account": l.SignInsPerAccount, "sign_ins_per_address": l.SignInsPerAddress, "writes_per_account": l.WritesPerAccount,
	} {
		if n < 0 || n > authn.MaxLimit {
			all = append(all, src.bad(name, strconv.Itoa(n), fmt.Sprintf("use a number up to %d, or 0 for no limit", authn.MaxLimit)))
		}
	}
	return errors.Join(all...)
}

// logger makes the log, or says which setting is wrong.
func (l logSettings) logger(src *sources, env *Env) (*slog.Logger, error) {
	var level slog.Level
	names := []string{"debug", "info", "warn", "error"}
	if !slices.Contains(names, l.LogLevel) || level.UnmarshalText([]byte(l.LogLevel)) != nil {
		return nil, src.bad("log_level", l.LogLevel, "use one of "+strings.Join(names, ", "))
	}
	opts := &slog.HandlerOptions{Level: level}
	switch l.LogFormat {
	case "text":
		return slog.New(slog.NewTextHandler(env.Stderr, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(env.Stderr, opts)), nil
	}
	return nil, src.bad("log_format", l.LogFormat, "use text or json")
}

// check tells whether the address can be listened on.
func (a addrSettings) check(src *sources) error {
	host, port, err := net.SplitHostPort(a.Addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil || strings.ContainsAny(host, " /") {
		return src.bad("addr", a.Addr, "use HOST:PORT, such as 127.0.0.1:8080 or :8080")
	}
	return nil
}

// loopback tells whether only this machine can reach the address.
func (a addrSettings) loopback() bool {
	host, _, err := net.SplitHostPort(a.Addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// localURL tells whether an address is this machine's; none is.
func localURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (address == "" || addrSettings{Addr: net.JoinHostPort(u.Hostname(), "0")}.loopback())
}

// public is what serverSettings say, understood.
type public struct {
	url     string // empty: where it listens
	proxies []netip.Prefix
	origins []string
}

// read understands the settings, or names every wrong one.
func (s serverSettings) read(src *sources) (public, error) {
	var p public
	var all []error
	if s.PublicURL != "" {
		u, err := url.Parse(s.PublicURL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			all = append(all, src.bad("public_url", s.PublicURL, "use an address such as https://kontrak.example.com"))
		}
		p.url = strings.TrimRight(s.PublicURL, "/")
	}
	for _, text := range s.TrustedProxies {
		prefix, err := parsePrefix(text)
		if err != nil {
			all = append(all, src.bad("trusted_proxies", text, "use addresses or ranges, such as 10.0.0.5 or 10.0.0.0/8"))
		}
		p.proxies = append(p.proxies, prefix)
	}
	for _, text := range s.CORSOrigins {
		origin := strings.TrimSpace(text)
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin || strings.Contains(origin, "*") {
			all = append(all, src.bad("cors_origins", text, "use exact origins without a path, such as https://app.example.com"))
		}
		p.origins = append(p.origins, origin)
	}
	if s.Drain < 0 {
		all = append(all, src.bad("drain", s.Drain.String(), "use a time such as 3s, or 0s"))
	}
	if s.Grace < 0 {
		all = append(all, src.bad("grace", s.Grace.String(), "use a time such as 20s"))
	}
	return p, errors.Join(all...)
}

// parsePrefix reads a range of addresses, or one address.
func parsePrefix(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err
}

// sqliteFile gives the file of a local database, or false when the data is on a
// server or only in memory.
func (d databaseSettings) sqliteFile() (string, bool) {
	if strings.HasPrefix(d.DatabaseURL, "postgres://") || strings.HasPrefix(d.DatabaseURL, "postgresql://") {
		return "", false
	}
	path := strings.TrimPrefix(strings.TrimPrefix(d.DatabaseURL, "sqlite:"), "//")
	return path, path != "" && path != ":memory:"
}
