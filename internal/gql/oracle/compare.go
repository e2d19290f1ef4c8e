package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// ran tells whether a request was executed, or would be.
func (a *Answer) ran() bool { return a.Verdict == "ran" || a.Verdict == "subscription" }

// Compare says how two answers differ, "" for not at all. Where both refuse it is enough that they do: which rule of
// several broken ones is named, and in what words, is for each to say. Where both execute, data must be the same with its
// order of keys, and the errors must have the same paths and locations in the same order.
func Compare(ours, theirs *Answer) string {
	switch {
	case ours.ran() != theirs.ran():
		return fmt.Sprintf("verdict: ours is %s, theirs is %s", ours.Verdict, theirs.Verdict)
	case !ours.ran():
		return ""
	case ours.Verdict != theirs.Verdict:
		return fmt.Sprintf("kind: ours is %s, theirs is %s", ours.Verdict, theirs.Verdict)
	}
	if d := compareErrors(ours.Errors, theirs.Errors); d != "" {
		return d
	}
	if !bytes.Equal(ours.Data, theirs.Data) && !sameJSON(ours.Data, theirs.Data) {
		at := 0
		for at < min(len(ours.Data), len(theirs.Data)) && ours.Data[at] == theirs.Data[at] {
			at++
		}
		return fmt.Sprintf("data: ours is %s, theirs is %s", around(ours.Data, at), around(theirs.Data, at))
	}
	return ""
}

// around is what stands around a place.
func around(b []byte, at int) []byte { return b[max(0, at-300):min(len(b), at+300)] }

func compareErrors(ours, theirs []Failure) string {
	for i := range max(len(ours), len(theirs)) {
		switch {
		case i >= len(ours):
			return fmt.Sprintf("error missing: theirs has %v", theirs[i])
		case i >= len(theirs):
			return fmt.Sprintf("error too much: ours has %v", ours[i])
		case pathText(ours[i].Path) != pathText(theirs[i].Path):
			return fmt.Sprintf("error path: ours is %v, theirs is %v", ours[i], theirs[i])
		case !reflect.DeepEqual(ours[i].Locations, theirs[i].Locations):
			return fmt.Sprintf("error location: ours is %v, theirs is %v", ours[i], theirs[i])
		}
	}
	return ""
}

// pathText is a path as JSON, whatever its numbers were read as.
func pathText(path []any) string {
	text, err := json.Marshal(path)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// sameJSON compares token by token, so that the order of keys counts and the spelling of numbers and text does not.
func sameJSON(a, b []byte) bool {
	x, y := json.NewDecoder(bytes.NewReader(a)), json.NewDecoder(bytes.NewReader(b))
	x.UseNumber()
	y.UseNumber()
	for {
		s, errS := x.Token()
		t, errT := y.Token()
		if errS != nil || errT != nil {
			return errS != nil && errT != nil
		}
		if s != t && !sameNumber(s, t) {
			return false
		}
	}
}

func sameNumber(a, b json.Token) bool {
	m, ok := a.(json.Number)
	n, also := b.(json.Number)
	if !ok || !also {
		return false
	}
	f, err := strconv.ParseFloat(string(m), 64)
	g, other := strconv.ParseFloat(string(n), 64)
	return err == nil && other == nil && f == g
}
