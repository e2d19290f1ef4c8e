package spec_test

// introspection4 is section 4 as far as later changes and what is deprecated concern it.
var introspection4 = []section{
	{"4.1 Type Name Introspection", []row{
		{name: "it may have an alias, and be asked for more than once", query: `{a:__typename __typename box{b:__typename pet{__typename}}}`, world: `{"box":{"pet":{"is":"Dog"}}}`, want: data(`{"a":"Query","__typename":"Query","box":{"b":"Box","pet":{"__typename":"Dog"}}}`)},
	}},
	{"4.2 Schema Introspection", []row{
		{name: "the roots", query: `{__schema{queryType{name} mutationType{name} subscriptionType{name}}}`,
			want: data(`{"__schema":{"queryType":{"name":"Query"},"mutationType":{"name":"Mutation"},"subscriptionType":{"name":"Subscription"}}}`)},
		{name: "a type by its name, and none", query: `query($n:String!){__type(name:$n){kind name} a:__type(name:"What"){name}}`, variables: `{"n":"Pet"}`, want: data(`{"__type":{"kind":"INTERFACE","name":"Pet"},"a":null}`)},
		{name: "every kind", query: `{a:__type(name:"Even"){...K} b:__type(name:"Box"){...K} c:__type(name:"Node"){...K} d:__type(name:"Found"){...K} e:__type(name:"Color"){...K} f:__type(name:"Spot"){...K}} fragment K on __Type{kind}`,
			want: data(`{"a":{"kind":"SCALAR"},"b":{"kind":"OBJECT"},"c":{"kind":"INTERFACE"},"d":{"kind":"UNION"},"e":{"kind":"ENUM"},"f":{"kind":"INPUT_OBJECT"}}`)},
		{name: "lists and non-nulls around a type", query: `{__type(name:"Cat"){fields{name type{kind name ofType{kind name}}}}}`,
			want: data(`{"__type":{"fields":[{"name":"id","type":{"kind":"NON_NULL","name":null,"ofType":{"kind":"SCALAR","name":"ID"}}},{"name":"name","type":{"kind":"NON_NULL","name":null,"ofType":{"kind":"SCALAR","name":"String"}}},` +
				`{"name":"nick","type":{"kind":"SCALAR","name":"String","ofType":null}},{"name":"friend","type":{"kind":"OBJECT","name":"Cat","ofType":null}},{"name":"lives","type":{"kind":"SCALAR","name":"Int","ofType":null}},` +
				`{"name":"size","type":{"kind":"SCALAR","name":"String","ofType":null}}]}}`)},
		{name: "interfaces of interfaces, and what implements them", query: `{a:__type(name:"Pet"){interfaces{name} possibleTypes{name}} b:__type(name:"Node"){interfaces{name} possibleTypes{name}} c:__type(name:"Cat"){interfaces{name} possibleTypes{name}}}`,
			want: data(`{"a":{"interfaces":[{"name":"Named"},{"name":"Node"}],"possibleTypes":[{"name":"Cat"},{"name":"Dog"}]},"b":{"interfaces":[],"possibleTypes":[{"name":"Cat"},{"name":"Dog"},{"name":"Rock"}]},"c":{"interfaces":[{"name":"Pet"},{"name":"Named"},{"name":"Node"}],"possibleTypes":null}}`)},
		{name: "deprecated fields on demand", query: `{__type(name:"Query"){fields{name} all:fields(includeDeprecated:true){name isDeprecated deprecationReason}}}`,
			want: data(`{"__type":{"fields":[{"name":"box"},{"name":"strictBox"},{"name":"boxes0"},{"name":"boxes3"},{"name":"pet"},{"name":"string"},{"name":"strictString"},{"name":"strictEven"},{"name":"fading"}],"all":[` +
				`{"name":"box","isDeprecated":false,"deprecationReason":null},{"name":"strictBox","isDeprecated":false,"deprecationReason":null},{"name":"boxes0","isDeprecated":false,"deprecationReason":null},{"name":"boxes3","isDeprecated":false,"deprecationReason":null},` +
				`{"name":"pet","isDeprecated":false,"deprecationReason":null},{"name":"string","isDeprecated":false,"deprecationReason":null},{"name":"strictString","isDeprecated":false,"deprecationReason":null},{"name":"strictEven","isDeprecated":false,"deprecationReason":null},` +
				`{"name":"fading","isDeprecated":false,"deprecationReason":null},{"name":"faded","isDeprecated":true,"deprecationReason":"No longer supported"}]}}`)},
		{name: "deprecated values on demand", query: `{__type(name:"Color"){enumValues{name} all:enumValues(includeDeprecated:true){name isDeprecated deprecationReason description}}}`,
			want: data(`{"__type":{"enumValues":[{"name":"RED"},{"name":"GREEN"}],"all":[{"name":"RED","isDeprecated":false,"deprecationReason":null,"description":null},{"name":"GREEN","isDeprecated":false,"deprecationReason":null,"description":null},{"name":"CRIMSON","isDeprecated":true,"deprecationReason":"Use RED.","description":"As one used to say."}]}}`)},
		{name: "deprecated arguments on demand", query: `{__type(name:"Query"){fields{name args@skip(if:false){name} all:args(includeDeprecated:true){name isDeprecated deprecationReason}}}}`,
			want: data(`{"__type":{"fields":[{"name":"box","args":[],"all":[]},{"name":"strictBox","args":[],"all":[]},{"name":"boxes0","args":[],"all":[]},{"name":"boxes3","args":[],"all":[]},{"name":"pet","args":[],"all":[]},{"name":"string","args":[],"all":[]},` +
				`{"name":"strictString","args":[],"all":[]},{"name":"strictEven","args":[],"all":[]},{"name":"fading","args":[{"name":"new"},{"name":"in"}],"all":[{"name":"new","isDeprecated":false,"deprecationReason":null},{"name":"old","isDeprecated":true,"deprecationReason":"Use new."},{"name":"in","isDeprecated":false,"deprecationReason":null}]}]}}`)},
		{name: "deprecated input fields on demand", query: `{__type(name:"Fading"){inputFields{name} all:inputFields(includeDeprecated:true){name isDeprecated deprecationReason defaultValue}}}`,
			want: data(`{"__type":{"inputFields":[{"name":"new"}],"all":[{"name":"new","isDeprecated":false,"deprecationReason":null,"defaultValue":null},{"name":"old","isDeprecated":true,"deprecationReason":"Use new.","defaultValue":null},{"name":"older","isDeprecated":true,"deprecationReason":"No longer supported","defaultValue":"[1]"}]}}`)},
		{name: "null for includeDeprecated is no", query: `{__type(name:"Color"){enumValues(includeDeprecated:null){name}}}`, want: data(`{"__type":{"enumValues":[{"name":"RED"},{"name":"GREEN"}]}}`)},
		{name: "defaults as they are written in the language", query: `{__type(name:"Spot"){inputFields{name defaultValue}}}`,
			want: data(`{"__type":{"inputFields":[{"name":"x","defaultValue":"1"},{"name":"y","defaultValue":null},{"name":"need","defaultValue":null},{"name":"even","defaultValue":null},{"name":"color","defaultValue":"RED"},{"name":"tags","defaultValue":null},{"name":"grid","defaultValue":null},{"name":"deep","defaultValue":null},{"name":"deeper","defaultValue":null},{"name":"which","defaultValue":null}]}}`)},
		{name: "@oneOf", query: `{a:__type(name:"Which"){isOneOf} b:__type(name:"Spot"){isOneOf} c:__type(name:"Box"){isOneOf}}`, want: data(`{"a":{"isOneOf":true},"b":{"isOneOf":false},"c":{"isOneOf":null}}`)},
		{name: "@specifiedBy", query: `{a:__type(name:"Moment"){specifiedByURL} b:__type(name:"Even"){specifiedByURL} c:__type(name:"Box"){specifiedByURL}}`, want: data(`{"a":{"specifiedByURL":"https://example.test/moment"},"b":{"specifiedByURL":null},"c":{"specifiedByURL":null}}`)},
		{name: "a repeatable directive and its places", query: `{__schema{directives{name isRepeatable locations args{name defaultValue}}}}`, want: data(`{"__schema":{"directives":[{"name":"around","isRepeatable":true,"locations":["FIELD_DEFINITION","FIELD","QUERY"],"args":[{"name":"word","defaultValue":"\"around\""}]},` +
			`{"name":"deprecated","isRepeatable":false,"locations":["FIELD_DEFINITION","ARGUMENT_DEFINITION","INPUT_FIELD_DEFINITION","ENUM_VALUE","DIRECTIVE_DEFINITION"],"args":[{"name":"reason","defaultValue":"\"No longer supported\""}]},` +
			`{"name":"include","isRepeatable":false,"locations":["FIELD","FRAGMENT_SPREAD","INLINE_FRAGMENT"],"args":[{"name":"if","defaultValue":null}]},{"name":"oneOf","isRepeatable":false,"locations":["INPUT_OBJECT"],"args":[]},` +
			`{"name":"skip","isRepeatable":false,"locations":["FIELD","FRAGMENT_SPREAD","INLINE_FRAGMENT"],"args":[{"name":"if","defaultValue":null}]},{"name":"specifiedBy","isRepeatable":false,"locations":["SCALAR"],"args":[{"name":"url","defaultValue":null}]}]}}`)},
		{name: "it may stand beside data", query: `{string __schema{queryType{name}}}`, world: `{"string":"s"}`, want: data(`{"string":"s","__schema":{"queryType":{"name":"Query"}}}`)},
		{name: "only at the root of queries", query: `mutation{__schema{queryType{name}}}`, want: refused(invalid(`Cannot query field "__schema" on type "Mutation".`, 10))},
	}},
}
