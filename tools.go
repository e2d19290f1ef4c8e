//go:build tools

// This file pins the versions of what generates code: ent's command. The graph's
// generator is part of this module (internal/gql).
package main

import (
	_ "entgo.io/ent/cmd/ent"
)
