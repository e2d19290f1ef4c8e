package nukitu

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/internal/once"
)

// writeDocument makes the OpenAPI document of the dialect: of the table of operations,
// the types of bodies, the table of faults and the source of the routes.
func writeDocument(t testing.TB) jsonObject {
	t.Helper()
	s := &schemas{components: jsonObject{}}
	source, paths := sourceRoutes(t), jsonObject{}
	for _, o := range operations() {
		method, path, _ := strings.Cut(o.route, " ")
		route := source[o.route]
		if route == nil {
			t.Errorf("%s is no route", o.route)
			continue
		}
		item, _ := paths[path].(jsonObject)
		if item == nil {
			item = jsonObject{}
			paths[path] = item
		}
		item[strings.ToLower(method)] = s.operation(o, route)
	}
	responses := jsonObject{}
	for status := range failures() {
		responses[nameOf(status)] = s.failure(status)
	}
	if len(s.unknown) > 0 {
		t.Errorf("no schema can be written of %v", s.unknown)
	}
	return jsonObject{
		"openapi": "3.1.0",
		"info": jsonObject{"title": "Kontrak in the dialect of the Nukitu API", "version": "1.0.0",
			"description": "Work contracts as mobile apps of partners, institutions and supervisors see them. An empty value and undefined mean that a " +
				"parameter is absent; null does too, except where a text is searched for. The attributes of a body may stand under the key of the resource or at the top."},
		"servers":  []any{jsonObject{"url": "/api/v1"}},
		"security": []any{jsonObject{"bearer": []any{}}},
		"paths":    paths,
		"components": jsonObject{
			"securitySchemes": jsonObject{"bearer": jsonObject{"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
			"schemas":         s.components, "responses": responses,
		},
	}
}

// unkeyed are the writing routes for who is signed in that take no part in keys: they end
// a session, or change nothing.
var unkeyed = []string{"DELETE /auth/logout", "DELETE /auth/logout-all", "PATCH /profile/password", "POST /promotions/validate"}

// aboutKeys describes the header that makes a write safe to repeat.
const aboutKeys = "A key of your own, such as a fresh UUID. The same request under the same key is done once within 24 hours, and answered again; another request under it is refused. Of an object that is gone by then, or is not for you any longer, nothing is shown."

// operation writes one operation.
func (s *schemas) operation(o operation, route *sourceRoute) jsonObject {
	who := "Everybody who is signed in."
	switch {
	case route.public:
		who = "Everybody."
	case len(route.roles) > 0:
		who = "Role " + strings.Join(route.roles, ", ") + "."
	}
	parameters := []any{}
	if strings.Contains(o.route, "{id}") {
		parameters = append(parameters, jsonObject{"name": "id", "in": "path", "required": true, "schema": idSchema, "description": "The contract's number."})
	}
	if strings.Contains(o.route, "{form}") {
		parameters = append(parameters, jsonObject{"name": "form", "in": "path", "required": true, "schema": oneWord("png", "svg"), "description": "The form of the picture."})
	}
	for _, p := range o.query {
		parameters = append(parameters, jsonObject{"name": p.name, "in": "query", "required": p.needed, "schema": p.schema, "description": p.about})
	}
	if !strings.HasPrefix(o.route, http.MethodGet) && !route.public && !slices.Contains(unkeyed, o.route) {
		parameters = append(parameters, jsonObject{
			"name": once.Header, "in": "header", "required": false, "description": aboutKeys,
			"schema": jsonObject{"type": "string", "minLength": 1, "maxLength": once.Longest, "pattern": "^[!-~]+$"},
		})
	}
	written := jsonObject{"summary": o.summary, "description": who, "parameters": parameters, "responses": s.answers(o, route)}
	if route.public {
		written["security"] = []any{}
	}
	if len(o.body) > 0 {
		written["requestBody"] = requestBody(o, route)
	}
	return written
}

// answers are the answer of a success, and the failures that can be.
func (s *schemas) answers(o operation, route *sourceRoute) jsonObject {
	status := strconv.Itoa(http.StatusOK)
	if o.made {
		status = strconv.Itoa(http.StatusCreated)
	}
	content := jsonObject{jsonBody: jsonObject{"schema": s.envelope(o.data)}}
	if _, drawn := o.data.(pictureOnly); drawn {
		content = jsonObject{"image/png": jsonObject{}, "image/svg+xml": jsonObject{}}
	}
	all := jsonObject{status: jsonObject{"description": "Success.", "content": content}}
	for code := range failures() {
		switch {
		case code == http.StatusNotFound && !strings.Contains(o.route, "{id}") && !o.finds, code == http.StatusMethodNotAllowed:
			continue
		case slices.Contains([]int{http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}, code) && strings.HasPrefix(o.route, http.MethodGet):
			continue
		}
		all[strconv.Itoa(code)] = jsonObject{"$ref": "#/components/responses/" + nameOf(code)}
	}
	return all
}

// envelope is the schema of a success.
func (s *schemas) envelope(data any) jsonObject {
	t := reflect.TypeOf(data)
	if strings.HasPrefix(t.Name(), "list[") || t == reflect.TypeFor[notificationList]() {
		return s.of(t)
	}
	whole := s.fields(reflect.TypeFor[object]())
	s.unknown = slices.DeleteFunc(s.unknown, func(name string) bool { return name == "interface {}" }) // data, which follows
	whole["properties"].(jsonObject)["data"] = s.of(t)
	return whole
}

// failures are the codes of each status, of the dialect's table of faults.
func failures() map[int][]string {
	all := map[int][]string{}
	for _, v := range verdicts {
		if !slices.Contains(all[v.status], v.code) {
			all[v.status] = append(all[v.status], v.code)
		}
	}
	for _, codes := range all {
		slices.Sort(codes)
	}
	return all
}

func nameOf(status int) string { return strings.ReplaceAll(http.StatusText(status), " ", "") }

// failure is the answer of a failure, whose code is one of the status.
func (s *schemas) failure(status int) jsonObject {
	codes := failures()[status]
	of := jsonObject{"code": jsonObject{"enum": codes}}
	if status == http.StatusTooManyRequests {
		of["details"] = jsonObject{
			"description": "When to come again.", "required": []string{retryAfter},
			"properties": jsonObject{retryAfter: jsonObject{"description": "The seconds to wait, as in the header Retry-After.", "minItems": 1, "maxItems": 1, "items": jsonObject{"pattern": "^[0-9]+$"}}},
		}
	}
	narrowed := jsonObject{"properties": jsonObject{"error": jsonObject{"properties": of}}}
	schema := jsonObject{"allOf": []any{s.of(reflect.TypeFor[failure]()), narrowed}}
	return jsonObject{"description": strings.Join(codes, ", "), "content": jsonObject{jsonBody: jsonObject{"schema": schema}}}
}

// requestBody writes the attributes of a body: under the key of the resource, or at the
// top; with files as a form.
func requestBody(o operation, route *sourceRoute) jsonObject {
	inner := attributesSchema(o.body)
	nested := jsonObject{"type": "object", "required": []string{route.resource}, "properties": jsonObject{route.resource: inner}}
	content := jsonObject{jsonBody: jsonObject{"schema": jsonObject{"anyOf": []any{nested, inner}}}}
	if route.forms {
		parts := jsonObject{}
		for _, a := range o.body {
			name := fmt.Sprintf("%s[%s]", route.resource, a.name)
			if a.many {
				name += "[]"
			}
			parts[name] = jsonObject{"description": a.about}
			if a.file {
				parts[name] = jsonObject{"description": a.about, "contentMediaType": "application/octet-stream"}
			}
		}
		content[formBody] = jsonObject{"schema": jsonObject{"type": "object", "properties": parts, "description": "Deeper fields nest as contract[a][0][b]; lists and numbers may also be sent as JSON."}}
	}
	return jsonObject{"content": content}
}

func attributesSchema(list []attribute) jsonObject {
	properties, required := jsonObject{}, []string{}
	for _, a := range list {
		schema := jsonObject{}
		for key, value := range a.schema {
			schema[key] = value
		}
		switch {
		case a.file:
			schema = jsonObject{"type": []string{"array", "null"}, "items": jsonObject{"type": "string"}}
			if !a.many {
				schema = jsonObject{"type": "null"}
			}
		case a.many:
			schema = jsonObject{"type": []string{"array", "null"}, "items": attributesSchema(a.inner)}
		case a.inner != nil:
			schema = attributesSchema(a.inner)
		}
		schema["description"] = a.about
		properties[a.name] = schema
		if a.needed {
			required = append(required, a.name)
		}
	}
	schema := jsonObject{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema
}

// names are the names of attributes, and of those within them.
func names(list []attribute) []string {
	var all []string
	for _, a := range list {
		all = append(append(all, a.name), names(a.inner)...)
	}
	return all
}
