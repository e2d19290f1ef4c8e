package testkit

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// The settings of the environment that say where PostgreSQL is.
const (
	// envDatabaseURL names a server on which tests may create databases.
	envDatabaseURL = "KONTRAK_TEST_DATABASE_URL"
	// envRequire makes a missing PostgreSQL a failure when it is 1.
	envRequire = "KONTRAK_REQUIRE_POSTGRES"
)

var errNoPostgres = errors.New("testkit: neither " + envDatabaseURL + " nor initdb and postgres were found")

// server is the PostgreSQL server that all tests of one test binary share.
var server = sync.OnceValues(startServer)

// startServer gives the connection string of the server's own database.
func startServer() (*postgresServer, error) {
	if given := os.Getenv(envDatabaseURL); given != "" {
		return &postgresServer{url: given}, nil
	}
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	return startCluster(bin)
}

// StartPostgres gives the URL of a PostgreSQL server to create databases on. It
// lives as long as the process, which starts at most one; nothing is left
// behind, not even when the process is killed. It fails when PostgreSQL is
// neither named by KONTRAK_TEST_DATABASE_URL nor installed.
func StartPostgres() (url string, err error) {
	s, err := server()
	if err != nil {
		return "", err
	}
	return s.url, nil
}

// postgres gives the server, or nil where there is none to be had and none is
// required.
func postgres(t testing.TB) *postgresServer {
	t.Helper()
	s, err := server()
	switch {
	case err == nil:
		return s
	case errors.Is(err, errNoPostgres) && os.Getenv(envRequire) != "1":
		return nil
	}
	t.Fatalf("PostgreSQL is required here: %v", err)
	return nil
}

// findPostgres gives the directory that holds both programs.
func findPostgres() (string, error) {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	installed, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("testkit: %w", err)
	}
	for _, dir := range append(installed, dirs...) {
		if has(dir, "initdb") && has(dir, "postgres") {
			return dir, nil
		}
	}
	return "", errNoPostgres
}

func has(dir, program string) bool {
	_, err := exec.LookPath(filepath.Join(dir, program))
	return err == nil
}
