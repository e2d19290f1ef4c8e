package modelgen

import (
	"fmt"
	"go/types"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/config"
)

// extra is a field of a struct that GraphQL does not see: of extraFields and embedExtraFields in gqlgen.yml, and of
// @goExtraField.
type extra struct {
	goName      string // "" for an embedded field
	typ         types.Type
	tag         string
	description string
}

// checkExtras refuses extra fields of types that are not generated: they would be lost.
func (g *generator) checkExtras() {
	for _, name := range sortedNames(g.cfg.Schema) {
		m, def := g.cfg.Models[name], g.cfg.Schema.Types[name]
		if m == nil || len(m.ExtraFields)+len(m.EmbedExtraFields) == 0 {
			continue
		}
		var why string
		switch {
		case g.isRoot(def):
			why = "a root type has no fields in Go"
		case def.Kind != ast.Object && def.Kind != ast.InputObject:
			why = "only objects and inputs become structs"
		case g.cfg.Model.Filename == "":
			why = "no models are generated: set model.filename"
		case len(m.Model) > 0 && !m.ForceGenerate:
			why = fmt.Sprintf("the type is bound to %s: write the fields there", m.Model[0])
		default:
			continue
		}
		g.errs = append(g.errs, &codegen.BindError{Pos: def.Position, Coord: name, Message: "extra fields are for generated structs; " + why})
	}
}

// extraFields finds the extra fields of a model: the named ones by name, then the embedded ones as they were written.
func (g *generator) extraFields(m *model) {
	entry := g.cfg.Models[m.def.Name]
	if entry == nil {
		return
	}
	names := make([]string, 0, len(entry.ExtraFields))
	for name := range entry.ExtraFields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		g.extraField(m, name, entry.ExtraFields[name])
	}
	for _, f := range entry.EmbedExtraFields {
		g.extraField(m, "", f)
	}
}

func (g *generator) extraField(m *model, name string, f config.ExtraField) {
	t, err := g.parseType(f.Type)
	if err == nil && name == "" && !embeddable(t) {
		err = fmt.Errorf("%s cannot be embedded: give the field a name", f.Type)
	}
	if err != nil {
		g.errs = append(g.errs, &codegen.BindError{Pos: m.def.Position, Coord: m.def.Name, Message: fmt.Sprintf("extra field %s: %v", name, err)})
		return
	}
	m.extras = append(m.extras, extra{goName: name, typ: t, tag: f.OverrideTags, description: f.Description})
}

// embeddable tells whether Go allows the type as an embedded field.
func embeddable(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	switch t.(type) {
	case *types.Named, *types.Basic:
		return true
	}
	return false
}

// parseType reads a Go type as gqlgen.yml writes it: a basic type, or a named one with its import path, with "*" and
// "[]" before it.
func (g *generator) parseType(text string) (types.Type, error) {
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		t, err := g.parseType(rest)
		if err != nil {
			return nil, err
		}
		return types.NewPointer(t), nil
	}
	if rest, ok := strings.CutPrefix(text, "[]"); ok {
		t, err := g.parseType(rest)
		if err != nil {
			return nil, err
		}
		return types.NewSlice(t), nil
	}
	path, name := g.cfg.SplitModel(text)
	if path == "" {
		if o, ok := types.Universe.Lookup(name).(*types.TypeName); ok {
			return o.Type(), nil
		}
		return nil, fmt.Errorf("%q is no basic type and names no package; write import/path.Name", text)
	}
	pkg, err := g.pkgs.Package(path)
	if err != nil {
		return nil, err
	}
	if o, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok && o.Exported() {
		return o.Type(), nil
	}
	return nil, fmt.Errorf("package %s declares no type %s", path, name)
}
