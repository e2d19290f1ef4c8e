package transport_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"strings"
	"testing"

	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph"
)

// part is one of a form; with a file name it is a file.
type part struct{ name, file, text string }

func formOf(t *testing.T, parts []part) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q`, p.name)}}
		if p.file != "" {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename=%q`, p.name, p.file))
			h.Set("Content-Type", "text/plain")
		}
		pw, err := w.CreatePart(h)
		if err == nil {
			_, err = io.WriteString(pw, p.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

func upload(t *testing.T, form transport.MultipartForm, body []byte, contentType string) (int, string) {
	t.Helper()
	srv := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{}}))
	srv.AddTransport(form)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

const (
	keepOne  = `{"query":"mutation($f:Upload){keep(file:$f){name type size text}}","variables":{"f":null}}`
	keepMany = `{"query":"mutation($f:[Upload!]!){keepAll(files:$f){name size text}}","variables":{"f":[null,null]}}`
)

func TestFilesComeWithForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		parts  []part
		status int
		want   string
	}{
		{"one file", []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.f"]}`}, {"0", "a.txt", "hello"}}, 200, `{"data":{"keep":{"name":"a.txt","type":"text/plain","size":5,"text":"hello"}}}`},
		{"an empty file", []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.f"]}`}, {"0", "a.txt", ""}}, 200, `{"data":{"keep":{"name":"a.txt","type":"text/plain","size":0,"text":""}}}`},
		{"two files", []part{{"operations", "", keepMany}, {"map", "", `{"a":["variables.f.0"],"b":["variables.f.1"]}`}, {"b", "b.txt", "second"}, {"a", "a.txt", "first"}}, 200, `{"data":{"keepAll":[{"name":"a.txt","size":5,"text":"first"},{"name":"b.txt","size":6,"text":"second"}]}}`},
		{"one file in two places", []part{{"operations", "", keepMany}, {"map", "", `{"a":["variables.f.0","variables.f.1"]}`}, {"a", "a.txt", "both"}}, 200, `{"data":{"keepAll":[{"name":"a.txt","size":4,"text":"both"},{"name":"a.txt","size":4,"text":"both"}]}}`},
		{"within an input", []part{{"operations", "", `{"query":"mutation($a:Attachment!){attach(to:$a){name}}","variables":{"a":{"note":"x","files":[null]}}}`}, {"map", "", `{"0":["variables.a.files.0"]}`}, {"0", "a.txt", "x"}}, 200, `{"data":{"attach":[{"name":"a.txt"}]}}`},
		{"no file", []part{{"operations", "", keepOne}, {"map", "", `{}`}}, 200, `{"data":{"keep":null}}`},
		{"text where a file must be", []part{{"operations", "", strings.Replace(keepOne, "null", `"x"`, 1)}, {"map", "", `{}`}}, 200, `{"errors":[{"message":"string is not an Upload","path":["keep"],"locations":[{"line":1,"column":21}],"extensions":{"argument":"file"}}],"data":{"keep":null}}`},
		{"no operations", nil, 400, `{"errors":[{"message":"operations is missing: it must come before all that follows it in operations, map, files"}]}`},
		{"the wrong order", []part{{"map", "", `{}`}, {"operations", "", keepOne}}, 400, `{"errors":[{"message":"operations is missing: it must come before all that follows it in operations, map, files"}]}`},
		{"no map", []part{{"operations", "", keepOne}, {"0", "a.txt", "x"}}, 400, `{"errors":[{"message":"map is missing: it must come before all that follows it in operations, map, files"}]}`},
		{"operations that are no JSON", []part{{"operations", "", "secret"}}, 400, `{"errors":[{"message":"operations could not be decoded: it is not JSON"}]}`},
		{"a list of operations", []part{{"operations", "", "[" + keepOne + "]"}}, 400, `{"errors":[{"message":"operations could not be decoded: a part has the wrong type"}]}`},
		{"a map that is none", []part{{"operations", "", keepOne}, {"map", "", `{"0":"variables.f"}`}}, 400, `{"errors":[{"message":"map could not be decoded: a part has the wrong type"}]}`},
		{"a place that is none", []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.g.h"]}`}, {"0", "a.txt", "x"}}, 400, `{"errors":[{"message":"path \"variables.g.h\" of file \"0\" does not exist"}]}`},
		{"a place that is taken", []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.f","variables.f"]}`}, {"0", "a.txt", "x"}}, 400, `{"errors":[{"message":"path \"variables.f\" of file \"0\" is not null"}]}`},
		{"a file that did not come", []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.f"]}`}}, 400, `{"errors":[{"message":"file \"0\" is missing"}]}`},
		{"a file that is not meant", []part{{"operations", "", keepOne}, {"map", "", `{}`}, {"0", "a.txt", "x"}}, 400, `{"errors":[{"message":"file \"0\" is not in map"}]}`},
		{"a file twice", []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.f"]}`}, {"0", "a.txt", "x"}, {"0", "a.txt", "x"}}, 400, `{"errors":[{"message":"file \"0\" is not in map"}]}`},
		{"operations without end", []part{{"operations", "", strings.Repeat(" ", transport.UploadText+1)}}, 413, `{"errors":[{"message":"a part that is no file is too large","extensions":{"code":"BODY_TOO_LARGE"}}]}`},
		{"a map without end", []part{{"operations", "", keepOne}, {"map", "", strings.Repeat(" ", transport.UploadText+1)}}, 413, `{"errors":[{"message":"a part that is no file is too large","extensions":{"code":"BODY_TOO_LARGE"}}]}`},
		{"a subscription", []part{{"operations", "", `{"query":"subscription{feed{text}}"}`}, {"map", "", `{}`}}, 405, ""},
		{"a file beyond the size of a request", []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.f"]}`}, {"0", "a.txt", strings.Repeat("x", 3<<20)}}, 413, `{"errors":[{"message":"the request is too large","extensions":{"code":"BODY_TOO_LARGE"}}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body, contentType := formOf(t, c.parts)
			status, got := upload(t, transport.MultipartForm{MaxUploadSize: 2 << 20}, body, contentType)
			if status != c.status || c.want != "" && got != c.want {
				t.Errorf("got %d %s", status, got)
			}
		})
	}
}

func TestFormsThatAreBrokenAreRefused(t *testing.T) {
	t.Parallel()
	body, contentType := formOf(t, []part{{"operations", "", keepOne}, {"map", "", `{"0":["variables.f"]}`}, {"0", "a.txt", "hello"}})
	for _, c := range []struct {
		name        string
		body        []byte
		contentType string
	}{
		{"without boundary", body, "multipart/form-data"},
		{"with another boundary", body, "multipart/form-data; boundary=x"},
		{"cut off", body[:len(body)-70], contentType},
		{"empty", nil, contentType},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if status, got := upload(t, transport.MultipartForm{}, c.body, c.contentType); status != http.StatusBadRequest {
				t.Errorf("got %d %s", status, got)
			}
		})
	}
}

func TestFormsMayHaveSoManyFilesAndNoMore(t *testing.T) {
	t.Parallel()
	var places strings.Builder
	for i := range transport.UploadFiles + 1 {
		fmt.Fprintf(&places, `,"%d":[]`, i)
	}
	body, contentType := formOf(t, []part{{"operations", "", keepOne}, {"map", "", "{" + places.String()[1:] + "}"}})
	if status, got := upload(t, transport.MultipartForm{}, body, contentType); status != 400 || got != `{"errors":[{"message":"more than 100 files"}]}` {
		t.Errorf("got %d %s", status, got)
	}
	paths := strings.Repeat(`,"variables.f"`, transport.UploadFiles+1)[1:]
	body, contentType = formOf(t, []part{{"operations", "", keepOne}, {"map", "", `{"0":[` + paths + `]}`}, {"0", "a.txt", "x"}})
	if status, got := upload(t, transport.MultipartForm{}, body, contentType); status != 400 || got != `{"errors":[{"message":"file \"0\" has more than 100 places"}]}` {
		t.Errorf("got %d %s", status, got)
	}
}

// TestLargeFilesAreKeptOnDiskWhileTheyAreNeeded changes where temporary files are kept, so it runs alone.
func TestLargeFilesAreKeptOnDiskWhileTheyAreNeeded(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	large := strings.Repeat("0123456789", 100)
	body, contentType := formOf(t, []part{
		{"operations", "", keepMany}, {"map", "", `{"a":["variables.f.0","variables.f.1"]}`}, {"a", "a.txt", large},
	})
	item := `{"name":"a.txt","size":1000,"text":"` + large[:100] + `"}`
	status, got := upload(t, transport.MultipartForm{MaxMemory: 10}, body, contentType)
	if want := `{"data":{"keepAll":[` + item + `,` + item + `]}}`; status != 200 || got != want {
		t.Errorf("got %d %s", status, got)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v %v", left, err)
	}
	t.Setenv("TMPDIR", dir+"/nowhere")
	if status, got = upload(t, transport.MultipartForm{MaxMemory: 10}, body, contentType); status != 500 || got != `{"errors":[{"message":"a file could not be kept"}]}` {
		t.Errorf("got %d %s", status, got)
	}
}
