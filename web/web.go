// Package web holds the playground: the page at "/" on which people ask the
// graph. Its sources are beside this file; what is embedded is built from them by
// "make web" and committed, so that Go alone builds the program.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var built embed.FS

// Files gives the built files: index.html, and everything that it loads below
// assets/, each compressed and named so (x.js.gz). The page has two gaps for the
// server to fill in, see Nonce and Settings.
func Files() fs.FS {
	files, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the path is a constant, and valid
	}
	return files
}

// The gaps of index.html.
const (
	// Nonce stands where the page wants the nonce of its content security policy.
	Nonce = "__NONCE__"
	// Settings stands where the page wants a JSON object: {"accounts": [{"email",
	// "role", "about"}], "password", "sql"}, the first two to sign in with one press. {}
	// is enough.
	Settings = `"__SETTINGS__"`
)
