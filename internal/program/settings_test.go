package program

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// parsed gives the command line as the program understands it.
func parsed(t *testing.T, env map[string]string, args ...string) (commands, error) {
	t.Helper()
	var cli commands
	src := &sources{lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	parser, err := newParser(&cli, src, command{env: env}.surroundings(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = parse(parser, args)
	return cli, err
}

func settingsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFlagsBeatTheEnvironmentWhichBeatsTheFile(t *testing.T) {
	t.Parallel()
	file := settingsFile(t, "addr: 127.0.0.1:3\ngrace: 7s\n")
	env := map[string]string{"KONTRAK_ADDR": "127.0.0.1:2"}
	inFile := map[string]string{"KONTRAK_CONFIG": file}
	both := maps.Clone(env)
	maps.Copy(both, inFile)
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"nothing given", nil, nil, "127.0.0.1:8080"},
		{"in the file", nil, []string{"--config", file}, "127.0.0.1:3"},
		{"in the file that the environment names", inFile, nil, "127.0.0.1:3"},
		{"in the environment", env, nil, "127.0.0.1:2"},
		{"in the environment and the file", both, nil, "127.0.0.1:2"},
		{"everywhere", both, []string{"--addr", "127.0.0.1:1"}, "127.0.0.1:1"},
		{"empty in the environment", map[string]string{"KONTRAK_ADDR": "", "KONTRAK_CONFIG": file}, nil, "127.0.0.1:3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cli, err := parsed(t, c.env, append([]string{"serve"}, c.args...)...)
			if err != nil || cli.Serve.Addr != c.want {
				t.Errorf("addr %q, want %q: %v", cli.Serve.Addr, c.want, err)
			}
		})
	}
}

func TestListsAreWrittenInEachSourcesWay(t *testing.T) {
	t.Parallel()
	want := []string{"https://a.test", "https://b.test"}
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
	}{
		{"a flag", nil, []string{"--cors-origins", "https://a.test,https://b.test"}},
		{"a variable", map[string]string{"KONTRAK_CORS_ORIGINS": "https://a.test,https://b.test"}, nil},
		{"a list in the file", nil, []string{"--config", settingsFile(t, "cors_origins: [https://a.test, https://b.test]")}},
		{"a line in the file", nil, []string{"--config", settingsFile(t, "cors_origins: https://a.test,https://b.test")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cli, err := parsed(t, c.env, append([]string{"serve"}, c.args...)...)
			if err != nil || !slices.Equal(cli.Serve.CORSOrigins, want) {
				t.Errorf("origins %q: %v", cli.Serve.CORSOrigins, err)
			}
		})
	}
}

func TestAFileMayHoldSettingsOfOtherCommands(t *testing.T) {
	t.Parallel()
	file := settingsFile(t, "addr: 127.0.0.1:3\njwt_keys: x\nmigrate: false\n")
	if _, err := parsed(t, nil, "migrate", "--config", file); err != nil {
		t.Error(err)
	}
	if cli, err := parsed(t, nil, "serve", "--config", file); err != nil || cli.Serve.Migrate {
		t.Errorf("migrate is %v: %v", cli.Serve.Migrate, err)
	}
}

func TestAVariableThatIsNoSettingChangesNothing(t *testing.T) {
	t.Parallel()
	cli, err := parsed(t, map[string]string{"KONTRAK_EMAIL": "x@k.test", "KONTRAK_STATUS": "true"}, "token", "--user", "1")
	if err != nil || cli.Token.Email != "" {
		t.Errorf("email %q: %v", cli.Token.Email, err)
	}
}

func TestABadSettingIsNamedWithItsPlaceAndRemedy(t *testing.T) {
	t.Parallel()
	local := map[string]string{"KONTRAK_DATABASE_URL": "sqlite::memory:"}
	key := strings.Repeat("k", 43)
	for _, c := range []struct {
		name string
		env  map[string]string
		file string
		says []string
	}{
		{"an address", map[string]string{"KONTRAK_ADDR": "here"}, "", []string{"addr", "KONTRAK_ADDR", `"here"`, "HOST:PORT"}},
		{"a public address", nil, "public_url: kontrak.test", []string{"public_url", "settings.yml", "https://"}},
		{"a proxy", nil, "trusted_proxies: [10.0.0.0/99]", []string{"trusted_proxies", "10.0.0.0/99", "10.0.0.0/8"}},
		{"any origin", nil, `cors_origins: "*"`, []string{"cors_origins", `"*"`, "exact"}},
		{"an origin with a path", nil, "cors_origins: https://a.test/", []string{"cors_origins", "without a path"}},
		{"a level", map[string]string{"KONTRAK_LOG_LEVEL": "loud"}, "", []string{"log_level", "KONTRAK_LOG_LEVEL", "debug"}},
		{"a format", nil, "log_format: xml", []string{"log_format", "json"}},
		{"a time", nil, "grace: soon", []string{"grace", "settings.yml", "soon", "duration"}},
		{"a time before now", nil, "drain: -1s", []string{"drain", "settings.yml", "3s"}},
		{"a worker that never rests", nil, "worker_interval: 1ms", []string{"worker_interval", "settings.yml", "100ms"}},
		{"a worker before its time", nil, "worker_interval: -5s", []string{"worker_interval", "0s for never"}},
		{"notifications that nobody can read", nil, "keep_read_notifications: 1h", []string{"keep_read_notifications", "settings.yml", "24h"}},
		{"notifications for ever", nil, "keep_unread_notifications: 100000h", []string{"keep_unread_notifications", "87600h"}},
		{"a limit below nothing", nil, "sign_ins_per_account: -1", []string{"sign_ins_per_account", "settings.yml", "no limit"}},
		{"a limit beyond keeping", nil, "sign_ins_per_address: 1000000", []string{"sign_ins_per_address", "settings.yml", "10000"}},
		{"a limit of the graph below nothing", nil, "graph_depth: -1", []string{"graph_depth", "settings.yml", "no limit"}},
		{"a timeout below nothing", map[string]string{"KONTRAK_GRAPH_TIMEOUT": "-1s"}, "", []string{"graph_timeout", "KONTRAK_GRAPH_TIMEOUT"}},
		{"more operations than the engine runs", nil, "socket_operations: 129", []string{"socket_operations", "128"}},
		{"no body at all", nil, "http_body_bytes: 0", []string{"http_body_bytes", "from 1 on"}},
		{"no time at all", nil, "http_header_timeout: 0s", []string{"http_header_timeout", "0s"}},
		{"a collector without a scheme", nil, "otel_endpoint: collector:4318", []string{"otel_endpoint", "http://"}},
		{"more than all", nil, "otel_sample: 1.5", []string{"otel_sample", "1.5", "from 0 to 1"}},
		{"documents that are not there", nil, "graph_documents: nowhere.json", []string{"graph_documents", "nowhere.json"}},
		{"only the documents of no file", nil, "graph_documents_only: true", []string{"graph_documents_only", "graph_documents"}},
		{"an unknown time for SQL", nil, "graph_sql: sometimes", []string{"graph_sql", "asked"}},
		{"a choice", map[string]string{"KONTRAK_MIGRATE": "maybe"}, "", []string{"migrate", "KONTRAK_MIGRATE", "true"}},
		{"two at once", nil, "public_url: x\ncors_origins: y", []string{"public_url", "cors_origins"}},
		{"an unknown name", nil, "adr: x", []string{"settings.yml", `"adr"`, "addr"}},
		{"a tree", nil, "addr: {host: x}", []string{"settings.yml", "addr"}},
		{"no YAML", nil, "\tx", []string{"settings.yml"}},
		{"no keys", local, "", []string{"jwt_keys", "KONTRAK_JWT_KEYS", "link_key", "openssl"}},
		{"a short key", local, "jwt_keys: a=c2hvcnQ=\nlink_key: " + key, []string{"jwt_keys", "key 1", "32 bytes"}},
		{"a key without a name", local, "jwt_keys: " + key + "\nlink_key: " + key, []string{"jwt_keys", "KID=KEY"}},
		{"two keys of one name", local, "jwt_keys: a=" + key + ",a=" + key + "\nlink_key: " + key, []string{"jwt_keys"}},
		{"a bad link key", local, "jwt_keys: a=" + key + "\nlink_key: x", []string{"link_key", "openssl"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := settingsFile(t, c.file)
			r := command{env: c.env}.run(t, "serve", "--config", file, "--files-dir", filepath.Join(dir, "files"))
			if r.code == exitGood {
				t.Fatal("it was accepted")
			}
			for _, word := range c.says {
				if !strings.Contains(r.stderr, word) {
					t.Errorf("it does not say %q: %s", word, r.stderr)
				}
			}
			if strings.Contains(r.stderr, key) {
				t.Errorf("a key was shown: %s", r.stderr)
			}
		})
	}
}

func TestKeysOfALocalDatabaseLieBesideIt(t *testing.T) {
	t.Parallel()
	db := databaseSettings{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "k.db")}
	none := &sources{lookup: func(string) (string, bool) { return "", false }}
	first, err := keys(none, db)
	if err != nil {
		t.Fatal(err)
	}
	path, _ := db.sqliteFile()
	path += keysSuffix
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v: %v", info.Mode(), err)
	}
	again, err := keys(none, db)
	if err != nil || string(again.link) != string(first.link) || !maps.EqualFunc(again.jwt.Secrets, first.jwt.Secrets, slices.Equal) {
		t.Errorf("other keys the second time: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := keys(none, db); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("keys that others can read were taken: %v", err)
	}
}

func TestGivenKeysAreTaken(t *testing.T) {
	t.Parallel()
	one, two := randomKey(), randomKey()
	src := &sources{lookup: func(name string) (string, bool) {
		switch name {
		case "KONTRAK_JWT_KEYS":
			return "new=" + one + ", old=" + two, true
		case "KONTRAK_LINK_KEY":
			return two, true
		}
		return "", false
	}}
	ring, err := keys(src, databaseSettings{DatabaseURL: "postgres://db/kontrak"})
	if err != nil || ring.jwt.Current != "new" || len(ring.jwt.Secrets) != 2 || len(ring.link) != minKey {
		t.Errorf("%+v: %v", ring.jwt.Current, err)
	}
}

func TestWhichAddressesOnlyThisMachineReaches(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]bool{
		"127.0.0.1:8080": true, "127.9.9.9:0": true, "[::1]:80": true, "localhost:80": true,
		":80": false, "0.0.0.0:80": false, "[::]:80": false, "192.0.2.1:80": false, "example.com:80": false, "localhost.evil:1": false,
	} {
		if got := (addrSettings{Addr: addr}).loopback(); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}

// TestTheDocumentListsEverySetting holds docs/settings.md to what there is.
func TestTheDocumentListsEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.*)$").FindAllStringSubmatch(string(text), -1) {
		documented[m[1]] = m[2]
	}
	var cli commands
	src := &sources{lookup: func(string) (string, bool) { return "", false }}
	parser, err := newParser(&cli, src, command{}.surroundings(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string][]string{}
	for _, name := range secretSettings {
		facts[name] = []string{"`" + prefix + strings.ToUpper(name) + "`"}
	}
	for _, command := range parser.Model.Children {
		for _, f := range command.Flags {
			if name, ok := settingOf(f.Value); ok {
				env, _ := variable(f.Value)
				facts[name] = []string{"`" + env + "`", "`" + f.Default + "`", f.Name}
			}
		}
	}
	for name, each := range facts {
		for _, fact := range each {
			if fact != "``" && !strings.Contains(documented[name], fact) {
				t.Errorf("docs/settings.md does not say %s of %s", fact, name)
			}
		}
	}
	for name := range documented {
		if facts[name] == nil {
			t.Errorf("docs/settings.md describes %s, which there is not", name)
		}
	}
}
