package engine

import (
	"cmp"
	"strings"
	"time"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// Value implements eval.Values: what an expression reads now.
func (a *advance) Value(name string) eval.Value {
	if a.it != nil {
		if v, ok := a.it.value(name); ok {
			return v
		}
	}
	if name == NameValue && a.value.IsSet() {
		return a.value
	}
	if a.frame != nil {
		if k, ok := a.frame.Data[name]; ok {
			return k.Value
		}
		if d := a.s.flows[a.frame.Flow].data[name]; d != nil {
			return d.Default
		}
	}
	if k, ok := a.c.Data[name]; ok {
		return k.Value
	}
	if d := a.s.data[name]; d != nil && name != NameLanguage && name != NameZone {
		return d.Default
	}
	if consent, ok := strings.CutPrefix(name, AgreedTo); ok {
		return eval.BoolOf(a.agreed(consent))
	}
	switch name {
	case NamePurpose:
		return a.purposeWords()
	case NameZone:
		return eval.TextOf(cmp.Or(a.c.Zone, a.s.def.Timezone))
	case NameNow:
		return eval.Value{Kind: eval.Time, Text: a.now.In(a.zone()).Format("15:04")}
	case NameToday:
		return eval.Value{Kind: eval.Date, Text: a.now.In(a.zone()).Format(time.DateOnly)}
	case NameContact:
		return textOrNone(a.c.Name)
	case NameOperator:
		return textOrNone(a.c.Operator)
	case NameResult, NameStatus, NameOutcome:
		return a.result(name)
	case NameLanguage:
		return eval.ChoiceOf(a.s.languages[a.lang])
	case NameRaw:
		return textOrNone(a.c.Raw)
	case NameFirstTime:
		return eval.BoolOf(a.c.FirstTime)
	case NameOpen:
		return eval.BoolOf(a.s.open(a.now))
	case NameOpens:
		return eval.TextOf(a.s.opensWords(a.now, a.lang))
	case NameWordStop:
		return eval.TextOf(a.s.wordStop[a.lang])
	case NameWordHuman:
		return eval.TextOf(a.s.wordHuman[a.lang])
	case NameWordStart:
		return eval.TextOf(a.s.wordStart[a.lang])
	}
	return eval.Value{}
}

func textOrNone(s string) eval.Value {
	if s == "" {
		return eval.Value{}
	}
	return eval.TextOf(s)
}

// result is what the flow in front has of its last call or fetch.
func (a *advance) result(name string) eval.Value {
	if a.frame == nil || a.frame.Result == "" {
		return eval.Value{}
	}
	if name == NameResult {
		return eval.Value{Kind: eval.Document, Text: a.frame.Result}
	}
	r := resultOf(a.frame)
	switch {
	case name == NameOutcome:
		return textOrNone(r.Outcome)
	case r.Status != nil:
		return eval.IntOf(int64(*r.Status))
	}
	return eval.Value{}
}

// show prints a choice in the person's words.
func (a *advance) show(name string, v eval.Value) string {
	if d := a.datum(name); d != nil && d.options != nil {
		if w := d.options[v.Text]; w != nil {
			return a.text(w)
		}
	}
	return v.Text
}

func (a *advance) datum(name string) *datum {
	if a.it != nil {
		if d := a.it.field(name); d != nil {
			return d
		}
	}
	if a.frame != nil {
		if d := a.s.flows[a.frame.Flow].data[name]; d != nil {
			return d
		}
	}
	return a.s.data[name]
}

// text renders words in the person's language. What can't be rendered, because
// it reads what is not known, is left empty and recorded.
func (a *advance) text(t texts) string {
	if t == nil {
		return ""
	}
	out, err := t[a.lang].RenderRest(a, a.show)
	if err != nil {
		a.record(RecordFault, "expression", a.frame, err.Error())
	}
	return out
}

// ours renders words of the service itself: a flow's own data are not meant.
func (a *advance) ours(t texts) string {
	f := a.frame
	a.frame = nil
	out := a.text(t)
	a.frame = f
	return out
}

// tell sends one text of a visit.
func (a *advance) tell(f *Frame, body string) {
	if strings.TrimSpace(body) == "" {
		return
	}
	a.send(f, Outgoing{Kind: OutText, Body: body})
}

// send sends a message. The session's first answer closes with the hint, in
// the same bubble.
func (a *advance) send(f *Frame, m Outgoing) {
	a.hint(&m)
	a.put(f, m)
}

// put puts a message into the outbox: by now the gate has said so.
func (a *advance) put(f *Frame, m Outgoing) {
	m.Language, m.Cause = a.s.languages[a.lang], a.cause
	if f != nil {
		m.Flow, m.Node, m.Visit, m.Anywhere = f.Flow, f.Node, f.Visit, f.Anywhere
		if m.Purpose == "" {
			m.Purpose = a.purpose(f)
		}
		f.Said = stampOf(a.now)
		a.c.LastVisit = f.Visit
	} else {
		a.c.LastVisit = 0
	}
	a.do(Send{m})
}

// hint closes the session's first answer with the hint.
func (a *advance) hint(m *Outgoing) {
	if a.answering && !a.c.Hinted && a.cause == policy.Answer && m.Kind != OutTemplate {
		a.c.Hinted = true
		m.Body = a.hinted(m.Body)
	}
}

// hinted closes a text with the hint, once.
func (a *advance) hinted(body string) string {
	h := a.ours(a.s.hint)
	if h == "" || strings.HasSuffix(body, h) {
		return body
	}
	return paragraphs(body, h)
}

// ask sends words with the rows of a question, and starts its silence. hint:
// they close with the hint, as every retry does.
func (a *advance) ask(f *Frame, n *node, body string, hint bool) {
	m := a.compose(f, n, body)
	if hint {
		m.Body = a.hinted(m.Body)
		a.c.Hinted = true
	}
	a.deliver(f, n, m, nil)
	f.Asked = true
	a.listen(f, n)
}

// askAnew sends the question itself, from its first page. What it shows goes with it, or with what
// is said before it; when it is asked again, only what stands in one bubble with
// its words.
func (a *advance) askAnew(f *Frame, n *node, body string, again bool) {
	f.Page, f.Doubt = 0, nil
	m := a.compose(f, n, body)
	var shows []Attachment
	if len(n.say) == 0 {
		shows = a.attachments(f, n)
	}
	if again && len(shows) > 0 {
		shows = shows[len(shows)-1:]
		if !rides(&m, &shows[0], true) {
			shows = nil
		}
	}
	a.deliver(f, n, m, shows)
	if n.consent != nil {
		f.Shown = showed(a.fx[len(a.fx)-1].(Send).Message)
	}
	f.Asked = true
	a.listen(f, n)
}

// listen starts the silence of a question, counted from its last message.
func (a *advance) listen(f *Frame, n *node) {
	if a.c.Handover != nil && n.template == nil {
		return // silence rests; it begins again when the question is asked after the release
	}
	due := a.now.Add(n.silence.after)
	if f.Nudges < n.silence.times {
		due = a.nudgeAt(a.now, n.silence.after)
	}
	a.startTimer(f, ForSilence, due)
}

// askAgain asks the open question once more: retries and silence afresh, the
// visit the same. A front flow that is at no question has nothing to ask, and
// ends. why is said before it; none if negative.
func (a *advance) askAgain(why builtin) {
	f, n := a.front()
	if f == nil {
		return
	}
	if !n.asks() {
		a.end(Left)
		return
	}
	a.frame = f
	f.Tries, f.Nudges, f.Offered = 0, 0, false
	if d := a.decide(false); !d.Sends() {
		a.putOff(f, n, d)
		return
	}
	if !a.hop(f, n, n.again) {
		return
	}
	body := a.text(n.ask)
	if n.consent != nil {
		body = a.consentWords(body)
	}
	if why >= 0 {
		body = a.text(a.s.builtin[why]) + "\n\n" + body
	}
	a.askAnew(f, n, body, true)
}

// offer says that neither side gets anywhere: try again, or a person. It is
// made once a visit; the next time it is the person.
func (a *advance) offer() {
	f, n := a.front()
	if f == nil {
		return
	}
	if !n.asks() || f.Offered {
		a.human()
		return
	}
	if d := a.decide(false); !d.Sends() {
		a.putOff(f, n, d)
		return
	}
	f.Offered = true
	row := func(id string, b builtin) Choice {
		return Choice{ID: WireID{f.Flow, f.Node, f.Visit, id}.String(), Label: a.text(a.s.builtin[b])}
	}
	a.send(f, Outgoing{
		Kind: OutButtons, Body: a.ours(a.s.hint),
		Choices: []Choice{row(offerAgain, builtinTryAgain), row(offerHuman, builtinPerson)},
	})
	a.c.Hinted = true
	f.Asked = true
	a.listen(f, n)
}

func (a *advance) sendTemplate(f *Frame, n *node) {
	a.sendTemplateOf(f, n.template, n.fill, n.purpose)
	f.Asked = true
}

func (a *advance) sendTemplateOf(f *Frame, t *template, with []fill, purpose string) {
	m := Outgoing{
		Kind: OutTemplate, Template: t.Name, Category: t.Category, Purpose: purpose, Body: a.text(t.body),
	}
	var fills []string
	for _, fl := range with {
		v, err := fl.expr.Run(a)
		if err != nil {
			a.record(RecordFault, "expression", f, err.Error())
		}
		text := v.ShowIn(a.s.languages[a.lang])
		if v.Kind == eval.Choice && len(fl.expr.Names()) == 1 {
			text = a.show(fl.expr.Names()[0], v)
		}
		m.Fill = append(m.Fill, Filling{fl.name, oneLine(text)})
		fills = append(fills, "{"+fl.name+"}", oneLine(text))
	}
	if fills != nil { // all at once: a value may hold what looks like a variable
		m.Body = strings.NewReplacer(fills...).Replace(m.Body)
	}
	for i, b := range t.Buttons {
		m.Choices = append(m.Choices, Choice{
			ID:    WireID{f.Flow, f.Node, f.Visit, b.ID}.String(),
			Label: a.text(t.buttons[i]),
		})
	}
	a.send(f, m)
}

// oneLine makes a value fit for a template's variable: WhatsApp refuses line
// breaks, tabs and runs of blanks there (Cloud API reference §4).
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// assign gives data their values. A value that does not fit its data changes
// nothing, and is recorded.
func (a *advance) assign(list []assign) {
	for _, as := range list {
		if v, ok := a.worth(as); ok {
			a.keep(as.to, v, "")
		}
	}
}

// work works out the value of an assignment.
func (a *advance) work(as assign) (eval.Value, error) {
	if as.text == nil {
		return as.expr.Run(a)
	}
	t, err := as.text.Render(a, func(_ string, v eval.Value) string { return v.Text })
	if as.to.Type == eval.Choice {
		return eval.ChoiceOf(t), err
	}
	return eval.TextOf(t), err
}

// keep saves a value, and what they wrote for it.
func (a *advance) keep(d *datum, v eval.Value, raw string) {
	switch d.Name {
	case NameLanguage:
		a.c.Language = v.Text
		a.lang = a.s.index(v.Text)
		return
	case NameZone:
		a.c.Zone = v.Text
		return
	}
	if !a.covered(d) {
		a.record(RecordFault, "consent-missing", a.frame, d.Name)
		return
	}
	if d.Type == eval.List {
		v = listOf(d.fields, elementsOf(d.fields, v.Text)) // nothing but what is declared
	}
	k := Kept{Value: v, Raw: raw, At: stampOf(a.now)}
	if d.own {
		if a.frame.Data == nil {
			a.frame.Data = map[string]Kept{}
		}
		a.frame.Data[d.Name] = k
		return
	}
	if a.c.Data == nil {
		a.c.Data = map[string]Kept{}
	}
	a.c.Data[d.Name] = k
	if d.Keep > 0 {
		a.do(StartTimer{FlowID(d.Name), 0, ForKeep, a.now.Add(d.Keep)})
	}
}

// forgetDue forgets a datum whose time to be kept is over; not from under a
// flow that reads it: then it is tried again a day later.
func (a *advance) forgetDue(name string) {
	d, k := a.s.data[name], a.c.Data[name]
	if d == nil || d.Keep == 0 || k.At == 0 {
		return
	}
	due := k.At.Time().Add(d.Keep)
	if a.now.Before(due) {
		a.do(StartTimer{FlowID(name), 0, ForKeep, due})
		return
	}
	if a.reads(name) {
		a.do(StartTimer{FlowID(name), 0, ForKeep, a.now.Add(24 * time.Hour)})
		return
	}
	delete(a.c.Data, name)
	a.record(RecordLapse, "forgotten", nil, name)
}

// reads reports whether a flow in front, set aside or parked reads a datum.
func (a *advance) reads(name string) bool {
	in := func(stack []Frame) bool {
		for i := range stack {
			if fl := a.s.flows[stack[i].Flow]; fl != nil && fl.reads[name] {
				return true
			}
		}
		return false
	}
	if in(a.c.Front) || a.c.Aside != nil && in(a.c.Aside.Stack) {
		return true
	}
	for _, t := range a.c.Parked {
		if in(t.Stack) {
			return true
		}
	}
	return false
}
