package check

import (
	"cmp"
	"slices"

	"cauce/dsl/syntax"
	"cauce/engine"
)

// Definition is the service as the engine takes it. It only moves what was
// checked into another shape: nothing is decided here, and nothing can fail.
func (c *Checked) Definition() engine.Definition {
	s := &c.model.service
	d := engine.Definition{
		Name:          s.name,
		Languages:     slices.Clone(s.languages),
		Timezone:      s.timezone,
		Privacy:       s.privacy,
		Home:          engine.FlowID(s.home.name),
		NotUnderstood: s.notUnderstood.lower(),
		Human:         s.human.lower(),
		Stop:          engine.Stop{Words: lowerTyped(s.stop.words), Say: s.stop.say.lower()},
		WelcomeBack:   s.welcomeBack.lower(),
		Hint:          s.hint.lower(),
		Sensitive:     engine.Sensitive{Say: s.sensitive.say.lower(), Path: s.sensitive.path.name},
		Quiet:         slices.Clone(s.quiet),
		Consents:      lowerConsents(s.consents),
		Data:          lowerData(s.data),
	}
	slices.SortFunc(d.Consents, func(a, b engine.Consent) int { return cmp.Compare(a.Name, b.Name) })
	for _, a := range s.anywhere {
		d.Anywhere = append(d.Anywhere, a.lower())
	}
	for _, o := range s.connections {
		d.Connections = append(d.Connections, o.lower())
	}
	slices.SortFunc(d.Connections, func(a, b engine.Connection) int { return cmp.Compare(a.Name, b.Name) })
	for _, t := range s.templates {
		d.Templates = append(d.Templates, t.lower(s))
	}
	for _, f := range c.model.flows {
		d.Flows = append(d.Flows, f.lower())
	}
	slices.SortFunc(d.Flows, func(a, b engine.Flow) int { return cmp.Compare(a.ID, b.ID) })
	return d
}

func (h *human) lower() engine.Human {
	out := engine.Human{
		Words:    lowerTyped(h.words),
		Say:      h.say.lower(),
		Closed:   h.closed.lower(),
		Hours:    slices.Clone(h.hours),
		Holidays: slices.Clone(h.holidays),
		GiveUp:   engine.GiveUp{After: h.giveUp.after, Say: h.giveUp.say.lower(), Template: h.giveUp.template.name},
		Idle:     h.idle.Exact,
		After:    engine.FlowID(h.after.name),
	}
	for _, p := range h.paths {
		path := engine.Path{Always: p.always, Visit: p.visit.lower()}
		switch p.kind {
		case "inbox":
			path.Inbox = p.value
		case "phone":
			path.Phone = p.value
		case "email":
			path.Email = p.value
		case "form":
			path.Form = p.value
		}
		out.Paths = append(out.Paths, path)
	}
	return out
}

func lowerTyped(list []typedWords) map[string][]string {
	if len(list) == 0 {
		return nil
	}
	out := map[string][]string{}
	for _, t := range list {
		for _, s := range t.list {
			out[t.lang] = append(out[t.lang], s.Value)
		}
	}
	return out
}

func lowerData(list []*datum) []engine.Datum {
	var out []engine.Datum
	for _, d := range list {
		out = append(out, d.lower())
	}
	slices.SortFunc(out, func(a, b engine.Datum) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (t *template) lower(s *service) engine.Template {
	out := engine.Template{
		Name: t.name, Category: t.category, Consent: s.purpose(t.consent.name), Body: t.body.lower(), Fill: slices.Clone(t.vars), Origin: origin(t.at),
	}
	for _, b := range t.buttons {
		out.Buttons = append(out.Buttons, engine.Button{ID: b.id, Label: b.label.lower()})
	}
	return out
}

func (f *flow) lower() engine.Flow {
	out := engine.Flow{
		ID: engine.FlowID(f.id), Title: f.title, Keywords: lowerTyped(f.keywords), Begins: engine.NodeID(f.begins.name),
		Outcomes: slices.Clone(f.outcomes), Data: lowerData(f.data), Origin: engine.Origin{File: f.file.Name, Line: 1, Column: 1},
	}
	for _, n := range f.nodes {
		out.Nodes = append(out.Nodes, n.lower())
	}
	for _, m := range f.moved {
		out.Moved = append(out.Moved, engine.Move{From: engine.NodeID(m.from), To: engine.NodeID(m.to.name)})
	}
	return out
}

func lowerList(list []*words) []engine.Words {
	var out []engine.Words
	for _, w := range list {
		out = append(out, w.lower())
	}
	return out
}

func lowerAssigns(list []*assign) []engine.Assign {
	var out []engine.Assign
	for _, a := range list {
		out = append(out, engine.Assign{Name: a.name, Source: a.source(), Origin: origin(a.at)})
	}
	return out
}

// source is a condition as the engine compiles it; "" when there is none.
func (e *expression) source() string {
	if e == nil {
		return ""
	}
	return e.src.Value
}

// entriesOf is how many entries a table has; 0 if it is none.
func entriesOf(v syntax.Value) int {
	if t, ok := v.(*syntax.Table); ok {
		return len(t.Entries)
	}
	return 0
}
