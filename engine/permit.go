package engine

import (
	"time"

	"cauce/engine/policy"
)

// Permit is the gate's word that a message may leave, with the message in it.
// It is what a sender takes: a message that the gate was not asked about can't
// be handed to one at all. Only Service.Permit makes one, of a decision that
// only policy.Decide makes; the zero Permit is nobody's word and holds nothing.
type Permit struct {
	message  *Outgoing
	decision policy.Decision
}

// Permit asks the gate, as Gate does, and gives its word where that is send.
// The Permit is good for the message as it is now, and for one sending.
func (s *Service) Permit(c *Conversation, m *Outgoing, created, now time.Time) (Permit, policy.Decision) {
	d := s.Gate(c, m, created, now)
	if !d.Sends() {
		return Permit{}, d
	}
	kept := *m
	return Permit{&kept, d}, d
}

// Allows reports whether there is a message that may leave.
func (p Permit) Allows() bool { return p.message != nil && p.decision.Sends() }

// Message is what may leave; ok is false, and the message empty, if nothing may.
func (p Permit) Message() (m Outgoing, ok bool) {
	if !p.Allows() {
		return Outgoing{}, false
	}
	return *p.message, true
}
