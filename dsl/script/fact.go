package script

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cauce/dsl/diag"
	"cauce/engine"
	"cauce/engine/sim"
)

// fact is what stands behind an "=": something that is to be so.
type fact struct {
	kind  factKind
	not   bool
	name  string // of a data item, or the word of kind
	value string // what is expected
}

type factKind uint8

const (
	dataFact factKind = iota
	nodeFact
	windowFact
	stoppedFact
	handoverFact
	timersFact
	heldFact
	hintFact
	consentFact
	tagFact
)

// facts is the table of what can be asked. values are the words that may stand
// behind the name; nil: none may. A fact without words can be denied.
var facts = []struct {
	name   string
	kind   factKind
	values []string
}{
	{"window", windowFact, []string{"open", "closed"}},
	{"stopped", stoppedFact, nil},
	{"handover", handoverFact, []string{"waiting", "with", "none"}},
	{"timers", timersFact, []string{"none"}},
	{"held", heldFact, nil},
	{"hint", hintFact, nil},
}

var (
	dataName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}(?:\.[a-z][a-z0-9_]{0,39})?$`)
	flowName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	// A consent, and the version that was agreed to.
	consentValue = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}(?:[ \t]+[1-9][0-9]{0,8})?$`)
	nodeName     = regexp.MustCompile(`^(?:[a-z][a-z0-9_]{0,39}\.)?[a-z][a-z0-9_]{0,39}$`)
)

const factHelp = `a fact is "node NAME", a data item and its value, "window open", "stopped", "handover waiting", "held", "timers none", "hint", "consent NAME", "tag NAME" or "not" and a data item of which nothing is kept`

func parseFact(s string) (fact, *problem) {
	word, rest, _ := strings.Cut(s, " ")
	rest = strings.TrimSpace(rest)
	if word == "node" {
		if !nodeName.MatchString(rest) {
			return fact{}, wrong(`the name of one node stands behind "node"`, `write it like "node semana" or "node embarazo.semana"`)
		}
		return fact{kind: nodeFact, name: word, value: rest}, nil
	}
	not := word == "not"
	if not {
		word, rest, _ = strings.Cut(rest, " ")
		rest = strings.TrimSpace(rest)
	}
	switch word {
	case consentWord:
		if !consentValue.MatchString(rest) || not && strings.Contains(rest, " ") {
			return fact{}, wrong("a consent, and which version of it, stand here", `write it like "consent consejos", "consent consejos 3" or "not consent consejos"`)
		}
		return fact{kind: consentFact, not: not, name: word, value: strings.Join(strings.Fields(rest), " ")}, nil
	case tagWord:
		if rest == "" {
			return fact{}, wrong(`a tag stands behind "tag"`, `write it like "tag urgente" or "not tag urgente"`)
		}
		return fact{kind: tagFact, not: not, name: word, value: rest}, nil
	}
	for _, f := range facts {
		if f.name != word {
			continue
		}
		switch {
		case f.values == nil && rest != "":
			return fact{}, wrong(diag.Say("nothing stands behind %s", diag.Quote(word)), "write it alone")
		case f.values != nil && !slices.Contains(f.values, rest):
			return fact{}, wrong(diag.Say("%s is %s", diag.Quote(word), diag.OneOf(f.values)), diag.Say("write it like %s", diag.Quote(word+" "+f.values[0])))
		case f.values != nil && not:
			return fact{}, wrong(`"not" stands before "stopped", "held", "hint", "consent", "tag" and a data item only`, "write what is to be so instead")
		}
		return fact{kind: f.kind, not: not, name: word, value: rest}, nil
	}
	if not {
		if rest != "" || !dataName.MatchString(word) {
			return fact{}, wrong("a data item stands alone here: nothing is kept of it", `write it like "not semana"`)
		}
		return fact{kind: dataFact, not: true, name: word}, nil
	}
	if rest == "" {
		help := diag.Phrase(factHelp)
		var names []string
		for _, f := range facts {
			names = append(names, f.name)
		}
		names = append(names, consentWord, tagWord)
		if near, ok := diag.Suggest(word, names); ok {
			help = diag.Say("did you mean %s?", diag.Quote(near))
		}
		return fact{}, wrong("this says no fact", help)
	}
	if !dataName.MatchString(word) {
		return fact{}, wrong(diag.Say("%s is the name of no data item", diag.Quote(word)), factHelp)
	}
	return fact{kind: dataFact, name: word, value: rest}, nil
}

// String is the fact as a script says it.
func (f fact) String() string {
	s := strings.TrimSpace(f.name + " " + f.value)
	if f.not {
		s = "not " + s
	}
	return "= " + s
}

// holds judges the fact, and says what is the case instead.
func (f fact) holds(w *sim.World) (ok bool, instead diag.Phrase) {
	c := w.Conversation()
	switch f.kind {
	case consentFact:
		return f.agreed(c)
	case tagFact:
		return f.tagged(c)
	}
	yes := func(b bool) (bool, diag.Phrase) {
		if b == f.not {
			if f.not {
				return false, diag.Say("%s", f.name)
			}
			return false, diag.Say("%s", "not "+f.name)
		}
		return true, ""
	}
	is := func(now string) (bool, diag.Phrase) { return now == f.value, diag.Say("%s %s", f.name, now) }
	switch f.kind {
	case nodeFact:
		names, words := where(c)
		for _, n := range names {
			if f.value == n || strings.HasSuffix(n, "."+f.value) {
				return true, ""
			}
		}
		return false, words
	case windowFact:
		if w.Open() {
			return is("open")
		}
		return is("closed")
	case stoppedFact:
		return yes(c.Stopped != nil)
	case handoverFact:
		switch {
		case c.Handover == nil:
			return is("none")
		case c.Handover.With == "":
			return is("waiting")
		}
		return is("with")
	case timersFact:
		if n := w.Timers(); n > 0 {
			return false, diag.Say("timers that run: %d", n)
		}
		return true, ""
	case heldFact:
		held := len(c.Owed) > 0 || slices.ContainsFunc(c.Parked, func(t engine.Thread) bool { return t.Why == engine.InHold })
		return yes(held)
	case hintFact:
		return yes(closedWithHint(w))
	}
	if !w.Service().Keeps(f.name) {
		return false, diag.Say("the service has no data item named %s", diag.Quote(f.name))
	}
	now, kept := keptValue(c, f.name)
	switch {
	case f.not && !kept:
		return true, ""
	case !kept:
		return false, diag.Say("nothing is kept of %s", f.name)
	}
	return is(now)
}

// agreed judges a consent: it is live, and of that version if one is told.
func (f fact) agreed(c engine.Conversation) (ok bool, instead diag.Phrase) {
	name, version, _ := strings.Cut(f.value, " ")
	a := c.Consents[name]
	now := diag.Say("%s", "not "+f.name+" "+name)
	if a.Live {
		now = diag.Say("%s %s %d", f.name, name, a.Version)
	}
	if f.not {
		return !a.Live, now
	}
	return a.Live && (version == "" || version == strconv.Itoa(a.Version)), now
}

// tagged judges a tag.
func (f fact) tagged(c engine.Conversation) (ok bool, instead diag.Phrase) {
	has := slices.Contains(c.Tags, f.value)
	if has == f.not {
		if len(c.Tags) == 0 {
			return false, "no tags"
		}
		return false, diag.Say("tags: %s", strings.Join(c.Tags, ", "))
	}
	return true, ""
}

// where says at which nodes the conversation stands: the one in front or, with
// no question open, those that wait.
func where(c engine.Conversation) (names []string, words diag.Phrase) {
	if n := len(c.Front); n > 0 {
		f := c.Front[n-1]
		name := string(f.Flow) + "." + string(f.Node)
		return []string{name}, diag.Say("%s", "node "+name)
	}
	var parked []string
	for _, t := range c.Parked {
		f := t.Stack[len(t.Stack)-1]
		name := string(f.Flow) + "." + string(f.Node)
		names = append(names, name)
		parked = append(parked, fmt.Sprintf("%s (%s)", name, t.Why))
	}
	if len(names) == 0 {
		return nil, "no question is open and nothing waits"
	}
	return names, diag.Say("no question is open; behind: %s", strings.Join(parked, ", "))
}

// keptValue is what is kept of a data item: the own data of the flow where the
// conversation stands come before the service's.
func keptValue(c engine.Conversation, name string) (string, bool) {
	switch name {
	case engine.NameLanguage:
		return c.Language, c.Language != ""
	case engine.NameRaw:
		return c.Raw, c.Raw != ""
	case engine.NameContact:
		return c.Name, c.Name != ""
	case engine.NameZone:
		return c.Zone, c.Zone != ""
	}
	if n := len(c.Front); n > 0 {
		if k, ok := c.Front[n-1].Data[name]; ok {
			return engine.Written(k.Value), true
		}
	} else {
		for _, t := range c.Parked {
			if k, ok := t.Stack[len(t.Stack)-1].Data[name]; ok {
				return engine.Written(k.Value), true
			}
		}
	}
	k, ok := c.Data[name]
	return engine.Written(k.Value), ok
}

func closedWithHint(w *sim.World) bool {
	lines := w.Transcript()
	for i := len(lines) - 1; i >= 0; i-- {
		if l := lines[i]; !l.Incoming {
			hint := normal(w.Service().Hint(l.Message.Language))
			return hint != "" && strings.HasSuffix(normal(l.Message.Body), hint)
		}
	}
	return false
}
