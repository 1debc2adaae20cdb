package engine

import (
	"time"

	"cauce/engine/policy"
)

// gateRules are the service's, as the gate takes them.
func (s *Service) gateRules() policy.Rules {
	r := policy.Rules{}
	if len(s.def.Consents) > 0 {
		r.Consents = map[string]int{}
		for i := range s.def.Consents {
			if c := &s.def.Consents[i]; c.Messages {
				r.Consents[c.Name] = c.Version
			}
		}
	}
	if len(s.def.Quiet) > 0 {
		r.Quiet = s.quietUntil
	}
	return r
}

// Contact is what the gate needs to know of the person.
func (c *Conversation) Contact() policy.Contact {
	p := policy.Contact{
		LastInbound: c.LastInbound.Time(),
		ShutAt:      c.ShutAt.Time(),
		NoMarketing: c.NoMarketing != 0,
		Zone:        c.Zone,
	}
	if c.Stopped != nil {
		p.Stopped, p.Asked = true, c.Stopped.Asked.Time()
	}
	if c.Handover != nil {
		p.Handover, p.With, p.Since = true, c.Handover.With != "", c.Handover.Since.Time()
	}
	if len(c.Consents) > 0 {
		p.Consents = make(map[string]policy.Agreement, len(c.Consents))
		for name, g := range c.Consents {
			p.Consents[name] = policy.Agreement{Version: g.Version, Live: g.Live}
		}
	}
	return p
}

// gate asks about a message that would be made now.
func (a *advance) gate(m policy.Message) policy.Decision {
	m.Cause, m.Created, m.Anywhere = a.cause, a.now, a.frame != nil && a.frame.Anywhere
	return policy.Decide(a.s.rules, a.c.Contact(), m, a.now)
}

// decide asks the gate about words, or a template without a category, of the
// node that the conversation is at.
func (a *advance) decide(template bool) policy.Decision {
	return a.gate(policy.Message{Template: template, Purpose: a.purpose(a.frame)})
}

// decideNode asks the gate about what a node sends when it is entered. What may
// stand in for it counts.
func (a *advance) decideNode(n *node) policy.Decision {
	m := policy.Message{Purpose: n.purpose}
	if t := n.template; t != nil {
		m.Template, m.Category = true, t.Category
	}
	if t := n.outside; t != nil {
		m.Outside = &policy.Stand{Category: t.Category, Purpose: a.s.purposeOf(t.Consent)}
	}
	return a.gate(m)
}

// decideTemplate asks the gate about a template of the service itself.
func (a *advance) decideTemplate(t *template) policy.Decision {
	return a.gate(policy.Message{Template: true, Category: t.Category, Purpose: a.s.purposeOf(t.Consent)})
}

// purpose is the consent that what a frame's node sends needs if nobody just
// asked for it; empty: none is known.
func (a *advance) purpose(f *Frame) string {
	if f != nil {
		if fl := a.s.flows[f.Flow]; fl != nil {
			if n := fl.byID[f.Node]; n != nil {
				return n.purpose
			}
		}
	}
	return a.s.purposeOf("")
}

// purposeOf is the purpose that was named; where none was, the only one with
// messages, if there is just one.
func (s *Service) purposeOf(named string) string {
	if named != "" {
		return named
	}
	only := ""
	for i := range s.def.Consents {
		if c := &s.def.Consents[i]; c.Messages {
			if only != "" {
				return ""
			}
			only = c.Name
		}
	}
	return only
}

// Gate asks the gate whether a message that was made at created may leave now:
// what the outbox does in the transaction that claims it.
func (s *Service) Gate(c *Conversation, m *Outgoing, created, now time.Time) policy.Decision {
	return policy.Decide(s.rules, c.Contact(), policy.Message{
		Cause: m.Cause, Template: m.Kind == OutTemplate, Category: m.Category, Purpose: m.Purpose, Anywhere: m.Anywhere,
		Created: created.UTC().Truncate(time.Microsecond),
	}, now)
}

// WindowOpen reports whether a free-form message may leave at now.
func (s *Service) WindowOpen(c *Conversation, now time.Time) bool {
	return s.rules.WindowOpen(c.Contact(), now)
}
