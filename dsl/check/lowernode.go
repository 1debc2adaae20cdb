package check

import (
	"slices"
	"strings"

	"cauce/engine"
)

func (n *node) lower() engine.Node {
	out := engine.Node{
		ID: engine.NodeID(n.name), Verb: n.verb, Origin: origin(n.at),
		Set: lowerAssigns(n.set), Tags: slices.Clone(n.tags), Count: n.count, Withdraw: n.withdraw.name,
		Forget: namesOf(n.forget), Cancel: engine.FlowID(n.cancel.name),
		Say: lowerList(n.say), Header: n.header.lower(), Footer: n.footer.lower(),
		Ask: n.ask.lower(), From: n.from.lower(), Save: n.save.name, Shape: n.shape, Want: slices.Clone(n.want),
		Opener: n.opener.lower(), Retry: lowerList(n.retry), Otherwise: n.otherwise.to, Consent: n.consent.name,
		Purpose: n.purpose.name, Outside: n.outside.name, Call: engine.FlowID(n.call.name), With: lowerAssigns(n.with),
		Template: n.template.name, Go: n.next.to,
	}
	for _, m := range n.media {
		out.Media = append(out.Media, m.lower())
	}
	if l := n.link; l != nil {
		out.Link = &engine.Link{Label: l.label.lower(), URL: l.url.lower(), Origin: origin(l.at)}
	}
	for _, r := range n.rows {
		out.Rows = append(out.Rows, r.lower())
	}
	for _, r := range n.checks {
		out.Checks = append(out.Checks, engine.Check{If: r.when.source(), Say: r.say.lower(), Origin: origin(r.at)})
	}
	if s := n.silence; s != nil {
		out.Silence = &engine.Silence{After: s.after.Exact, Say: s.say.lower(), Times: s.times, Go: s.next.to}
	}
	if h := n.hold; h != nil {
		out.Hold = &engine.Hold{For: h.span, Else: h.next.to}
	}
	for _, r := range n.cases {
		out.When = append(out.When, engine.Case{If: r.when.source(), Go: r.next.to, Origin: origin(r.at)})
	}
	for _, a := range n.arms {
		out.Split = append(out.Split, engine.Share{Share: a.share, Go: a.next.to, Origin: origin(a.at)})
	}
	if n.verb == engine.CallVerb {
		for _, o := range n.outcomes() {
			out.On = append(out.On, engine.Outcome{Name: o.name, Go: o.next.to, Origin: origin(o.at)})
		}
	}
	if n.wait != nil {
		w := n.wait.lower()
		out.Wait = &w
	}
	out.Fetch = n.lowerFetch()
	if s := n.schedule; s != nil {
		out.Schedule = &engine.Schedule{Flow: engine.FlowID(s.flow.name), Wait: s.when.lower()}
		out.With = lowerAssigns(s.with)
	}
	out.Handover = n.lowerHandover()
	for _, a := range n.fill {
		out.Fill = append(out.Fill, engine.Fill{Name: a.name, Source: a.source(), Origin: origin(a.at)})
	}
	return out
}

func (r *row) lower() engine.Row {
	return engine.Row{
		ID: r.id, Label: r.label.lower(), Also: lowerTyped(r.also), Note: r.note.lower(), Section: r.section.lower(), If: r.when.source(),
		Say: lowerList(r.say), Set: lowerAssigns(r.set), Tags: slices.Clone(r.tags), Count: r.count, Go: r.next.to, Origin: origin(r.at),
	}
}

func (f *from) lower() *engine.From {
	if f == nil {
		return nil
	}
	return &engine.From{List: f.list.source(), Row: f.row.lower(), ID: f.id.source(), Origin: origin(f.at)}
}

func (m *media) lower() engine.Media {
	out := engine.Media{
		Type: m.kind, Alt: m.alt.lower(), Name: m.name.lower(), Addr: m.address.lower(), Lat: m.lat, Lng: m.lng,
		Phone: m.phone, Email: m.email, If: m.when.source(), Origin: origin(m.at),
	}
	for _, f := range m.files {
		if out.File == nil {
			out.File = map[string]string{}
		}
		out.File[f.lang] = f.path.Value
	}
	return out
}

func (w *wait) lower() engine.Wait {
	return engine.Wait{For: w.spell, At: w.clock, Until: w.until, Expr: w.day.source(), Reply: w.reply.to.Node}
}

func (n *node) lowerFetch() *engine.Request {
	r := n.fetch
	if r == nil {
		return nil
	}
	out := &engine.Request{
		Connection: r.connection.name, Method: strings.ToUpper(r.method), Path: r.path.source(), Body: r.body.lower(),
		Save: lowerAssigns(r.save), Timeout: r.timeout.Exact, Failed: n.failed.to, Origin: origin(r.place()),
	}
	for _, f := range r.query {
		source := f.plain
		if f.text != nil {
			source = f.text.source()
		}
		out.Query = append(out.Query, engine.Field{Name: f.name, Source: source, Origin: origin(f.at)})
	}
	return out
}

func (b *body) lower() *engine.Body {
	if b == nil {
		return nil
	}
	out := &engine.Body{Text: b.text.source(), Fixed: b.fixed, Origin: origin(b.at)}
	if b.object {
		out.Object = []engine.Member{}
	}
	for _, m := range b.members {
		out.Object = append(out.Object, engine.Member{Name: m.name, Body: *m.body.lower()})
	}
	if b.array {
		out.List = []engine.Body{}
	}
	for _, inner := range b.list {
		out.List = append(out.List, *inner.lower())
	}
	return out
}

// lowerHandover: go serves for those of the three ways that are not given. When
// it is the only one, the words of [human] are still said before it.
func (n *node) lowerHandover() *engine.Handing {
	if n.handover.name == "" {
		return nil
	}
	out := &engine.Handing{
		Inbox: n.handover.name, Tell: namesOf(n.tell), Priority: n.priority,
		Done: n.done.to, Closed: n.closed.to, Nobody: n.nobody.to,
	}
	if out.Done.IsZero() {
		out.Done = n.next.to
		return out
	}
	if out.Closed.IsZero() {
		out.Closed = n.next.to
	}
	if out.Nobody.IsZero() {
		out.Nobody = n.next.to
	}
	return out
}

// source is the text as the engine compiles it; "" when there is none.
func (w *wording) source() string {
	if w == nil {
		return ""
	}
	return w.src.Value
}

func namesOf(list []ref) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.name)
	}
	return out
}
