package graph

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// sender is where a request comes from, and with which program it was sent.
type sender struct{ address, agent string }

type senderKey struct{}

func withSender(ctx context.Context, r *http.Request) context.Context {
	return context.WithValue(ctx, senderKey{}, sender{address: r.RemoteAddr, agent: r.UserAgent()})
}

// guest is whoever shows the token of a link. Each time counts, so that nobody guesses
// many tokens in one operation.
//
// Faults: RATE_LIMITED.
func (r *Resolver) guest(ctx context.Context, token string) (market.Guest, error) {
	from, _ := ctx.Value(senderKey{}).(sender)
	return market.Guest{Token: token, Address: from.address, Agent: from.agent}, r.Auth.PassLink(from.address)
}

// seeSigning shows a guest what there is to sign; nil for a token that is not good.
func (r *Resolver) seeSigning(ctx context.Context, token string) (*view.Signing, error) {
	who, err := r.guest(ctx, token)
	if err != nil {
		return nil, err
	}
	v, err := r.App.Signing(ctx, who)
	if fault.Is(err, fault.RecordNotFound) {
		return nil, nil
	}
	return v, err
}

// sign signs for a guest.
func (r *Resolver) sign(ctx context.Context, in model.SigningSignInput) (*model.SigningPayload, error) {
	who, err := r.guest(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	values, err := signedValues(in.Values)
	if err != nil {
		return signingPayload(nil, err)
	}
	v, err := r.App.Sign(ctx, who, market.SignInput{Values: values, Code: deref(in.Code)})
	return signingPayload(v, fieldsSigned(in.Values, err))
}

// refuse refuses for a guest.
func (r *Resolver) refuse(ctx context.Context, in model.SigningRefuseInput) (*model.SigningPayload, error) {
	who, err := r.guest(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	return signingPayload(r.App.RefuseToSign(ctx, who, market.RefuseInput{Reason: in.Reason, Code: deref(in.Code)}))
}

func signingPayload(v *view.Signing, err error) (*model.SigningPayload, error) {
	bad, err := userErrors(err)
	return &model.SigningPayload{Signing: v, UserErrors: bad}, err
}

// signedValues are the values by their fields.
//
// Faults: INVALID for two of one field. That is said of a token that is not good, too:
// it tells nothing of the token.
func signedValues(list []*model.SigningValueInput) (map[int64]string, error) {
	values := make(map[int64]string, len(list))
	var bad fault.Fields
	for i, v := range list {
		_, twice := values[v.Field]
		bad.Check(!twice, fmt.Sprintf("values[%d].field", i), "stands in the list already")
		values[v.Field] = v.Value
	}
	return values, bad.Err(fault.InputInvalid)
}

// fieldsSigned names the fields of a document by their places in the input; what is not
// among the values is said of them all.
func fieldsSigned(list []*model.SigningValueInput, err error) error {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	renamed := *f
	renamed.Fields = slices.Clone(f.Fields)
	for i, field := range renamed.Fields {
		number, of := strings.CutPrefix(strings.TrimSuffix(field.Name, "]"), "fields[")
		if !of {
			continue
		}
		at := slices.IndexFunc(list, func(v *model.SigningValueInput) bool { return strconv.FormatInt(v.Field, 10) == number })
		if at >= 0 {
			renamed.Fields[i].Name = fmt.Sprintf("values[%d].value", at)
			continue
		}
		renamed.Fields[i] = fault.Field{Name: "values", Message: "must hold field " + number + ", which " + field.Message}
	}
	return &renamed
}
