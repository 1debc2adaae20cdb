package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cauce/engine/eval"
)

// Given is a service's data item with a value somebody wrote down for a test or
// a try: digits for a whole number or a number, true or false, an option's id,
// 2026-05-03, 16:30, a phone number with its +, "4.6,-74.1" for a place, JSON
// for what has parts. The error says, in an author's words, why it is none.
func (s *Service) Given(name, text string, now time.Time) (Kept, error) {
	d := s.data[name]
	if d == nil {
		return Kept{}, Refuse("the service has no data item named %q", name)
	}
	v, err := written(d.Type, text)
	if err != nil {
		return Kept{}, err
	}
	a := s.begin(Conversation{}, now)
	if !a.fits(d, v) {
		return Kept{}, Refuse("%q does not keep to what [data.%s] says", text, name)
	}
	return Kept{Value: v, Raw: text, At: stampOf(now)}, nil
}

// Keeps reports whether the service, or one of its flows, has such a data item.
func (s *Service) Keeps(name string) bool {
	if s.data[name] != nil || name == NameRaw || name == NameContact || name == NameZone || name == NameLanguage {
		return true
	}
	for _, f := range s.flows {
		if f.data[name] != nil {
			return true
		}
	}
	return false
}

// Agreed is the live consent to the present version of a purpose, as if it had
// been given at a time.
func (s *Service) Agreed(name string, now time.Time) (Agreement, error) {
	for _, c := range s.def.Consents {
		if c.Name == name {
			return Agreement{Version: c.Version, Live: true, At: stampOf(now)}, nil
		}
	}
	return Agreement{}, Refuse("the service has no consent named %q", name)
}

// WithPolicy is what the words of a consent of this service are sent as.
func (s *Service) WithPolicy(body string) string { return WithPolicy(body, s.def.Name, s.def.Privacy) }

// Again is the service compiled anew, as after a restart.
func (s *Service) Again() (*Service, error) { return New(s.def) }

var (
	writtenPhone = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	writtenEmail = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
)

// written is a value as somebody writes it down, of a type.
func written(t eval.Type, text string) (eval.Value, error) {
	none := Refuse("%q is not %s", text, t)
	v := eval.Value{Kind: t, Text: text}
	switch t {
	case eval.Text, eval.Choice:
		return v, nil
	case eval.Integer:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return eval.Value{}, none
		}
		return eval.IntOf(n), nil
	case eval.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return eval.Value{}, none
		}
		return eval.NumberOf(n), nil
	case eval.Bool:
		if text != "true" && text != "false" {
			return eval.Value{}, none
		}
		return eval.BoolOf(text == "true"), nil
	case eval.Date:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return eval.Value{}, fmt.Errorf("%q is not a date like 2026-05-03", text)
		}
		return v, nil
	case eval.Time:
		if _, err := time.Parse("15:04", text); err != nil || len(text) != len("15:04") {
			return eval.Value{}, fmt.Errorf("%q is not a time of day like 16:30", text)
		}
		return v, nil
	case eval.Phone:
		if !writtenPhone.MatchString(text) {
			return eval.Value{}, fmt.Errorf("%q is not a phone number like +573001234567", text)
		}
		return v, nil
	case eval.Email:
		if !writtenEmail.MatchString(text) {
			return eval.Value{}, none
		}
		return v, nil
	case eval.Location:
		lat, lng, ok := strings.Cut(text, ",")
		x, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
		y, err2 := strconv.ParseFloat(strings.TrimSpace(lng), 64)
		if !ok || err1 != nil || err2 != nil || !(math.Abs(x) <= 90 && math.Abs(y) <= 180) {
			return eval.Value{}, fmt.Errorf("%q is not a place like 4.6,-74.1", text)
		}
		return PlaceOf(x, y, "", ""), nil
	}
	parts := map[eval.Type]byte{eval.Media: '{', eval.List: '['}
	if first := strings.TrimSpace(text); !json.Valid([]byte(text)) || parts[t] != 0 && first[0] != parts[t] {
		return eval.Value{}, fmt.Errorf("%q is not %s as JSON", text, t)
	}
	return v, nil
}

// Written is a value as a test writes it down: what Given reads, but for media,
// of which it is the name of the file or, without one, the id.
func Written(v eval.Value) string {
	switch v.Kind {
	case eval.Location:
		var at struct{ Latitude, Longitude float64 }
		if json.Unmarshal([]byte(v.Text), &at) == nil {
			return strconv.FormatFloat(at.Latitude, 'f', -1, 64) + "," + strconv.FormatFloat(at.Longitude, 'f', -1, 64)
		}
	case eval.Media:
		var file struct{ ID, Filename string }
		if json.Unmarshal([]byte(v.Text), &file) == nil {
			return cmp.Or(file.Filename, file.ID)
		}
	case eval.List, eval.Document:
		return v.Text
	}
	return v.String()
}

// PlaceOf is a place on the map; name and address may be empty.
func PlaceOf(latitude, longitude float64, name, address string) eval.Value {
	return parts(eval.Location, struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
		Name      string  `json:"name,omitempty"`
		Address   string  `json:"address,omitempty"`
	}{latitude, longitude, name, address})
}

// MediaOf is a picture, recording or file that somebody sent: WhatsApp's id of
// it and its own word for what it is. The rest may be empty.
func MediaOf(id, kind, mime, filename, caption string) eval.Value {
	return parts(eval.Media, struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Mime     string `json:"mime"`
		Filename string `json:"filename,omitempty"`
		Caption  string `json:"caption,omitempty"`
	}{id, kind, mime, filename, caption})
}

func parts(t eval.Type, v any) eval.Value {
	b, err := json.Marshal(v)
	if err != nil {
		return eval.Value{} // a coordinate that is no number
	}
	return eval.Value{Kind: t, Text: string(b)}
}
