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
		list.RemoveRule(rules.FieldsOnCorrectTypeRule.Name)
		list.AddRule(rules.FieldsOnCorrectTypeRuleWithoutSuggestions.Name, rules.FieldsOnCorrectTypeRuleWithoutSuggestions.RuleFunc)
	}
	return list
}
