package imports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxRow bounds a row of a file, in bytes.
const maxRow = 1 << 20

// eachRow finds the list that stands under the keys, and hands its elements on, one
// after the other: of the file no more than an element is kept. What stands beside the
// list is passed over, and must be JSON all the same.
func eachRow(from io.Reader, at []string, take func(raw []byte) error) error {
	d := json.NewDecoder(from)
	found, err := descend(d, at, take)
	switch {
	case err != nil:
		return err
	case !found:
		return fmt.Errorf("imports: the file has no list under %s", strings.Join(at, "."))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("imports: the file goes on after its end")
	}
	return nil
}

// descend reads one value: the list when no keys are left, else an object that is to
// hold it. Broken JSON is told by what the decoder says of it.
func descend(d *json.Decoder, at []string, take func(raw []byte) error) (found bool, err error) {
	opened, err := d.Token()
	if err != nil {
		return false, broken(d, err)
	}
	if len(at) == 0 {
		if opened != json.Delim('[') {
			return false, errors.New("imports: what should be the list is none")
		}
		return true, elements(d, take)
	}
	if opened != json.Delim('{') {
		return false, fmt.Errorf("imports: the file has no object with %s", at[0])
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return found, broken(d, err)
		}
		if key == at[0] && !found {
			if found, err = descend(d, at[1:], take); err != nil {
				return found, err
			}
			continue
		}
		var passed json.RawMessage
		if err := d.Decode(&passed); err != nil {
			return found, broken(d, err)
		}
	}
	_, err = d.Token()
	return found, broken(d, err)
}

func elements(d *json.Decoder, take func(raw []byte) error) error {
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return broken(d, err)
		}
		if len(raw) > maxRow {
			return fmt.Errorf("imports: a row has %d bytes, and %d are allowed", len(raw), maxRow)
		}
		if err := take(raw); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return broken(d, err)
}

// broken says where a file is no JSON.
func broken(d *json.Decoder, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("imports: the file is no JSON near byte %d: %w", d.InputOffset(), err)
}
