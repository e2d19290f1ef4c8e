package spec_test

// response7 is section 7: the form of a response.
var response7 = []section{
	{"7.1 Response Format", []row{
		{name: "a response without errors has no key for them", query: `{string}`, world: `{"string":"s"}`, want: `{"data":{"string":"s"}}`},
		{name: "errors come first", query: `{string box{even}}`, world: `{"string":"s","box":{"even":1}}`,
			want: `{"errors":[{"message":"not an even number","path":["box","even"],"locations":[{"line":1,"column":13}]}],"data":{"string":"s","box":{"even":null}}}`},
		{name: "a request that was not executed has no data", query: `{`, want: `{"errors":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`},
		{name: "an operation that was executed has data, null too", query: `{strictString}`, want: `{"errors":[{"message":"must not be null","path":["strictString"],"locations":[{"line":1,"column":2}]}],"data":null}`},
	}},
	{"7.1.1 Data", []row{
		{name: "of a query it is an object of the query root", query: `{__typename}`, want: data(`{"__typename":"Query"}`)},
		{name: "of a mutation it is an object of the mutation root", query: `mutation{__typename}`, want: data(`{"__typename":"Mutation"}`)},
		{name: "an error before execution leaves none: parsing", query: `nothing`, want: refused(unparsed(`Unexpected Name "nothing"`, 1))},
		{name: "an error before execution leaves none: validation", query: `{nothing}`, want: refused(invalid(`Cannot query field "nothing" on type "Query". Did you mean "string"?`, 2))},
		{name: "an error before execution leaves none: the operation", query: `query A{__typename}`, operation: "B", want: refused(invalid("operation B not found"))},
		{name: "an error before execution leaves none: a variable", query: `query($i:Int!){box{echo(int:$i)}}`, want: refused(invalid("$i: must be defined", 7))},
		{name: "an error that leaves no valid response makes it null", query: `{strictBox{strictInt}}`, world: `{"box":{}}`, want: partly(`null`, at("must not be null", 12, `"strictBox","strictInt"`))},
	}},
	{"7.1.2 Errors", []row{
		{name: "a request's error has the places in the document", query: `query A{__typename} query A{__typename}`, operation: "A", want: refused(invalid(`There can be only one operation named "A".`, 21))},
		{name: "places count lines and columns from 1", query: "\n\n  {box{\n even}}", world: `{"box":{"even":1}}`, want: `{"errors":[{"message":"not an even number","path":["box","even"],"locations":[{"line":4,"column":2}]}],"data":{"box":{"even":null}}}`},
		{name: "places count lines that end in any way", query: "{box{\r\neven\ra:even\nb:even}}", world: `{"box":{"even":1}}`,
			want: `{"errors":[{"message":"not an even number","path":["box","even"],"locations":[{"line":2,"column":1}]},{"message":"not an even number","path":["box","a"],"locations":[{"line":3,"column":1}]},{"message":"not an even number","path":["box","b"],"locations":[{"line":4,"column":1}]}],"data":{"box":{"even":null,"a":null,"b":null}}}`},
		{name: "places count UTF-16 code units, not bytes", query: `{box{a:echo(string:"é😀") even}}`, world: `{"box":{"even":1}}`, want: partly(`{"box":{"a":{"string":"é😀"},"even":null}}`, at("not an even number", 27, `"box","even"`))},
		{name: "the place within a fragment is in the fragment", query: `{box{...F}} fragment F on Box{even}`, world: `{"box":{"even":1}}`, want: partly(`{"box":{"even":null}}`, at("not an even number", 31, `"box","even"`))},
		{name: "a path has the alias", query: `{a:box{b:box{c:even}}}`, world: `{"box":{"box":{"even":1}}}`, want: partly(`{"a":{"b":{"c":null}}}`, at("not an even number", 14, `"a","b","c"`))},
		{name: "a path has the places in lists from 0", query: `{box{boxes0{evens0 shelf0{even}}}}`, world: `{"box":{"boxes0":[{"evens0":[1]},null,{"evens0":[2,3],"shelf0":[[],[{},{"even":5}]]}]}}`,
			want: partly(`{"box":{"boxes0":[{"evens0":[null],"shelf0":null},null,{"evens0":[2,null],"shelf0":[[],[{"even":null},{"even":null}]]}]}}`,
				at("not an even number", 13, `"box","boxes0",0,"evens0",0`), at("not an even number", 13, `"box","boxes0",2,"evens0",1`), at("not an even number", 27, `"box","boxes0",2,"shelf0",1,1,"even"`))},
		{name: "a path leads to where the error was, though that is gone", query: `{box{box{strictBox{boxes3{strictEven}}}}}`, world: `{"box":{"box":{"box":{"boxes3":[{"even":2},{"even":3}]}}}}`,
			want: partly(`{"box":{"box":null}}`, at("not an even number", 27, `"box","box","strictBox","boxes3",1,"strictEven"`))},
		{name: "a path leads to the item that must not be null", query: `{box{boxes2{int}}}`, world: `{"box":{"boxes2":[{"int":1},null]}}`, want: partly(`{"box":{"boxes2":null}}`, at("must not be null", 6, `"box","boxes2",1`))},
		{name: "a path leads to the field whose argument is no good, not into the argument", query: `{b:box{a:echo(spot:{need:true,even:1})}}`, world: `{"box":{}}`, want: partly(`{"b":{"a":null}}`, argument("not an even number", 8, `"b","a"`, "spot.even"))},
	}},
	{"7.2 Serialization Format", []row{
		{name: "objects, lists, strings, booleans, numbers, enums and null have their own form", query: `{box{string boolean int float color id ints0 box{int} even}}`, world: `{"box":{"string":"s","boolean":true,"int":1,"float":1.5,"color":"red","id":"1","ints0":[1],"box":{}}}`,
			want: data(`{"box":{"string":"s","boolean":true,"int":1,"float":1.5,"color":"RED","id":"1","ints0":[1],"box":{"int":null},"even":null}}`)},
	}},
	{"7.2.1 JSON Serialization", []row{
		{name: "text is escaped where JSON says so, and nowhere else", query: `{box{string}}`, world: `{"box":{"string":"\"\\/\b\f\n\r\t\u0000\u001f<>&\u007fé😀"}}`, want: "{\"data\":{\"box\":{\"string\":\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0000\\u001f<>&\u007fé😀\"}}}"},
		{name: "an ID is text", query: `{box{id}}`, world: `{"box":{"id":"007"}}`, want: data(`{"box":{"id":"007"}}`)},
		{name: "an enum is text", query: `{box{color}}`, world: `{"box":{"color":"green"}}`, want: data(`{"box":{"color":"GREEN"}}`)},
		{name: "the least and the greatest Int", query: `{box{ints0}}`, world: `{"box":{"ints0":[-2147483648,0,2147483647]}}`, want: data(`{"box":{"ints0":[-2147483648,0,2147483647]}}`)},
		{name: "a Float without fraction has none", query: `{box{float}}`, world: `{"box":{"float":1}}`, want: data(`{"box":{"float":1}}`)},
		{name: "a Float keeps what it is", query: `{box{float}}`, world: `{"box":{"float":0.1}}`, want: data(`{"box":{"float":0.1}}`)},
		{name: "a large Float", query: `{box{float}}`, world: `{"box":{"float":1e21}}`, want: data(`{"box":{"float":1e+21}}`)},
		{name: "a small Float", query: `{box{float}}`, world: `{"box":{"float":1e-7}}`, want: data(`{"box":{"float":1e-7}}`)},
	}},
	{"7.2.2 Serialized Map Ordering", []row{
		{name: "entries stand in the order of the document", query: `{b:box{int string} a:box{string int}}`, world: `{"box":{"int":1,"string":"s"}}`, want: data(`{"b":{"int":1,"string":"s"},"a":{"string":"s","int":1}}`)},
		{name: "entries of fragments stand where the fragment stands", query: `{box{...F int}} fragment F on Box{string ...G boolean} fragment G on Box{float int}`, world: `{"box":{}}`, want: data(`{"box":{"string":null,"float":null,"int":null,"boolean":null}}`)},
		{name: "entries stand where their key comes first", query: `{box{a:int b:string a:int}}`, world: `{"box":{"int":1,"string":"s"}}`, want: data(`{"box":{"a":1,"b":"s"}}`)},
		{name: "entries stand in their order though one is null by an error", query: `{box{string even int}}`, world: `{"box":{"even":1}}`, want: partly(`{"box":{"string":null,"even":null,"int":null}}`, at("not an even number", 13, `"box","even"`))},
	}},
}
