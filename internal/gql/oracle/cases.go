package oracle

import (
	"bytes"
	"encoding/json"
	"os"

	"kontrak/internal/gql/oracle/document"
)

// NamedCase is a request that the two sides once answered differently, with what the peer answers.
type NamedCase struct {
	Name          string         `json:"name"`
	Target        string         `json:"target"`
	Query         string         `json:"query"`
	OperationName string         `json:"operationName,omitempty"`
	Variables     map[string]any `json:"variables,omitempty"`
	World         uint32         `json:"world"`
	// Allowed is the allowance that it shows, if it still differs.
	Allowed string  `json:"allowed,omitempty"`
	Answer  *Answer `json:"answer,omitempty"`
}

// Case is the request.
func (n *NamedCase) Case() *document.Case {
	return &document.Case{Query: n.Query, OperationName: n.OperationName, Variables: n.Variables, Seed: n.World}
}

// ReadCases reads a file of named cases.
func ReadCases(file string) (cases []*NamedCase, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return cases, d.Decode(&cases)
}

// WriteCases writes a file of named cases.
func WriteCases(file string, cases []*NamedCase) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(cases); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}
