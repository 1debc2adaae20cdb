package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// A frame is one server-sent event, ready to write.
type frame []byte

// The page shows what the stream tells and nothing else. Every stream opens with the whole
// state, taken in the same breath in which it subscribes; so a page that was cut off needs no
// memory of what it missed.

// face is a person as the page lists them.
type face struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Phone    string   `json:"phone,omitempty"`
	UserID   string   `json:"user_id,omitempty"`
	Username string   `json:"username,omitempty"`
	Wrote    int64    `json:"wrote,omitempty"` // Unix milliseconds
	Unread   int      `json:"unread"`
	Trouble  *trouble `json:"trouble,omitempty"`
}

func (p *person) face() face {
	f := face{ID: p.id, Name: p.name, Phone: p.phone, UserID: p.userID, Username: p.username(), Unread: p.unread, Trouble: p.trouble}
	if !p.wrote.IsZero() {
		f.Wrote = p.wrote.UnixMilli()
	}
	return f
}

// show tells the pages how a person is now.
func (s *Sandbox) show(p *person) {
	if !p.absent && !p.gone {
		s.publish("person", p.face())
	}
}

type said struct {
	Person  string  `json:"person"`
	Message *bubble `json:"message"`
}

func (p *person) says(b *bubble) said { return said{p.id, b} }

// An alert is a refused call that cannot be told to belong to anybody.
type alert struct {
	Code    int    `json:"code"`
	Details string `json:"details"`
	At      int64  `json:"at"`
}

type snapshot struct {
	Boot     string     `json:"boot"`
	Name     string     `json:"name"`
	Number   string     `json:"number"`
	Language string     `json:"language"`
	People   []fullFace `json:"people"`
	Alert    *alert     `json:"alert,omitempty"`
}

type fullFace struct {
	face
	Messages []*bubble `json:"messages"`
}

func (s *Sandbox) snapshot() snapshot {
	shot := snapshot{Boot: s.boot, Name: s.options.Name, Number: s.options.DisplayNumber, Language: s.language, People: []fullFace{}, Alert: s.alert}
	for _, p := range s.people {
		if !p.absent {
			shot.People = append(shot.People, fullFace{p.face(), append([]*bubble{}, p.history...)})
		}
	}
	return shot
}

func encodeFrame(event string, v any) frame {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("sandbox: encode event: %v", err)) // only our own types come here
	}
	return fmt.Appendf(nil, "event: %s\ndata: %s\n\n", event, data)
}

// publish tells every open page. A page too slow to listen is let go; it comes back and gets
// the whole state.
func (s *Sandbox) publish(event string, v any) {
	if said, ok := v.(said); ok && said.Person == "" {
		return // an absent person has no page
	}
	if len(s.streams) == 0 {
		return
	}
	f := encodeFrame(event, v)
	for stream := range s.streams {
		select {
		case stream <- f:
		default:
			delete(s.streams, stream)
			close(stream)
		}
	}
}

// typing shows or takes away "writing…" on a person's phone.
func (s *Sandbox) typing(p *person, on bool) {
	var until int64
	if on {
		until = time.Now().Add(typingLasts).UnixMilli()
	}
	if !p.absent {
		s.publish("typing", map[string]any{"person": p.id, "until": until})
	}
}

// hangUp lets every page go.
func (s *Sandbox) hangUp() {
	for stream := range s.streams {
		delete(s.streams, stream)
		close(stream)
	}
}

// events serves the stream.
func (s *Sandbox) events(w http.ResponseWriter, r *http.Request) {
	stream := make(chan frame, 1024)
	s.mu.Lock()
	if s.over || len(s.streams) >= maxStreams {
		s.mu.Unlock()
		w.Header().Set("Retry-After", "2")
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	first := encodeFrame("state", s.snapshot())
	s.streams[stream] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.streams, stream)
		s.mu.Unlock()
	}()

	control := http.NewResponseController(w)
	control.SetWriteDeadline(time.Time{}) // a stream outlives any deadline a server sets for pages
	control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	w.Write([]byte("retry: 1000\n\n"))
	w.Write(first)
	control.Flush()
	beat := time.NewTicker(15 * time.Second) // notices a page that went without a word
	defer beat.Stop()
	for {
		select {
		case f, open := <-stream:
			if !open {
				return
			}
			w.Write(f)
		case <-beat.C:
			w.Write([]byte(": still here\n\n"))
		case <-r.Context().Done():
			return
		}
		if control.Flush() != nil {
			return
		}
	}
}
