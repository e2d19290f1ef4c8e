package spec_test

import (
	"context"
	"errors"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/handler"
)

// TestExtensionsOfResponsesAndErrors is what section 7.1 says of the entries that are ours to use.
func TestExtensionsOfResponsesAndErrors(t *testing.T) {
	t.Parallel()
	with := func(extensions map[string]any) func(*handler.Server) {
		return func(s *handler.Server) {
			s.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
				for name, v := range extensions {
					graphql.RegisterExtension(ctx, name, v)
				}
				return next(ctx)
			})
		}
	}
	present := func(extensions map[string]any) func(*handler.Server) {
		return func(s *handler.Server) {
			s.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
				shown := graphql.DefaultErrorPresenter(ctx, err)
				shown.Extensions = extensions
				return shown
			})
		}
	}
	const failing = `{box{even}}`
	for _, c := range []struct {
		name, query, want string
		make              func(*handler.Server)
	}{
		{"a response has them last", `{__typename}`, `{"data":{"__typename":"Query"},"extensions":{"a":1,"b":{"c":[]}}}`, with(map[string]any{"a": 1, "b": map[string]any{"c": []int{}}})},
		{"a response with errors has them last", failing, `{"errors":[` + at("not an even number", 6, `"box","even"`) + `],"data":{"box":{"even":null}},"extensions":{"a":1}}`, with(map[string]any{"a": 1})},
		{"a request that was not executed may have them", `{zzz}`, `{"errors":[` + invalid(`Cannot query field "zzz" on type "Query".`, 2) + `],"extensions":{"a":1}}`, with(map[string]any{"a": 1})},
		{"without entries there are none", `{__typename}`, `{"data":{"__typename":"Query"}}`, with(nil)},
		{"an entry that is no JSON is left out", `{__typename}`, `{"data":{"__typename":"Query"},"extensions":{"a":1}}`, with(map[string]any{"a": 1, "b": func() {}})},
		{"an error has them", failing, `{"errors":[{"message":"not an even number","path":["box","even"],"locations":[{"line":1,"column":6}],"extensions":{"code":"ODD","n":{"m":1}}}],"data":{"box":{"even":null}}}`,
			present(map[string]any{"code": "ODD", "n": map[string]int{"m": 1}})},
		{"an error with an entry that is no JSON is told without it", failing, `{"errors":[{"message":"not an even number","path":["box","even"],"locations":[{"line":1,"column":6}],"extensions":{"code":"ODD"}}],"data":{"box":{"even":null}}}`,
			present(map[string]any{"code": "ODD", "n": make(chan int)})},
		{"an error that nobody is to see leaves null", failing, `{"data":{"box":{"even":null}}}`, func(s *handler.Server) {
			s.SetErrorPresenter(func(context.Context, error) *gqlerror.Error { return nil })
		}},
		{"an error of one's own text", failing, partly(`{"box":{"even":null}}`, at("sorry", 6, `"box","even"`)), func(s *handler.Server) {
			s.SetErrorPresenter(func(ctx context.Context, _ error) *gqlerror.Error {
				return graphql.DefaultErrorPresenter(ctx, graphql.ErrorOnPath(ctx, errors.New("sorry")))
			})
		}},
		{"a presenter sees where in the arguments an error is", `{box{echo(spot:{need:true,even:1})}}`, partly(`{"box":{"echo":null}}`, argument("not an even number at box.echo.spot.even", 6, `"box","echo"`, "spot.even")), func(s *handler.Server) {
			s.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
				shown := *graphql.DefaultErrorPresenter(ctx, err)
				shown.Message += " at " + shown.Path.String()
				return &shown
			})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := variant{kind: called}
			v.serve()
			c.make(v.server)
			w := post(t, v.server, &request{root: world(t, `{"box":{"even":1}}`)}, row{query: c.query}.body(t))
			if got := w.Body.String(); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}
