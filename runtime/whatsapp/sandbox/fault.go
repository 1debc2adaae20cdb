package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
)

// A fault is an answer of the API other than success. Callers decide on code and details;
// status and text follow Meta's habits.
type fault struct {
	code    int
	subcode int
	details string
}

// The titles under which the Cloud API reports its codes.
var titles = map[int]string{
	100:    "Invalid parameter",
	131008: "Required parameter is missing",
	131009: "Parameter value is not valid",
	131021: "Recipient cannot be sender",
	131047: "Re-engagement message",
	131051: "Unsupported message type",
	131053: "Media upload error",
	131062: "Unsupported recipient for this message type",
	132000: "Number of parameters does not match the expected number of params",
	132001: "Template name does not exist in the translation",
	132005: "Translated text too long",
	132012: "Parameter format does not match format in the created template",
	2500:   "Unknown path components",
}

func faultf(code int, format string, args ...any) *fault {
	return &fault{code: code, details: fmt.Sprintf(format, args...)}
}

func (f *fault) status() int {
	switch f.code {
	case 190:
		return http.StatusUnauthorized
	case 132001:
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

func (f *fault) write(w http.ResponseWriter) {
	type data struct {
		MessagingProduct string `json:"messaging_product"`
		Details          string `json:"details"`
	}
	type body struct {
		Message string `json:"message"`
		Type    string `json:"type"`
		Code    int    `json:"code"`
		Subcode int    `json:"error_subcode,omitempty"`
		Data    *data  `json:"error_data,omitempty"`
		Trace   string `json:"fbtrace_id"`
	}
	e := body{Type: "OAuthException", Code: f.code, Subcode: f.subcode, Trace: trace()}
	if f.code == 190 || f.subcode == 33 { // these two speak in their own words and carry no error_data
		e.Message = f.details
	} else {
		e.Message = fmt.Sprintf("(#%d) %s", f.code, titles[f.code])
		e.Data = &data{"whatsapp", f.details}
	}
	writeJSON(w, f.status(), map[string]body{"error": e})
}

// trace is the id by which support would find the call.
func trace() string {
	b := make([]byte, 16)
	rand.Read(b)
	return "A" + base64.RawURLEncoding.EncodeToString(b)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("sandbox: encode answer: %v", err)) // only our own types come here
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b)
}
