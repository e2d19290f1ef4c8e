package program

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"
)

const (
	prefix      = "KONTRAK_"
	defaultFile = "kontrak.yml"
)

// secretSettings are never flags.
var secretSettings = []string{"jwt_keys", "link_key"}

// sources finds the settings that are no flags: in the environment, then in the
// settings file. It is a resolver of the command line: what it gives counts
// where no flag was given.
type sources struct {
	lookup func(string) (string, bool)
	path   string
	file   map[string]string
	read   bool
	// origin tells where each setting was found, for messages.
	origin map[string]string
}

// settingOf gives the name of the setting that a flag sets, and whether it does:
// --database-url sets database_url.
func settingOf(v *kong.Value) (string, bool) {
	if v.Tag == nil || !v.Tag.Has("setting") {
		return "", false
	}
	return strings.ReplaceAll(v.Name, "-", "_"), true
}

// variable gives the environment variable of a flag.
func variable(v *kong.Value) (string, bool) {
	if v.Name == "config" {
		return prefix + "CONFIG", true
	}
	name, ok := settingOf(v)
	return prefix + strings.ToUpper(name), ok
}

// Validate is part of kong.Resolver.
func (s *sources) Validate(*kong.Application) error { return nil }

// Resolve gives the value of a flag that was not given on the command line.
func (s *sources) Resolve(kctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if err := s.open(kctx); err != nil {
		return nil, err
	}
	name, ok := settingOf(flag.Value)
	if !ok {
		return nil, nil //nolint:nilnil // kong's way to say that there is none
	}
	value, ok := s.find(name)
	if !ok {
		return nil, nil //nolint:nilnil // as above
	}
	// Tried here, where it is known where the value comes from.
	trial := reflect.New(flag.Target.Type()).Elem()
	if err := flag.Parse(kong.Scan().PushTyped(value, kong.FlagValueToken), trial); err != nil {
		return nil, s.bad(name, value, err.Error())
	}
	return value, nil
}

// find gives a setting of the environment or the file. An empty variable counts
// as one that is not set.
func (s *sources) find(name string) (string, bool) {
	env := prefix + strings.ToUpper(name)
	if value, ok := s.lookup(env); ok && value != "" {
		s.note(name, env)
		return value, true
	}
	value, ok := s.file[name]
	if ok {
		s.note(name, s.path)
	}
	return value, ok
}

func (s *sources) note(name, where string) {
	if s.origin == nil {
		s.origin = map[string]string{}
	}
	s.origin[name] = where
}

// open reads the settings file, once. The default one may be missing.
func (s *sources) open(kctx *kong.Context) error {
	if s.read {
		return nil
	}
	s.read = true
	s.path = configFlag(kctx)
	if s.path == "" {
		s.path, _ = s.lookup(prefix + "CONFIG")
	}
	named := s.path != ""
	if !named {
		s.path = defaultFile
	}
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil
	}
	if err != nil {
		return fmt.Errorf("settings file: %w", err)
	}
	return s.load(text, settingsOf(kctx.Model.Node))
}

func configFlag(kctx *kong.Context) string {
	for _, f := range kctx.Model.Flags {
		if f.Name == "config" {
			path, _ := kctx.FlagValue(f).(string)
			return path
		}
	}
	return ""
}

// settingsOf lists every setting of every command.
func settingsOf(n *kong.Node) []string {
	all := slices.Clone(secretSettings)
	for _, f := range n.Flags {
		if name, ok := settingOf(f.Value); ok {
			all = append(all, name)
		}
	}
	for _, child := range n.Children {
		all = append(all, settingsOf(child)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// load reads the text of a settings file: one line per setting. A list may be
// written as a list.
func (s *sources) load(text []byte, known []string) error {
	var file map[string]any
	if err := yaml.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("settings file %s: %w", s.path, err)
	}
	s.file = map[string]string{}
	for name, value := range file {
		if !slices.Contains(known, name) {
			return fmt.Errorf("settings file %s: there is no setting %q; there are %s", s.path, name, strings.Join(known, ", "))
		}
		switch value := value.(type) {
		case map[string]any:
			return fmt.Errorf("settings file %s: %s must be one value or a list", s.path, name)
		case nil: // as if the line were not there
		case []any:
			parts := make([]string, len(value))
			for i, part := range value {
				parts[i] = fmt.Sprint(part)
			}
			s.file[name] = strings.Join(parts, ",")
		default:
			s.file[name] = fmt.Sprint(value)
		}
	}
	return nil
}

// bad makes the error of a setting that cannot be used.
func (s *sources) bad(name, value, remedy string) error {
	where, ok := s.origin[name]
	if !ok {
		where = "--" + strings.ReplaceAll(name, "_", "-")
	}
	return &settingError{name: name, where: where, value: value, remedy: remedy}
}

// settingError says which setting cannot be used, where it was found, and what
// would be right.
type settingError struct{ name, where, value, remedy string }

func (e *settingError) Error() string {
	return fmt.Sprintf("setting %s (%s): %q cannot be used: %s", e.name, e.where, e.value, e.remedy)
}
