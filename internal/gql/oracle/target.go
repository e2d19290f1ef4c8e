package oracle

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/errcode"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/oracle/bind"
	"kontrak/internal/gql/oracle/document"
	"kontrak/internal/gql/oracle/graph"
	"kontrak/internal/gql/oracle/world"
)

//go:embed schema.graphqls
var sources embed.FS

// Target is a schema that both sides answer.
type Target struct {
	Name   string
	Schema *ast.Schema
	// Engines are ours, in every way of running that must not change the answer.
	Engines []Engine

	sdl    string
	typed  bool
	hidden []string
}

// Engine is one way of running ours.
type Engine struct {
	Name     string
	executor *executor.Executor
}

// Targets are the schema with every kind of type, through generated code and without, and the product's, whose text is
// given.
func Targets(product string) ([]*Target, error) {
	kinds, err := sources.ReadFile("schema.graphqls")
	if err != nil {
		return nil, err
	}
	generated := &Target{Name: "kinds", sdl: string(kinds), typed: true}
	es := graph.New()
	generated.Schema = es.Schema()
	generated.Engines = []Engine{{"generated", run(es)}, {"generated, with an interceptor", run(es, intercepted)}}
	loose, err := bound("kinds without generated code", string(kinds))
	if err != nil {
		return nil, err
	}
	market, err := bound("product", product)
	if err != nil {
		return nil, err
	}
	all := []*Target{generated, loose, market}
	for _, t := range all {
		if t.hidden, err = hidden(t); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// bound makes a target of any schema. Directives have no functions in it, as if each had skip_runtime.
func bound(name, sdl string) (*Target, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: sdl})
	if err != nil {
		return nil, err
	}
	return &Target{Name: name, Schema: schema, sdl: sdl, Engines: []Engine{
		{"bound", run(bind.New(schema, 0))},
		{"bound, four at a time", run(bind.New(schema, 4))},
		{"bound, with an interceptor", run(bind.New(schema, 0), intercepted)},
		{"bound, each root field for itself", run(bind.New(schema, 0), split)},
	}}, nil
}

// hidden names the directives that the engine leaves out of its schema.
func hidden(t *Target) ([]string, error) {
	whole, err := gqlparser.LoadSchema(&ast.Source{Name: t.Name, Input: t.sdl})
	if err != nil {
		return nil, err
	}
	names := []string{}
	for name := range whole.Directives {
		if t.Schema.Directives[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func run(es graphql.ExecutableSchema, options ...func(*executor.Executor)) *executor.Executor {
	e := executor.New(es)
	e.Use(extension.Introspection{})
	e.SetRecoverFunc(func(context.Context, any) error { return world.ErrThrown })
	for _, o := range options {
		o(e)
	}
	return e
}

func intercepted(e *executor.Executor) {
	e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) })
}

func split(e *executor.Executor) {
	e.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) })
}

// introduction is the line by which the peer learns a schema.
func (t *Target) introduction() any {
	return map[string]any{
		"schema": t.Name, "sdl": t.sdl, "typed": t.typed, "hidden": t.hidden, "descriptions": t.descriptions(),
	}
}

// descriptions are those of the built-in types and directives, by coordinate: they are the parser's, in its own words.
func (t *Target) descriptions() map[string]string {
	all := map[string]string{}
	for name, def := range t.Schema.Types {
		if !def.BuiltIn {
			continue
		}
		all[name] = def.Description
		for _, f := range def.Fields {
			all[name+"."+f.Name] = f.Description
			for _, a := range f.Arguments {
				all[name+"."+f.Name+"("+a.Name+":)"] = a.Description
			}
		}
		for _, v := range def.EnumValues {
			all[name+"."+v.Name] = v.Description
		}
	}
	for _, name := range []string{"include", "skip", "deprecated", "specifiedBy", "oneOf"} {
		d := t.Schema.Directives[name]
		all["@"+name] = d.Description
		for _, a := range d.Arguments {
			all["@"+name+"("+a.Name+":)"] = a.Description
		}
	}
	return all
}

// Request is a case as the peer reads it.
func (t *Target) Request(c *document.Case) any {
	return map[string]any{
		"schema": t.Name, "query": c.Query, "operationName": c.OperationName, "variables": c.Variables, "seed": c.Seed,
	}
}

// Answer runs a case.
func (e Engine) Answer(ctx context.Context, c *document.Case) (*Answer, error) {
	variables, err := resent(c.Variables)
	if err != nil {
		return nil, err
	}
	ctx = graphql.StartOperationTrace(world.WithSeed(ctx, c.Seed))
	op, errs := e.executor.CreateOperationContext(ctx, &graphql.RawParams{
		Query: c.Query, OperationName: c.OperationName, Variables: variables,
	})
	if len(errs) > 0 {
		return refused(errs), nil
	}
	if op.Operation.Operation == ast.Subscription {
		return &Answer{Verdict: "subscription"}, nil
	}
	next, ctx := e.executor.DispatchOperation(ctx, op)
	resp := next(ctx)
	a := &Answer{Verdict: "ran", Data: bytes.Clone(resp.Data)}
	if !json.Valid(a.Data) {
		return nil, fmt.Errorf("not JSON: %s", a.Data)
	}
	for _, err := range resp.Errors {
		a.Messages = append(a.Messages, err.Message)
		a.Errors = append(a.Errors, failure(err))
	}
	return a, nil
}

// resent gives variables as a transport does, which reads them from JSON.
func resent(variables map[string]any) (out map[string]any, err error) {
	text, err := json.Marshal(variables)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return out, d.Decode(&out)
}

func refused(errs gqlerror.List) *Answer {
	a := &Answer{Verdict: "invalid"}
	for _, err := range errs {
		if err.Extensions["code"] == errcode.ParseFailed {
			a.Verdict = "syntax"
		}
		a.Messages = append(a.Messages, err.Message)
	}
	return a
}

func failure(err *gqlerror.Error) Failure {
	f := Failure{}
	for _, step := range err.Path {
		switch step := step.(type) {
		case ast.PathName:
			f.Path = append(f.Path, string(step))
		case ast.PathIndex:
			f.Path = append(f.Path, float64(step))
		}
	}
	for _, l := range err.Locations {
		f.Locations = append(f.Locations, Location{l.Line, l.Column})
	}
	return f
}
