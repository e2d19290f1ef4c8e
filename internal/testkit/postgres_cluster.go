//go:build unix

package testkit

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	_ "github.com/lib/pq" // the driver "postgres"
)

// postgresServer is a server on which tests create databases.
type postgresServer struct {
	url string
	// own tells that it is a throwaway cluster, whose settings a test may change.
	own bool
	// lifeline is held open by this process: the supervisor reads the other end
	// and stops the cluster when it closes, however this process ends.
	lifeline *os.File
}

// supervisor makes a cluster in $1, whose programs are in $2, runs it while its
// standard input is open, and then removes every trace of it. Where the system
// can do it, the server also ends when the supervisor itself is killed.
const supervisor = `
dir=$1 bin=$2
trap '' HUP INT TERM
cleanup() { rm -rf "$dir"; }
"$bin/initdb" -D "$dir/data" -U kontrak --auth=trust --encoding=UTF8 --locale=C --no-sync --wal-segsize=1 >"$dir/log" 2>&1 || {
	cat "$dir/log" >"$dir/failed"; read -r _; cleanup; exit 1; }
cat >>"$dir/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$dir'
max_connections = 300
shared_buffers = 32MB
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
max_wal_size = 64MB
min_wal_size = 32MB
jit = off
deadlock_timeout = 20ms
END
with=
setpriv --pdeathsig QUIT true 2>/dev/null && with='setpriv --pdeathsig QUIT'
$with "$bin/postgres" -D "$dir/data" >>"$dir/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT "$server" 2>/dev/null
wait "$server" 2>/dev/null
cleanup
`

// startCluster starts a throwaway cluster on a socket in a directory of its own.
func startCluster(bin string) (*postgresServer, error) {
	dir, err := os.MkdirTemp(clusterParent(), "kpg")
	if err != nil {
		return nil, fmt.Errorf("testkit: cluster: %w", err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("testkit: cluster: %w", err)
	}
	cmd := exec.Command("/bin/sh", "-c", supervisor, "supervisor", dir, bin)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.Stdin = read
	// A session of its own: an interrupt of the tests must not reach it, or the
	// cluster would be gone before the supervisor can clean up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		if cmd.SysProcAttr.Credential, err = unprivileged(dir); err != nil {
			return nil, err
		}
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("testkit: cluster: %w", err)
	}
	_ = read.Close()               // the supervisor has its own
	go func() { _ = cmd.Wait() }() // reaps it, should it end before this process
	s := &postgresServer{url: socketURL(dir, "postgres"), own: true, lifeline: write}
	if err := s.awaitStart(dir); err != nil {
		_ = write.Close()
		return nil, err
	}
	return s, nil
}

// clusterParent gives where the cluster's directory is made: in memory where
// there is room, since copying databases is most of the work, else in the
// temporary directory, if the socket's path stays under the hundred bytes that
// systems allow.
func clusterParent() string {
	if roomInMemory() {
		return memoryDir
	}
	if dir := os.TempDir(); len(dir) <= 60 {
		return dir
	}
	return "/tmp"
}

func socketURL(dir, database string) string {
	q := url.Values{"host": {dir}, "user": {"kontrak"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + q.Encode()
}

// unprivileged hands the directory to a user that may run PostgreSQL, which
// refuses to run as root.
func unprivileged(dir string) (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return nil, fmt.Errorf("testkit: cluster: %w", err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("testkit: no unprivileged user to run PostgreSQL as")
}

// awaitStart waits until the cluster answers.
func (s *postgresServer) awaitStart(dir string) error {
	db, err := sql.Open("postgres", s.url)
	if err != nil {
		return fmt.Errorf("testkit: cluster: %w", err)
	}
	defer func() { _ = db.Close() }() // nothing was written
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		if said, readErr := os.ReadFile(filepath.Join(dir, "failed")); readErr == nil {
			return fmt.Errorf("testkit: initdb failed: %s", bytes.TrimSpace(said))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			said, _ := os.ReadFile(filepath.Join(dir, "log")) // without it the error says less
			return fmt.Errorf("testkit: the cluster does not answer: %w: %s", err, bytes.TrimSpace(said))
		}
	}
}
