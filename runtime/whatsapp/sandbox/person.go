package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A person holds a phone. They have a phone number, a business-scoped user id (BSUID), or
// both; with only the BSUID their number is hidden, as WhatsApp does for people with a
// username. A person written to before they turned up is absent: they hold what waits for
// them, and nobody sees them.
type person struct {
	id      string // in the page's addresses: the number, else the BSUID
	name    string
	phone   string // digits
	userID  string
	absent  bool
	gone    bool      // taken off the page; their webhooks are dropped
	wrote   time.Time // their last message, which opens the window
	history []*bubble
	unread  int
	out     []*outgoing // messages to them that are not read yet

	waiting []update // webhooks not delivered yet, in order
	busy    bool     // somebody is delivering them
	trouble *trouble // why that does not work
}

// A bubble is one message on a person's phone, as the page gets it.
type bubble struct {
	ID       string    `json:"id"`
	Mine     bool      `json:"mine,omitempty"` // written by the person
	At       int64     `json:"at"`             // Unix milliseconds
	Kind     string    `json:"kind"`           // text, buttons, list, link, template, image, …, note
	Header   string    `json:"header,omitempty"`
	Text     string    `json:"text,omitempty"`
	Footer   string    `json:"footer,omitempty"`
	Buttons  []string  `json:"buttons,omitempty"`
	Opener   string    `json:"opener,omitempty"`
	Sections []section `json:"sections,omitempty"`
	Link     *link     `json:"link,omitempty"`
	Media    *media    `json:"media,omitempty"`
	Place    *place    `json:"place,omitempty"`
	Cards    []card    `json:"cards,omitempty"`
	Template string    `json:"template,omitempty"`
	Category string    `json:"category,omitempty"`
	Quote    string    `json:"quote,omitempty"`
	Reaction string    `json:"reaction,omitempty"`
	State    string    `json:"state,omitempty"`  // of their own: waiting, delivered, read, lost
	Chosen   *int      `json:"chosen,omitempty"` // the choice last tapped
	Code     int       `json:"code,omitempty"`   // of a note: the refusal
	Count    int       `json:"count,omitempty"`  // of a note: how often

	choices []choice
}

type choice struct{ id, title, description string }

type section struct {
	Title string    `json:"title,omitempty"`
	Rows  []listRow `json:"rows"`
}

type listRow struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Choice      int    `json:"choice"` // counted over all sections
}

type link struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

type media struct {
	Kind     string `json:"kind"`
	ID       string `json:"id,omitempty"`
	Link     string `json:"link,omitempty"`
	Filename string `json:"filename,omitempty"`
	Voice    bool   `json:"voice,omitempty"` // a voice note, and no file with sound
}

// A card is what a phone shows of a contact somebody sent.
type card struct {
	Name   string   `json:"name"`
	Phones []string `json:"phones,omitempty"`
	Emails []string `json:"emails,omitempty"`
}

type place struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// find returns the person a send is for, absent or not; nil when nobody was ever heard of.
func (s *Sandbox) find(phone, userID string) *person {
	for _, p := range s.people {
		if phone != "" && p.phone == phone || phone == "" && userID != "" && p.userID == userID {
			return p
		}
	}
	return nil
}

// byID returns the person the page means.
func (s *Sandbox) byID(id string) *person {
	for _, p := range s.people {
		if p.id == id && !p.absent {
			return p
		}
	}
	return nil
}

// A newcomer is what the page asks for: somebody new, or, with a number or id, somebody its
// browser remembers from before a restart.
type newcomer struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`  // "both" (default), "phone", "id"
	Phone  string `json:"phone"` // digits
	UserID string `json:"user_id"`
	Wrote  int64  `json:"wrote"` // Unix milliseconds of their last message, so that a restart does not shut the window
}

var errTooMany = errors.New("too many people")

// register adds a person or finds the one already here.
func (s *Sandbox) register(n newcomer) (*person, error) {
	name := strings.TrimSpace(n.Name)
	if utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, unicode.IsControl) {
		return nil, fmt.Errorf("a name has at most %d letters", maxName)
	}
	if n.Phone != "" && !validDigits(n.Phone) || n.Phone == s.digits {
		return nil, errors.New("that is not a person's phone number")
	}
	if n.UserID != "" && !userIDForm.MatchString(n.UserID) {
		return nil, errors.New("that is not a user id")
	}
	if n.Kind != "" && !slices.Contains([]string{"both", "phone", "id"}, n.Kind) {
		return nil, errors.New("unknown kind of person")
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if n.Phone == "" && n.UserID == "" {
		s.invent(&n)
	}
	byPhone, byUserID := s.find(n.Phone, ""), s.find("", n.UserID)
	p := byPhone
	if p == nil {
		p = byUserID
	}
	if p != nil && !p.absent {
		if name != "" && name != p.name {
			p.name = name
			s.show(p)
		}
		return p, nil
	}
	present := 0
	for _, q := range s.people {
		if !q.absent {
			present++
		}
	}
	if present >= maxPeople {
		return nil, errTooMany
	}
	if p == nil {
		p = &person{}
		s.people = append(s.people, p)
	} else if byUserID != nil && byUserID != p && byUserID.absent {
		s.join(p, byUserID)
	}
	if p.phone, p.userID = n.Phone, n.UserID; p.phone != "" {
		p.id = p.phone
	} else {
		p.id = p.userID
	}
	if p.name = name; name == "" {
		p.name = s.freeName(p)
	}
	p.absent = false
	if wrote := time.UnixMilli(n.Wrote); n.Wrote > 0 && !wrote.After(time.Now()) {
		p.wrote = seconds(wrote)
	}
	s.show(p)
	for _, b := range p.history {
		s.publish("message", p.says(b))
	}
	for _, o := range p.out { // the phone is on again: what waited for it arrives
		if o.stage == stageSent {
			s.later(o)
		}
	}
	return p, nil
}

// invent gives somebody new the ids their kind has.
func (s *Sandbox) invent(n *newcomer) {
	if n.Kind == "id" {
		n.UserID = fmt.Sprintf("CO.%d", randomBelow(8e18)+1e18)
		return
	}
	n.Phone = s.freeNumber()
	if n.Kind != "phone" {
		n.UserID = userIDOf(n.Phone)
	}
}

// join moves what waits for one absent person to another: a number and a user id that were
// written to apart prove to be the same somebody.
func (s *Sandbox) join(to, from *person) {
	to.history = append(to.history, from.history...)
	slices.SortStableFunc(to.history, func(a, b *bubble) int { return int(a.At - b.At) })
	to.out, to.unread = append(to.out, from.out...), to.unread+from.unread
	for _, b := range from.history {
		s.owner[b.ID] = to
	}
	for _, o := range from.out {
		o.person = to
	}
	if !from.busy { // else its delivery under way ends with what it has
		to.waiting, from.waiting = append(to.waiting, from.waiting...), nil
	}
	s.people = slices.DeleteFunc(s.people, func(p *person) bool { return p == from })
}

// remove takes a person off the page. The service is told nothing, as nothing happens on
// WhatsApp when somebody throws their phone away.
func (s *Sandbox) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.byID(id)
	if p == nil {
		return false
	}
	p.gone, p.waiting, p.out = true, nil, nil
	for _, b := range p.history {
		delete(s.sent, b.ID)
		delete(s.owner, b.ID)
	}
	s.people = slices.DeleteFunc(s.people, func(q *person) bool { return q == p })
	s.publish("gone", map[string]string{"person": id})
	return true
}

// freeNumber is a fake Colombian mobile number nobody here has. It is drawn from ten thousand
// so that another browser, or this one with its memory wiped, does not step into the
// conversation an earlier person has in the service's database.
func (s *Sandbox) freeNumber() string {
	for {
		n := fmt.Sprintf("57300555%04d", randomBelow(10000))
		if s.find(n, "") == nil && n != s.digits {
			return n
		}
	}
}

func randomBelow(n int64) int64 {
	i, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return i.Int64()
}

// userIDOf gives the owner of a number the same BSUID for ever, as WhatsApp does.
func userIDOf(phone string) string {
	sum := sha256.Sum256([]byte("cauce sandbox " + phone))
	return fmt.Sprintf("CO.%d", binary.BigEndian.Uint64(sum[:8])%8e18+1e18)
}

var names = []string{"Ana", "Luis", "Sara", "Mateo", "Inés", "Omar", "Lucía", "Bruno", "Marta", "Pablo", "Elena", "Hugo"}

func (s *Sandbox) freeName(p *person) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(s.people, func(q *person) bool { return q != p && q.name == name })
	}
	for _, name := range names {
		if !taken(name) {
			return name
		}
	}
	for i := len(names) + 1; ; i++ {
		if name := fmt.Sprintf("%s %d", names[i%len(names)], i); !taken(name) {
			return name
		}
	}
}

// username is what stands in for the number of somebody who hides it.
func (p *person) username() string {
	if p.phone != "" {
		return ""
	}
	plain := strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, p.name)
	if len(plain) > 20 {
		plain = plain[:20]
	}
	return "u." + plain + "." + p.userID[max(0, len(p.userID)-6):]
}

// add puts a bubble on the person's phone and lets go of the oldest.
func (s *Sandbox) add(p *person, b *bubble) {
	b.At = time.Now().UnixMilli()
	p.history = append(p.history, b)
	s.sent[b.ID], s.owner[b.ID] = b, p
	if len(p.history) > maxHistory {
		delete(s.sent, p.history[0].ID)
		delete(s.owner, p.history[0].ID)
		p.history = slices.Delete(p.history, 0, 1)
	}
	s.publish("message", p.says(b))
}
