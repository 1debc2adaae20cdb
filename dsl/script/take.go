package script

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"cauce/engine"
)

// Take is a conversation as it went, to be written down as a script. It is a
// value: Then returns a longer one, and changes nothing.
type Take struct {
	begins []string // the headers
	steps  []taken
}

// taken is one line of the person, the clock or the world, as a script has it,
// and what the service said to that.
type taken struct {
	source string
	came   []engine.Outgoing
}

// NewTake is a conversation before anything was said. lang is
// contact.language; empty: their first words decide. start is when it begins,
// by the clock of its own zone, which is the service's; the zero time: when
// every script does.
func NewTake(lang string, start time.Time) Take {
	var t Take
	if lang != "" {
		t.begins = append(t.begins, "lang "+lang)
	}
	if !start.IsZero() {
		t.begins = append(t.begins, start.Format("clock 2006-01-02 15:04"))
	}
	return t
}

// Starts is the moment nearest to t at which a script can begin, in a zone: a
// whole minute and, of two at which the clocks show the same, the one that the
// zone's data name first.
func Starts(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), 0, 0, zone)
}

// DefaultStart is when a script begins that says nothing else.
func DefaultStart(zone *time.Location) time.Time { return begins.in(zone) }

// Then is the conversation with one more line, with its sign, and what came of
// it.
func (t Take) Then(source string, came []engine.Outgoing) Take {
	t.steps = append(slices.Clip(t.steps), taken{source, came})
	return t
}

// Len counts the lines of the person, the clock and the world.
func (t Take) Len() int { return len(t.steps) }

// Write is the conversation as a script that the service passes. comment stands
// above it; empty: nothing does.
func (t Take) Write(v interface{ Hint(lang string) string }, comment string) []byte {
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	if comment != "" {
		for l := range strings.SplitSeq(normal(comment), "\n") {
			line("# " + l)
		}
	}
	for _, h := range t.begins {
		line(h)
	}
	if b.Len() > 0 && len(t.steps) > 0 {
		line("")
	}
	for _, s := range t.steps {
		line(s.source)
		for _, o := range s.came {
			line(Says(v, o))
		}
	}
	return []byte(b.String())
}

// Words is what a script says for these words of the service, in a message
// without anything to tap: behind a "<" or a "!".
func Words(s string) string {
	return strings.ReplaceAll(escapeWords(normal(s)), "\n", "\n  ")
}

// Writes is the person writing this, exactly.
func Writes(text string) Said { return Said{text: normal(text)} }

// Taps is the person tapping the newest choice with this label.
func Taps(label string) Said { return Said{label: label} }

// IsTap reports whether it is a tap.
func (s Said) IsTap() bool { return s.label != "" }

// String is what a script says behind a ">", the lines that continue it
// included.
func (s Said) String() string {
	switch {
	case s.label != "":
		tap := "[" + escapeLabel(s.label) + "]"
		if s.back > 0 {
			tap += "@-" + strconv.Itoa(s.back+1)
		}
		return tap
	case s.kind != "":
		return strings.TrimSuffix("("+s.kind+" "+s.rest, " ") + ")"
	}
	text := s.text
	if text != "" && strings.IndexByte(`[(\`, text[0]) >= 0 {
		text = `\` + text
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		if i > 0 && lines[i] != "" {
			lines[i] = "  " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// Says is a message of the service as a script has it, its sign included.
func Says(v interface{ Hint(lang string) string }, o engine.Outgoing) string {
	return "< " + strings.Join(write(o, v.Hint(o.Language), false), "\n")
}
