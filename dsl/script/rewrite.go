package script

import (
	"strings"

	"cauce/engine"
)

// Rewrite plays the conversation and returns the script with what the service
// said: a "<" line that matches stays as it is, one that does not becomes the
// message that came, and what is missing or too much is put in or taken out.
// Everything else, comments, order and empty lines, stays. Facts and "!" lines
// are never changed. A line that can't be played ends it; the rest stays as it
// was.
//
// What comes out is a proposal: a person reads it before it becomes the test.
func (s *Script) Rewrite(svc *engine.Service) []byte {
	e := edit{gone: map[int]bool{}, after: map[int][]string{}}
	r := s.Play(svc)
	for i := 1; i < len(r.Steps) && r.Steps[i].Played; i++ {
		st, came := &s.steps[i], r.Steps[i].Came
		at := st.last // what is put in goes behind this line
		for _, p := range align(st.say, came, svc) {
			if p.want >= 0 {
				at = st.say[p.want].last
			}
			if p.match {
				continue
			}
			if p.want >= 0 {
				for n := st.say[p.want].first; n <= st.say[p.want].last; n++ {
					e.gone[n] = true
				}
			}
			if p.said >= 0 {
				lines := write(came[p.said], svc.Hint(came[p.said].Language), false)
				lines[0] = "< " + lines[0]
				e.after[at] = append(e.after[at], lines...)
			}
		}
	}
	return e.apply(s.src)
}

// edit is what changes in a script, by line from 1.
type edit struct {
	gone  map[int]bool
	after map[int][]string
}

func (e *edit) apply(src []byte) []byte {
	if len(e.gone) == 0 && len(e.after) == 0 {
		return src
	}
	lines := strings.SplitAfter(string(src), "\n")
	end := "\n"
	if strings.HasSuffix(lines[0], "\r\n") {
		end = "\r\n"
	}
	var b strings.Builder
	for i, l := range lines {
		if !e.gone[i+1] {
			b.WriteString(l)
		}
		for _, l := range e.after[i+1] {
			if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
				b.WriteString(end)
			}
			b.WriteString(l + end)
		}
	}
	return []byte(b.String())
}
