// Package rules has the rules for documents that the parser's own do not keep as the specification has them.
package rules

import (
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Default is the parser's rules with ours in place of those that are too strict or too lax. Without hints the messages
// leave out what a client may have meant.
func Default(hints bool) *rules.Rules {
	list := rules.NewDefaultRules()
	for _, r := range []core.Rule{
		valuesOfCorrectType(hints), singleRoot,
	} {
		list.RemoveRule(r.Name)
		list.AddRule(r.Name, r.RuleFunc)
	}
	if !hints {
		WithoutHints(list)
	}
	return list
}

// WithoutHints puts rules that do not say what a client may have meant in place of those that do: what they name is
// part of a schema that may be hidden.
func WithoutHints(list *rules.Rules) {
	for name, quiet := range map[string]core.Rule{
		rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions,
	} {
		list.RemoveRule(name)
		list.AddRule(quiet.Name, quiet.RuleFunc)
	}
}
