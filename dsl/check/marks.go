package check

import (
	"slices"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
)

// This file reads the keys that go with a node besides its verb: marks and
// counts, what is taken back or forgotten, and what becomes of its words when
// they may not be sent; and the node that gives the conversation to a person.

func (n *node) readMarks(t table) {
	n.tags, n.count = t.tags(), t.counter()
	n.withdraw = t.ref("withdraw")
	n.forget = t.refs("forget")
	n.hold = t.hold()
	n.outside = t.ref("outside")
	n.purpose = t.ref("purpose")
	if t.has("hold") && t.has("outside") {
		t.c.report(MisplacedKey, t.Get("outside").KeyAt, "keep one of them: what a template stands in for is kept by itself",
			"hold keeps these words, and outside sends a template instead")
	}
}

// tags reads the marks that operators see.
func (t table) tags() []string {
	var out []string
	for _, v := range t.strings("tag") {
		if t.c.checkName(v.Value, v.Span(), "a tag") && !slices.Contains(out, v.Value) {
			out = append(out, v.Value)
		}
	}
	return out
}

// counter reads the name of what is counted.
func (t table) counter() string {
	v := t.id("count", "a count")
	if v == nil {
		return ""
	}
	return v.Value
}

// refs reads a list of names, or one name.
func (t table) refs(key string) []ref {
	var out []ref
	for _, v := range t.strings(key) {
		out = append(out, ref{v.Value, v.Span()})
	}
	return out
}

// hold reads hold = true, or how long and what then.
func (t table) hold() *hold {
	e := t.Get("hold")
	if e == nil {
		return nil
	}
	if b, ok := e.Value.(*syntax.Bool); ok {
		if !b.Value {
			t.c.report(WrongKind, b.Span(), "take it out", "hold is true, or says for how long")
			return nil
		}
		return &hold{at: e.KeyAt}
	}
	h, ok := t.table("hold", holdShape)
	if !ok {
		return nil
	}
	out := &hold{at: e.KeyAt, next: h.target("else", "")}
	out.span, _ = h.duration("for", false)
	return out
}

// maxPriority is the most a request for a person can be raised (LANGUAGE §3).
const maxPriority = 9

func (n *node) readHandover(t table) {
	n.handover = t.ref("handover")
	n.tell = t.refs("tell")
	if v := t.integer("priority"); v != nil {
		if v.Value < 0 || v.Value > maxPriority {
			t.c.report(BadRange, v.Span(), priorityHelp, "priority is from 0 to %d", maxPriority)
		} else {
			n.priority = int(v.Value)
		}
	}
	n.done = t.target("done", "")
	n.closed = t.target("closed", "")
	n.nobody = t.target("nobody", "")
}

// wantKinds are the kinds of answers a question may want, in WhatsApp's words.
var wantKinds = []string{"text", "image", "video", "audio", "document", "sticker", "location", "contacts"}

// wants reads the kinds of answers a question takes.
func (t table) wants() []string {
	var out []string
	for _, v := range t.strings("want") {
		switch {
		case !slices.Contains(wantKinds, v.Value):
			t.c.report(UnknownValue, v.Span(), t.c.didYouMean(v.Value, wantKinds, diag.Say("use %s", diag.OneOf(wantKinds))), "%s is not a kind of answer", quote(v.Value))
		case slices.Contains(out, v.Value):
			t.c.report(DuplicateID, v.Span(), "take one out", "%s is here twice", quote(v.Value))
		default:
			out = append(out, v.Value)
		}
	}
	if list, ok := t.value("want").(*syntax.List); ok && len(list.Items) == 0 {
		t.c.report(EmptyText, list.Span(), "take it out: a question takes text by itself", "this question wants nothing")
	}
	return out
}
