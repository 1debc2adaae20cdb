package whatsapp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path"
	"strings"
	"sync"
	"time"

	"cauce/engine/limits"
	"cauce/runtime"
)

// typeOf is what a file is: by what it is shown as, and the end of its name.
// The table is the one that the checker goes by, so that what it let pass can
// be sent; a document of which it only doubts whether WhatsApp takes it is what
// its content looks like, and WhatsApp's to judge.
func typeOf(kind, name string, content []byte) (string, bool) {
	m, ok := limits.MediaOf(kind)
	if !ok {
		return "", false
	}
	t, ok := m.Of(strings.TrimPrefix(strings.ToLower(path.Ext(name)), "."))
	if !ok && m.Others {
		t.Name, _, _ = strings.Cut(http.DetectContentType(content), ";")
	}
	return t.Name, ok || m.Others
}

const (
	// maxUpload is the most any kind of file may have (Cloud API, media: a
	// document).
	maxUpload = 100 << 20
	// uploadLasts is how long the id of a file is used: WhatsApp keeps what was
	// uploaded for 30 days, and a message that was made today may wait.
	uploadLasts = 29 * 24 * time.Hour
)

// uploads remembers the ids of what was uploaded, by type and content: a file
// that changes gets another one, and so does a recording that is a video, too.
type uploads struct {
	files fs.FS

	mu  sync.Mutex
	ids map[uploadKey]*upload
}

type uploadKey struct {
	mime string
	sum  [sha256.Size]byte
}

// upload is one file. Whoever needs it while it is under way waits for it.
type upload struct {
	mu  sync.Mutex
	id  string
	end time.Time
}

// upload makes sure that WhatsApp has a file of a kind (image, audio …), and returns its id. An error is a
// *runtime.SendError; it is never Unknown, for a file that is uploaded twice
// harms nobody.
func (c *Client) upload(ctx context.Context, kind, name string) (string, error) {
	content, err := c.uploads.read(name)
	if err != nil {
		return "", &runtime.SendError{Fate: runtime.Never, Err: err}
	}
	mime, ok := typeOf(kind, name, content)
	if !ok {
		return "", &runtime.SendError{Fate: runtime.Never, Err: fmt.Errorf("%s is nothing that WhatsApp takes as %s", name, kind)}
	}
	u := c.uploads.of(uploadKey{mime, sha256.Sum256(content)})
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.id != "" && time.Now().Before(u.end) {
		return u.id, nil
	}
	id, err := c.post(ctx, mime, name, content)
	if err != nil {
		var refused *runtime.SendError
		if !errors.As(err, &refused) {
			refused = &runtime.SendError{Err: c.redact(err)}
		}
		if refused.Fate == runtime.Unknown {
			refused.Fate = runtime.Wait
		}
		return "", refused
	}
	u.id, u.end = id, time.Now().Add(uploadLasts)
	return id, nil
}

// read reads a file of the service.
func (u *uploads) read(name string) ([]byte, error) {
	if u.files == nil {
		return nil, errors.New("there is no folder to take files from")
	}
	f, err := u.files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read a file to send: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxUpload+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read a file to send: %w", err)
	case len(content) > maxUpload:
		return nil, fmt.Errorf("%s is larger than %d bytes", name, maxUpload)
	}
	return content, nil
}

func (u *uploads) of(key uploadKey) *upload {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.ids == nil {
		u.ids = map[uploadKey]*upload{}
	}
	if u.ids[key] == nil {
		u.ids[key] = &upload{}
	}
	return u.ids[key]
}

// post uploads a file (Cloud API, media).
func (c *Client) post(ctx context.Context, mime, name string, content []byte) (string, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	// A bytes.Buffer refuses nothing.
	_ = w.WriteField("messaging_product", "whatsapp")
	_ = w.WriteField("type", mime)
	h := textproto.MIMEHeader{}
	// The name is WhatsApp's to forget; the author's own may have quotes in it.
	h.Set("Content-Disposition", `form-data; name="file"; filename="file`+strings.ToLower(path.Ext(name))+`"`)
	h.Set("Content-Type", mime)
	part, _ := w.CreatePart(h)
	_, _ = part.Write(content)
	_ = w.Close()

	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint+"/media", &body)
	if err != nil || req.URL.Host == "" || req.URL.Scheme != "https" && req.URL.Scheme != "http" {
		return "", &runtime.SendError{Fate: runtime.Halt, Err: errors.New("the API's address is no URL; check CAUCE_WHATSAPP_API_URL")}
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", w.FormDataContentType())
	res, err := c.http.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return "", err
	}
	return uploaded(res.StatusCode, res.Header.Get("Retry-After"), answer)
}

// uploaded judges the answer to an upload.
func uploaded(status int, retryAfter string, answer []byte) (string, error) {
	answer = bytes.TrimSpace(answer)
	if !json.Valid(answer) {
		answer = nil
	}
	if e := find(answer, "error"); kind(e) == '{' || status < 200 || status > 299 {
		return "", refusal(status, retryAfter, e)
	}
	id := identifier(word(find(answer, "id")))
	if id == "" {
		return "", fmt.Errorf("HTTP %d without a media id", status)
	}
	return id, nil
}
