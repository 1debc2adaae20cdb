package sandbox

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// uploadable is what the service may upload and people may send: what message a file makes, and
// the most it may have (Cloud API, media).
type uploads struct {
	kind  string
	most  int
	mimes []string
}

var uploadable = []uploads{
	{"image", 5 << 20, []string{"image/jpeg", "image/png"}},
	{"video", 16 << 20, []string{"video/mp4", "video/3gpp"}},
	{"audio", 16 << 20, []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}},
	{"sticker", 500 << 10, []string{"image/webp"}},
	{"document", 100 << 20, []string{
		"application/pdf", "text/plain", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	}},
}

// upload serves POST /{phone-number-id}/media: a form with messaging_product, type and file.
func (s *Sandbox) upload(w http.ResponseWriter, r *http.Request, phoneNumberID string) {
	if phoneNumberID != s.options.PhoneNumberID {
		s.refuse(w, nil, &fault{code: 100, subcode: 33, details: "Unsupported post request. There is no such phone number id, or no permission to use it"})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxUploadBody)
	kind, content, f := readUpload(r)
	if f != nil {
		s.refuse(w, nil, f)
		return
	}
	s.mu.Lock()
	id, ok := s.media.keep(kind, content)
	s.mu.Unlock()
	if !ok {
		s.refuse(w, nil, faultf(131053, "The sandbox keeps at most %d bytes of uploaded files", maxUploads))
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": id})
}

func readUpload(r *http.Request) (kind string, content []byte, f *fault) {
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, faultf(100, "The body is not multipart/form-data")
	}
	fields := map[string]string{}
	filed := ""
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var value []byte
		if err == nil {
			value, err = io.ReadAll(part)
		}
		if err != nil {
			return "", nil, faultf(100, "The form cannot be read, or is longer than %d bytes", maxUploadBody)
		}
		if part.FormName() == "file" {
			content = value
			filed, _, _ = mime.ParseMediaType(part.Header.Get("Content-Type"))
		} else {
			fields[part.FormName()] = string(value)
		}
	}
	if fields["messaging_product"] != "whatsapp" {
		return "", nil, faultf(100, "The parameter messaging_product is required, and must be whatsapp")
	}
	if len(content) == 0 {
		return "", nil, faultf(100, "The parameter file is required")
	}
	kind, _, _ = mime.ParseMediaType(fields["type"])
	if kind == "" || kind != filed {
		return "", nil, faultf(131053, "type must be the MIME type of the file's own part: %q is not %q",
			clip(strings.ToValidUTF8(kind, "?"), 40), clip(strings.ToValidUTF8(filed, "?"), 40))
	}
	u, known := kindOf(kind)
	switch {
	case !known:
		return "", nil, faultf(131053, "Files of type %s are not taken", clip(strings.ToValidUTF8(kind, "?"), 40))
	case len(content) > u.most:
		return "", nil, faultf(131053, "A file of type %s has at most %d bytes; this one has %d", kind, u.most, len(content))
	}
	return kind, content, nil
}

// kindOf finds what a media type is sent as.
func kindOf(mime string) (uploads, bool) {
	for _, u := range uploadable {
		if slices.Contains(u.mimes, mime) {
			return u, true
		}
	}
	return uploads{}, false
}
