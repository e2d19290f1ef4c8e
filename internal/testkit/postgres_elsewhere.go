//go:build !unix

package testkit

// postgresServer is a server on which tests create databases.
type postgresServer struct {
	url string
	own bool
}

// startCluster finds no PostgreSQL here: only a server that is named is used.
func startCluster(string) (*postgresServer, error) { return nil, errNoPostgres }
