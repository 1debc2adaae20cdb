package engine

import "slices"

// prune looks at every flow under way when the flows may have changed: one that
// the service no longer has, or that stands at a node it no longer has, or that
// has become another verb, ends there, and a conversation goes on with what is
// left. Where [moved] names another node, it goes on at that.
func (a *advance) prune() {
	open := func(v Verb) bool { return v == AskVerb || v == ConsentVerb || v == FetchVerb }
	if a.c.Handover != nil {
		open = anyVerb // a person may be asked for from any node
	}
	if stack := a.c.Front; len(stack) > 0 {
		if i := a.lost(stack, open); i >= 0 {
			a.c.Front = nil
			a.relocate(stack, i, InHold)
			a.holdAside() // the digression that it waited for is gone, or held before it
		}
	}
	if as := a.c.Aside; as != nil {
		if i := a.lost(as.Stack, anyVerb); i >= 0 {
			a.c.Aside = nil
			a.relocate(as.Stack, i, InHold)
		}
	}
	for i := 0; i < len(a.c.Parked); {
		t := a.c.Parked[i]
		lost := a.lost(t.Stack, func(v Verb) bool {
			switch t.Why {
			case InWait:
				return v == WaitVerb
			case InTemplate:
				return v == TemplateV
			case InFetch:
				return v == FetchVerb
			case InReturn:
				return v == CallVerb
			}
			return true
		})
		if lost < 0 {
			i++
			continue
		}
		a.c.Parked = slices.Delete(a.c.Parked, i, i+1)
		why := InMoved
		if t.Why == InHold {
			why = InHold
		}
		a.relocate(t.Stack, lost, why)
	}
	a.c.Scheduled = slices.DeleteFunc(a.c.Scheduled, func(s Scheduled) bool {
		if a.s.flows[s.Flow] != nil {
			return false
		}
		a.record(RecordFault, "node-gone", &Frame{Flow: s.Flow}, "")
		a.unschedule(s)
		return true
	})
}

func anyVerb(Verb) bool { return true }

// lost is the lowest frame of a stack that can't go on where it stands; -1:
// none. Callers whose node has another name now are moved there. stands says
// what the last frame may stand at.
func (a *advance) lost(stack []Frame, stands func(Verb) bool) int {
	for i := range stack {
		f := &stack[i]
		fl := a.s.flows[f.Flow]
		if fl == nil {
			return i
		}
		n := fl.byID[f.Node]
		if i == len(stack)-1 {
			if n == nil || !stands(n.Verb) {
				return i
			}
			break
		}
		if n == nil {
			n = fl.byID[fl.moved[f.Node]]
		}
		if n == nil || n.Verb != CallVerb || n.call.id != stack[i+1].Flow {
			return i
		}
		f.Node = n.Node
	}
	return -1
}

// relocate goes on with a stack that can't go on from frame i: at the node that
// is named for its last frame's, or with that frame's callers.
func (a *advance) relocate(stack []Frame, i int, why Why) {
	f := &stack[i]
	if i == len(stack)-1 && a.c.Stopped == nil {
		if fl := a.s.flows[f.Flow]; fl != nil && fl.byID[f.Node] == nil {
			if to := fl.moved[f.Node]; to != "" {
				a.record(RecordLapse, "moved", f, string(to))
				a.stopTimer(f)
				// It has not been entered: it has no visit yet.
				*f = Frame{Flow: f.Flow, Node: to, Data: f.Data, Result: f.Result, Held: stampOf(a.now)}
				t := Thread{Stack: stack, Why: why}
				if why == InMoved {
					t.Due, t.Ready = stampOf(a.now), true
				}
				a.c.Parked = append(a.c.Parked, t)
				return
			}
		}
	}
	a.drop(stack[i+1:])
	a.record(RecordFault, "node-gone", f, "")
	a.dropAll(stack[i : i+1])
	a.unwind(stack[:i], Left)
}

// holdAside has the question that was set aside wait until they write.
func (a *advance) holdAside() {
	as := a.c.Aside
	if as == nil {
		return
	}
	a.c.Aside = nil
	f := at(as.Stack)
	f.Asked, f.Offered, f.Tries, f.Nudges = false, false, 0, 0
	a.c.Parked = append(a.c.Parked, Thread{Stack: as.Stack, Why: InHold})
}
