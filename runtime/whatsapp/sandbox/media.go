package sandbox

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// What people send is kept here until the shelf is full; then the oldest goes, as a media id
// in a webhook stops working after a while in life.
type mediaShelf struct {
	order []string
	files map[string]*mediaFile
	bytes int
	own   int // bytes of what the service uploaded, which stays
}

type mediaFile struct {
	mime    string
	content []byte
	links   map[string]time.Time // download addresses given out, and when they end
}

// voiceNote is the sound of the page's one-tap voice note: two seconds of a low hum.
//
//go:embed page/voice.ogg
var voiceNote []byte

func (m *mediaShelf) add(mime string, content []byte) string {
	if m.files == nil {
		m.files = map[string]*mediaFile{}
	}
	id := number()
	m.files[id] = &mediaFile{mime: mime, content: content, links: map[string]time.Time{}}
	return id
}

// keep takes a file of the service. It stays, as an uploaded file does for 30 days in life.
func (m *mediaShelf) keep(mime string, content []byte) (string, bool) {
	if m.own+len(content) > maxUploads {
		return "", false
	}
	m.own += len(content)
	return m.add(mime, content), true
}

func (m *mediaShelf) put(mime string, content []byte) string {
	id := m.add(mime, content)
	m.order = append(m.order, id)
	m.bytes += len(content)
	for m.bytes > maxShelf {
		m.bytes -= len(m.files[m.order[0]].content)
		delete(m.files, m.order[0])
		m.order = m.order[1:]
	}
	return id
}

func (m *mediaShelf) has(id string) bool { return m.files[id] != nil }

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// mediaInfo serves GET /{media-id}: where to download it in the next five minutes.
func (s *Sandbox) mediaInfo(w http.ResponseWriter, r *http.Request, id string) {
	s.mu.Lock()
	f := s.media.files[id]
	var key string
	if f != nil {
		key = number()
		for old, ends := range f.links {
			if time.Now().After(ends) {
				delete(f.links, old)
			}
		}
		f.links[key] = time.Now().Add(mediaURL)
	}
	s.mu.Unlock()
	if f == nil {
		s.refuse(w, nil, &fault{code: 100, subcode: 33, details: "Unsupported get request. There is no such media, or no permission to read it"})
		return
	}
	// Mounted under a prefix we only see the rest of the path; the request line has all of it.
	prefix := ""
	if asked, err := url.ParseRequestURI(r.RequestURI); err == nil {
		prefix, _ = strings.CutSuffix(asked.Path, r.URL.Path)
	}
	writeJSON(w, http.StatusOK, struct {
		MessagingProduct string `json:"messaging_product"`
		URL              string `json:"url"`
		MimeType         string `json:"mime_type"`
		SHA256           string `json:"sha256"`
		FileSize         int    `json:"file_size"`
		ID               string `json:"id"`
	}{"whatsapp", "http://" + r.Host + prefix + "/media/" + id + "?key=" + key, f.mime, digest(f.content), len(f.content), id})
}

// download serves the address mediaInfo gave out; a stale one is not found.
func (s *Sandbox) download(w http.ResponseWriter, r *http.Request, id string) {
	s.mu.Lock()
	f := s.media.files[id]
	fresh := f != nil && time.Now().Before(f.links[r.URL.Query().Get("key")])
	s.mu.Unlock()
	if !fresh {
		http.NotFound(w, r)
		return
	}
	f.write(w)
}

func (f *mediaFile) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", f.mime)
	w.Header().Set("Content-Length", strconv.Itoa(len(f.content)))
	w.Write(f.content)
}
