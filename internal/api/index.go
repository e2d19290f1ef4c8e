package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

const indexStyle = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1d2433;background:#fff}
h1{margin:0}dt{margin-top:1rem;font-weight:600}dd{margin:0;color:#4a5468}code,pre{font:14px/1.5 ui-monospace,monospace;background:#f3f5f9;border-radius:4px}
code{padding:.1rem .3rem}pre{padding:.8rem;overflow:auto}a{color:#1f4fbf}
@media(prefers-color-scheme:dark){body{color:#e6e9f0;background:#14171f}dd{color:#a9b1c3}code,pre{background:#1f2430}a{color:#8fb0ff}}`

var indexTemplate = template.Must(template.New("index").Parse(strings.TrimSpace(`
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Kontrak</title><style>{{.Style}}</style></head>
<body><main><h1>Kontrak</h1><p>A marketplace of service contracts, as a graph and in REST.</p>
<dl><dt><a href="/">/</a> Playground</dt><dd>Ask the graph in the browser.</dd>
{{range .Doors}}<dt><code>{{.Path}}</code> {{.Title}}</dt><dd>{{.About}}{{with .OpenAPI}} <a href="/openapi/{{.Name}}.json">OpenAPI</a>{{end}}</dd>{{end}}
<dt><a href="/healthz">/healthz</a></dt><dd>Whether the program runs.</dd>
<dt><a href="/readyz">/readyz</a></dt><dd>Whether it can answer: the database is there, with the tables it needs.</dd></dl>
{{range .Notes}}<pre>{{.}}</pre>{{end}}</main></body></html>
`)))

// indexPage gives the page at "/about": what there is. It is made once.
func indexPage(c Config) http.HandlerFunc {
	var page bytes.Buffer
	err := indexTemplate.Execute(&page, map[string]any{
		"Style": template.CSS(indexStyle), "Doors": c.Doors, "Notes": c.Notes,
	})
	if err != nil {
		panic(err) // the template does not fit its data
	}
	sum := sha256.Sum256([]byte(indexStyle))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write(page.Bytes()) // the client has gone: nobody is left to tell
	}
}
