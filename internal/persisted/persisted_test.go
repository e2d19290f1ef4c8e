package persisted_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/persisted"
)

// documentOf is the document of a number.
func documentOf(n int) (hash, text string) {
	text = fmt.Sprintf("query Q%d { viewer { id email fullName role } }", n)
	return persisted.Hash(text), text
}

// A cache that forgets what was used least recently would hold none of the
// documents in use: between two uses of one come a thousand others.
func TestAFloodOfUnknownDocumentsPushesOutFewThatAreInUse(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	pinned, pinnedText := documentOf(-1)
	d := persisted.New(persisted.Config{Registered: map[string]string{pinned: pinnedText}, Kept: 100_000})
	const flood, each, inUse = 60_000, 20, 50
	asked, missed := 0, 0
	for i := range flood {
		hash, text := documentOf(1000 + i)
		d.Add(ctx, hash, text)
		if i%each != 0 {
			continue
		}
		hash, text = documentOf(i / each % inUse)
		got, ok := d.Get(ctx, hash)
		if !ok {
			d.Add(ctx, hash, text) // as a client does
		}
		if i > flood/2 {
			asked++
			if got != text {
				missed++
			}
		}
	}
	t.Logf("%d of %d were not there", missed, asked)
	if missed > asked/10 {
		t.Errorf("%d of %d documents in use were not there", missed, asked)
	}
	if got, ok := d.Get(ctx, pinned); !ok || got != pinnedText {
		t.Error("a registered document was forgotten")
	}
}

func TestWhatClientsBringIsBounded(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := persisted.New(persisted.Config{Kept: 50_000, Longest: 1000})
	for i := range 10_000 {
		hash, text := documentOf(i)
		d.Add(ctx, hash, text)
		d.Get(ctx, hash)
	}
	if n := d.Weight(); n > 50_000 {
		t.Errorf("%d bytes are kept", n)
	}
	long := strings.Repeat(" ", 1001)
	d.Add(ctx, persisted.Hash(long), long)
	if _, ok := d.Get(ctx, persisted.Hash(long)); ok {
		t.Error("a document beyond the bound of one was kept")
	}
}

func TestWhereOnlyRegisteredDocumentsAreAnsweredOthersAreRefusedAndNotKept(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	known, knownText := documentOf(1)
	other, otherText := documentOf(2)
	d := persisted.New(persisted.Config{Registered: map[string]string{known: knownText}, Only: true})
	d.Add(ctx, other, otherText)
	if _, ok := d.Get(ctx, other); ok {
		t.Error("a document that is not registered was kept")
	}
	if err := d.MutateOperationParameters(ctx, &graphql.RawParams{Query: knownText}); err != nil {
		t.Error(err)
	}
	err := d.MutateOperationParameters(ctx, &graphql.RawParams{Query: otherText})
	if err == nil || fmt.Sprint(err.Extensions["code"]) != "DOCUMENT_NOT_REGISTERED" {
		t.Errorf("got %v", err)
	}
	open := persisted.New(persisted.Config{})
	if err := open.MutateOperationParameters(ctx, &graphql.RawParams{Query: otherText}); err != nil {
		t.Error(err)
	}
}

func TestFilesOfDocumentsHaveTwoForms(t *testing.T) {
	t.Parallel()
	hash, text := documentOf(7)
	for _, c := range []struct{ name, file, fails string }{
		{"from hash to text", `{"` + hash + `": "` + text + `"}`, ""},
		{"Apollo's", `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "` + hash + `", "name": "Q7", "type": "query", "body": "` + text + `"}]}`, ""},
		{"none", `{}`, "empty"},
		{"another format", `{"format": "x", "operations": []}`, "neither"},
		{"no JSON", `query { a }`, "neither"},
		{"a hash of something else", `{"` + strings.Repeat("0", 64) + `": "` + text + `"}`, "has the SHA-256 " + hash},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "documents.json")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := persisted.Read(path)
			switch {
			case c.fails == "empty":
				if err != nil || len(got) != 0 {
					t.Errorf("got %v %v", got, err)
				}
			case c.fails != "":
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("got %v", err)
				}
			case err != nil || got[hash] != text:
				t.Errorf("got %v %v", got, err)
			}
		})
	}
	if _, err := persisted.Read(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("a file that is not there was read")
	}
}
