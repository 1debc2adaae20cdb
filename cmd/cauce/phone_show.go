package main

import (
	"fmt"
	"strings"

	"cauce/dsl/script"
	"cauce/engine"
	"cauce/engine/sim"
)

// margin stands before every line of a message but its first, which has the time.
const margin = "        "

// show prints one message of the service as a phone lays it out: what it shows,
// header, words, footer, and what there is to tap, the choices numbered.
func (p *phone) show(l sim.Line) {
	m := l.Message
	at := l.At.In(p.zone)
	p.day(at)
	first := "  " + at.Format("15:04") + " "
	line := func(style, s string) {
		if style != "" {
			s = p.styled(style, s)
		}
		fmt.Fprintln(p.out, strings.TrimRight(p.styled("2", first)+s, " "))
		first = margin
	}
	if m.Kind == engine.OutTemplate {
		line("33", p.words.template+" "+m.Template)
	}
	for _, thing := range script.Shows(m) {
		if m.Kind == engine.OutPlace {
			continue // its button is shown below
		}
		if alt := m.Media.Alt; alt != "" {
			thing += " — " + alt
		}
		line("35", printable(thing))
	}
	if m.Header != "" {
		line("1", printable(m.Header))
	}
	if m.Body != "" {
		for _, words := range strings.Split(m.Body, "\n") {
			line("", printable(words))
		}
	}
	if m.Footer != "" {
		line("2", printable(m.Footer))
	}
	switch {
	case m.Link != nil:
		line("36", "["+printable(m.Link.Label)+"] "+printable(m.Link.URL))
	case m.Kind == engine.OutPlace:
		line("36", "["+p.words.place+"]")
	}
	p.rows(m)
}

// rows prints what there is to tap.
func (p *phone) rows(m engine.Outgoing) {
	if len(m.Choices) == 0 {
		return
	}
	if m.Kind == engine.OutList {
		fmt.Fprintf(p.out, "%s%s\n", margin, p.styled("36", printable(m.Opener)+" ▾"))
	}
	p.choices = nil
	for i, c := range m.Choices {
		if c.Section != "" {
			fmt.Fprintf(p.out, "%s%s\n", margin, p.styled("1", printable(c.Section)))
		}
		note := ""
		if c.Note != "" {
			note = " — " + printable(c.Note)
		}
		fmt.Fprintf(p.out, "%s%d %s%s\n", margin, i+1, p.styled("36", "["+printable(c.Label)+"]"), note)
		p.choices = append(p.choices, c.Label)
	}
}
