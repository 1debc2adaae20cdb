package script

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cauce/engine"
	"cauce/engine/sim"
)

// What the service said, written down, is what the service said: whatever its
// words and labels are.
func TestWriteReadsBack(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"a", "Hola", " ", "  ", "\n", "\n\n", "\t", "\r", "...", ".", "[", "]", "[[", "]]", "[x]", "\\", "\\.", "(", ")",
		"(audio)", "template", "template x", "|", ":", "#", "<", ">", "é", "\u00a0", "🌙", "AYUDA",
	})
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		o := engine.Outgoing{
			Kind: rapid.SampledFrom([]engine.OutKind{
				engine.OutText, engine.OutButtons, engine.OutList, engine.OutTemplate, engine.OutLink, engine.OutMedia, engine.OutPlace,
			}).Draw(t, "kind"),
			Body: text.Draw(t, "body"), Template: "consejo", Opener: text.Draw(t, "opener"),
		}
		least, most := 1, 3
		switch o.Kind {
		case engine.OutText, engine.OutLink, engine.OutMedia, engine.OutPlace:
			least, most = 0, 0
		case engine.OutTemplate:
			least = 0
		case engine.OutList:
			least, most = 4, 10
		}
		for i := range rapid.IntRange(least, most).Draw(t, "choices") {
			// WhatsApp knows no empty labels; the letter makes them none.
			o.Choices = append(o.Choices, engine.Choice{Label: fmt.Sprint(text.Draw(t, "label"), i)})
		}
		if o.Kind == engine.OutList {
			for i := range o.Choices {
				o.Choices[i].Section = text.Draw(t, "section")
			}
		}
		if o.Kind == engine.OutLink {
			o.Link = &engine.Address{Label: text.Draw(t, "label") + "v", URL: "https://example.org/" + text.Draw(t, "url")}
		}
		if o.Kind == engine.OutMedia || (o.Kind == engine.OutLink || o.Kind == engine.OutButtons) && rapid.Bool().Draw(t, "pictured") {
			o.Media = &engine.Attachment{
				Type: rapid.SampledFrom(things[:7]).Draw(t, "type"), File: "media/" + text.Draw(t, "file"), Name: text.Draw(t, "name"),
				Addr: text.Draw(t, "addr"), Tel: text.Draw(t, "tel"), Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lng: -74.1,
			}
		}
		if o.Kind != engine.OutTemplate && rapid.Bool().Draw(t, "framed") {
			o.Header, o.Footer = text.Draw(t, "header"), text.Draw(t, "footer")
		}
		if len(o.Choices) == 0 && normal(o.Body) == "" && o.Kind != engine.OutTemplate && o.Link == nil && shown(o) == nil {
			t.Skip("nothing is said")
		}
		hint := rapid.SampledFrom([]string{"", "AYUDA", "AYUDA\n[x]"}).Draw(t, "hint")
		if rapid.Bool().Draw(t, "hinted") && hint != "" {
			o.Body += "\n\n" + hint
		}
		for _, whole := range []bool{true, false} {
			src := "> hola\n< " + strings.Join(write(o, hint, whole), "\n") + "\n"
			s, list := Parse("x.chat", []byte(src))
			if s == nil {
				t.Fatalf("%v\n%s", list, src)
			}
			if len(s.steps) != 2 || len(s.steps[1].say) != 1 {
				t.Fatalf("one message became %d\n%s", len(s.steps[1].say), src)
			}
			say := &s.steps[1].say[0]
			if !say.matches(o, saying(hint)) {
				t.Fatalf("%+v does not match\n%s", o, src)
			}
			for what, other := range others(o) {
				if say.matches(other, saying(hint)) {
					t.Fatalf("%s matches, too: %+v\n%s", what, other, src)
				}
			}
		}
	})
}

// saying is a voice with a hint, and a consent's words that lack nothing.
type saying string

func (s saying) Hint(string) string            { return string(s) }
func (s saying) WithPolicy(body string) string { return body }

// others are messages that are not the one they are made of.
func others(o engine.Outgoing) map[string]engine.Outgoing {
	list := map[string]engine.Outgoing{}
	change := func(what string, by func(n *engine.Outgoing)) {
		n := o
		n.Choices = slices.Clone(o.Choices)
		by(&n)
		list[what] = n
	}
	if o.Kind == engine.OutTemplate {
		return list
	}
	change("another header", func(n *engine.Outgoing) { n.Header += "!" })
	change("another footer", func(n *engine.Outgoing) { n.Footer += "!" })
	if m := o.Media; m != nil {
		change("no picture", func(n *engine.Outgoing) { n.Media = nil })
		other := *m
		if other.File, other.Lat, other.Name = m.File+"x", -m.Lat-1, m.Name+"x"; oneLine(detail(m)) != "" {
			change("another picture", func(n *engine.Outgoing) { n.Media = &other })
		}
	} else {
		change("a picture", func(n *engine.Outgoing) { n.Media = &engine.Attachment{Type: "image", File: "media/x.jpg"} })
	}
	if o.Link != nil {
		change("another address", func(n *engine.Outgoing) { n.Link = &engine.Address{Label: o.Link.Label, URL: o.Link.URL + "x"} })
		change("another link", func(n *engine.Outgoing) { n.Link = &engine.Address{Label: o.Link.Label + "x", URL: o.Link.URL} })
	}
	if o.Kind == engine.OutList {
		change("another section", func(n *engine.Outgoing) { n.Choices[1].Section += "x" })
	}
	if o.Kind == engine.OutPlace {
		change("no request for a place", func(n *engine.Outgoing) { n.Kind = engine.OutText; n.Body += "x" })
	}
	return list
}

// A conversation that is written down as it went passes.
func TestRewrittenScriptPasses(t *testing.T) {
	narrow, wide := service(t), wide(t)
	rapid.Check(t, func(t *rapid.T) {
		svc := narrow
		if rapid.Bool().Draw(t, "wide") {
			svc = wide
		}
		src := randomScript(t, svc)
		s, list := Parse("x.chat", []byte(src))
		if s == nil {
			t.Fatalf("%v\n%s", list, src)
		}
		written := s.Rewrite(svc)
		again, list := Parse("x.chat", written)
		if again == nil {
			t.Fatalf("%v\n%s", list, written)
		}
		if r := again.Play(svc); !r.Passed() {
			t.Fatalf("%+v\n%s", failures(r), written)
		}
		if !bytes.Equal(again.Rewrite(svc), written) {
			t.Fatalf("a script that passes is rewritten\n%s", written)
		}
		for line := range strings.Lines(src) {
			if line[0] != '<' && line[0] != ' ' && !strings.Contains(string(written), strings.TrimSpace(line)) {
				t.Fatalf("%q is gone\n%s", line, written)
			}
		}
	})
}

// randomScript is a conversation with things that can be done, and "<" lines
// that are mostly wrong.
func randomScript(t *rapid.T, svc *engine.Service) string {
	var b strings.Builder
	b.WriteString("# comentario\nlang es\n\n")
	w := sim.New(svc, begins.in(svc.Zone()))
	for range rapid.IntRange(1, 12).Draw(t, "lines") {
		line := rapid.SampledFrom([]string{
			"> hola", "> raro", "> 20", "> bien", "> agente", "> parar", "> (audio)", "> nada\n  de nada", "> (image foto.jpg)",
			"> (location 4.6,-74.1)", "> ver", "> cita", "~ duplicate last", "~ late last 3d", "~ reorder", "~ restart", "@ +30m", "@ +5h", "@ +7d 10:00", "@ Tue 08:00", "tap",
		}).Draw(t, "line")
		if line == "tap" {
			var labels []string
			for _, l := range w.Transcript() {
				for _, c := range l.Message.Choices {
					labels = append(labels, c.Label)
				}
			}
			if len(labels) == 0 {
				continue
			}
			slices.Sort(labels)
			line = "> [" + escapeLabel(rapid.SampledFrom(labels).Draw(t, "label")) + "]"
		}
		if strings.HasSuffix(line, " last") || strings.HasPrefix(line, "~ late") {
			if !strings.Contains(b.String(), "\n> ") {
				continue // there is none yet
			}
		}
		b.WriteString(line + "\n")
		if sign, rest, _ := strings.Cut(line, " "); sign == ">" {
			said, err := ParseSaid(rest)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := said.Do(w); err != nil {
				t.Fatal(err)
			}
		} else if sign == "~" {
			h, err := ParseHappening(rest)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.Do(w); err != nil {
				t.Fatal(err)
			}
		} else {
			c, err := ParseClock(rest)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Until(c.From(w.Now(), svc.Zone())); err != nil {
				t.Fatal(err)
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "expected") {
			b.WriteString(rapid.SampledFrom([]string{
				"< Nada de esto.\n", "< ...\n", "< Bebe ...\n", "# otra cosa\n", "\n", "< Dos\n\n  líneas [A]\n",
			}).Draw(t, "expect"))
		}
	}
	if !strings.ContainsAny(b.String(), ">@") {
		b.WriteString("> hola\n")
	}
	return b.String()
}

func failures(r Report) []Failure {
	var list []Failure
	for _, s := range r.Steps {
		list = append(list, s.Failures...)
	}
	return list
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "> hola\n< ¡Hola! ... \n", "flow raro # x\nlang es\nclock 2026-03-02 09:00 America/Bogota\n> raro\n< ...\n= node elige\n",
		"> [Bien]@-2\n< a\n\n  b [[M\\:: a | b]]\n! any\n@ +7d 10:00\n= handover none\n", "> (location 4.6,-74.1)\r\n< template consejo [Leer]\r\n",
		"\ufeff> x", "> \\[x\n< [", "= not stopped\n> x\n< \\...\n  \n ", "@ +99999h\n! [x]\n~ restart\ngiven x 1", "> a\n! ... b\n< \xff",
		"given semana 20\ngiven consent consejos\n> ver\n< (header a\\)) (footer b) (image x.jpg) [V](https://x.y/\\))\n~ operator \"a\\n\"\n= not consent consejos\n= tag x\n",
		"> ver\n< (location? ) [[M: (S) a | \\(b | (T\\)) c]]\n~ late last 3d\n~ reorder\n~ duplicate last\n~ fetch clinica 200 {\"a\":[1]}\n~ delivery failed 131047\n< ...\n",
	} {
		f.Add([]byte(seed))
	}
	narrow, wide := service(f), wide(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		s, list := Parse("x.chat", src)
		for _, d := range list {
			if d.At.Whole() {
				continue
			}
			if a, b := d.At.Start.Offset, d.At.End.Offset; a < 0 || a > b || b > len(src) {
				t.Fatalf("%d-%d is outside the file: %+v", a, b, d)
			}
			if d.Message == "" || d.Help == "" {
				t.Fatalf("nothing is said about it: %+v", d)
			}
		}
		if (s == nil) != (len(list) > 0) {
			t.Fatalf("a script and problems, or neither: %v", list)
		}
		if s == nil {
			return
		}
		svc := narrow
		if len(src)%2 == 0 {
			svc = wide
		}
		written := s.Rewrite(svc)
		again, list := Parse("x.chat", written)
		if again == nil {
			t.Fatalf("what was rewritten has problems: %v\n%q", list, written)
		}
		for _, step := range again.Play(svc).Steps {
			for _, f := range step.Failures {
				if step.Played && strings.HasPrefix(f.Expected+f.Came.String(), "<") {
					t.Fatalf("what was rewritten does not match: %+v\n%q", f, written)
				}
			}
		}
	})
}
