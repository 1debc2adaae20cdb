package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cauce/engine/eval"
	"cauce/engine/policy"
)

// compileFlow compiles one flow's nodes and ways, adds the ways every node
// has, and builds the machine that judges them.
func (s *Service) compileFlow(d *Flow) error {
	f := s.flows[d.ID]
	if len(d.Nodes) == 0 {
		return errors.New("it has no node")
	}
	env := Schema(&s.def, d.Data)
	f.reads = map[string]bool{}
	defer func() { s.noting = nil }()
	for i := range d.Nodes {
		n := &d.Nodes[i]
		if n.ID == "" || strings.HasPrefix(string(n.ID), "@") || strings.ContainsAny(string(n.ID), "./") {
			return fmt.Errorf("a node can't be named %q", n.ID)
		}
		if f.byID[n.ID] != nil {
			return fmt.Errorf("two nodes are named %q", n.ID)
		}
		c := &node{NodeTable: NodeTable{Node: n.ID, Verb: n.Verb, Origin: n.Origin}, flow: f}
		f.byID[n.ID] = c
		f.nodes = append(f.nodes, c)
	}
	for i := range d.Nodes {
		n := f.nodes[i]
		n.reads = map[string]bool{}
		s.noting = n.reads
		if err := s.compileNode(f, n, &d.Nodes[i], env); err != nil {
			return fmt.Errorf("node %s: %w", d.Nodes[i].ID, err)
		}
		maps.Copy(f.reads, n.reads)
	}
	for _, m := range d.Moved {
		if f.byID[m.To] == nil {
			return fmt.Errorf("people are moved to %q, which is no node of it", m.To)
		}
		f.moved[m.From] = m.To
	}
	if f.begins = f.byID[d.Begins]; f.begins == nil {
		return fmt.Errorf("it begins at %q, which is no node of it", d.Begins)
	}
	var err error
	f.machine, err = newMachine(f.nodes)
	return err
}

// add appends a way and returns its index.
func (n *node) add(on Trigger, detail string, to Place, w Way) int {
	w.On, w.To = on, to
	w.ID = TransitionID(string(n.Node) + "/" + string(on))
	if detail != "" {
		w.ID += TransitionID("/" + detail)
	}
	if w.Origin == (Origin{}) && !w.injected {
		w.Origin = n.Origin
	}
	n.Ways = append(n.Ways, w)
	return len(n.Ways) - 1
}

// place turns a target into where a way leads.
func (f *flow) place(t Target) (Place, error) {
	switch {
	case t.Own != "":
		switch t.Own {
		case ToHuman, ToStop, ToHome, ToOffer, ToBack:
			return Place{Own: t.Own}, nil
		}
		return Place{}, fmt.Errorf("%q leads nowhere", t.Own)
	case t.End != "":
		if t.End != Left && !slices.Contains(f.outcomes, t.End) {
			return Place{}, fmt.Errorf("%q is no outcome of the flow", t.End)
		}
		return Place{End: t.End}, nil
	case t.Node != "":
		return Place{Node: t.Node}, nil
	}
	return Place{}, errors.New("there is no way out")
}

func (s *Service) compileNode(f *flow, n *node, d *Node, env eval.Schema) error {
	n.next, n.otherwise, n.answer, n.over, n.reply, n.again, n.retried, n.nudged, n.paged, n.which, n.failed = -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
	n.agreed, n.lapsed, n.done, n.closed, n.nobody = -1, -1, -1, -1, -1
	var err error
	if d.Verb == ConsentVerb {
		env = withPurpose(env)
	}
	if n.set, err = s.assigns(f, d.Set, env); err != nil {
		return err
	}
	if n.withdraw = s.consents[d.Withdraw]; n.withdraw != nil {
		n.Enters = append(n.Enters, DoConsent)
	} else if d.Withdraw != "" {
		return fmt.Errorf("no consent is named %q", d.Withdraw)
	}
	if n.say, err = s.several(d.Say, env); err != nil {
		return err
	}
	if len(n.set) > 0 || len(d.Forget) > 0 {
		n.Enters = append(n.Enters, DoSave)
	}
	if err := s.compileAlso(n, d); err != nil {
		return err
	}
	if err := s.compileCarried(n, d, env); err != nil {
		return err
	}
	var goTo Place
	if !d.Go.IsZero() {
		if goTo, err = f.place(d.Go); err != nil {
			return err
		}
	}
	need := func() error {
		if d.Go.IsZero() {
			return errors.New("there is no way out")
		}
		return nil
	}
	switch d.Verb {
	case SayVerb:
		if len(n.say) == 0 && len(d.Media) == 0 {
			return errors.New("it says nothing")
		}
		n.Enters, n.Free = append(n.Enters, DoSend), true
		if err := need(); err != nil {
			return err
		}
		n.next = n.add(OnNext, "", goTo, Way{})
	case None, EndVerb:
		if err := need(); err != nil {
			return err
		}
		n.next = n.add(OnNext, "", goTo, Way{})
	case AskVerb:
		err = s.compileAsk(f, n, d, goTo, env)
	case ConsentVerb:
		err = s.compileConsent(f, n, d, goTo, env)
	case HandoverVerb:
		err = s.compileHandover(f, n, d, goTo)
	case TemplateV:
		err = s.compileTemplate(f, n, d, goTo, env)
	case WhenVerb:
		for i, c := range d.When {
			to, err := f.place(c.Go)
			if err != nil {
				return err
			}
			p, err := s.expr(c.If, env, eval.Bool)
			if err != nil {
				return err
			}
			n.guards = append(n.guards, p)
			n.cases = append(n.cases, n.add(OnIf, fmt.Sprint(i), to, Way{If: c.If, Origin: c.Origin}))
		}
		to, err := f.place(d.Otherwise)
		if err != nil {
			return err
		}
		n.otherwise = n.add(OnOtherwise, "", to, Way{})
	case WaitVerb:
		if err := need(); err != nil {
			return err
		}
		if d.Wait == nil {
			return errors.New("it waits for nothing")
		}
		if n.wait, err = s.compileWait(d.Wait, env); err != nil {
			return err
		}
		n.Enters = append(n.Enters, DoStartTimer)
		n.Waits.Min, n.Waits.Max = d.Wait.span(len(s.def.Human.Holidays))
		n.over = n.add(OnTime, "", goTo, Way{Cause: policy.Proactive})
		if d.Wait.Reply != "" {
			n.reply = n.add(OnReply, "", Place{Node: d.Wait.Reply}, Way{Cause: policy.Answer, Effects: []EffectKind{DoStopTimer}})
		}
	case SplitVerb:
		err = s.compileSplit(f, n, d)
	case CallVerb:
		err = s.compileCall(n, d, goTo, env)
	case FetchVerb:
		if err := need(); err != nil {
			return err
		}
		err = s.compileFetch(f, n, d, goTo, env)
	case ScheduleVerb:
		if err := need(); err != nil {
			return err
		}
		if err := s.compileSchedule(n, d, env); err != nil {
			return err
		}
		n.next = n.add(OnNext, "", goTo, Way{})
	default:
		return fmt.Errorf("no verb is named %q", d.Verb)
	}
	if err == nil {
		err = s.compileGate(f, n, d, env)
	}
	if err != nil {
		return err
	}
	// What nobody can leave out: whatever the definition holds, these two are
	// the last ways of every node.
	n.stop = n.add(OnStop, "", Place{Own: ToStop}, Way{Effects: []EffectKind{DoWithdraw, DoStopTimer, DoRecord, DoSend}, Cause: policy.Confirmation, injected: true})
	n.human = n.add(OnHuman, "", Place{Own: ToHuman}, Way{Effects: []EffectKind{DoHandOver, DoSend}, Cause: policy.Confirmation, injected: true})
	return nil
}

// compileAsk compiles a question: its rows, what it saves, and what happens
// to an answer it can't use or that never comes.
func (s *Service) compileAsk(f *flow, n *node, d *Node, goTo Place, env eval.Schema) error {
	var err error
	if n.ask, err = s.words(d.Ask, env); err != nil {
		return err
	}
	if n.ask == nil {
		return errors.New("it asks nothing")
	}
	n.Enters, n.Free = append(n.Enters, DoSend, DoStartTimer), true
	n.Waits = Waits{Asks: true, Max: lapse}
	if n.opener, err = s.words(d.Opener, env); err != nil {
		return err
	}
	if n.opener == nil {
		n.opener = s.builtin[builtinOpener]
	}
	if d.Save != "" {
		if n.save = f.data[d.Save]; n.save == nil {
			n.save = s.data[d.Save]
		}
		if n.save == nil {
			return fmt.Errorf("no data is named %q", d.Save)
		}
	}
	if err := s.compileRows(f, n, d, goTo, env); err != nil {
		return err
	}
	if d.Shape != "" && d.Shape != "numbers" {
		return fmt.Errorf("no shape is named %q", d.Shape)
	}
	n.numbers = d.Shape == "numbers" || n.from == nil && len(n.rows) > mostRows
	if err := s.compileAnswers(n, d, env); err != nil {
		return err
	}
	stay := Place{Node: n.Node}
	switch {
	case d.Go.IsZero() && n.onlyRows(d):
		// What is typed and is no row is no answer, and every row has its way.
	case n.save != nil || len(n.rows) == 0 && n.from == nil || d.Want != nil:
		if d.Go.IsZero() {
			return errors.New("there is no way out")
		}
		w := Way{Cause: policy.Answer, Effects: []EffectKind{DoStopTimer}}
		if n.save != nil {
			w.Effects = append(w.Effects, DoSave)
		}
		n.answer = n.add(OnAnswer, "", goTo, w)
	}
	if n.save != nil && (n.save.Type == eval.Date || n.save.Type == eval.Time) {
		n.which = n.add(OnWhich, "", stay, Way{Cause: policy.Answer, Effects: []EffectKind{DoSend, DoStartTimer}})
	}
	if n.retry, err = s.several(d.Retry, env); err != nil {
		return err
	}
	if d.Retry == nil {
		n.retry, n.notOwn = []texts{s.notUnderstood, s.notUnderstood}, true
	}
	n.retried = n.add(OnRetry, "", stay, Way{Cause: policy.Answer, Effects: []EffectKind{DoSend, DoStartTimer}})
	n.again = n.add(OnAgain, "", stay, Way{Cause: policy.Answer, Effects: []EffectKind{DoSend, DoStartTimer}})
	other := d.Otherwise
	if other.IsZero() {
		other = Target{Own: ToOffer}
	}
	to, err := f.place(other)
	if err != nil {
		return err
	}
	n.otherwise = n.add(OnOtherwise, "", to, Way{Cause: policy.Answer, Effects: []EffectKind{DoStopTimer}})
	return s.compileSilence(f, n, d, env)
}

// onlyRows reports whether a question that saves something takes nothing but
// its rows for an answer.
func (n *node) onlyRows(d *Node) bool {
	switch {
	case n.save == nil || d.Want != nil || len(n.rows) == 0 && n.from == nil:
		return false
	case n.save.Type == eval.Choice:
		return true
	}
	return n.from != nil && (n.save.Type == eval.List || n.save.Type == eval.Text)
}

func (s *Service) compileSilence(f *flow, n *node, d *Node, env eval.Schema) error {
	n.silence = &silence{after: lapse}
	end := Place{End: Left}
	if d.Silence != nil {
		var err error
		if end, err = f.place(d.Silence.Go); err != nil {
			return err
		}
		n.silence.after, n.silence.times = d.Silence.After, d.Silence.Times
		if n.silence.say, err = s.words(d.Silence.Say, env); err != nil {
			return err
		}
		if n.silence.after <= 0 {
			return errors.New("its silence has no length")
		}
		if n.silence.say == nil {
			n.silence.times = 0
		}
		n.Waits.Max = n.silence.after * (1 + time.Duration(n.silence.times))
		if n.silence.times > 0 {
			n.nudged = n.add(OnNudge, "", Place{Node: n.Node}, Way{Cause: policy.Nudge, Effects: []EffectKind{DoSend, DoStartTimer}})
		}
	}
	n.silence.way = n.add(OnSilence, "", end, Way{Cause: policy.Proactive})
	return nil
}

func (s *Service) compileTemplate(f *flow, n *node, d *Node, goTo Place, env eval.Schema) error {
	if n.template = s.templates[d.Template]; n.template == nil {
		return fmt.Errorf("no template is named %q", d.Template)
	}
	n.Enters = append(n.Enters, DoSend, DoStartTimer)
	n.Waits = Waits{Asks: true, Max: lapse}
	var err error
	if n.fill, err = s.fills(n.template, d.Fill, env); err != nil {
		return err
	}
	if err := s.compileRows(f, n, d, goTo, env); err != nil {
		return err
	}
	// The labels are the template's: what it says is what WhatsApp approved.
	for i := range n.rows {
		r := &n.rows[i]
		j := slices.IndexFunc(n.template.Buttons, func(b Button) bool { return b.ID == r.id })
		if j < 0 {
			return fmt.Errorf("the template has no button %q", r.id)
		}
		r.label = n.template.buttons[j]
		s.plainLabels(r)
	}
	if n.retry, err = s.several(d.Retry, env); err != nil {
		return err
	}
	if len(n.retry) > 0 {
		n.retried = n.add(OnRetry, "", Place{Node: n.Node}, Way{Cause: policy.Answer, Effects: []EffectKind{DoSend, DoStartTimer}})
	}
	to := goTo
	if !d.Otherwise.IsZero() {
		if to, err = f.place(d.Otherwise); err != nil {
			return err
		}
	} else if d.Go.IsZero() {
		return errors.New("any other reply has no way out")
	}
	n.otherwise = n.add(OnOtherwise, "", to, Way{Cause: policy.Answer, Effects: []EffectKind{DoStopTimer}})
	return s.compileSilence(f, n, d, env)
}

// fills are the values of a template's variables, in its order.
func (s *Service) fills(t *template, list []Fill, env eval.Schema) ([]fill, error) {
	var out []fill
	for _, name := range t.Fill {
		i := slices.IndexFunc(list, func(fl Fill) bool { return fl.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("the template's %q is not filled", name)
		}
		p, err := s.expr(list[i].Source, env, 0)
		if err != nil {
			return nil, err
		}
		out = append(out, fill{name, p})
	}
	return out, nil
}

func (s *Service) assigns(f *flow, list []Assign, env eval.Schema) ([]assign, error) {
	var out []assign
	for _, a := range list {
		to, err := s.target(f, a.Name)
		if err != nil {
			return nil, err
		}
		c, err := s.assign(to, a.Source, env)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// target is the data that a name stands for in a flow.
func (s *Service) target(f *flow, name string) (*datum, error) {
	if d := f.data[name]; d != nil {
		return d, nil
	}
	if d := s.data[name]; d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("no data is named %q", name)
}

func (s *Service) assign(to *datum, src string, env eval.Schema) (assign, error) {
	c := assign{to: to}
	if to.Type != eval.Text && to.Type != eval.Choice {
		var err error
		c.expr, err = s.exprAs(src, env, NameOf(&to.Datum))
		return c, err
	}
	t, err := eval.CompileText(src, env)
	if err != nil {
		return c, fmt.Errorf("%q: %w", src, err)
	}
	s.note(t.Names())
	c.text = t
	return c, nil
}
