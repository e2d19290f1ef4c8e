package spec_test

// operations62 is section 6.2: queries and mutations. Subscriptions are in streams_test.go.
var operations62 = []section{
	{"6.2.1 Query", []row{
		{name: "the result is that of the selection set on the query root", query: `{string box{int}}`, world: `{"string":"s","box":{"int":1}}`, want: data(`{"string":"s","box":{"int":1}}`)},
		{name: "data and errors come together", query: `{string box{int}}`, world: `{"string":"s","errs":{"box":"no"}}`, want: partly(`{"string":"s","box":null}`, at("no", 9, `"box"`))},
		{name: "without errors there is only data", query: `{box{int}}`, world: `{}`, want: data(`{"box":null}`)},
	}},
	{"6.2.2 Mutation", []row{
		{name: "the result is that of the selection set on the mutation root", query: `mutation{add(n:2){total}}`, want: data(`{"add":{"total":2}}`), log: "add 2"},
		{name: "fields run one after the other, as they stand", query: `mutation{a:add(n:1){total} b:add(n:2){total} c:add(n:3){total}}`,
			want: data(`{"a":{"total":1},"b":{"total":3},"c":{"total":6}}`), log: "add 1, add 2, add 3"},
		{name: "what is below a field is complete before the next field runs", query: `mutation{a:add(n:1){now} b:add(n:2){now total} c:add(n:3){now}}`,
			want: data(`{"a":{"now":1},"b":{"now":3,"total":3},"c":{"now":6}}`), log: "add 1, now 1, add 2, now 3, add 3, now 6"},
		{name: "fields with one response key run once", query: `mutation{a:add(n:1){total} b:add(n:2){total} a:add(n:1){now}}`,
			want: data(`{"a":{"total":1,"now":1},"b":{"total":3}}`), log: "add 1, now 1, add 2"},
		{name: "fields of fragments run where they come first", query: `mutation{...F b:add(n:2){total} ...on Mutation{c:add(n:3){total}} ...F} fragment F on Mutation{a:add(n:1){total} c:add(n:3){now}}`,
			want: data(`{"a":{"total":1},"c":{"now":4,"total":4},"b":{"total":6}}`), log: "add 1, add 3, now 4, add 2"},
		{name: "fields that are left out do not run", query: `mutation($no:Boolean!){a:add(n:1)@include(if:$no){total} b:add(n:2){total} ...@skip(if:true){c:add(n:3){total}}}`, variables: `{"no":false}`,
			want: data(`{"b":{"total":2}}`), log: "add 2"},
		{name: "the root's name stands among them", query: `mutation{a:add(n:1){total} __typename b:add(n:2){total}}`, want: data(`{"a":{"total":1},"__typename":"Mutation","b":{"total":3}}`), log: "add 1, add 2"},
		{name: "a field that fails does not stop the next", query: `mutation{a:add(n:1){total} fail{total} b:add(n:2){total}}`, world: `{"errs":{"fail":"no"}}`,
			want: partly(`{"a":{"total":1},"fail":null,"b":{"total":3}}`, at("no", 28, `"fail"`)), log: "add 1, add 2"},
		{name: "a field that is null does not stop the next", query: `mutation{fail{total} b:add(n:2){total}}`, want: data(`{"fail":null,"b":{"total":2}}`), log: "fail, add 2"},
		{name: "an error below a field does not stop the next", query: `mutation{a:add(n:1){box{strictInt}} b:add(n:2){total}}`, world: `{"box":{}}`,
			want: partly(`{"a":{"box":null},"b":{"total":3}}`, at("must not be null", 25, `"a","box","strictInt"`)), log: "add 1, add 2"},
		{name: "a required field that fails takes all data, and the next do not run", query: `mutation{a:add(n:1){total} strictFail{total} b:add(n:2){total}}`, world: `{"errs":{"strictFail":"no"}}`,
			want: partly(`null`, at("no", 28, `"strictFail"`)), log: "add 1"},
		{name: "a required field that is null takes all data, and the next do not run", query: `mutation{a:add(n:1){total} strictFail{total} b:add(n:2){total}}`,
			want: partly(`null`, at("must not be null", 28, `"strictFail"`)), log: "add 1, fail"},
		{name: "errors of what ran before stay", query: `mutation{a:add(n:1){box{strictInt}} strictFail{total}}`, world: `{"box":{}}`,
			want: partly(`null`, at("must not be null", 25, `"a","box","strictInt"`), at("must not be null", 37, `"strictFail"`)), log: "add 1, fail"},
		{name: "a field whose arguments are no good does not run", query: `mutation($n:Int=1){a:add(n:$n){total} fail{total}}`, variables: `{"n":null}`,
			want: partly(`null`, argument("must not be null", 28, `"a"`, "n"))},
	}},
}
