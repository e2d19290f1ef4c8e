package store

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/lib/pq"
	"modernc.org/sqlite"
)

// preparedTexts bounds how many statements one connection keeps prepared.
const preparedTexts = 512

// connector opens connections of one database and wraps each in a conn.
type connector struct {
	driver.Connector
	server   bool // PostgreSQL, else SQLite
	prepared int  // how many texts a connection keeps prepared; 0 prepares none
}

// Connect opens one connection.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	back, ok := inner.(backend)
	if !ok {
		_ = inner.Close()
		return nil, fmt.Errorf("store: the driver's connection %T lacks what the store needs", inner)
	}
	cn := &conn{backend: back, server: c.server}
	if c.prepared > 0 {
		cn.prepared = newPrepared(c.prepared)
	}
	if c.server {
		pq.SetNoticeHandler(inner, cn.notice)
	}
	return cn, nil
}

// newPostgresConnector reads the target's connection string.
func newPostgresConnector(t target, prepared int) (*connector, error) {
	cfg, err := t.postgresConfig()
	if err != nil {
		return nil, err
	}
	inner, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("store: database URL: %w", err)
	}
	return &connector{Connector: inner, server: true, prepared: prepared}, nil
}

// newSQLiteConnector opens the file with the given pragmas.
func newSQLiteConnector(dsn string, prepared int) (*connector, error) {
	inner, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("store: database path: %w", err)
	}
	return &connector{Connector: inner, prepared: prepared}, nil
}
