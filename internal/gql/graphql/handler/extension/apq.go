package extension

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/errcode"
)

const (
	apqName         = "AutomaticPersistedQuery"
	apqNotFound     = "PersistedQueryNotFound"
	apqNotFoundCode = "PERSISTED_QUERY_NOT_FOUND"
)

// AutomaticPersistedQuery lets clients send the SHA-256 of a document instead of the document, in the extension
// persistedQuery of a request. A hash that is not known is answered with PERSISTED_QUERY_NOT_FOUND; the client then
// sends both once.
type AutomaticPersistedQuery struct {
	// Cache keeps the documents by their hash. It should be bounded, since clients fill it.
	Cache graphql.Cache[string]
}

// ApqStats says how a document came.
type ApqStats struct {
	// Hash of the document, in lower-case hexadecimal digits.
	Hash string
	// SentQuery is true when the document itself came as well.
	SentQuery bool
}

var _ interface {
	graphql.OperationParameterMutator
	graphql.HandlerExtension
} = AutomaticPersistedQuery{}

// ExtensionName is AutomaticPersistedQuery.
func (a AutomaticPersistedQuery) ExtensionName() string { return apqName }

// Validate fails without a cache.
func (a AutomaticPersistedQuery) Validate(graphql.ExecutableSchema) error {
	if a.Cache == nil {
		return errors.New("AutomaticPersistedQuery.Cache can not be nil")
	}
	return nil
}

// MutateOperationParameters puts the document in the place of its hash.
func (a AutomaticPersistedQuery) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	extension, ok := request.Extensions["persistedQuery"]
	if !ok || extension == nil {
		return nil
	}
	hash, err := apqHash(extension)
	if err != nil {
		return err
	}
	sent := request.Query != ""
	if !sent {
		query, known := a.Cache.Get(ctx, hash)
		if !known {
			err := gqlerror.Errorf(apqNotFound)
			errcode.Set(err, apqNotFoundCode)
			return err
		}
		request.Query = query
	} else {
		sum := sha256.Sum256([]byte(request.Query))
		if hex.EncodeToString(sum[:]) != hash {
			return gqlerror.Errorf("provided APQ hash does not match query")
		}
		a.Cache.Add(ctx, hash, request.Query)
	}
	graphql.GetOperationContext(ctx).Stats.SetExtension(apqName, &ApqStats{Hash: hash, SentQuery: sent})
	return nil
}

// apqHash reads the extension of a request.
func apqHash(extension any) (string, *gqlerror.Error) {
	fields, ok := extension.(map[string]any)
	hash, isText := fields["sha256Hash"].(string)
	if !ok || !isText {
		return "", gqlerror.Errorf("invalid APQ extension data")
	}
	version := fields["version"]
	if n, ok := version.(json.Number); (!ok || n != "1") && version != float64(1) && version != 1 && version != int64(1) {
		return "", gqlerror.Errorf("unsupported APQ version")
	}
	return hash, nil
}

// GetApqStats tells how the document of the operation came; it is nil when it came without a hash.
func GetApqStats(ctx context.Context) *ApqStats {
	stats, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(apqName).(*ApqStats)
	return stats
}
