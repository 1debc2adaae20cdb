package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"cauce/engine/eval"
	"cauce/engine/intent"
	"cauce/engine/policy"
)

// Service is a compiled service. It never changes; any number of goroutines
// may use it at once.
type Service struct {
	def        Definition
	languages  []string
	zone       *time.Location
	rules      policy.Rules
	recogniser *intent.Recognizer
	order      []*flow
	flows      map[FlowID]*flow
	home       *flow
	after      *flow // runs after a release; may be nil
	data       map[string]*datum
	templates  map[string]*template
	consents   map[string]*consent
	keywords   map[string]keyword
	anywhere   map[string]*anywhere // by form
	modes      *machine
	matcher    language.Matcher

	notUnderstood, humanSay, humanClosed, stopSay, welcome, hint, giveUp, sensitive texts
	visits                                                                          []texts             // of Human.Paths; nil where the path is no visit
	builtin                                                                         [builtinCount]texts // Cauce's own words
	noting                                                                          map[string]bool     // while a flow is compiled: what it reads
	wordStop, wordHuman, wordStart                                                  []string            // by language, as {word.stop} prints them
}

// keyword is a word that begins a flow.
type keyword struct {
	flow     *flow
	language string
}

type flow struct {
	id       FlowID
	begins   *node
	outcomes []string
	nodes    []*node
	byID     map[NodeID]*node
	data     map[string]*datum
	moved    map[NodeID]NodeID
	reads    map[string]bool // data that its texts and expressions read
	machine  *machine
}

// datum is declared data, or a built-in name that can be saved.
type datum struct {
	Datum
	own     bool // the flow's own
	options map[string]texts
	bounds
	fields []*datum // of a list
}

// texts are texts by language, in the service's order; nil: there are none.
type texts []*eval.Wording

type row struct {
	id      string
	label   texts
	also    [][]string // by language, normalised
	note    texts
	section texts // the title of the list section that begins with it
	cond    *eval.Program
	say     []texts
	set     []assign
	tags    []string
	counts  string
	way     int
	plain   []string   // by language: the label, normalised, where it has no {…}
	value   eval.Value // what the question saves when it is chosen; unset: nothing
	toStop  bool
	toHuman bool
}

type assign struct {
	to   *datum
	text *eval.Wording // of a text or a choice
	expr *eval.Program // of any other type
}

type silence struct {
	after time.Duration
	say   texts
	times int
	way   int
}

type template struct {
	Template
	body    texts
	buttons []texts
}

type fill struct {
	name string
	expr *eval.Program
}

// lapse is how long a question without a silence of its own stays open.
const lapse = 30 * 24 * time.Hour

// New compiles a service. It refuses what the checker should have refused; a
// definition that comes from dsl.Load never fails here.
func New(d Definition) (*Service, error) {
	s := &Service{
		def: d, languages: d.Languages,
		flows: map[FlowID]*flow{}, data: map[string]*datum{}, templates: map[string]*template{},
		keywords: map[string]keyword{}, modes: newModes(),
	}
	if len(d.Languages) == 0 {
		return nil, errors.New("a service needs at least one language")
	}
	if len(d.Human.Paths) == 0 {
		return nil, errors.New("a service needs at least one way to a person")
	}
	var err error
	if s.zone, err = Zone(d.Timezone); err != nil {
		return nil, err
	}
	var tags []language.Tag
	for _, l := range d.Languages {
		tag, err := language.Parse(l)
		if err != nil {
			return nil, fmt.Errorf("language %q: %w", l, err)
		}
		tags = append(tags, tag)
	}
	s.matcher = language.NewMatcher(tags)
	s.recogniser = intent.New(d.Languages, intent.Vocabulary{
		Stop: d.Stop.Words, Human: d.Human.Words,
	})
	for _, l := range d.Languages {
		s.wordStop = append(s.wordStop, firstWord(d.Stop.Words, l, intent.Stop))
		s.wordHuman = append(s.wordHuman, firstWord(d.Human.Words, l, intent.Human))
		s.wordStart = append(s.wordStart, firstWord(nil, l, intent.Start))
	}
	for i := range d.Data {
		if err := s.addDatum(s.data, d.Data[i], nil); err != nil {
			return nil, err
		}
	}
	s.data[NameLanguage] = &datum{Datum: Datum{Name: NameLanguage, Type: eval.Choice}}
	s.data[NameZone] = &datum{Datum: Datum{Name: NameZone, Type: eval.Text}}
	if err := s.compileWords(); err != nil {
		return nil, err
	}
	if err := s.compileConsents(); err != nil {
		return nil, err
	}
	s.rules = s.gateRules()
	for _, t := range d.Templates {
		ct := &template{Template: t}
		if ct.body, err = s.plain(t.Body); err != nil {
			return nil, fmt.Errorf("template %s: %w", t.Name, err)
		}
		for _, b := range t.Buttons {
			w, err := s.plain(b.Label)
			if err != nil {
				return nil, fmt.Errorf("template %s, button %s: %w", t.Name, b.ID, err)
			}
			ct.buttons = append(ct.buttons, w)
		}
		s.templates[t.Name] = ct
	}
	// Flows are known before their nodes are compiled: a way may lead home.
	for i := range d.Flows {
		f := &d.Flows[i]
		if s.flows[f.ID] != nil {
			return nil, fmt.Errorf("two flows are named %q", f.ID)
		}
		fl := &flow{id: f.ID, outcomes: f.Outcomes, byID: map[NodeID]*node{}, data: map[string]*datum{}, moved: map[NodeID]NodeID{}}
		if len(fl.outcomes) == 0 {
			fl.outcomes = []string{"done"}
		}
		for _, o := range f.Data {
			if err := s.addDatum(fl.data, o, fl); err != nil {
				return nil, fmt.Errorf("flow %s: %w", f.ID, err)
			}
		}
		s.flows[f.ID] = fl
		s.order = append(s.order, fl)
		for lang, list := range f.Keywords {
			for _, k := range list {
				n := form(k)
				if n == "" {
					continue
				}
				mine := keyword{s.flows[f.ID], lang}
				if have, ok := s.keywords[n]; !ok || s.before(mine, have) {
					s.keywords[n] = mine
				}
			}
		}
	}
	slices.SortFunc(s.order, func(a, b *flow) int { return strings.Compare(string(a.id), string(b.id)) })
	if s.home = s.flows[d.Home]; s.home == nil {
		return nil, fmt.Errorf("the home flow %q is not there", d.Home)
	}
	if d.Human.After != "" {
		if s.after = s.flows[d.Human.After]; s.after == nil {
			return nil, fmt.Errorf("the flow %q, which runs after a release, is not there", d.Human.After)
		}
	}
	if t := d.Human.GiveUp.Template; t != "" && s.templates[t] == nil {
		return nil, fmt.Errorf("the template %q is not there", t)
	}
	if err := s.compileAnywhere(); err != nil {
		return nil, fmt.Errorf("[[anywhere]]: %w", err)
	}
	for i := range d.Flows {
		if err := s.compileFlow(&d.Flows[i]); err != nil {
			return nil, fmt.Errorf("flow %s: %w", d.Flows[i].ID, err)
		}
	}
	return s, nil
}

// Name is the service's name, as people see it.
func (s *Service) Name() string { return s.def.Name }

// Languages are the service's, the source language first.
func (s *Service) Languages() []string { return slices.Clone(s.languages) }

// Zone is where the service's clock stands.
func (s *Service) Zone() *time.Location { return s.zone }

// Templates are what the service expects WhatsApp to have approved.
func (s *Service) Templates() []Template { return slices.Clone(s.def.Templates) }

// Connections are the hosts that its flows call, by name.
func (s *Service) Connections() []Connection { return slices.Clone(s.def.Connections) }

// Home is the flow that answers when nothing else waits for a message.
func (s *Service) Home() FlowID { return s.def.Home }

// WithHome is the same service with another home flow: the one a conversation
// test talks to.
func (s *Service) WithHome(id FlowID) (*Service, error) {
	fl := s.flows[id]
	if fl == nil {
		return nil, fmt.Errorf("no flow is named %q", id)
	}
	n := *s
	n.home, n.def.Home = fl, id
	return &n, nil
}

// Hint is the hint in a language, as it is appended to messages.
func (s *Service) Hint(lang string) string {
	a := s.begin(Conversation{Language: lang}, time.Time{})
	return a.text(s.hint)
}

// Farewell is what confirms a stop to this person.
func (s *Service) Farewell(c Conversation) string {
	a := s.begin(c, time.Time{})
	return a.ours(s.stopSay)
}

// firstWord is what {word.…} prints: the author's first word in that language,
// else the first built-in one, in capitals.
func firstWord(own map[string][]string, lang string, k intent.Kind) string {
	if w := own[lang]; len(w) > 0 {
		return strings.ToUpper(w[0])
	}
	if w := intent.Builtin(lang, k); len(w) > 0 {
		return strings.ToUpper(w[0])
	}
	return ""
}

// rank is a language's place in the service; after all others if it has none.
func (s *Service) rank(lang string) int {
	if i := slices.Index(s.languages, lang); i >= 0 {
		return i
	}
	return len(s.languages)
}

// before decides between two flows, or two languages, that have one keyword.
func (s *Service) before(a, b keyword) bool {
	return cmp.Or(
		strings.Compare(string(a.flow.id), string(b.flow.id)),
		cmp.Compare(s.rank(a.language), s.rank(b.language)),
		strings.Compare(a.language, b.language),
	) < 0
}

// index is the language whose texts a person of that language gets.
func (s *Service) index(lang string) int {
	if i := slices.Index(s.languages, lang); i >= 0 {
		return i
	}
	if lang == "" {
		return 0
	}
	tag, err := language.Parse(lang)
	if err != nil {
		return 0
	}
	_, i, conf := s.matcher.Match(tag)
	if conf == language.No {
		return 0
	}
	return i
}

// compileWords compiles the service's own words.
func (s *Service) compileWords() error {
	env := Schema(&s.def, nil)
	for b := range builtinCount {
		w, err := s.words(s.builtinWords(builtin(b)), env)
		if err != nil {
			return fmt.Errorf("built-in words: %w", err)
		}
		s.builtin[b] = w
	}
	for _, c := range []struct {
		what string
		src  Words
		or   builtin
		to   *texts
	}{
		{"not_understood", s.def.NotUnderstood, builtinNotUnderstood, &s.notUnderstood},
		{"[human] say", s.def.Human.Say, builtinHuman, &s.humanSay},
		{"[human] closed", s.def.Human.Closed, builtinClosed, &s.humanClosed},
		{"[human] give_up", s.def.Human.GiveUp.Say, builtinGiveUp, &s.giveUp},
		{"[stop] say", s.def.Stop.Say, builtinStopped, &s.stopSay},
		{"[welcome_back] say", s.def.WelcomeBack, builtinWelcome, &s.welcome},
		{"[hint] say", s.def.Hint, builtinHint, &s.hint},
		{"[sensitive] say", s.def.Sensitive.Say, builtinSensitive, &s.sensitive},
	} {
		w, err := s.words(c.src, env)
		if err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
		if w == nil {
			w = s.builtin[c.or]
		}
		*c.to = w
	}
	for _, p := range s.def.Human.Paths {
		w, err := s.words(p.Visit, env)
		if err != nil {
			return fmt.Errorf("[human] path: %w", err)
		}
		s.visits = append(s.visits, w)
	}
	return nil
}

// words compiles texts. A language that has none reads the source language's.
func (s *Service) words(w Words, env eval.Schema) (texts, error) {
	if len(w) == 0 {
		return nil, nil
	}
	out := make(texts, len(s.languages))
	for i, l := range s.languages {
		src, ok := w[l]
		if !ok {
			src = w[s.languages[0]]
		}
		t, err := eval.CompileText(src, env)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", src, err)
		}
		out[i] = t
		s.note(t.Names())
	}
	return out, nil
}

// note remembers what the flow being compiled reads.
func (s *Service) note(names []string) {
	if s.noting == nil {
		return
	}
	for _, n := range names {
		s.noting[n] = true
	}
}

// expr compiles an expression of the flow being compiled.
func (s *Service) expr(src string, env eval.Schema, want eval.Type) (*eval.Program, error) {
	return s.exprAs(src, env, eval.Name{Type: want})
}

// exprAs compiles an expression whose value a name is to hold.
func (s *Service) exprAs(src string, env eval.Schema, want eval.Name) (*eval.Program, error) {
	p, err := eval.CompileName(src, env, want)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", src, err)
	}
	s.note(p.Names())
	return p, nil
}

// plain compiles texts whose braces are not expressions: a template's body
// and buttons, which WhatsApp fills.
func (s *Service) plain(w Words) (texts, error) {
	esc := make(Words, len(w))
	for l, t := range w {
		esc[l] = strings.NewReplacer("{", "{{", "}", "}}").Replace(t)
	}
	return s.words(esc, nil)
}

func (s *Service) several(list []Words, env eval.Schema) ([]texts, error) {
	var out []texts
	for _, w := range list {
		c, err := s.words(w, env)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (s *Service) addDatum(to map[string]*datum, d Datum, f *flow) error {
	if to[d.Name] != nil {
		return fmt.Errorf("two data are named %q", d.Name)
	}
	c, err := s.compileDatum(d, f)
	if err != nil {
		return fmt.Errorf("data %s: %w", d.Name, err)
	}
	to[d.Name] = c
	return nil
}

func (s *Service) compileDatum(d Datum, f *flow) (*datum, error) {
	c := &datum{Datum: d, own: f != nil}
	if len(d.Options) > 0 {
		c.options = map[string]texts{}
		for _, o := range d.Options {
			w, err := s.words(o.Label, Schema(&s.def, nil))
			if err != nil {
				return nil, err
			}
			c.options[o.ID] = w
		}
	}
	for _, field := range d.Fields {
		e, err := s.compileDatum(field, f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.Name, err)
		}
		c.fields = append(c.fields, e)
	}
	var err error
	c.bounds, err = s.compileBounds(&d)
	return c, err
}
