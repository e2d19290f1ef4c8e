package guard

import (
	"context"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
)

// Uploads bounds the files of a request. It is the extension that bounds the size
// of each, once they were read; CheckFiles bounds their number before.
type Uploads struct {
	// Files is how many a request brings at most, and Bytes how large each may be.
	// What is zero has its default, and what is negative no limit.
	Files, Bytes int
}

// DefaultUploads is what zero limits mean.
var DefaultUploads = Uploads{Files: 10, Bytes: 10 << 20}

var _ graphql.OperationParameterMutator = Uploads{}

func (u Uploads) orDefault() Uploads {
	for _, pair := range []struct{ limit, def *int }{{&u.Files, &DefaultUploads.Files}, {&u.Bytes, &DefaultUploads.Bytes}} {
		switch {
		case *pair.limit == 0:
			*pair.limit = *pair.def
		case *pair.limit < 0:
			*pair.limit = unlimited
		}
	}
	return u
}

// ExtensionName is Uploads.
func (Uploads) ExtensionName() string { return "Uploads" }

// Validate accepts every schema.
func (Uploads) Validate(graphql.ExecutableSchema) error { return nil }

// CheckFiles refuses a request that brings too many files.
func (u Uploads) CheckFiles(n int) *fault.Error {
	most := u.orDefault().Files
	if n <= most {
		return nil
	}
	f := fault.Newf(fault.FileCountLimit, "The request has %d files, and %d are allowed: send fewer.", n, most)
	return f.With("limit", most).With("actual", n)
}

// MutateOperationParameters refuses a request one of whose files is too large.
func (u Uploads) MutateOperationParameters(_ context.Context, request *graphql.RawParams) *gqlerror.Error {
	if !strings.HasPrefix(request.Headers.Get("Content-Type"), "multipart/") {
		return nil
	}
	most, largest := int64(u.orDefault().Bytes), int64(0)
	eachUpload(request.Variables, func(file graphql.Upload) { largest = max(largest, file.Size) })
	if largest <= most {
		return nil
	}
	return over(fault.FileSizeLimit, int(most), int(largest),
		"A file has %d bytes, and %d are allowed: send a smaller one.")
}

// eachUpload visits the files among variables.
func eachUpload(v any, visit func(graphql.Upload)) {
	switch v := v.(type) {
	case graphql.Upload:
		visit(v)
	case []any:
		for _, item := range v {
			eachUpload(item, visit)
		}
	case map[string]any:
		for _, item := range v {
			eachUpload(item, visit)
		}
	}
}
