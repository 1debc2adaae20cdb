package sandbox

import (
	"strconv"
	"time"
)

// An outgoing message travels sent → delivered → read, and a webhook tells each stage.
type outgoing struct {
	person   *person
	id       string
	callback string
	template *Template
	stage    stage
	seen     bool // the person's chat was on the screen
}

type stage int

const (
	stageAccepted stage = iota
	stageSent
	stageDelivered
	stageRead
)

// pace is the time between stages. Real ones take longer and vary; some time there must be,
// for a status that overtakes the answer to its own send is rare in life and would be the rule
// on one machine.
const pace = 150 * time.Millisecond

// later moves a message on by one stage after a while, if it can: it is delivered once its
// person's phone is here, and read once they looked. With no page open, nobody is there to
// look, and people read at once.
func (s *Sandbox) later(o *outgoing) {
	time.AfterFunc(pace, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		p := o.person
		if s.over || p.gone {
			return
		}
		switch {
		case o.stage == stageAccepted:
			s.advance(o, stageSent)
			if !p.absent {
				s.later(o)
			}
		case o.stage == stageSent && !p.absent:
			s.advance(o, stageDelivered)
			if o.seen || len(s.streams) == 0 {
				s.later(o)
			}
		case o.stage == stageDelivered:
			s.advance(o, stageRead)
			p.settle()
		}
	})
}

// advance queues the webhook of a stage.
func (s *Sandbox) advance(o *outgoing, to stage) {
	o.stage = to
	p := o.person
	now := time.Now()
	st := &status{
		ID: o.id, Status: [...]string{stageSent: "sent", stageDelivered: "delivered", stageRead: "read"}[to],
		Timestamp:   strconv.FormatInt(now.Unix(), 10),
		RecipientID: p.phone, RecipientUserID: p.userID, CallbackData: o.callback,
	}
	if to != stageRead {
		st.Pricing = &pricing{Billable: false, PricingModel: "PMP", Type: "free_customer_service", Category: "service"}
		if o.template != nil {
			st.Pricing = &pricing{Billable: true, PricingModel: "PMP", Type: "regular", Category: o.template.Category}
		}
	}
	s.queue(p, update{status: st, since: now})
}

// saw notes that a person's chat is on the screen.
func (s *Sandbox) saw(p *person) {
	for _, o := range p.out {
		if !o.seen {
			o.seen = true
			if o.stage == stageDelivered {
				s.later(o)
			}
		}
	}
	if p.unread > 0 {
		p.unread = 0
		s.show(p)
	}
}

// settle forgets the messages that have nowhere further to go.
func (p *person) settle() {
	kept := p.out[:0]
	for _, o := range p.out {
		if o.stage != stageRead {
			kept = append(kept, o)
		}
	}
	p.out = kept
}
