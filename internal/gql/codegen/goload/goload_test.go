package goload_test

import (
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kontrak/internal/gql/codegen/goload"
)

func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module shop\n\ngo 1.26\n"
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAPackageThatDoesNotCompileShowsWhatItDeclares(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"view/view.go": "package view\n\ntype Good struct{ A int }\n\ntype Bad struct{ B Missing }\n"})
	p, err := goload.Load(dir, nil, nil, []string{"shop/view"})
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := p.Package("shop/view")
	if err != nil {
		t.Fatal(err)
	}
	good := pkg.Scope().Lookup("Good")
	if good == nil || p.Position(good) != "view/view.go:3" {
		t.Errorf("%v at %q", good, p.Position(good))
	}
	if err := p.Fault("shop/view"); err == nil || !strings.Contains(err.Error(), "undefined: Missing") {
		t.Errorf("%v", err)
	}
}

func TestAPackageThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"view/view.go": "package view\n"})
	p, err := goload.Load(dir, nil, nil, []string{"shop/view", "shop/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"shop/nowhere", "shop/never/asked/for"} {
		if _, err := p.Package(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := p.Fault("shop/view"); err != nil {
		t.Errorf("%v", err)
	}
}

func TestAnOverlayStandsForFilesThatAreNotWrittenYet(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"view/view.go": "package view\n\nimport \"shop/graph/model\"\n\ntype Item struct{ Kind model.Kind }\n"})
	overlay := map[string][]byte{filepath.Join(dir, "graph", "model", "models_gen.go"): []byte("package model\n\ntype Kind string\n")}
	p, err := goload.Load(dir, nil, overlay, []string{"shop/view", "shop/graph/model"})
	if err != nil {
		t.Fatal(err)
	}
	model, err := p.Package("shop/graph/model")
	if err != nil || model.Scope().Lookup("Kind") == nil {
		t.Fatalf("%v %v", model, err)
	}
	if err := p.Fault("shop/view"); err != nil {
		t.Errorf("the importer does not see it: %v", err)
	}
}

func TestBuildTagsChooseFiles(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"view/view.go": "package view\n", "view/extra.go": "//go:build extra\n\npackage view\n\ntype Extra struct{}\n"})
	for _, c := range []struct {
		tags []string
		want bool
	}{{nil, false}, {[]string{"extra"}, true}} {
		p, err := goload.Load(dir, c.tags, nil, []string{"shop/view"})
		if err != nil {
			t.Fatal(err)
		}
		pkg, err := p.Package("shop/view")
		if err != nil || (pkg.Scope().Lookup("Extra") != nil) != c.want {
			t.Errorf("%v: %v %v", c.tags, pkg, err)
		}
	}
}

func TestAnOverlayStandsForFilesThatAreThereOtherwise(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{
		"model/models_gen.go": "package model\n\ntype Old string\n",
		"between/between.go":  "package between\n\nimport \"shop/model\"\n\ntype Pair struct{ Kind model.New }\n",
		"view/view.go":        "package view\n\nimport \"shop/between\"\n\ntype Item struct{ Pair between.Pair }\n",
	})
	overlay := map[string][]byte{filepath.Join(dir, "model", "models_gen.go"): []byte("package model\n\ntype New string\n")}
	p, err := goload.Load(dir, nil, overlay, []string{"shop/view", "shop/model"})
	if err != nil {
		t.Fatal(err)
	}
	model, err := p.Package("shop/model")
	if err != nil || model.Scope().Lookup("New") == nil || model.Scope().Lookup("Old") != nil {
		t.Fatalf("%v %v", model, err)
	}
	view, err := p.Package("shop/view")
	if err != nil || p.Fault("shop/view") != nil {
		t.Fatalf("%v %v", err, p.Fault("shop/view"))
	}
	pair := view.Scope().Lookup("Item").Type().Underlying().(*types.Struct).Field(0).Type().Underlying().(*types.Struct)
	if got := pair.Field(0).Type(); got != model.Scope().Lookup("New").Type() {
		t.Errorf("a package between sees another %v", got)
	}
}
