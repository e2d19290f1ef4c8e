// Package api runs the generator: it reads gqlgen.yml, binds the schema to Go and writes models, executable schema and
// resolvers. Nothing is written unless everything could be generated.
package api

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/config"
	"kontrak/internal/gql/codegen/goload"
	"kontrak/internal/gql/codegen/modelgen"
	"kontrak/internal/gql/codegen/resolvergen"
)

// Change says what became of one generated file.
type Change struct {
	File string // relative to the directory of gqlgen.yml
	Kind string // "written", "unchanged" or "removed"
}

// Generate does all that gqlgen.yml asks for and says what it did. When it fails, no file was touched, unless it failed
// while writing them.
func Generate(cfg *config.Config) ([]Change, error) {
	files, err := Files(cfg)
	if err != nil {
		return nil, err
	}
	return apply(cfg.Root, files)
}

// Files returns what Generate would write, by absolute name. A nil text means that the file is to be removed.
func Files(cfg *config.Config) (map[string][]byte, error) {
	models, schema, err := Bind(cfg)
	if err != nil {
		return nil, err
	}
	exec, err := codegen.Emit(schema)
	if err != nil {
		return nil, fmt.Errorf("executable schema: %w", err)
	}
	files, err := resolvergen.Generate(cfg, schema)
	if err != nil {
		return nil, fmt.Errorf("resolvers: %w", err)
	}
	if files == nil {
		files = map[string][]byte{}
	}
	files[cfg.Exec.Abs] = exec
	if cfg.Model.Abs != "" {
		files[cfg.Model.Abs] = models // nil removes what an earlier run wrote
	}
	return files, nil
}

// Bind returns the source of the models (nil when there are none) and the schema bound to Go, and writes nothing.
func Bind(cfg *config.Config) ([]byte, *codegen.Schema, error) {
	overlay := map[string][]byte{}
	if cfg.Model.Abs != "" {
		// The models of the last run must not be taken for types written by hand.
		overlay[cfg.Model.Abs] = []byte("package " + cfg.Model.Package + "\n")
	}
	pkgs, err := goload.Load(cfg.Root, cfg.GoBuildTags, overlay, codegen.NeededPackages(cfg))
	if err != nil {
		return nil, nil, err
	}
	if err := codegen.AutoBind(cfg, pkgs); err != nil {
		return nil, nil, err
	}
	models, err := modelgen.Generate(cfg, pkgs)
	if err != nil {
		return nil, nil, err
	}
	if models != nil {
		overlay[cfg.Model.Abs] = models
	}
	if pkgs, err = goload.Load(cfg.Root, cfg.GoBuildTags, overlay, codegen.NeededPackages(cfg)); err != nil {
		return nil, nil, err
	}
	schema, err := codegen.Bind(cfg, pkgs)
	return models, schema, err
}

func apply(root string, files map[string][]byte) ([]Change, error) {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	var changes []Change
	for _, name := range names {
		kind, err := put(name, files[name])
		if err != nil {
			return changes, err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			rel = name
		}
		if kind != "" {
			changes = append(changes, Change{File: filepath.ToSlash(rel), Kind: kind})
		}
	}
	return changes, nil
}

func put(name string, text []byte) (string, error) {
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	switch {
	case text == nil && old == nil:
		return "", nil
	case text == nil:
		return "removed", os.Remove(name)
	case err == nil && bytes.Equal(old, text):
		return "unchanged", nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return "", err
	}
	return "written", os.WriteFile(name, text, 0o644)
}
