package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// bucket keeps files in a bucket that speaks S3, below the keys public/ and
// private/. The bucket itself is private: public files are served by us too.
type bucket struct {
	client *minio.Client
	name   string
	folder string // before every key; may be empty
}

// patience is how long the bucket may take to say that it is there.
const patience = 10 * time.Second

// openBucket opens the bucket of s3://BUCKET/FOLDER?endpoint=URL&region=REGION.
// The keys are those of the environment (AWS_ACCESS_KEY_ID and so on), of the
// usual file of credentials, or of the machine's role.
func openBucket(ctx context.Context, at *url.URL) (*bucket, error) {
	endpoint, secure, err := endpointOf(at.Query())
	if err != nil {
		return nil, err
	}
	client, err := minio.New(endpoint, &minio.Options{
		Secure: secure, Region: at.Query().Get("region"),
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{},
			&credentials.IAM{Client: &http.Client{Timeout: patience}},
		}),
	})
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	b := &bucket{client: client, name: at.Host, folder: strings.Trim(at.Path, "/")}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	there, err := client.BucketExists(ctx, b.name)
	if err != nil {
		return nil, fmt.Errorf("files: the bucket %s does not answer: %w", b.name, err)
	}
	if !there {
		return nil, fmt.Errorf("files: there is no bucket %s", b.name)
	}
	return b, nil
}

// endpointOf gives the host of the service, and whether it is spoken to by TLS.
func endpointOf(q url.Values) (host string, secure bool, err error) {
	for name := range q {
		if name != "endpoint" && name != "region" {
			return "", false, fmt.Errorf("files: a bucket has no parameter %s: use endpoint and region", name)
		}
	}
	if !q.Has("endpoint") {
		return "s3.amazonaws.com", true, nil
	}
	u, err := url.Parse(q.Get("endpoint"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.User != nil {
		return "", false, errors.New("files: the endpoint of a bucket is an address such as https://s3.example.com")
	}
	return u.Host, u.Scheme == "https", nil
}

func (b *bucket) key(name string, public bool) string {
	return path.Join(b.folder, keyOf(name, public))
}

// Put keeps a file.
func (b *bucket) Put(ctx context.Context, f New) error {
	_, err := b.client.PutObject(ctx, b.name, b.key(f.Name, f.Public), f.Content, f.Size, minio.PutObjectOptions{
		ContentType: f.Type, DisableMultipart: true,
	})
	return err
}

// Open gives a file. A name under both keys is private.
func (b *bucket) Open(ctx context.Context, name string) (*File, error) {
	for _, public := range []bool{false, true} {
		object, err := b.client.GetObject(ctx, b.name, b.key(name, public), minio.GetObjectOptions{})
		if err != nil {
			return nil, err
		}
		if _, err = object.Stat(); err == nil {
			return &File{Content: object, Public: public}, nil
		}
		_ = object.Close() // nothing was opened
		if minio.ToErrorResponse(err).StatusCode != http.StatusNotFound {
			return nil, err
		}
	}
	return nil, fs.ErrNotExist
}

// Remove forgets a file.
func (b *bucket) Remove(ctx context.Context, name string, public bool) error {
	return b.client.RemoveObject(ctx, b.name, b.key(name, public), minio.RemoveObjectOptions{})
}

// List gives a page of names.
func (b *bucket) List(ctx context.Context, public bool, after string, n int) ([]Listed, error) {
	ctx, cancel := context.WithCancel(ctx) // ends the listing after the page
	defer cancel()
	opts := minio.ListObjectsOptions{Prefix: b.key("", public) + "/", MaxKeys: n}
	if after != "" {
		opts.StartAfter = b.key(after, public)
	}
	var list []Listed
	for object := range b.client.ListObjects(ctx, b.name, opts) {
		if object.Err != nil {
			return nil, object.Err
		}
		if list = append(list, Listed{Name: path.Base(object.Key), At: object.LastModified}); len(list) == n {
			break
		}
	}
	return list, nil
}

// Close does nothing: connections close by themselves.
func (b *bucket) Close() error { return nil }
