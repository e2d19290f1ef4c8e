package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"os"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/errcode"
)

const (
	// uploadDefault bounds a request and the memory for its files where a program sets no bound.
	uploadDefault = 32 << 20
	// uploadText bounds each of the two parts that are JSON, uploadFiles the files of one request, and uploadHead the
	// headers of a part.
	uploadText  = 1 << 20
	uploadFiles = 100
	uploadHead  = 64 << 10
)

// tooLargeCode is the code of the error of a request that is too large in some way.
const tooLargeCode = "BODY_TOO_LARGE"

// MultipartForm takes requests with files, as the GraphQL multipart request specification says: a form whose part
// operations is the request, with null in the place of each file, whose part map says which part is which file, and
// whose other parts are the files. Lists of operations are refused.
//
// A browser sends such a form across origins without asking first, so a program that knows its callers by cookies must
// ask for a header that a form cannot have.
type MultipartForm struct {
	// MaxUploadSize bounds the bytes of a request; 32 MB unless given.
	MaxUploadSize int64
	// MaxMemory bounds the bytes of files that are kept in memory; what is beyond is kept in temporary files until the
	// response was written. 32 MB unless given.
	MaxMemory int64
	// ResponseHeaders are set on every response. A Content-Type among them ends the choice by the client.
	ResponseHeaders map[string][]string
}

var _ graphql.Transport = MultipartForm{}

// Supports takes POST with a multipart form.
func (f MultipartForm) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && !isUpgrade(r) && hasBody(r, "multipart/form-data")
}

// Do answers a request.
func (f MultipartForm) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	media := negotiate(r, f.ResponseHeaders, false)
	if media == "" {
		SendErrorf(w, http.StatusNotAcceptable, "responses are %s or %s", graphqlResponse, plainJSON)
		return
	}
	begin(w, f.ResponseHeaders, media)
	size := orDefault(f.MaxUploadSize, uploadDefault)
	form := &form{params: &graphql.RawParams{Headers: r.Header}, memory: orDefault(f.MaxMemory, uploadDefault)}
	defer form.close()
	err := errUploadSize
	if r.ContentLength <= size {
		r.Body = http.MaxBytesReader(w, r.Body, size)
		form.params.ReadTime.Start = graphql.Now()
		err = form.read(r)
		form.params.ReadTime.End = graphql.Now()
	}
	if err != nil {
		status, shown := refused(err)
		write(w, status, exec.DispatchError(r.Context(), gqlerror.List{shown}))
		return
	}
	serve(w, r, exec, form.params, media, ast.Query, ast.Mutation)
}

func orDefault(n, otherwise int64) int64 {
	if n == 0 {
		return otherwise
	}
	return n
}

var (
	errUploadSize = errors.New("the request is too large")
	errTextSize   = errors.New("a part that is no file is too large")
	errHeadSize   = errors.New("the headers of a part are too large")
)

// allowance is a body of which only so much may be read until more is allowed.
type allowance struct {
	io.ReadCloser
	left int64
}

func (a *allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, errHeadSize
	}
	n, err := a.ReadCloser.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	return n, err
}

// refused gives the status and the error of a form that could not be read.
func refused(err error) (int, *gqlerror.Error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = errUploadSize
	}
	for _, known := range []error{errUploadSize, errTextSize, errHeadSize} {
		if errors.Is(err, known) {
			shown := gqlerror.Errorf("%s", known.Error())
			errcode.Set(shown, tooLargeCode)
			return http.StatusRequestEntityTooLarge, shown
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return http.StatusRequestTimeout, gqlerror.Errorf("the request came too slowly")
	}
	var known *gqlerror.Error
	if errors.As(err, &known) {
		return http.StatusBadRequest, known
	}
	var failed *os.PathError
	if errors.As(err, &failed) {
		return http.StatusInternalServerError, &gqlerror.Error{Err: failed, Message: "a file could not be kept"}
	}
	return http.StatusBadRequest, gqlerror.Errorf("the form could not be read")
}

// form is a form while it is read, and the files that it keeps.
type form struct {
	params *graphql.RawParams
	body   *allowance
	memory int64 // what is left of it
	temp   []string
	open   []*os.File
}

func (f *form) read(r *http.Request) error {
	f.body = &allowance{ReadCloser: r.Body}
	r.Body = f.body
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	text, err := f.text(parts, "operations")
	if err != nil {
		return err
	}
	if err := decode(bytes.NewReader(text), f.params); err != nil {
		return gqlerror.Errorf("operations could not be decoded: %s", reason(err))
	}
	if text, err = f.text(parts, "map"); err != nil {
		return err
	}
	var places map[string][]string
	if err := json.Unmarshal(text, &places); err != nil {
		return gqlerror.Errorf("map could not be decoded: %s", reason(err))
	}
	if len(places) > uploadFiles {
		return gqlerror.Errorf("more than %d files", uploadFiles)
	}
	return f.files(parts, places)
}

// next gives the next part. What it says of itself has a bound; what it holds is the caller's to bound.
func (f *form) next(parts *multipart.Reader) (*multipart.Part, error) {
	f.body.left = uploadHead
	part, err := parts.NextPart()
	f.body.left = math.MaxInt64
	return part, err
}

// text reads the next part, which is JSON and must have that name.
func (f *form) text(parts *multipart.Reader, name string) ([]byte, error) {
	part, err := f.next(parts)
	if errors.Is(err, io.EOF) || err == nil && part.FormName() != name {
		return nil, gqlerror.Errorf("%s is missing: it must come before all that follows it in operations, map, files", name)
	}
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(part, uploadText+1))
	if err == nil && len(text) > uploadText {
		err = errTextSize
	}
	return text, err
}

// files reads the other parts into the places that they are meant for.
func (f *form) files(parts *multipart.Reader, places map[string][]string) error {
	for {
		part, err := f.next(parts)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		name := part.FormName()
		paths, wanted := places[name]
		if !wanted {
			return gqlerror.Errorf("file %q is not in map", name)
		}
		delete(places, name)
		if err := f.file(part, name, paths); err != nil {
			return err
		}
	}
	for name := range places {
		return gqlerror.Errorf("file %q is missing", name)
	}
	return nil
}

// file keeps one file and puts it into its places, each with a reader of its own.
func (f *form) file(part *multipart.Part, name string, paths []string) error {
	if len(paths) > uploadFiles {
		return gqlerror.Errorf("file %q has more than %d places", name, uploadFiles)
	}
	reader, size, err := f.keep(part)
	if err != nil {
		return err
	}
	for _, path := range paths {
		content, err := reader()
		if err != nil {
			return err
		}
		upload := graphql.Upload{File: content, Size: size, Filename: part.FileName(), ContentType: part.Header.Get("Content-Type")}
		if err := f.params.AddUpload(upload, name, path); err != nil {
			return err
		}
	}
	return nil
}

// keep reads a file into memory, or what is too much for it into a temporary file.
func (f *form) keep(part io.Reader) (reader func() (io.ReadSeeker, error), size int64, err error) {
	var content bytes.Buffer
	size, err = io.Copy(&content, io.LimitReader(part, f.memory+1))
	if err != nil {
		return nil, 0, err
	}
	if size <= f.memory {
		f.memory -= size
		return func() (io.ReadSeeker, error) { return bytes.NewReader(content.Bytes()), nil }, size, nil
	}
	file, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return nil, 0, err
	}
	f.temp = append(f.temp, file.Name())
	size, err = io.Copy(file, io.MultiReader(&content, part))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, 0, err
	}
	name := file.Name()
	return func() (io.ReadSeeker, error) {
		file, err := os.Open(name)
		if err == nil {
			f.open = append(f.open, file)
		}
		return file, err
	}, size, nil
}

// close removes what was kept.
func (f *form) close() {
	for _, file := range f.open {
		_ = file.Close()
	}
	for _, name := range f.temp {
		_ = os.Remove(name)
	}
}
