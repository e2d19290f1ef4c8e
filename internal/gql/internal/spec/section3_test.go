package spec_test

import (
	"fmt"
	"strings"
)

// types3 is what section 3 says of input values, whatever way they come: each value as literal and as variable.
var types3 = []section{
	{"3.5.1 Int", inputs("int", "Int", []value{
		{in: "1", out: "1"}, {in: "-0", out: "0"}, {in: "2147483647", out: "2147483647"}, {in: "-2147483648", out: "-2147483648"},
		{in: "2147483648", refused: "2147483648 does not fit into 32 bits", literal: "Int cannot represent non 32-bit signed integer value: 2147483648"},
		{in: "-2147483649", refused: "-2147483649 does not fit into 32 bits", literal: "Int cannot represent non 32-bit signed integer value: -2147483649"},
		{in: "99999999999999999999", refused: "cannot use number as Int", literal: "Int cannot represent non 32-bit signed integer value: 99999999999999999999"},
		{in: "1.5", refused: "cannot use number as Int", literal: "Int cannot represent non-integer value: 1.5"},
		{in: "1.0", out: "1", literal: "Int cannot represent non-integer value: 1.0"},
		{in: "1e3", out: "1000", literal: "Int cannot represent non-integer value: 1e3"},
		{in: `"1"`, refused: "cannot use string as Int", literal: `Int cannot represent non-integer value: "1"`},
		{in: "true", refused: "cannot use bool as Int", literal: `Int cannot represent non-integer value: true`},
		{in: "{}", refused: "cannot use map as Int", literal: `Int cannot represent non-integer value: {}`},
		{in: "[1]", refused: "cannot use list as Int", literal: `Int cannot represent non-integer value: [1]`},
	})},
	{"3.5.2 Float", inputs("float", "Float", []value{
		{in: "1", out: "1"}, {in: "1.5", out: "1.5"}, {in: "-1.5e-3", out: "-0.0015"}, {in: "9007199254740993", out: "9007199254740992"},
		{in: "1e400", refused: "cannot use number as Float", literal: "Float cannot represent non numeric value: 1e400"},
		{in: `"1"`, refused: "cannot use string as Float", literal: `Float cannot represent non numeric value: "1"`},
		{in: "false", refused: "cannot use bool as Float", literal: `Float cannot represent non numeric value: false`},
	})},
	{"3.5.3 String", inputs("string", "String", []value{
		{in: `"s"`, out: `"s"`}, {in: `""`, out: `""`}, {in: `"\u00e9\ud83d\ude00\"\\"`, out: `"é😀\"\\"`},
		{in: "1", refused: "cannot use number as String", literal: "String cannot represent a non string value: 1"},
		{in: "true", refused: "cannot use bool as String", literal: "String cannot represent a non string value: true"},
		{in: "{}", refused: "cannot use map as String", literal: `String cannot represent a non string value: {}`},
	})},
	{"3.5.4 Boolean", inputs("boolean", "Boolean", []value{
		{in: "true", out: "true"}, {in: "false", out: "false"},
		{in: "1", refused: "cannot use number as Boolean", literal: "Boolean cannot represent a non boolean value: 1"},
		{in: `"true"`, refused: "cannot use string as Boolean", literal: `Boolean cannot represent a non boolean value: "true"`},
	})},
	{"3.5.5 ID", inputs("id", "ID", []value{
		{in: `"x"`, out: `"x"`}, {in: "7", out: `"7"`}, {in: "-7", out: `"-7"`}, {in: "1.0", out: `"1"`, literal: "ID cannot represent a non-string and non-integer value: 1.0"},
		{in: "1e3", out: `"1000"`, literal: "ID cannot represent a non-string and non-integer value: 1e3"},
		{in: "99999999999999999999", out: `"99999999999999999999"`},
		{in: "1.5", refused: "cannot use number as ID", literal: "ID cannot represent a non-string and non-integer value: 1.5"},
		{in: "true", refused: "cannot use bool as ID", literal: "ID cannot represent a non-string and non-integer value: true"},
	})},
	{"3.9 Enums", append(inputs("color", "Color", []value{
		{in: `"RED"`, out: `"red"`, literal: `Enum "Color" cannot represent non-enum value: "RED". Did you mean the enum value "RED"?`},
		{in: `"red"`, refused: "red is not a valid Color", literal: `Enum "Color" cannot represent non-enum value: "red". Did you mean the enum value "RED"?`},
		{in: `"CRIMSON"`, out: `"crimson"`, literal: `Enum "Color" cannot represent non-enum value: "CRIMSON". Did you mean the enum value "CRIMSON"?`},
		{in: "1", refused: "number is not a valid Color", literal: `Enum "Color" cannot represent non-enum value: 1.`},
		{in: "{}", refused: "map is not a valid Color", literal: `Enum "Color" cannot represent non-enum value: {}.`},
	}),
		row{name: "RED as literal", query: `{box{echo(color:RED)}}`, world: `{"box":{}}`, want: data(`{"box":{"echo":{"color":"red"}}}`)},
		row{name: "BLUE as literal", query: `{box{echo(color:BLUE)}}`, want: refused(invalid(`Value "BLUE" does not exist in "Color" enum.`, 17))},
		row{name: "a list of them", query: `query($c:[Color!]){box{echo(colors2:$c) a:echo(colors2:RED)}}`, variables: `{"c":["GREEN","RED"]}`, world: `{"box":{}}`, want: data(`{"box":{"echo":{"colors2":["green","red"]},"a":{"colors2":["red"]}}}`)},
	)},
	{"3.10 Input Objects", inputs("spot", "Spot", []value{
		{in: `{"need":true}`, as: `{need:true}`, out: `{"color":"red","need":true,"x":1}`},
		{in: `{"need":false,"x":2,"y":null,"color":null,"tags":"t","grid":[1,[2]]}`, as: `{need:false,x:2,y:null,color:null,tags:"t",grid:[1,[2]]}`,
			out: `{"color":null,"grid":[[1],[2]],"need":false,"tags":["t"],"x":2,"y":null}`},
		{in: `{"need":true,"deep":{"need":true,"deeper":{"need":false}}}`, as: `{need:true,deep:{need:true,deeper:{need:false}}}`,
			out: `{"color":"red","deep":{"color":"red","deeper":[{"color":"red","need":false,"x":1}],"need":true,"x":1},"need":true,"x":1}`},
		{in: `{}`, refused: "need: must be defined", literal: `Field "Spot.need" of required type "Boolean!" was not provided.`},
		{in: `{"need":null}`, as: `{need:null}`, refused: "need: cannot be null", literal: `Expected value of type "Boolean!", found null.`},
		{in: `{"need":true,"x":null}`, as: `{need:true,x:null}`, refused: "x: cannot be null", literal: `Expected value of type "Int!", found null.`},
		{in: `{"need":true,"what":1}`, as: `{need:true,what:1}`, refused: "what: unknown field", literal: `Field "what" is not defined by type "Spot".`},
		{in: `1`, refused: "must be a Spot, not a number", literal: `Expected value of type "Spot", found 1.`},
		{in: `[]`, refused: "must be a Spot, not a list", literal: `Expected value of type "Spot", found [].`},
	})},
	{"3.10.1 OneOf Input Objects", append(inputs("which", "Which", []value{
		{in: `{"id":1}`, as: `{id:1}`, out: `{"id":"1"}`}, {in: `{"name":""}`, as: `{name:""}`, out: `{"name":""}`}, {in: `{"ids":"x"}`, as: `{ids:"x"}`, out: `{"ids":["x"]}`},
		{in: `{"spot":{"need":true}}`, as: `{spot:{need:true}}`, out: `{"spot":{"color":"red","need":true,"x":1}}`},
		{in: `{}`, refused: "exactly one field of Which must be given", literal: `OneOf Input Object "Which" must specify exactly one key.`},
		{in: `{"id":1,"name":"x"}`, as: `{id:1,name:"x"}`, refused: "exactly one field of Which must be given", literal: `OneOf Input Object "Which" must specify exactly one key.`},
		{in: `{"id":1,"name":null}`, as: `{id:1,name:null}`, refused: "exactly one field of Which must be given", literal: `OneOf Input Object "Which" must specify exactly one key.`},
		{in: `{"id":null}`, as: `{id:null}`, refused: "id: cannot be null", literal: `Field "Which.id" must be non-null.`},
		{in: `{"ids":[null]}`, as: `{ids:[null]}`, refused: "ids[0]: cannot be null", literal: `Expected value of type "ID!", found null.`},
	}),
		row{name: "a variable as its one field", query: `query($n:String!){box{echo(which:{name:$n})}}`, variables: `{"n":"x"}`, world: `{"box":{}}`, want: data(`{"box":{"echo":{"which":{"name":"x"}}}}`)},
		row{name: "a variable that may be null as its one field", query: `query($n:String){box{echo(which:{name:$n})}}`, variables: `{"n":"x"}`,
			want: refused(invalid(`Variable "$n" is of type "String" but must be non-nullable to be used for OneOf Input Object "Which".`, 7, 39))},
		row{name: "a variable among its fields", query: `query($n:String!){box{echo(which:{name:$n,id:1})}}`, variables: `{"n":"x"}`, want: refused(invalid(`OneOf Input Object "Which" must specify exactly one key.`, 34))},
		row{name: "within another input", query: `query($s:Spot){box{echo(spot:$s)}}`, variables: `{"s":{"need":true,"which":{"id":1,"name":"n"}}}`, want: refused(invalid("$s.which: exactly one field of Which must be given", 7))},
	)},
	{"3.11 List", append(append(
		inputs("ints0", "[Int]", []value{
			{in: "[1,2,3]", out: "[1,2,3]"}, {in: "1", out: "[1]"}, {in: "null", out: "null"}, {in: "[1,null]", out: "[1,null]"}, {in: "[]", out: "[]"},
			{in: `[1,"b",null]`, refused: "[1]: cannot use string as Int", literal: `Int cannot represent non-integer value: "b"`},
			{in: `[[1]]`, refused: "[0]: cannot use list as Int", literal: `Int cannot represent non-integer value: [1]`},
		}),
		inputs("grid0", "[[Int]]", []value{
			{in: "[[1],[2,3]]", out: "[[1],[2,3]]"}, {in: "[1,2,3]", out: "[[1],[2],[3]]"}, {in: "[1,null,[2]]", out: "[[1],null,[2]]"}, {in: "1", out: "[[1]]"}, {in: "null", out: "null"}, {in: "[[null],null]", out: "[[null],null]"},
		})...), inputs("ints2", "[Int!]", []value{
		{in: "1", out: "[1]"}, {in: "null", out: "null"},
		{in: "[1,null]", refused: "[1]: cannot be null", literal: `Expected value of type "Int!", found null.`},
	})...)},
	{"3.12 Non-Null", []row{
		{name: "a variable that may be null where null may not be is not valid", query: `query($i:Int){box{need(int:$i)}}`, want: refused(invalid(`Variable "$i" of type "Int" used in position expecting type "Int!".`, 28))},
		{name: "unless it has a default", query: `query($i:Int=1){box{need(int:$i)}}`, world: `{"box":{}}`, want: data(`{"box":{"need":{"int":1}}}`)},
		{name: "or its place has", query: `query($i:Int){box{defaults(must:$i,list:null,one:null,spot:null)}}`, variables: `{"i":6}`, world: `{"box":{}}`,
			want: data(`{"box":{"defaults":{"seven":7,"none":null,"must":6,"list":null,"one":null,"spot":null,"color":"green","float":1}}}`)},
		{name: "a default of null is none", query: `query($i:Int=null){box{need(int:$i)}}`, want: refused(invalid(`Variable "$i" of type "Int" used in position expecting type "Int!".`, 33))},
		{name: "a variable that is not null may stand where null may be", query: `query($i:Int!){box{echo(int:$i,ints0:[$i])}}`, variables: `{"i":1}`, world: `{"box":{}}`, want: data(`{"box":{"echo":{"int":1,"ints0":[1]}}}`)},
	}},
	{"3.13 Directives", []row{
		{name: "@skip and @include need their argument", query: `{box@skip{int}}`, want: refused(invalid(`Directive "@skip" argument "if" of type "Boolean!" is required, but it was not provided.`, 6))},
		{name: "their argument is a boolean", query: `{box@include(if:1){int}}`, want: refused(invalid(`Boolean cannot represent a non boolean value: 1`, 17))},
		{name: "they stand once", query: `{box@skip(if:true)@skip(if:true){int}}`, want: refused(invalid(`The directive "@skip" can only be used once at this location.`, 20))},
		{name: "what is deprecated can be used", query: `{faded fading(old:1,in:{old:2,older:[3]}) box{echo(color:CRIMSON)}}`, world: `{"box":{}}`, want: data(`{"faded":null,"fading":null,"box":{"echo":{"color":"crimson"}}}`)},
	}},
}

// value is an input value: as JSON, as a literal where that is written differently, and what the resolver gets. A value
// that is refused has the message for a variable; literal is the message for a literal.
type value struct{ in, as, out, refused, literal string }

// inputs makes the cases of an argument of echo.
func inputs(arg, typ string, values []value) []row {
	var rows []row
	for _, v := range values {
		if v.as == "" {
			v.as = v.in
		}
		got := data(fmt.Sprintf(`{"box":{"echo":{%q:%s}}}`, arg, v.out))
		variable := row{name: v.in + " for " + typ + " by variable", query: fmt.Sprintf(`query($v:%s){box{echo(%s:$v)}}`, typ, arg), variables: `{"v":` + v.in + `}`, world: `{"box":{}}`, want: got}
		literal := row{name: v.in + " for " + typ + " as literal", query: fmt.Sprintf(`{box{echo(%s:%s)}}`, arg, v.as), world: `{"box":{}}`, want: got}
		if v.refused != "" {
			step := ""
			if i := strings.Index(v.refused, ": "); i > 0 && !strings.Contains(v.refused[:i], " ") {
				step = "." + v.refused[:i]
				if v.refused[0] == '[' {
					step = v.refused[:i]
				}
				v.refused = v.refused[i+2:]
			}
			variable.want = refused(invalid("$v"+step+": "+v.refused, 7))
		}
		if v.literal != "" {
			literal.want, literal.refusal = "", v.literal
		}
		rows = append(rows, variable, literal)
	}
	return rows
}
