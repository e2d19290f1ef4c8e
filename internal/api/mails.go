package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net"
	"net/http"
	"strings"

	"kontrak/internal/mail"
)

var mailsTemplate = template.Must(template.New("mails").Parse(strings.TrimSpace(`
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Mails – Kontrak</title><style>{{.Style}}</style></head>
<body><main><h1>Mails</h1><p>What would have been sent, the newest first. Nothing leaves this machine.</p>
{{range .Mails}}<h2>{{.Subject}}</h2><p>To {{.Name}} &lt;{{.To}}&gt;</p><pre>{{.Text}}</pre>
{{else}}<p>There is none yet.</p>{{end}}</main></body></html>
`)))

// mailsPage gives the page at "/mail": what is in the box.
func mailsPage(box *mail.Box) http.HandlerFunc {
	sum := sha256.Sum256([]byte(indexStyle))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	return func(w http.ResponseWriter, r *http.Request) {
		if !fromHere(r) {
			http.Error(w, "This page is shown on the machine itself alone.", http.StatusForbidden)
			return
		}
		var page bytes.Buffer
		err := mailsTemplate.Execute(&page, map[string]any{"Style": template.CSS(indexStyle), "Mails": box.Mails()})
		if err != nil {
			panic(err) // the template does not fit its data
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(page.Bytes()) // the client has gone: nobody is left to tell
	}
}

// fromHere tells whether somebody on this machine asks, with nothing in between: codes
// stand on the page. A proxy says that it is one, and a page of another site that leads
// here by its own name has that name in the request.
func fromHere(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
