package program

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// startDemo starts the demo and gives it with the tokens that it prints, by role.
func startDemo(t *testing.T, env map[string]string, args ...string) (*running, map[string]string) {
	t.Helper()
	args = append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)
	r := command{env: env}.start(t, "export ADMIN_TOKEN=", args...) // the last one
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^export (\w+)_TOKEN=(\S+)$`).FindAllStringSubmatch(r.stdout.String(), -1) {
		tokens[m[1]] = m[2]
	}
	_, after, _ := strings.Cut(r.stdout.String(), "Kontrak demo: ")
	r.url = strings.Fields(after)[0]
	return r, tokens
}

func TestSpansGoToTheCollectorThatIsSet(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/collect"} {
		t.Run("at "+path, func(t *testing.T) {
			t.Parallel()
			got := make(chan string, 10)
			collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				got <- r.URL.Path + " " + string(body)
			}))
			defer collector.Close()
			r, tokens := startDemo(t, nil, "--otel-endpoint", collector.URL+path)
			graphQL(t, r.url, tokens["ADMIN"], `query Page { contracts(first: 2) { nodes { id } } }`)
			r.stop(t) // sends what is left
			sent, want := <-got, "/v1/traces "
			if path != "" {
				want = path + " "
			}
			if !strings.HasPrefix(sent, want) || !strings.Contains(sent, "Query.contracts") || !strings.Contains(sent, "kontrak") {
				t.Errorf("the collector got %q", sent)
			}
		})
	}
}

func TestSpansAreWrittenToTheLogWhereThatIsSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		args  []string
		spans bool
	}{
		{"not by default", nil, false},
		{"all of them", []string{"--otel-endpoint", "stderr"}, true},
		{"none of them", []string{"--otel-endpoint", "stderr", "--otel-sample", "0"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, tokens := startDemo(t, nil, c.args...)
			graphQL(t, r.url, tokens["ADMIN"], `query Page { contracts(first: 2) { nodes { id } } }`)
			r.stop(t)
			if got := strings.Contains(r.stderr.String(), `"Name":"Query.contracts"`); got != c.spans {
				t.Errorf("spans: %v\n%s", got, r.stderr)
			}
		})
	}
}

func TestStatementsAreShownToWhoAsksInTheDemoOnly(t *testing.T) {
	t.Parallel()
	asked := operation{Query: `{ contracts(first: 2) { nodes { id } } }`, Extensions: map[string]any{"sql": true}}
	plain := operation{Query: asked.Query}
	for _, c := range []struct {
		name         string
		args         []string
		plain, asked bool
	}{
		{"usually", nil, false, true},
		{"always", []string{"--graph-sql", "always"}, true, true},
		{"never", []string{"--graph-sql", "off"}, false, false},
		{"not to other machines", []string{"--allow-remote", "--addr", "0.0.0.0:0"}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, tokens := startDemo(t, nil, c.args...)
			token := tokens["ADMIN"]
			for way, send := range ways {
				if got := send(t, r.url+"/query", token, plain); strings.Contains(got, `"sql":{"count":`) != c.plain {
					t.Errorf("%s, not asked: %.300s", way, got)
				}
				if got := send(t, r.url+"/query", token, asked); strings.Contains(got, `"sql":{"count":`) != c.asked || c.asked && !strings.Contains(got, `"SELECT `) {
					t.Errorf("%s, asked: %.300s", way, got)
				}
			}
			got := exchange(t, http.MethodPost, r.url+"/query", token, plain.json(t), "Content-Type", "application/json", "X-Kontrak-SQL", "1")
			if strings.Contains(got, `"sql":{"count":`) != c.asked {
				t.Errorf("by the header: %.300s", got)
			}
			r.stop(t)
		})
	}
}

func TestStatementsAreNotShownWhereOthersCanAsk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		bad  bool
	}{
		{"this machine only", nil, false},
		{"by its name", []string{"--public-url", "http://localhost:8080"}, false},
		{"an address of the network", []string{"--addr", "0.0.0.0:0"}, true},
		{"a public name", []string{"--public-url", "https://kontrak.example.com"}, true},
		{"a proxy", []string{"--trusted-proxies", "127.0.0.1"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			args := append([]string{
				"serve", "--addr", "127.0.0.1:0", "--graph-sql", "asked", "--drain", "0s",
				"--database-url", "sqlite:" + filepath.Join(dir, "k.db"), "--files-dir", filepath.Join(dir, "files"),
			}, c.args...)
			if !c.bad {
				command{}.start(t, "public_url=", args...).stop(t)
				return
			}
			if r := (command{}).run(t, args...); r.code == exitGood || !strings.Contains(r.stderr, "graph_sql") {
				t.Errorf("status %d: %s", r.code, r.stderr)
			}
		})
	}
}

// TestWebhooksOfTheDemoStayOutOfPrivateNetworks as soon as other machines reach the demo.
func TestWebhooksOfTheDemoStayOutOfPrivateNetworks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		args    []string
		private bool
	}{
		{"only this machine", nil, true},
		{"other machines", []string{"--allow-remote", "--addr", "0.0.0.0:0"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, tokens := startDemo(t, nil, c.args...)
			for _, url := range []string{"http://127.0.0.1:9/", "https://10.0.0.1/"} {
				got := graphQL(t, r.url, tokens["ADMIN"], `mutation { webhookCreate(input: {url: "`+url+`"}) { webhook { url } userErrors { field code } } }`)
				if strings.Contains(got, `"userErrors":[{"field":"url","code":"INVALID"}]`) == c.private || strings.Contains(got, `"webhook":{"url":"`+url+`"}`) != c.private {
					t.Errorf("%s: %s", url, got)
				}
			}
			r.stop(t)
		})
	}
}
