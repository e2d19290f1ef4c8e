package oracle

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Peer is a Node process that answers with graphql-js. It takes one request after the other, in order; Send and Receive
// may be called from two goroutines.
type Peer struct {
	cmd *exec.Cmd
	in  *bufio.Writer
	end io.Closer
	out *bufio.Scanner
}

// Answer is what came of a request.
type Answer struct {
	// Verdict is ran, subscription, or why it was not executed: syntax, invalid or refused.
	Verdict  string          `json:"verdict"`
	Data     json.RawMessage `json:"data,omitempty"`
	Errors   []Failure       `json:"errors,omitempty"`
	Messages []string        `json:"messages,omitempty"`
}

// Failure is an error of a field.
type Failure struct {
	Path      []any      `json:"path"`
	Locations []Location `json:"locations"`
}

// Location is a place in a document.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// maxAnswer bounds an answer: the whole product schema by introspection is below.
const maxAnswer = 64 << 20

// Start starts the process in the directory that holds oracle.mjs and its packages. Errors tell what is missing.
func Start(ctx context.Context, dir string) (*Peer, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "graphql")); err != nil {
		return nil, fmt.Errorf("graphql-js is not installed: run npm ci in %s", dir)
	}
	p := &Peer{cmd: exec.CommandContext(ctx, node, "oracle.mjs")}
	p.cmd.Dir, p.cmd.Stderr = dir, os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.end, p.out = bufio.NewWriterSize(in, 1<<16), in, bufio.NewScanner(out)
	p.out.Buffer(make([]byte, 1<<16), maxAnswer)
	return p, p.cmd.Start()
}

// Send hands a request on; it may stay in the buffer until Flush.
func (p *Peer) Send(request any) error {
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	_, err = p.in.Write(append(line, '\n'))
	return err
}

// Flush sends what is in the buffer.
func (p *Peer) Flush() error { return p.in.Flush() }

// Receive waits for the answer to the next request. It fails when the process ended, or is broken.
func (p *Peer) Receive() (*Answer, error) {
	if !p.out.Scan() {
		if err := p.out.Err(); err != nil {
			return nil, err
		}
		return nil, io.ErrUnexpectedEOF
	}
	a := &Answer{}
	if err := json.Unmarshal(p.out.Bytes(), a); err != nil {
		return nil, err
	}
	if a.Verdict == "broken" {
		return nil, fmt.Errorf("oracle.mjs: %v", a.Messages)
	}
	return a, nil
}

// Ask sends one request and waits for its answer.
func (p *Peer) Ask(request any) (*Answer, error) {
	if err := p.Send(request); err != nil {
		return nil, err
	}
	if err := p.Flush(); err != nil {
		return nil, err
	}
	return p.Receive()
}

// Close lets the process end.
func (p *Peer) Close() error {
	if err := p.end.Close(); err != nil {
		return err
	}
	return p.cmd.Wait()
}
