// Package store opens the database and is the only way to it. It gives
// transactions that repeat what is worth repeating, statements that are
// prepared once, instants in one form, and faults in place of database errors.
//
// One ent schema stands on two databases: SQLite for one machine, PostgreSQL
// for production.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"entgo.io/ent/dialect"

	"kontrak/ent"
)

// Config says which database to open, and how. Only URL is required.
type Config struct {
	// URL is postgres://… (several hosts pass through), sqlite:PATH, a plain
	// path, or sqlite::memory: for a temporary file that Close removes.
	URL string
	// MaxOpenConns bounds the pool; 16 when zero. As many stay open when idle,
	// since a closed connection forgets its prepared statements.
	MaxOpenConns int
	// ConnMaxLifetime is how long a connection is used, give or take a tenth,
	// so that nodes do not reconnect at once; 30 minutes when zero.
	ConnMaxLifetime time.Duration
	// MaxWait is how long a transaction waits for its turn; 3 s when zero.
	MaxWait time.Duration
	// ReadTimeout bounds a read (see ReadContext); 10 s when zero.
	ReadTimeout time.Duration
	// Wait pauses between two attempts of a transaction, or until the context
	// ends; a timer when nil. Tests give one that does not wait.
	Wait func(ctx context.Context, d time.Duration) error
	// Logger hears of attempts that failed; slog.Default when nil.
	Logger *slog.Logger

	unprepared bool // benchmarks only: prepare nothing
}

func (c Config) withDefaults() Config {
	if c.MaxOpenConns <= 0 {
		c.MaxOpenConns = 16
	}
	if c.ConnMaxLifetime <= 0 {
		c.ConnMaxLifetime = 30 * time.Minute
	}
	if c.MaxWait <= 0 {
		c.MaxWait = 3 * time.Second
	}
	if c.ReadTimeout <= 0 {
		c.ReadTimeout = 10 * time.Second
	}
	if c.Wait == nil {
		c.Wait = pause
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	cfg    Config
	target target
	main   *sql.DB // everything but SQLite's read transactions
	client *ent.Client
	reader *ent.Client // for read transactions
	bells  bells
	closed sync.Once
	err    error
}

// Open opens the database and checks that it answers. It does not migrate: see
// Migrate. It fails when the URL is not understood or the database is out of
// reach.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	at, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, target: at}
	if err := s.connect(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context) error {
	size := preparedTexts
	if s.cfg.unprepared {
		size = 0
	}
	if s.target.dialect == dialect.Postgres {
		c, err := newPostgresConnector(s.target, size)
		if err != nil {
			return err
		}
		s.main = s.pool(c)
		d := newDriver(s.target.dialect, s.main, s.cfg)
		s.client = ent.NewClient(ent.Driver(d))
		s.reader = s.client
		return s.answer(ctx)
	}
	if err := s.target.createPrivately(); err != nil {
		return err
	}
	write, err := newSQLiteConnector(s.target.sqliteDSN(forAll), size)
	if err != nil {
		return err
	}
	read, err := newSQLiteConnector(s.target.sqliteDSN(forReading), size)
	if err != nil {
		return err
	}
	s.main = s.pool(write)
	d := newDriver(s.target.dialect, s.main, s.cfg)
	d.turn = make(chan struct{}, 1)
	s.client = ent.NewClient(ent.Driver(d))
	s.reader = ent.NewClient(ent.Driver(newDriver(s.target.dialect, s.pool(read), s.cfg)))
	return s.answer(ctx)
}

// pool makes a pool of the connector's connections.
func (s *Store) pool(c *connector) *sql.DB {
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(s.cfg.MaxOpenConns)
	db.SetMaxIdleConns(s.cfg.MaxOpenConns)
	if c.server {
		life := s.cfg.ConnMaxLifetime
		db.SetConnMaxLifetime(life - life/10 + rand.N(life/5+1))
	}
	return db
}

func (s *Store) answer(ctx context.Context) error {
	if err := s.main.PingContext(ctx); err != nil {
		return fmt.Errorf("store: the database does not answer: %w", err)
	}
	return nil
}

// Dialect is dialect.Postgres or dialect.SQLite.
func (s *Store) Dialect() string { return s.target.dialect }

// Client is for reads of one statement. What an action writes goes through WithTx.
func (s *Store) Client() *ent.Client { return s.client }

// Close closes every connection and removes a temporary database.
func (s *Store) Close() error {
	s.closed.Do(func() {
		if s.client != nil {
			s.err = s.client.Close()
		}
		if s.reader != nil && s.reader != s.client {
			s.err = errors.Join(s.err, s.reader.Close())
		}
		if s.target.temporary != "" {
			s.err = errors.Join(s.err, os.RemoveAll(s.target.temporary))
		}
	})
	return s.err
}

// Ping tells whether the database answers and has every migration that this
// program brings. A database that is ahead will do, since nodes are replaced
// one after the other; one that is behind gives a *SchemaBehind.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.answer(ctx); err != nil {
		return err
	}
	return s.checkSchema(ctx)
}

// ReadContext gives the context under which a short read runs: with a bound of
// its own, and not ended by the client's going away, because a cancelled
// statement costs the connection with all that is prepared on it.
func (s *Store) ReadContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.cfg.ReadTimeout)
}

// pause waits for d, or until the context ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
