package view

import (
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// GlobalID is the opaque id of an object in the graph: the name of its type and
// its number, encoded. A page has hundreds of them, so they write themselves.
type GlobalID struct {
	Type   string
	Number int64
}

// String is the id as clients know it.
func (g GlobalID) String() string { return string(g.appendTo(nil)) }

// AppendGQL appends the id as JSON.
func (g GlobalID) AppendGQL(b []byte) []byte {
	return append(g.appendTo(append(b, '"')), '"')
}

// MarshalGQL writes the id as JSON.
func (g GlobalID) MarshalGQL(w io.Writer) { _, _ = w.Write(g.AppendGQL(nil)) }

func (g GlobalID) appendTo(b []byte) []byte {
	var space [64]byte
	raw := append(append(space[:0], g.Type...), ':')
	return base64.RawURLEncoding.AppendEncode(b, strconv.AppendInt(raw, g.Number, 10))
}

// UnmarshalGQL reads an id. It fails for anything that a GlobalID does not write.
func (g *GlobalID) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if ok {
		g.Type, g.Number, ok = ParseGlobalID(text)
	}
	if !ok {
		return fmt.Errorf("this is not an id: %.100v", v)
	}
	return nil
}

// ParseGlobalID reads an opaque id. ok is false for anything that
// a GlobalID does not write.
func ParseGlobalID(s string) (typeName string, id int64, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", 0, false
	}
	typeName, digits, found := strings.Cut(string(raw), ":")
	id, err = strconv.ParseInt(digits, 10, 64)
	if !found || err != nil || id < 1 || (GlobalID{typeName, id}).String() != s {
		return "", 0, false
	}
	return typeName, id, true
}
