package engine

import (
	"cmp"
	"maps"
	"slices"

	"cauce/engine/policy"
)

// Merge joins the conversations of two contacts that proved to be one person.
// The conversation of the one heard last goes on, with its questions and
// timers; newerGoesOn reports whether that is the newer contact's. Stopped if
// either was; the window is the later one. What takes the service to see to,
// the next event does (Conversation.Joined).
func Merge(older, newer Conversation) (merged Conversation, newerGoesOn bool) {
	newerGoesOn = newer.Heard > older.Heard
	m, other := older.clone(), &newer
	if newerGoesOn {
		m, other = newer.clone(), &older
	}
	m.LastInbound = max(m.LastInbound, other.LastInbound)
	m.ShutAt = max(m.ShutAt, other.ShutAt)
	m.Started = max(m.Started, other.Started)
	m.Visits = max(m.Visits, other.Visits)
	m.FirstTime = m.FirstTime && other.FirstTime
	m.Language = cmp.Or(m.Language, other.Language)
	m.Name, m.Zone = cmp.Or(m.Name, other.Name), cmp.Or(m.Zone, other.Zone)
	m.Operator = cmp.Or(m.Operator, other.Operator)
	// The arm of a split that the older contact was given stays theirs.
	m.Seed = cmp.Or(older.Seed, newer.Seed)
	for _, t := range other.Tags {
		if i, has := slices.BinarySearch(m.Tags, t); !has {
			m.Tags = slices.Insert(m.Tags, i, t)
		}
	}
	for name, g := range other.Consents {
		// The latest word counts; of two at one time, the one that took it back.
		if have, ok := m.Consents[name]; !ok || have.At < g.At || have.At == g.At && !g.Live {
			if m.Consents == nil {
				m.Consents = map[string]Agreement{}
			}
			m.Consents[name] = g
		}
	}
	if other.Preferred > m.Preferred {
		m.Preferred, m.NoMarketing = other.Preferred, other.NoMarketing
	}
	for name, k := range other.Data {
		if have, ok := m.Data[name]; !ok || have.At < k.At {
			if m.Data == nil {
				m.Data = map[string]Kept{}
			}
			m.Data[name] = k
			m.Joined = cmp.Or(m.Joined, JoinedData)
		}
	}
	if other.Joined != "" {
		m.Joined = cmp.Or(m.Joined, JoinedData)
	}
	if other.Stopped != nil && (m.Stopped == nil || m.Stopped.At < other.Stopped.At) {
		// A stop ends what was under way: asked once, it holds for the person,
		// whichever name they wrote under.
		if other.Stopped.At >= m.Started {
			s := *other.Stopped
			m.Stopped = &s
			m.Front, m.Aside, m.Parked, m.Scheduled, m.Handover, m.Owed = nil, nil, nil, nil, nil, nil
			m.Joined = JoinedStop
		}
	}
	return m, newerGoesOn
}

// joined sees to what a merge left undone: the timers of the other contact's
// data went with its own, and a stop under the other name ends what this one
// has queued and keeps until a stop.
func (a *advance) joined() {
	how := a.c.Joined
	if how == "" {
		return
	}
	a.c.Joined = ""
	if how == JoinedStop {
		a.do(Withdraw{string(policy.Stopped)})
	}
	if a.c.Stopped != nil {
		a.withdrawMessages("", "stop")
		a.forgetUntilStop()
	}
	for _, name := range slices.Sorted(maps.Keys(a.c.Data)) {
		if d := a.s.data[name]; d != nil && d.Keep > 0 {
			a.do(StartTimer{FlowID(name), 0, ForKeep, a.c.Data[name].At.Time().Add(d.Keep)})
		}
	}
}
