package sim

import (
	"maps"
	"slices"
	"time"
)

// Fork is the world as it is now, to go on otherwise: what happens in one of
// the two does not happen in the other. The transcript goes along.
func (w *World) Fork() *World {
	n := *w
	// Clipped, so that neither writes behind what both have.
	n.lines, n.records, n.effects = slices.Clip(w.lines), slices.Clip(w.records), slices.Clip(w.effects)
	n.hops = slices.Clip(w.hops)
	w.lines, w.records, w.effects, w.hops = n.lines, n.records, n.effects, n.hops
	n.timers, n.requests = slices.Clone(w.timers), slices.Clone(w.requests)
	n.seen, n.paused = maps.Clone(w.seen), maps.Clone(w.paused)
	return &n
}

// Reordering reports whether a message of the person is on its way behind the
// next one, or is to be: what they do now does not arrive at once.
func (w *World) Reordering() bool { return w.reorder }

// Due is when the next timer fires; the zero time when none runs. Those by which
// data is forgotten count: nobody hears of them, and yet they pass the time.
func (w *World) Due() time.Time {
	if i := w.next(); i >= 0 {
		return w.timers[i].due
	}
	return time.Time{}
}
