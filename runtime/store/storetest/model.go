package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cauce/runtime/store"
)

// model is the contract in memory: what a store should hold after a sequence of
// calls. It is written for clearness alone, and looks at everything each time.
type model struct {
	people []*person          // in the order in which they came to be
	owner  map[string]*person // of "user CO.x" and "phone 57…"
	seen   map[string]bool
	rows   []*owed
	early  map[string]store.Status
}

type person struct {
	age           int
	id            store.ContactID // as the store told it
	into          *person         // merged
	userID, phone string
	name          string
	diary         *diary // nil: no conversation
	said          []string
	timers        map[timerKey]time.Time
	asks          string // for a person, as pictured; empty: no request stands
}

type timerKey struct {
	flow    string
	visit   uint64
	purpose string
}

type owed struct {
	store.Outgoing
	of *person
}

func newModel() *model {
	return &model{owner: map[string]*person{}, seen: map[string]bool{}, early: map[string]store.Status{}}
}

// clone is for what is tried and may be undone.
func (m *model) clone() *model {
	to := map[*person]*person{nil: nil}
	c := newModel()
	for _, p := range m.people {
		q := *p
		q.timers = maps.Clone(p.timers)
		q.said = slices.Clone(p.said)
		if p.diary != nil {
			q.diary = &diary{Last: p.diary.Last, Keys: slices.Clone(p.diary.Keys)}
		}
		to[p] = &q
		c.people = append(c.people, &q)
	}
	for _, p := range c.people {
		p.into = to[p.into]
	}
	for id, p := range m.owner {
		c.owner[id] = to[p]
	}
	c.seen, c.early = maps.Clone(m.seen), maps.Clone(m.early)
	for _, o := range m.rows {
		c.rows = append(c.rows, &owed{o.Outgoing, to[o.of]})
	}
	return c
}

// resolve is the table of HOUSE §3, Who is it.
func (m *model) resolve(a store.Address, name string) *person {
	var p *person
	byUser, byPhone := m.owner["user "+a.UserID], m.owner["phone "+a.Phone]
	fresh := func() *person {
		q := &person{age: len(m.people), timers: map[timerKey]time.Time{}}
		m.people = append(m.people, q)
		return q
	}
	switch {
	case a.UserID == "" && byPhone != nil:
		p = byPhone
	case a.UserID == "":
		p = fresh()
	case byUser != nil && byPhone != nil && byUser != byPhone && byPhone.userID == "":
		p = m.merge(byUser, byPhone)
	case byUser != nil:
		p = byUser
	case byPhone != nil && byPhone.userID == "":
		p = byPhone
	default:
		p = fresh()
	}
	if a.UserID != "" {
		m.owner["user "+a.UserID], p.userID = p, a.UserID
	}
	if a.Phone != "" {
		if was := m.owner["phone "+a.Phone]; was != nil && was != p && was.phone == a.Phone {
			was.phone = ""
		}
		m.owner["phone "+a.Phone], p.phone = p, a.Phone
	}
	if name != "" {
		p.name = name
	}
	return p
}

func (m *model) merge(a, b *person) *person {
	older, newer := a, b
	if b.age < a.age {
		older, newer = b, a
	}
	heard, silent := older, newer
	joined := &diary{}
	if older.diary != nil {
		joined.Last, joined.Keys = older.diary.Last, older.diary.Keys
	}
	if newer.diary != nil {
		joined.Keys = append(slices.Clone(joined.Keys), newer.diary.Keys...)
		if newer.diary.Last.After(joined.Last) {
			heard, silent = newer, older
			joined.Last = newer.diary.Last
		}
	}
	m.withdraw(silent, store.MergedAway)
	older.timers = heard.timers
	older.asks = heard.asks
	older.diary = joined
	older.said = append(slices.Clone(older.said), newer.said...) // sorted when compared
	older.name = cmp.Or(heard.name, silent.name)
	older.userID, older.phone = cmp.Or(heard.userID, silent.userID), cmp.Or(heard.phone, silent.phone)
	for id, p := range m.owner {
		if p == newer {
			m.owner[id] = older
		}
	}
	for _, o := range m.rows {
		if o.of == newer {
			o.of = older
		}
	}
	for _, p := range m.people {
		if p.into == newer {
			p.into = older
		}
	}
	*newer = person{age: newer.age, id: newer.id, into: older}
	return older
}

func (m *model) withdraw(p *person, reason string) int {
	n := 0
	for _, o := range m.rows {
		switch {
		case o.of != p:
		case o.State == store.Queued || o.State == store.Indeterminate:
			o.State, o.Reason = store.Withdrawn, reason
			n++
		case o.State == store.Sending && !o.Recalled:
			o.Recalled, o.Reason = true, reason
			n++
		}
	}
	return n
}

// head is the row whose turn it is for a contact, or nil.
func (m *model) head(p *person) *owed {
	var head *owed
	for _, o := range m.rows {
		switch {
		case o.of != p:
		case o.State == store.Sending || o.State == store.Indeterminate:
			return nil
		case o.State == store.Queued && head == nil:
			head = o
		}
	}
	return head
}

func (m *model) claim(now time.Time, limit int, judge func(o *owed) store.Verdict) []string {
	claimed := []string{}
	for _, o := range m.rows {
		if len(claimed) == limit {
			break
		}
		if m.head(o.of) != o || o.NotBefore.After(now) {
			continue
		}
		switch v := judge(o); {
		case o.State != store.Queued: // the judge has moved it
		case v.Start.Allows():
			o.State, o.Claimed, o.Attempts = store.Sending, now, o.Attempts+1
			claimed = append(claimed, o.Token)
		case !v.Later.IsZero():
			o.NotBefore = v.Later
		default:
			o.State, o.Reason = store.Withdrawn, v.Reason
		}
	}
	return claimed
}

func (m *model) resolveDoubts(now time.Time, judge func(o *owed) store.Verdict) int {
	n := 0
	rows := slices.Clone(m.rows)
	slices.SortStableFunc(rows, func(a, b *owed) int { return a.NotBefore.Compare(b.NotBefore) })
	var due []*owed
	for _, o := range rows {
		if o.State == store.Indeterminate && !o.NotBefore.After(now) {
			due = append(due, o)
		}
	}
	for _, o := range due {
		n++
		if o.State != store.Indeterminate {
			continue // another's judge took it back
		}
		switch {
		case o.Recalled:
			o.State, o.Reason = store.Dead, "recalled"
			continue
		case o.Resent:
			o.State, o.Reason = store.Dead, "indeterminate"
			continue
		}
		v := judge(o)
		switch {
		case o.State != store.Indeterminate:
		case v.Start.Allows():
			o.State, o.Resent, o.NotBefore = store.Queued, true, time.Time{}
		default:
			o.State, o.Reason = store.Dead, cmp.Or(v.Reason, "indeterminate")
		}
	}
	return n
}

func (m *model) orphans(until time.Time) int {
	n := 0
	for _, o := range m.rows {
		if o.State == store.Sending {
			o.State, o.NotBefore = store.Indeterminate, until
			n++
		}
	}
	return n
}

func (m *model) row(token string) *owed {
	i := slices.IndexFunc(m.rows, func(o *owed) bool { return o.Token == token })
	if i < 0 {
		return nil
	}
	return m.rows[i]
}

// settle returns whether the step is due.
func (m *model) settle(o *owed, r store.Result) bool {
	switch {
	case r.State == store.Sent:
		return m.hear(o, store.Status{State: store.Sent, MessageID: r.MessageID})
	case o.State != store.Sending:
		return false
	case r.State == store.Queued && o.Recalled:
		o.State = store.Withdrawn
	case r.State == store.Queued, r.State == store.Indeterminate:
		o.State, o.NotBefore = r.State, r.Retry
	default:
		o.State, o.Reason = r.State, r.Reason
		return true
	}
	return false
}

// rank orders what WhatsApp says, forward only.
var rank = map[store.State]int{store.Sent: 1, store.Delivered: 2, store.Read: 3, store.Failed: 4}

// hear returns whether the message failed by it.
func (m *model) hear(o *owed, s store.Status) bool {
	if o.Attempts == 0 {
		return false
	}
	var early store.Status
	if o.MessageID == "" {
		o.MessageID = s.MessageID
		early = m.early[s.MessageID]
		delete(m.early, s.MessageID)
	}
	moves := false
	switch from := rank[o.State]; {
	case rank[s.State] == 0:
	case s.State == store.Failed:
		moves = from == 1 || o.State == store.Queued || o.State == store.Sending || o.State == store.Indeterminate
	case from == 4:
	default:
		moves = rank[s.State] > from
	}
	if moves {
		o.State, o.Reason = s.State, ""
		if s.State == store.Failed {
			o.Reason = s.Reason
		}
	}
	failed := moves && s.State == store.Failed
	if early.State == "" {
		return failed
	}
	early.MessageID = ""
	return m.hear(o, early) || failed
}

func (m *model) report(s store.Status) *owed {
	if s.Key != "" && m.seen[s.Key] {
		return nil
	}
	m.seen[s.Key] = true
	var found *owed
	for _, o := range m.rows {
		if s.MessageID != "" && o.MessageID == s.MessageID {
			found = o
		}
	}
	if found == nil && s.Token != "" {
		found = m.row(s.Token)
	}
	switch {
	case found != nil:
		if m.hear(found, s) {
			return found
		}
	case s.MessageID != "" && s.Token == "":
		before, ok := m.early[s.MessageID]
		was := &owed{Outgoing: store.Outgoing{State: store.Sending, Attempts: 1, MessageID: s.MessageID}}
		if ok {
			was.State = before.State
		}
		if m.hear(was, s); was.State == s.State {
			m.early[s.MessageID] = s
		}
	}
	return nil
}

// The next things to do, as NextSend and NextTimer say.
func (m *model) nextSend() (at time.Time, ok bool) {
	earliest := func(t time.Time) {
		if t.IsZero() {
			t = time.Unix(0, 0).UTC()
		}
		if !ok || t.Before(at) {
			at, ok = t, true
		}
	}
	for _, o := range m.rows {
		if o.State == store.Indeterminate || m.head(o.of) == o {
			earliest(o.NotBefore)
		}
	}
	return at, ok
}

// due lists timers as the store does, but for the order of equal times.
func (m *model) due(now time.Time) []string {
	var all []string
	for _, p := range m.people {
		for k, at := range p.timers {
			if !at.After(now) {
				all = append(all, fmt.Sprintf("%v %s %s %d %s", at.Sub(start), p.id, k.flow, k.visit, k.purpose))
			}
		}
	}
	slices.Sort(all)
	return all
}

// picture is everything on file about a person's own row, as text.
func (p *person) picture() string {
	said := slices.Clone(p.said)
	slices.Sort(said)
	conversation := "none"
	if p.diary != nil {
		conversation = strings.Join(p.diary.Keys, " ")
	}
	return fmt.Sprintf("user %s, phone %s, name %s, conversation %s, said %v, asks %q", p.userID, p.phone, p.name, conversation, said, p.asks)
}

// picture is what the contract says of a row: a reason where something ended,
// a time where something waits.
func picture(o store.Outgoing) string {
	s := fmt.Sprintf("%s of %s: %s, %d attempts, id %q, claimed %v", o.Token, o.Contact, o.State, o.Attempts, o.MessageID, o.Claimed.Sub(start))
	switch o.State {
	case store.Queued, store.Indeterminate:
		s += fmt.Sprintf(", not before %v", o.NotBefore.Sub(start))
	case store.Withdrawn, store.Dead, store.Failed:
		s += ", for " + o.Reason
	}
	if o.Resent {
		s += ", resent"
	}
	if o.Recalled {
		s += ", recalled"
	}
	return s
}
