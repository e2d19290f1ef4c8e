package program

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"kontrak/internal/api"
	"kontrak/internal/guard"
	"kontrak/internal/persisted"
	"kontrak/internal/store"
	"kontrak/internal/trace"
)

// graphSettings say what an operation of the graph may ask for, and how long it
// may take. Their names begin with graph_.
type graphSettings struct {
	DocumentBytes int `setting:"" default:"100000" placeholder:"N" help:"Bytes of a document; 0 for any number, here and down to errors."`
	Tokens        int `setting:"" default:"2000" placeholder:"N" help:"Tokens of a document."`
	Depth         int `setting:"" default:"12" placeholder:"N" help:"How deep fields nest."`
	SchemaDepth   int `setting:"" default:"20" placeholder:"N" help:"How deep fields nest that ask for the schema."`
	Aliases       int `setting:"" default:"30" placeholder:"N" help:"Aliases of a document."`
	FieldAliases  int `setting:"" default:"15" placeholder:"N" help:"Aliases of one field."`
	FieldMentions int `setting:"" default:"250" placeholder:"N" help:"How often a document names one field."`
	RootFields    int `setting:"" default:"20" placeholder:"N" help:"Fields of an operation's root."`
	Directives    int `setting:"" default:"50" placeholder:"N" help:"Directives of a document."`
	Fragments     int `setting:"" default:"100" placeholder:"N" help:"Fragments of a document."`
	Fields        int `setting:"" default:"5000" placeholder:"N" help:"Fields of an operation once its fragments are spread."`
	Cost          int `setting:"" default:"10000" placeholder:"N" help:"Objects that an operation may ask for."`
	ResultNodes   int `setting:"" default:"10000" placeholder:"N" help:"Objects of a result."`
	SchemaNodes   int `setting:"" default:"20000" placeholder:"N" help:"Objects of a result that describe the schema, besides."`
	Values        int `setting:"" default:"10000" placeholder:"N" help:"Values in the variables."`
	ListLength    int `setting:"" default:"1000" placeholder:"N" help:"Items of a list in the variables."`
	TextBytes     int `setting:"" default:"1048576" placeholder:"N" help:"Bytes of all texts in the variables."`
	Errors        int `setting:"" default:"20" placeholder:"N" help:"Errors of a response."`

	Timeout    time.Duration `setting:"" default:"10s" placeholder:"TIME" help:"How long a query or mutation may take; 0s for any time."`
	HideSchema bool          `setting:"" help:"Show the schema only to callers that have signed in."`

	Documents      string `setting:"" placeholder:"FILE" type:"path" help:"Documents that clients may name by their hash from the start: JSON from hash to text, or Apollo's manifest."`
	DocumentsOnly  bool   `setting:"" help:"Answer the documents of that file only."`
	DocumentsBytes int    `setting:"" default:"4194304" placeholder:"N" help:"Bytes of the documents that clients bring to name them by their hash; at least 1."`
}

// socketSettings bound WebSockets and streams of events. Their names begin with
// socket_.
type socketSettings struct {
	Init         time.Duration `setting:"" default:"10s" placeholder:"TIME" help:"How long the first message of a WebSocket may take."`
	Ping         time.Duration `setting:"" default:"20s" placeholder:"TIME" help:"How often a WebSocket's client is asked whether it still lives; it is cut off when it leaves two unanswered."`
	MessageBytes int64         `setting:"" default:"1048576" placeholder:"N" help:"Bytes of a message of a WebSocket."`
	Operations   int           `setting:"" default:"100" placeholder:"N" help:"Operations that a WebSocket runs at once, up to 128."`
	KeepAlive    time.Duration `setting:"" default:"20s" placeholder:"TIME" help:"How often a stream of events is sent something while nothing happens."`
}

// maxOperations is where the engine stops, whatever the settings say.
const maxOperations = 128

// number is a setting that is a number, and the least and the most that it may be.
type number struct {
	name        string
	value       int64
	least, most int64
	remedy      string
}

func checkNumbers(src *sources, all []number) error {
	var bad []error
	for _, n := range all {
		if n.value < n.least || n.most > 0 && n.value > n.most {
			bad = append(bad, src.bad(n.name, strconv.FormatInt(n.value, 10), n.remedy))
		}
	}
	return errors.Join(bad...)
}

// span is a setting that is a time, and the least that it may be.
type span struct {
	name  string
	value time.Duration
	least time.Duration
}

func checkSpans(src *sources, all []span) error {
	var bad []error
	for _, s := range all {
		if s.value < s.least {
			bad = append(bad, src.bad(s.name, s.value.String(), "use a time such as 10s"))
		}
	}
	return errors.Join(bad...)
}

// noLimit writes a setting as the graph's limits are written, where 0 is the
// default and a negative number no limit.
func noLimit[T int | time.Duration](n T) T { return cmp.Or(n, -1) }

func (g graphSettings) limits() guard.Limits {
	return guard.Limits{
		Bytes: noLimit(g.DocumentBytes), Tokens: noLimit(g.Tokens), Depth: noLimit(g.Depth), SchemaDepth: noLimit(g.SchemaDepth),
		Aliases: noLimit(g.Aliases), FieldAliases: noLimit(g.FieldAliases), Mentions: noLimit(g.FieldMentions), RootFields: noLimit(g.RootFields),
		Directives: noLimit(g.Directives), Fragments: noLimit(g.Fragments), Fields: noLimit(g.Fields), Cost: noLimit(g.Cost),
		ResultNodes: noLimit(g.ResultNodes), SchemaNodes: noLimit(g.SchemaNodes),
		Values: noLimit(g.Values), ListLength: noLimit(g.ListLength), Text: noLimit(g.TextBytes),
	}
}

func (g graphSettings) check(src *sources) error {
	var all []number
	for name, n := range map[string]int{
		"graph_document_bytes": g.DocumentBytes, "graph_tokens": g.Tokens, "graph_depth": g.Depth, "graph_schema_depth": g.SchemaDepth,
		"graph_aliases": g.Aliases, "graph_field_aliases": g.FieldAliases, "graph_field_mentions": g.FieldMentions,
		"graph_root_fields": g.RootFields, "graph_directives": g.Directives, "graph_fragments": g.Fragments, "graph_fields": g.Fields,
		"graph_cost": g.Cost, "graph_result_nodes": g.ResultNodes, "graph_schema_nodes": g.SchemaNodes, "graph_values": g.Values,
		"graph_list_length": g.ListLength, "graph_text_bytes": g.TextBytes, "graph_errors": g.Errors,
	} {
		all = append(all, number{name: name, value: int64(n), remedy: "use a number, or 0 for no limit"})
	}
	all = append(all, number{name: "graph_documents_bytes", value: int64(g.DocumentsBytes), least: 1, remedy: "use a number of bytes"})
	err := errors.Join(checkNumbers(src, all), checkSpans(src, []span{{"graph_timeout", g.Timeout, 0}}))
	if g.DocumentsOnly && g.Documents == "" {
		err = errors.Join(err, src.bad("graph_documents_only", "true", "name the file of documents with graph_documents"))
	}
	return err
}

// documents reads the file of documents.
func (g graphSettings) documents(src *sources) (persisted.Config, error) {
	c := persisted.Config{Kept: g.DocumentsBytes, Only: g.DocumentsOnly}
	if g.Documents == "" {
		return c, nil
	}
	var err error
	if c.Registered, err = persisted.Read(g.Documents); err != nil {
		return c, src.bad("graph_documents", g.Documents, "name a file of documents by their hash: "+err.Error())
	}
	return c, nil
}

func (s socketSettings) check(src *sources) error {
	const some = "use a number from 1 on"
	return errors.Join(
		checkSpans(src, []span{{"socket_init", s.Init, 1}, {"socket_ping", s.Ping, 1}, {"socket_keep_alive", s.KeepAlive, 1}}),
		checkNumbers(src, []number{
			{name: "socket_message_bytes", value: s.MessageBytes, least: 1, remedy: some},
			{name: "socket_operations", value: int64(s.Operations), least: 1, most: maxOperations, remedy: "use a number from 1 to 128"},
		}))
}

// graph gives what the settings, once checked, say of the graph.
func (a apiSettings) graph(src *sources) (api.GraphOptions, error) {
	g, s := a.Graph, a.Socket
	documents, err := g.documents(src)
	return api.GraphOptions{
		Limits: g.limits(), Errors: noLimit(g.Errors), Timeout: noLimit(g.Timeout), HideSchema: g.HideSchema, Documents: documents,
		Uploads: guard.Uploads{Files: noLimit(a.HTTP.FormFiles), Bytes: noLimit(a.HTTP.FileBytes)},
		Sockets: api.GraphSockets{Init: s.Init, Ping: s.Ping, Message: s.MessageBytes, Operations: s.Operations}, KeepAlive: s.KeepAlive,
	}, err
}

// statements collects the SQL statements of an operation.
func statements(always bool) trace.Statements {
	return trace.Statements{Always: always, Collect: func(ctx context.Context) (context.Context, func() []string) {
		ctx, s := store.Observe(ctx)
		return ctx, s.Texts
	}}
}
