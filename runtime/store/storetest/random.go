package storetest

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cauce/runtime/store"

	"pgregory.net/rapid"
)

// testModel does random calls on a store and on the model, and compares what
// both hold after each.
func testModel(t *testing.T, open Open) {
	folder := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		dir := filepath.Join(folder, fmt.Sprint(n))
		n++
		if err := os.Mkdir(dir, 0o700); err != nil {
			rt.Fatal(err)
		}
		r := &random{t: t, open: open, dir: dir, model: newModel(), now: start}
		r.store = open(t, dir, join)
		defer func() {
			r.store.Close()
			os.RemoveAll(dir)
		}()
		rt.Repeat(map[string]func(*rapid.T){
			"":        r.compare,
			"ingest":  r.ingest,
			"ingest2": r.ingest, // as often again: everything begins with it
			"update":  r.update,
			"claim":   r.claim,
			"settle":  r.settle,
			"report":  r.report,
			"orphans": r.orphans,
			"resolve": r.resolve,
			"pass":    r.pass,
			"reopen":  r.reopen,
		})
	})
}

type random struct {
	t     *testing.T
	open  Open
	dir   string
	store store.Store
	model *model
	now   time.Time
	count int // makes keys and tokens
}

func (r *random) next(prefix string) string {
	r.count++
	return fmt.Sprint(prefix, r.count)
}

// effects is what a step does, and how it ends.
type effects struct {
	owe      []string // tokens
	wait     time.Duration
	withdraw bool
	timer    timerKey
	start    time.Duration
	stop     bool
	asks     int // 1 and 2: for a person, so urgently; -1: the request is over
	fails    int // tries that fail, before one succeeds
	panics   bool
	tries    int
}

func (r *random) drawEffects(rt *rapid.T) *effects {
	e := &effects{
		withdraw: rapid.IntRange(0, 5).Draw(rt, "withdraw") == 0,
		wait:     time.Duration(rapid.IntRange(0, 3).Draw(rt, "wait")) * time.Second,
		timer: timerKey{
			flow:    rapid.SampledFrom(words("f g")).Draw(rt, "flow"),
			visit:   rapid.Uint64Range(1, 2).Draw(rt, "visit"),
			purpose: rapid.SampledFrom(words("wait silence")).Draw(rt, "purpose"),
		},
		start:  time.Duration(rapid.IntRange(0, 4).Draw(rt, "timer")) * time.Second,
		stop:   rapid.Bool().Draw(rt, "stop"),
		asks:   rapid.IntRange(-1, 2).Draw(rt, "asks"),
		fails:  max(0, rapid.IntRange(-6, 2).Draw(rt, "fails")),
		panics: rapid.Bool().Draw(rt, "panics"),
	}
	for range rapid.IntRange(0, 2).Draw(rt, "owe") {
		e.owe = append(e.owe, r.next("t"))
	}
	return e
}

// do is the step, on a store.
func (e *effects) do(tx store.Tx, in store.Inbound, now time.Time) error {
	e.tries++
	if err := write(tx, in); err != nil {
		return err
	}
	if e.withdraw {
		if _, err := tx.Withdraw("stopped"); err != nil {
			return err
		}
	}
	for _, token := range e.owe {
		o := store.Outgoing{Message: []byte(token), Token: token, Created: now}
		if e.wait > 0 {
			o.NotBefore = now.Add(e.wait)
		}
		if _, err := tx.Enqueue(o); err != nil {
			return err
		}
	}
	var err error
	if e.stop {
		err = tx.StopTimer(e.timer.flow, e.timer.visit, e.timer.purpose)
	} else if e.start > 0 {
		err = tx.StartTimer(store.Timer{Flow: e.timer.flow, Visit: e.timer.visit, Purpose: e.timer.purpose, Due: now.Add(e.start)})
	}
	if err == nil && e.asks > 0 {
		err = tx.SaveHandover(store.Handover{Visit: 1, Inbox: "i", Since: now, Priority: e.asks})
	} else if err == nil && e.asks < 0 {
		err = tx.EndHandover()
	}
	switch {
	case err != nil:
		return err
	case e.tries > e.fails:
		return nil
	case e.panics:
		panic("words")
	}
	return errStep
}

// apply is the step, on the model.
func (e *effects) apply(m *model, p *person, key string, now time.Time) {
	if p.diary == nil {
		p.diary = &diary{}
	}
	p.diary.Keys, p.diary.Last = append(p.diary.Keys, key), now
	p.said = append(p.said, "said "+key)
	if e.withdraw {
		m.withdraw(p, "stopped")
	}
	for _, token := range e.owe {
		o := &owed{store.Outgoing{Message: []byte(token), Token: token, Created: now, State: store.Queued}, p}
		if e.wait > 0 {
			o.NotBefore = now.Add(e.wait)
		}
		m.rows = append(m.rows, o)
	}
	if e.stop {
		delete(p.timers, e.timer)
	} else if e.start > 0 {
		p.timers[e.timer] = now.Add(e.start)
	}
	if e.asks > 0 {
		p.asks = fmt.Sprint(e.asks, " since ", now.Sub(start))
	} else if e.asks < 0 {
		p.asks = ""
	}
}

func drawAddress(rt *rapid.T) store.Address {
	return store.Address{
		UserID: rapid.SampledFrom([]string{"", "CO.a", "CO.b", "CO.c"}).Draw(rt, "user"),
		Phone:  rapid.SampledFrom([]string{"", "571", "572", "573"}).Draw(rt, "phone"),
	}
}

func (r *random) ingest(rt *rapid.T) {
	var batch []store.Inbound
	does := map[string]*effects{}
	var all []*effects
	for range rapid.IntRange(1, 4).Draw(rt, "messages") {
		in := message(r.next("m"), drawAddress(rt), r.now)
		if r.count > 1 && rapid.IntRange(0, 4).Draw(rt, "repeat") == 0 {
			in.Key = fmt.Sprint("m", rapid.IntRange(1, r.count).Draw(rt, "of"))
		}
		in.Name = rapid.SampledFrom([]string{"", "", "Ana", "Eva"}).Draw(rt, "name")
		e := r.drawEffects(rt)
		if does[in.Key] == nil {
			does[in.Key] = e
		}
		batch, all = append(batch, in), append(all, does[in.Key])
	}
	got, err := r.store.Ingest(r.t.Context(), batch, func(tx store.Tx, in store.Inbound) error {
		return does[in.Key].do(tx, in, r.now)
	})
	if err != nil {
		rt.Fatalf("ingest: %v", err)
	}
	for i, in := range batch {
		before := r.model.clone()
		switch {
		case r.model.seen[in.Key]:
			if !got[i].Repeat || got[i].Aside != nil {
				rt.Fatalf("%s again: %+v", in.Key, got[i])
			}
			continue
		case got[i].Repeat:
			rt.Fatalf("%s is taken for a repeat", in.Key)
		case !in.From.Known():
			if !errors.Is(got[i].Aside, store.ErrNobody) {
				rt.Fatalf("%s is nobody's: %+v", in.Key, got[i])
			}
		case all[i].fails > 1:
			if got[i].Aside == nil || all[i].tries != 2 {
				rt.Fatalf("%s failed twice: %+v after %d tries", in.Key, got[i], all[i].tries)
			}
		default:
			p := before.resolve(in.From, in.Name)
			if p.id == "" {
				p.id = got[i].Contact
			}
			all[i].apply(before, p, in.Key, r.now)
			if got[i].Aside != nil || got[i].Contact != p.id {
				rt.Fatalf("%s: %+v, want it to be of %s", in.Key, got[i], p.id)
			}
		}
		r.model = before
		r.model.seen[in.Key] = true
	}
}

func (r *random) update(rt *rapid.T) {
	who := drawAddress(rt)
	if len(r.model.people) > 0 && rapid.Bool().Draw(rt, "by id") {
		who = store.Address{Contact: rapid.SampledFrom(r.model.people).Draw(rt, "who").id}
	}
	if !who.Known() {
		return
	}
	e := r.drawEffects(rt)
	key := r.next("u")
	var id store.ContactID
	err := r.store.Update(r.t.Context(), who, func(tx store.Tx) error {
		id = tx.Contact().ID
		return e.do(tx, message(key, who, r.now), r.now)
	})
	if (err != nil) != (e.fails > 0) {
		rt.Fatalf("update: %v", err)
	}
	if err != nil {
		return
	}
	var p *person
	if who.Contact != "" {
		p = r.person(who.Contact)
	} else if p = r.model.resolve(who, ""); p.id == "" {
		p.id = id
	}
	e.apply(r.model, p, key, r.now)
	if p.id != id {
		rt.Fatalf("updated %s, want %s", id, p.id)
	}
}

func (r *random) person(id store.ContactID) *person {
	i := slices.IndexFunc(r.model.people, func(p *person) bool { return p.id == id })
	if i < 0 {
		return nil
	}
	if p := r.model.people[i]; p.into == nil {
		return p
	}
	return r.model.people[i].into
}

// verdict is what a judge says of a token, drawn by its name so that the store
// and the model hear the same.
func (r *random) verdict(salt int, token string) (v store.Verdict, stops bool) {
	h := fnv.New32()
	fmt.Fprint(h, salt, token)
	switch h.Sum32() % 8 {
	case 0:
		return store.Verdict{Later: r.now.Add(2 * time.Second), Reason: "quiet"}, false
	case 1:
		return store.Verdict{Reason: "window-shut"}, false
	case 2:
		return store.Verdict{Start: allowed()}, true
	}
	return store.Verdict{Start: allowed()}, false
}

func (r *random) judges(salt int) (store.Judge, func(*owed) store.Verdict) {
	return func(tx store.Tx, o store.Outgoing) (store.Verdict, error) {
			v, stops := r.verdict(salt, o.Token)
			if stops {
				_, err := tx.Withdraw("stopped")
				return v, err
			}
			return v, nil
		}, func(o *owed) store.Verdict {
			v, stops := r.verdict(salt, o.Token)
			if stops {
				r.model.withdraw(o.of, "stopped")
			}
			return v
		}
}

func (r *random) claim(rt *rapid.T) {
	limit := rapid.IntRange(1, 3).Draw(rt, "limit")
	real, modelled := r.judges(rapid.IntRange(0, 99).Draw(rt, "salt"))
	rows, err := r.store.Claim(r.t.Context(), r.now, limit, real)
	if err != nil {
		rt.Fatalf("claim: %v", err)
	}
	if got, want := fmt.Sprint(tokens(rows)), fmt.Sprint(r.model.claim(r.now, limit, modelled)); got != want {
		rt.Fatalf("claimed %s, want %s", got, want)
	}
}

func (r *random) resolve(rt *rapid.T) {
	real, modelled := r.judges(rapid.IntRange(0, 99).Draw(rt, "salt"))
	got, err := r.store.Resolve(r.t.Context(), r.now, real)
	if want := r.model.resolveDoubts(r.now, modelled); got != want || err != nil {
		rt.Fatalf("resolved %d, %v, want %d", got, err, want)
	}
}

func (r *random) orphans(rt *rapid.T) {
	if rapid.IntRange(0, 2).Draw(rt, "really") > 0 {
		return // or nothing would ever be settled
	}
	got, err := r.store.Orphans(r.t.Context(), r.now.Add(time.Second))
	if want := r.model.orphans(r.now.Add(time.Second)); got != want || err != nil {
		rt.Fatalf("%d orphans, %v, want %d", got, err, want)
	}
}

func (r *random) drawRow(rt *rapid.T) *owed {
	if len(r.model.rows) == 0 {
		return nil
	}
	// One that is being sent, rather than any.
	var sending []*owed
	for _, o := range r.model.rows {
		if o.State == store.Sending {
			sending = append(sending, o)
		}
	}
	if len(sending) > 0 && rapid.IntRange(0, 3).Draw(rt, "sending") > 0 {
		return rapid.SampledFrom(sending).Draw(rt, "row")
	}
	return rapid.SampledFrom(r.model.rows).Draw(rt, "row")
}

func (r *random) settle(rt *rapid.T) {
	o := r.drawRow(rt)
	if o == nil {
		return
	}
	result := store.Result{
		ID:     o.ID,
		State:  rapid.SampledFrom([]store.State{store.Sent, store.Sent, store.Failed, store.Dead, store.Queued, store.Indeterminate}).Draw(rt, "state"),
		Retry:  r.now.Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "retry")) * time.Second),
		Reason: "because",
	}
	if result.State == store.Sent {
		result.MessageID = "w" + o.Token
	}
	stepped := false
	err := r.store.Settle(r.t.Context(), []store.Result{result}, func(_ store.Tx, got store.Outgoing) error {
		stepped = got.ID == o.ID
		return nil
	})
	if want := r.model.settle(o, result); stepped != want || err != nil {
		rt.Fatalf("settle %s: stepped %v, %v, want %v", o.Token, stepped, err, want)
	}
}

func (r *random) report(rt *rapid.T) {
	o := r.drawRow(rt)
	if o == nil {
		return
	}
	s := store.Status{
		Key:      rapid.SampledFrom([]string{"", r.next("s"), "s3"}).Draw(rt, "key"),
		State:    rapid.SampledFrom([]store.State{store.Sent, store.Delivered, store.Read, store.Failed}).Draw(rt, "state"),
		Reason:   "131026",
		Received: r.now,
	}
	switch rapid.IntRange(0, 2).Draw(rt, "named") {
	case 0:
		s.Token = o.Token
	case 1:
		s.MessageID = "w" + o.Token
	default:
		s.Token, s.MessageID = o.Token, "w"+o.Token
	}
	stepped := ""
	err := r.store.Report(r.t.Context(), []store.Status{s}, func(_ store.Tx, got store.Outgoing) error {
		stepped += got.Token
		return nil
	})
	want := ""
	if failed := r.model.report(s); failed != nil {
		want = failed.Token
	}
	if stepped != want || err != nil {
		rt.Fatalf("report %+v: stepped %q, %v, want %q", s, stepped, err, want)
	}
}

func (r *random) pass(rt *rapid.T) {
	r.now = r.now.Add(time.Duration(rapid.IntRange(1, 3).Draw(rt, "seconds")) * time.Second)
}

func (r *random) reopen(rt *rapid.T) {
	if err := r.store.Close(); err != nil {
		rt.Fatalf("close: %v", err)
	}
	r.store = r.open(r.t, r.dir, join)
}

// compare reads everything back.
func (r *random) compare(rt *rapid.T) {
	ctx := r.t.Context()
	check := func(what string, err error, got, want string) {
		if err != nil || got != want {
			rt.Fatalf("%s (%v):\n got %s\nwant %s", what, err, got, want)
		}
	}
	standing, err := r.store.Handovers(ctx, store.HandoverQuery{Limit: 99})
	if err != nil {
		rt.Fatal(err)
	}
	asks := map[store.ContactID]string{}
	for _, h := range standing {
		asks[h.Contact] = fmt.Sprint(h.Priority, " since ", h.Since.Sub(start))
	}
	for _, p := range r.model.people {
		is := p
		if p.into != nil {
			is = p.into
		}
		c, err := r.store.Lookup(ctx, store.Address{Contact: p.id})
		check("who is "+string(p.id), err, string(c.ID), string(is.id))
		encoded, err := r.store.Load(ctx, p.id)
		if err != nil {
			rt.Fatal(err)
		}
		d, err := readDiary(encoded)
		if err != nil {
			rt.Fatal(err)
		}
		entries, err := r.store.Transcript(ctx, p.id)
		got := &person{userID: c.UserID, phone: c.Phone, name: c.Name, asks: asks[c.ID]}
		if encoded != nil {
			got.diary = &d
		}
		for _, e := range entries {
			got.said = append(got.said, e.Text)
		}
		check("contact "+string(p.id), err, got.picture(), is.picture())
	}
	for _, id := range words("user_CO.a user_CO.b user_CO.c phone_571 phone_572 phone_573") {
		kind, value, _ := strings.Cut(id, "_")
		a := user(value)
		if kind == "phone" {
			a = phone(value)
		}
		c, err := r.store.Lookup(ctx, a)
		if p := r.model.owner[kind+" "+value]; p != nil {
			check("owner of "+id, err, string(c.ID), string(p.id))
		} else if !errors.Is(err, store.ErrNoContact) {
			rt.Fatalf("%s is somebody's: %+v, %v", id, c, err)
		}
	}
	rows, err := r.store.Outbox(ctx)
	if err != nil || len(rows) != len(r.model.rows) {
		rt.Fatalf("the outbox has %d rows (%v), want %d", len(rows), err, len(r.model.rows))
	}
	for i, o := range r.model.rows {
		o.ID, o.Contact = rows[i].ID, o.of.id
		check("outbox", nil, picture(rows[i]), picture(o.Outgoing))
		if i > 0 && rows[i-1].ID >= o.ID {
			rt.Fatalf("ids go from %d to %d", rows[i-1].ID, o.ID)
		}
		if string(rows[i].Message) != o.Token || rows[i].To.ID != o.Contact {
			rt.Fatalf("row %+v", rows[i])
		}
	}
	at, ok, err := r.store.NextSend(ctx)
	wantAt, wantOK := r.model.nextSend()
	if !wantAt.After(r.now) && !at.After(r.now) && !at.IsZero() {
		at = wantAt // the past is the past
	}
	check("next send", err, fmt.Sprint(at, ok), fmt.Sprint(wantAt, wantOK))
	due, err := r.store.Due(ctx, r.now, 99)
	var got []string
	for i, m := range due {
		got = append(got, fmt.Sprintf("%v %s %s %d %s", m.Due.Sub(start), m.Contact, m.Flow, m.Visit, m.Purpose))
		if i > 0 && due[i-1].Due.After(m.Due) {
			rt.Fatalf("timers are not in order: %v", due)
		}
	}
	slices.Sort(got)
	check("timers", err, fmt.Sprint(got), fmt.Sprint(r.model.due(r.now)))
	next, ok, err := r.store.NextTimer(ctx)
	first, any := time.Time{}, false
	for _, p := range r.model.people {
		for _, at := range p.timers {
			if !any || at.Before(first) {
				first, any = at, true
			}
		}
	}
	check("next timer", err, fmt.Sprint(next, ok), fmt.Sprint(first, any))
}
