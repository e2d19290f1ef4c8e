package view

import (
	"bytes"
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

func TestAGlobalIDIsWrittenAndAppendedAlike(t *testing.T) {
	t.Parallel()
	for id, want := range map[GlobalID]string{
		{"Contract", 42}:        `"Q29udHJhY3Q6NDI"`,
		{"Contract", 1<<63 - 1}: `"Q29udHJhY3Q6OTIyMzM3MjAzNjg1NDc3NTgwNw"`,
	} {
		var written bytes.Buffer
		id.MarshalGQL(&written)
		if got := string(id.AppendGQL([]byte("x"))); written.String() != want || got != "x"+want {
			t.Errorf("%s and %s, want %s", &written, got, want)
		}
	}
}

func TestAGlobalIDIsAppendedWithoutAllocating(t *testing.T) {
	b := make([]byte, 0, 200)
	if n := testing.AllocsPerRun(100, func() { GlobalID{"SubServiceCompetency", 1<<63 - 1}.AppendGQL(b) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
