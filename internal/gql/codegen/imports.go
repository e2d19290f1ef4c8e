package codegen

import (
	"go/types"
	"sort"
	"strconv"
	"strings"

	"kontrak/internal/gql/codegen/config"
)

// Imports collects the imports of one generated file and gives each package a name that no other import there has.
// The names depend only on the order of the calls.
type Imports struct {
	self   string
	byPath map[string]importName
	taken  map[string]bool
	extra  [][2]string // imports for their effect, and dot imports: path and sign
}

type importName struct {
	local   string
	aliased bool
}

// NewImports starts the import list of a file in the package with the path self. The reserved names are never given
// to a package.
func NewImports(self string, reserved ...string) *Imports {
	im := &Imports{self: self, byPath: map[string]importName{}, taken: map[string]bool{}}
	for _, name := range reserved {
		im.taken[name] = true
	}
	return im
}

// Use imports a package and returns the name by which the file knows it: name, or name with a number where another
// import has it already. It returns "" for the file's own package.
func (im *Imports) Use(path, name string) string {
	if path == im.self {
		return ""
	}
	if got, ok := im.byPath[path]; ok {
		if !got.aliased && got.local != name && !im.taken[name] { // Keep guessed the name from the path
			im.taken[name] = true
			im.byPath[path] = importName{local: name}
			return name
		}
		return got.local
	}
	local := name
	for i := 1; im.taken[local]; i++ {
		local = name + strconv.Itoa(i)
	}
	im.taken[local] = true
	last := path[strings.LastIndex(path, "/")+1:]
	im.byPath[path] = importName{local: local, aliased: local != last}
	return local
}

// Keep takes over an import of a hand-written file: local is the name by which that file knows the package, aliased
// whether the name was written out. It does nothing when the package is imported already.
func (im *Imports) Keep(path, local string, aliased bool) {
	if aliased && (local == "_" || local == ".") {
		im.extra = append(im.extra, [2]string{path, local})
		return
	}
	if _, ok := im.byPath[path]; ok || path == im.self {
		return
	}
	im.taken[local] = true
	im.byPath[path] = importName{local: local, aliased: aliased}
}

// Prune drops the imports whose local name is not used.
func (im *Imports) Prune(used func(path, local string) bool) {
	for path, n := range im.byPath {
		if !used(path, n.local) {
			delete(im.byPath, path)
		}
	}
}

// Type writes a Go type as the file must name it, importing what it needs.
func (im *Imports) Type(t types.Type) string {
	return types.TypeString(t, im.qualify)
}

// Name writes a package-level object, such as a constant or a function, as the file must name it.
func (im *Imports) Name(o types.Object) string {
	if q := im.qualify(o.Pkg()); q != "" {
		return q + "." + o.Name()
	}
	return o.Name()
}

func (im *Imports) qualify(p *types.Package) string {
	if p == nil {
		return ""
	}
	return im.Use(p.Path(), p.Name())
}

// Block writes the import declaration: the standard library first, the rest after an empty line, each part sorted.
// It is empty when nothing is imported.
func (im *Imports) Block() string {
	if len(im.byPath)+len(im.extra) == 0 {
		return ""
	}
	lines := make([][2]string, 0, len(im.byPath)+len(im.extra)) // path and line
	for path, n := range im.byPath {
		line := strconv.Quote(path)
		if n.aliased {
			line = n.local + " " + line
		}
		lines = append(lines, [2]string{path, line})
	}
	for _, x := range im.extra {
		lines = append(lines, [2]string{x[0], x[1] + " " + strconv.Quote(x[0])})
	}
	sort.Slice(lines, func(i, j int) bool {
		return lines[i][0] < lines[j][0] || lines[i][0] == lines[j][0] && lines[i][1] < lines[j][1]
	})
	var std, other string
	for _, l := range lines {
		if im.isStd(l[0]) {
			std += "\t" + l[1] + "\n"
		} else {
			other += "\t" + l[1] + "\n"
		}
	}
	if std != "" && other != "" {
		std += "\n"
	}
	return "import (\n" + std + other + ")\n"
}

// isStd tells whether a path is of the standard library: no dot in its first element, which is neither this module's
// nor the runtime's.
func (im *Imports) isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	own, _, _ := strings.Cut(im.self, "/")
	runtime, _, _ := strings.Cut(config.Runtime, "/")
	return !strings.Contains(first, ".") && first != own && first != runtime
}
