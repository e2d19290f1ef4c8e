package program

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kontrak/internal/api"
	"kontrak/internal/trace/export"
)

// httpSettings bound connections, and what requests bring. Their names begin with
// http_.
type httpSettings struct {
	HeaderTimeout time.Duration `setting:"" default:"5s" placeholder:"TIME" help:"How long the head of a request may take."`
	ReadTimeout   time.Duration `setting:"" default:"30s" placeholder:"TIME" help:"How long a whole request may take that brings no files."`
	WriteTimeout  time.Duration `setting:"" default:"1m" placeholder:"TIME" help:"How long the answer may take, from the head of the request on."`
	IdleTimeout   time.Duration `setting:"" default:"2m" placeholder:"TIME" help:"How long a connection may wait for its next request."`
	HeaderBytes   int           `setting:"" default:"524288" placeholder:"N" help:"Bytes of the head of a request, its address with 10,000 ids included."`

	BodyBytes  int64         `setting:"" default:"1048576" placeholder:"N" help:"Bytes of a body that brings no files."`
	FormBytes  int64         `setting:"" default:"52428800" placeholder:"N" help:"Bytes of a form with files."`
	FormFiles  int           `setting:"" default:"10" placeholder:"N" help:"Files of a form to the graph; 0 for any number."`
	FileBytes  int           `setting:"" default:"10485760" placeholder:"N" help:"Bytes of each of them; 0 for any number."`
	FormRate   int64         `setting:"" default:"10240" placeholder:"N" help:"Bytes a second that a form must bring."`
	FormWindow time.Duration `setting:"" default:"10s" placeholder:"TIME" help:"Over how long that is measured."`
}

func (h httpSettings) check(src *sources) error {
	const some = "use a number from 1 on"
	return errors.Join(
		checkSpans(src, []span{
			{"http_header_timeout", h.HeaderTimeout, 1}, {"http_read_timeout", h.ReadTimeout, 1}, {"http_write_timeout", h.WriteTimeout, 1},
			{"http_idle_timeout", h.IdleTimeout, 1}, {"http_form_window", h.FormWindow, time.Millisecond},
		}),
		checkNumbers(src, []number{
			{name: "http_header_bytes", value: int64(h.HeaderBytes), least: 1024, remedy: "use a number from 1024 on"},
			{name: "http_body_bytes", value: h.BodyBytes, least: 1, remedy: some},
			{name: "http_form_bytes", value: h.FormBytes, least: 1, remedy: some},
			{name: "http_form_rate", value: h.FormRate, least: 1, remedy: some},
			{name: "http_form_files", value: int64(h.FormFiles), remedy: "use a number, or 0 for no limit"},
			{name: "http_file_bytes", value: int64(h.FileBytes), remedy: "use a number, or 0 for no limit"},
		}))
}

func (h httpSettings) bounds() bounds {
	return bounds{header: h.HeaderTimeout, read: h.ReadTimeout, write: h.WriteTimeout, idle: h.IdleTimeout, headerBytes: h.HeaderBytes}
}

func (h httpSettings) bodies() api.Bodies {
	return api.Bodies{JSON: h.BodyBytes, Form: h.FormBytes, Rate: h.FormRate, Window: h.FormWindow}
}

// traceSettings say where spans go. Their names begin with otel_.
type traceSettings struct {
	Endpoint string  `setting:"" placeholder:"URL" help:"OpenTelemetry collector that takes spans by OTLP over HTTP, or stderr. By default there are no spans."`
	Sample   float64 `setting:"" default:"1" placeholder:"SHARE" help:"Share of the operations that have spans, from 0 to 1."`
}

func (t traceSettings) check(src *sources) error {
	var all []error
	if t.Endpoint != "" && t.Endpoint != export.Stderr {
		u, err := url.Parse(t.Endpoint)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			all = append(all, src.bad("otel_endpoint", t.Endpoint, "use an address such as http://127.0.0.1:4318, or stderr"))
		}
	}
	if !(t.Sample >= 0 && t.Sample <= 1) {
		all = append(all, src.bad("otel_sample", strconv.FormatFloat(t.Sample, 'g', -1, 64), "use a share from 0 to 1"))
	}
	return errors.Join(all...)
}

// apiSettings are those of everything that answers requests.
type apiSettings struct {
	Graph  graphSettings  `embed:"" prefix:"graph-" group:"The graph"`
	Socket socketSettings `embed:"" prefix:"socket-" group:"WebSockets and events"`
	HTTP   httpSettings   `embed:"" prefix:"http-" group:"HTTP"`
	Otel   traceSettings  `embed:"" prefix:"otel-" group:"Traces"`
}

func (a apiSettings) check(src *sources) error {
	return errors.Join(a.Graph.check(src), a.Socket.check(src), a.HTTP.check(src), a.Otel.check(src))
}

// The choices of graph_sql.
const (
	sqlOff    = "off"
	sqlAsked  = "asked"
	sqlAlways = "always"
)

// checkSQL refuses to show SQL statements where anybody but this machine can ask.
func checkSQL(src *sources, choice string, public bool) error {
	if !slices.Contains([]string{sqlOff, sqlAsked, sqlAlways}, choice) {
		return src.bad("graph_sql", choice, "use off, asked or always")
	}
	if choice != sqlOff && public {
		return src.bad("graph_sql", choice, "it shows tables and columns: use it where only this machine reaches the server, with a loopback addr, and without public_url and trusted_proxies")
	}
	return nil
}
