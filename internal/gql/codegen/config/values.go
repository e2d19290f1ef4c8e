package config

import (
	"fmt"
	"strings"
)

// ValueError is a value of gqlgen.yml that cannot be honoured.
type ValueError struct {
	File, Key, Value, Reason string
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("%s: %s: %q: %s", e.File, e.Key, e.Value, e.Reason)
}

func (c *Config) checkValues() []error {
	var errs []error
	bad := func(key, value, reason string) {
		errs = append(errs, &ValueError{File: c.File, Key: key, Value: value, Reason: reason})
	}
	if l := c.Exec.Layout; l != "" && l != "single-file" {
		bad("exec.layout", l, "only single-file is supported")
	}
	if c.Exec.WorkerLimit < 0 {
		bad("exec.worker_limit", fmt.Sprint(c.Exec.WorkerLimit), "must be 0 (unlimited) or more")
	}
	if c.Resolver.IsDefined() {
		if c.Resolver.Layout != "follow-schema" {
			bad("resolver.layout", c.Resolver.Layout, "only follow-schema is supported")
		}
		if c.Resolver.Dir == "" {
			bad("resolver.dir", "", "follow-schema needs the directory")
		}
		if !strings.Contains(c.Resolver.FilenameTemplate, "{name}") || !strings.HasSuffix(c.Resolver.FilenameTemplate, ".go") {
			bad("resolver.filename_template", c.Resolver.FilenameTemplate, "must contain {name} and end in .go")
		}
	}
	if !strings.HasSuffix(c.Exec.Filename, ".go") {
		bad("exec.filename", c.Exec.Filename, "must end in .go")
	}
	if c.Model.Filename != "" && !strings.HasSuffix(c.Model.Filename, ".go") {
		bad("model.filename", c.Model.Filename, "must end in .go")
	}
	if c.SkipValidation != nil && !*c.SkipValidation {
		bad("skip_validation", "false", "what is written is never compiled here; leave the key out or set it to true")
	}
	if c.SkipModTidy != nil && !*c.SkipModTidy {
		bad("skip_mod_tidy", "false", "go mod tidy is never run here; leave the key out or set it to true")
	}
	if c.ArgDirectivesWithNull {
		bad("call_argument_directives_with_null", "true", "directives of arguments run for arguments that are given")
	}
	for _, p := range c.AutoBind {
		if strings.HasPrefix(p, ".") && !strings.HasPrefix(p, "./") {
			bad("autobind", p, "name the package by its import path")
		}
	}
	return errs
}

// SplitModel cuts a Go name as gqlgen.yml writes it, "path/to/pkg.Name", into import path and name. A path that begins
// with "./" is relative to the file.
func (c *Config) SplitModel(model string) (path, name string) {
	dot := strings.LastIndex(model, ".")
	if dot < strings.LastIndex(model, "/") || dot <= 0 {
		return "", model
	}
	path, name = model[:dot], model[dot+1:]
	if rest, ok := strings.CutPrefix(path, "./"); ok {
		if p, err := c.importPath(c.Root); err == nil {
			path = p + "/" + rest
		}
	}
	return path, name
}

// Entry returns the entry of models for a type, adding an empty one when there is none.
func (c *Config) Entry(typ string) *Model {
	m := c.Models[typ]
	if m == nil {
		m = &Model{}
		c.Models[typ] = m
	}
	return m
}

// FieldOf returns how a field is bound; what is not configured is zero.
func (c *Config) FieldOf(typ, field string) Field {
	if m := c.Models[typ]; m != nil && m.Fields[field] != nil {
		return *m.Fields[field]
	}
	return Field{}
}

func (c *Config) fieldEntry(typ, field string) *Field {
	m := c.Entry(typ)
	if m.Fields == nil {
		m.Fields = map[string]*Field{}
	}
	if m.Fields[field] == nil {
		m.Fields[field] = &Field{}
	}
	return m.Fields[field]
}

// UserDefined tells whether a type is bound to a Go type that is not one of the runtime's own.
func (c *Config) UserDefined(typ string) bool {
	m := c.Models[typ]
	if m == nil {
		return false
	}
	for _, name := range m.Model {
		if !strings.HasPrefix(name, Runtime+".") {
			return true
		}
	}
	return false
}

// checkPackages keeps the package of the generated code and that of the resolvers out of what is loaded: they import
// the whole program and need not compile while code is generated.
func (c *Config) checkPackages() []error {
	var errs []error
	const why = "the packages of exec and resolver cannot hold models: they need not compile while code is generated; move the type into a package of its own"
	check := func(key, value, path string) {
		if path != "" && (path == c.Exec.Path || path == c.Resolver.Path) {
			errs = append(errs, &ValueError{File: c.File, Key: key, Value: value, Reason: why})
		}
	}
	check("model.filename", c.Model.Filename, c.Model.Path)
	for _, p := range c.AutoBind {
		path, _ := c.SplitModel(p + ".x")
		check("autobind", p, path)
	}
	for _, name := range sortedKeys(c.Models) {
		for _, m := range c.Models[name].Model {
			path, _ := c.SplitModel(m)
			check("models."+name, m, path)
		}
	}
	return errs
}
