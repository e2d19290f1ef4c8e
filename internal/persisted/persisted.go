// Package persisted keeps GraphQL documents under the SHA-256 of their text, so
// that clients can send the hash in place of the document.
//
// There are two kinds. Documents of a file are registered when the program starts
// and are never forgotten. Documents that clients bring are kept in a bounded
// cache: it lets a new one in only at the cost of one that was asked for less
// often, so that a flood of documents that nobody asks for again does not push out
// those in use. Somebody who asks for each of his documents as often as others ask
// for theirs can push them out; they then come once more in full, by the protocol
// of the clients, and nothing fails.
package persisted

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
)

// DefaultKept is how many bytes the documents that clients bring may take
// together, unless the settings say otherwise.
const DefaultKept = 4 << 20

// overhead is what a document takes beside its text, about.
const overhead = 200

// Config says which documents are kept. The zero Config keeps what clients bring.
type Config struct {
	// Registered are documents by the SHA-256 of their text, in hexadecimal digits;
	// see Read.
	Registered map[string]string
	// Kept bounds the bytes of what clients bring; zero has its default.
	Kept int
	// Longest bounds the bytes of one document that a client brings; zero is no bound.
	Longest int
	// Only refuses every document that is not registered.
	Only bool
}

// Documents keeps documents. It is the cache of gqlgen's extension
// AutomaticPersistedQuery, and an extension itself, to be added after that one.
type Documents struct {
	Config
	brought *otter.Cache[string, string]
}

var (
	_ graphql.Cache[string]             = &Documents{}
	_ graphql.OperationParameterMutator = &Documents{}
)

// New makes the store of documents.
func New(c Config) *Documents {
	if c.Kept <= 0 {
		c.Kept = DefaultKept
	}
	return &Documents{Config: c, brought: otter.Must(&otter.Options[string, string]{
		MaximumWeight: uint64(c.Kept),
		Weigher:       func(_, text string) uint32 { return uint32(len(text) + overhead) },
	})}
}

// Get gives the document of a hash.
func (d *Documents) Get(_ context.Context, hash string) (string, bool) {
	if text, ok := d.Registered[hash]; ok {
		return text, true
	}
	return d.brought.GetIfPresent(hash)
}

// Add keeps a document that a client brought. Whoever calls has compared the hash.
func (d *Documents) Add(_ context.Context, hash, text string) {
	if _, known := d.Registered[hash]; known || d.Only || d.Longest > 0 && len(text) > d.Longest {
		return
	}
	d.brought.SetIfAbsent(hash, text)
}

// ExtensionName is Documents.
func (*Documents) ExtensionName() string { return "Documents" }

// Validate accepts every schema.
func (*Documents) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a document that is not registered, where only
// those are answered.
func (d *Documents) MutateOperationParameters(_ context.Context, request *graphql.RawParams) *gqlerror.Error {
	if !d.Only {
		return nil
	}
	if _, known := d.Registered[Hash(request.Query)]; known {
		return nil
	}
	f := fault.New(fault.DocumentUnknown, "")
	return &gqlerror.Error{Err: f, Message: f.Message, Extensions: map[string]any{"code": f.Code, "kind": f.Kind}}
}

// Hash gives the hash of a document.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// manifest is Apollo's form of a file of documents.
type manifest struct {
	Format     string `json:"format"`
	Operations []struct {
		ID   string `json:"id"`
		Body string `json:"body"`
	} `json:"operations"`
}

// Read reads a file of documents, in one of two forms that clients' compilers
// write: a JSON object from hash to text (Relay), or Apollo's manifest. It fails
// when a hash is not the SHA-256 of its text.
func Read(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	documents := map[string]string{}
	if json.Unmarshal(raw, &documents) != nil {
		clear(documents)
		var m manifest
		if err := json.Unmarshal(raw, &m); err != nil || m.Format != "apollo-persisted-query-manifest" {
			return nil, errors.New("it is neither a JSON object from hash to document nor an Apollo manifest")
		}
		for _, op := range m.Operations {
			documents[op.ID] = op.Body
		}
	}
	for hash, text := range documents {
		if want := Hash(text); hash != want {
			return nil, fmt.Errorf("the document under %q has the SHA-256 %s", hash, want)
		}
	}
	return documents, nil
}
