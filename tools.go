//go:build tools

package main

import (
	_ "ariga.io/atlas/sql/migrate"
	_ "entgo.io/ent/cmd/ent"
	_ "github.com/alecthomas/kong"
	_ "github.com/caarlos0/env/v11"
	_ "github.com/go-chi/chi/v5"
	_ "github.com/go-chi/httprate"
	_ "github.com/go-chi/jwtauth/v5"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq"
	_ "github.com/pressly/goose/v3"
	_ "github.com/vektah/gqlparser/v2"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/text/unicode/norm"
	_ "golang.org/x/tools/go/packages"
	_ "golang.org/x/tools/imports"
	_ "gopkg.in/yaml.v3"
	_ "modernc.org/sqlite"
	_ "pgregory.net/rapid"
)
