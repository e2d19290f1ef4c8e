package view

import (
	"bufio"
	"bytes"
	"io"
	"testing"
)

func TestAGlobalIDComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	written := GlobalID{"Contract", 42}.String()
	if written != "Q29udHJhY3Q6NDI" {
		t.Errorf("wrote %s: what clients have kept no longer counts", written)
	}
	var read GlobalID
	if err := read.UnmarshalGQL(written); err != nil || read != (GlobalID{"Contract", 42}) {
		t.Errorf("read %v, %v", read, err)
	}
	for _, bad := range []any{
		nil, 42, "", "42", "%%%", GlobalID{"Contract", 0}.String(), GlobalID{"Contract", -1}.String(), written + "=", "Q29udHJhY3Q6MDQy",
	} {
		if err := read.UnmarshalGQL(bad); err == nil {
			t.Errorf("%v was taken for an id", bad)
		}
	}
}

func TestAGlobalIDIsTheSameTextForEveryWriter(t *testing.T) {
	t.Parallel()
	const want = `["Q29udHJhY3Q6NDI","Q29udHJhY3Q6OTIyMzM3MjAzNjg1NDc3NTgwNw"]`
	write := func(w io.Writer) {
		_, _ = io.WriteString(w, "[")
		GlobalID{"Contract", 42}.MarshalGQL(w)
		_, _ = io.WriteString(w, ",")
		GlobalID{"Contract", 1<<63 - 1}.MarshalGQL(w)
		_, _ = io.WriteString(w, "]")
	}
	var plain, buffer, small bytes.Buffer
	write(struct{ io.Writer }{&plain})
	write(&buffer)
	buffered := bufio.NewWriterSize(&small, 16) // smaller than an id
	write(buffered)
	if err := buffered.Flush(); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"no buffer": plain.String(), "a buffer": buffer.String(), "a small buffer": small.String()} {
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestAGlobalIDWritesIntoABufferWithoutAllocating(t *testing.T) {
	var w bytes.Buffer
	w.Grow(1000)
	if n := testing.AllocsPerRun(100, func() {
		w.Reset()
		GlobalID{"SubServiceCompetency", 1<<63 - 1}.MarshalGQL(&w)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
