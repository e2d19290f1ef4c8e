package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheExitCodeTellsHowItWent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "gqlgen.yml")
	if err := os.WriteFile(bad, []byte("federation: {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		args     []string
		code     int
		out, err string
	}{
		{"no command", nil, 2, "", "usage: gql generate"},
		{"an unknown command", []string{"init"}, 2, "", "usage: gql generate"},
		{"an unknown flag", []string{"generate", "--fast"}, 2, "", "-fast"},
		{"too many arguments", []string{"generate", "gqlgen.yml"}, 2, "", "usage: gql generate"},
		{"help", []string{"--help"}, 0, "usage: gql generate", ""},
		{"help of the command", []string{"generate", "--help"}, 0, "", "-config"},
		{"a file that is not there", []string{"generate", "--config", filepath.Join(dir, "none.yml")}, 1, "", "read the configuration"},
		{"a key that is not supported", []string{"generate", "-c", bad}, 1, "", `gqlgen.yml:1: key "federation" in the top level is not supported`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errOut bytes.Buffer
			if code := run(c.args, &out, &errOut); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(out.String(), c.out) || !strings.Contains(errOut.String(), c.err) {
				t.Errorf("out %q\nerr %q", out.String(), errOut.String())
			}
		})
	}
}
