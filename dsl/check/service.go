package check

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// readService reads service.toml into the model.
func (c *checker) readService(f *syntax.File) {
	s := &c.service
	s.present, s.file = true, f
	if f.Root == nil {
		s.broken = true
		return
	}
	t := c.open(f.Root, serviceShape)
	// Languages first: every text after them is read by language.
	s.languages, s.languagesKnown = t.languages()
	if v := t.text("name"); v != nil {
		s.name = v.Value
	}
	if v := t.text("timezone"); v != nil {
		s.timezone = v.Value
		if _, err := engine.Zone(v.Value); err != nil {
			c.report(BadTime, v.Span(), `write a continent and a city, as in "America/Bogota", or "UTC"`, "no time zone is named %s", quote(v.Value))
		}
	}
	if v := t.text("privacy"); v != nil {
		s.privacy = v.Value
		c.checkLink(v)
	}
	for _, v := range t.strings("quiet") {
		s.quiet = append(s.quiet, c.quietHours(v)...)
	}
	t.readQuiet(s.quiet)
	s.home = t.ref("home")
	s.notUnderstood = t.words("not_understood")
	t.readSells()
	if h, ok := t.table("human", humanShape); ok {
		h.readHuman(&s.human)
	} else if t.has("human") {
		s.human.present, s.human.pathsRead = true, false
	}
	if stop, ok := t.table("stop", stopShape); ok {
		s.stop = stopWords{stop.typed("words"), stop.words("say")}
	}
	if back, ok := t.table("welcome_back", welcomeBackShape); ok {
		s.welcomeBack = back.words("say")
	}
	if hint, ok := t.table("hint", hintShape); ok {
		s.hint = hint.words("say")
	}
	if t, ok := t.table("sensitive", sensitiveShape); ok {
		s.sensitive.say = t.words("say")
		if t.oneOf("path", "ways that lead out of this chat", pathKinds[1:]) != "" {
			s.sensitive.path = t.ref("path")
		}
	}
	for _, p := range t.tables("anywhere") {
		s.anywhere = append(s.anywhere, c.readAnywhere(p))
	}
	s.consentBy, s.connectionBy, s.templateBy = map[string]*consent{}, map[string]*connection{}, map[string]*template{}
	for _, n := range t.named("consent", "a consent") {
		o := c.readConsent(n)
		s.consents, s.consentBy[o.name], s.consentNames = append(s.consents, o), o, append(s.consentNames, o.name)
		if o.messages {
			s.messaging = append(s.messaging, o)
		}
	}
	for _, n := range t.named("connection", "a connection") {
		o := c.readConnection(n)
		s.connections, s.connectionBy[o.name], s.connectionNames = append(s.connections, o), o, append(s.connectionNames, o.name)
	}
	s.data, s.dataBy = t.data(ofService)
	for _, n := range t.named("template", "a template") {
		o := c.readTemplate(n)
		s.templates, s.templateBy[o.name], s.templateNames = append(s.templates, o), o, append(s.templateNames, o.name)
	}
	t.readAllow(diag.Span{})
}

func (t table) ref(key string) ref {
	v := t.text(key)
	if v == nil {
		return ref{}
	}
	return ref{v.Value, v.Span()}
}

func (t table) languages() (tags []string, known bool) {
	if !t.has("languages") {
		return nil, false
	}
	e := t.Get("languages")
	if list, ok := e.Value.(*syntax.List); ok && len(list.Items) == 0 {
		t.c.report(EmptyText, list.Span(), needs["languages"], "a service speaks at least one language")
		return nil, false
	}
	before := len(t.c.list)
	for _, v := range t.strings("languages") {
		tag, err := language.Parse(v.Value)
		switch {
		case err != nil || tag == language.Und:
			t.c.report(UnknownLanguage, v.Span(), `languages are written as tags: "es", "en", "pt-BR"`, "%s is not a language", quote(v.Value))
			continue
		case tag.String() != v.Value:
			t.c.report(UnknownLanguage, v.Span(), diag.Say("write %s", quote(tag.String())), "%s is not how this language's tag is written", quote(v.Value))
			continue
		case slices.Contains(tags, v.Value):
			t.c.report(DuplicateID, v.Span(), "take one out", "%s is here twice", quote(v.Value))
			continue
		}
		tags = append(tags, v.Value)
	}
	return tags, len(tags) > 0 && len(t.c.list) == before
}

func (t table) readSells() {
	sells := t.boolean("sells")
	t.c.service.sells = sells
	policy := t.text("commerce_policy")
	if policy != nil {
		t.c.date(policy)
	}
	if sells && !t.has("commerce_policy") {
		t.c.report(MissingKey, t.Get("sells").Value.Span(), `read it, and add commerce_policy = "2026-01-31" with the day you did`,
			"a service that sells has read WhatsApp's commerce policy, and says when")
	}
}

func (t table) readHuman(h *human) {
	h.present, h.at = true, t.At
	h.words = t.typed("words")
	h.say = t.words("say")
	h.closed = t.words("closed")
	if e := t.Get("hours"); e != nil {
		h.hoursAt = e.KeyAt
		for _, v := range t.strings("hours") {
			h.hours = append(h.hours, t.c.hours(v)...)
		}
	}
	for _, v := range t.strings("holidays") {
		if t.c.date(v) {
			h.holidays = append(h.holidays, v.Value)
		}
	}
	if g, ok := t.table("give_up", giveUpShape); ok {
		h.giveUp.at = g.At
		h.giveUp.after, _ = g.duration("after", true)
		h.giveUp.say = g.words("say")
		h.giveUp.template = g.ref("template")
	}
	h.idle, _ = t.duration("idle", false)
	h.after = t.ref("after")
	t.readAllow(diag.Span{})
	h.pathsRead = true
	if t.has("path") {
		_, isList := t.Get("path").Value.(*syntax.List)
		h.pathsRead = isList
	}
	for _, p := range t.tables("path") {
		if path := t.c.readPath(p); path != nil {
			h.paths = append(h.paths, path)
		} else {
			h.pathsRead = false
		}
	}
}

// pathKinds are the ways to a person, in the order of the language. The first
// is the only one inside WhatsApp.
var pathKinds = []string{"inbox", "phone", "email", "form", "visit"}

func (c *checker) readPath(p *syntax.Table) *humanPath {
	t := c.open(p, pathShape)
	path := &humanPath{at: p.At, always: t.boolean("always")}
	for _, kind := range pathKinds {
		e := t.Get(kind)
		if e == nil {
			continue
		}
		if path.kind != "" {
			c.report(TwoWays, e.KeyAt, "give each its own [[human.path]]", "this path has both %s and %s; a path is one way to a person", path.kind, kind)
			return nil
		}
		path.kind = kind
		if kind == "visit" {
			if path.visit = t.words(kind); path.visit == nil {
				return nil
			}
			continue
		}
		v := t.text(kind)
		if v == nil {
			return nil
		}
		path.value = v.Value
		c.checkAddress(kind, v)
	}
	if path.kind == "" {
		if len(p.Entries) == 0 || t.onlyKnown() {
			c.report(MissingKey, p.At, "add inbox, phone, email, form or visit", "this path leads to nobody")
		}
		return nil
	}
	return path
}

// onlyKnown reports whether no key of t was reported as unknown: a slip in the
// one key that matters is one fault, not two.
func (t table) onlyKnown() bool {
	for _, e := range t.Entries {
		if !slices.Contains(t.shape.keys, e.Key) {
			return false
		}
	}
	return true
}

var (
	phoneForm = regexp.MustCompile(`^[+*]?[0-9][0-9 ().*#/-]*$`)
	emailForm = regexp.MustCompile(`^[^\s@"<>]+@[^\s@"<>.]+(\.[^\s@"<>.]+)+$`)
)

func (c *checker) checkAddress(kind string, v *syntax.String) {
	switch kind {
	case "phone":
		digits := 0
		for _, r := range v.Value {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		// Help lines may have three digits; a number has at most 15 (ITU-T E.164),
		// and some extension.
		if !phoneForm.MatchString(v.Value) || digits < 3 || digits > 20 {
			c.report(BadAddress, v.Span(), `write it as people dial it: "+57 601 555 0100"`, "%s is not a phone number", quote(v.Value))
		}
	case "email":
		if !emailForm.MatchString(v.Value) {
			c.report(BadAddress, v.Span(), `write it as "ayuda@example.org"`, "%s is not an e-mail address", quote(v.Value))
		}
	case "form":
		c.checkLink(v)
	}
}

// checkLink reports what is no link that people can open.
func (c *checker) checkLink(v *syntax.String) {
	u, err := url.Parse(v.Value)
	if err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(v.Value, " \t\n") {
		c.report(BadAddress, v.Span(), `write the whole link: "https://example.org/…"`, "%s is not a link that begins with https://", quote(v.Value))
	}
}

// variableForm is what stands in braces in a template's body.
var variableForm = regexp.MustCompile(`\{[^{}]*\}`)

// A variable is a {x} of a template's body. WhatsApp's named parameters are
// lower-case letters, digits and underscores (Cloud API reference, §4), as
// names are here.
type variable struct {
	name     string
	from, to int // bytes of the text
}

// bodyVariables finds what stands in braces in a template's body.
func bodyVariables(body string) []variable {
	var vars []variable
	for _, m := range variableForm.FindAllStringIndex(body, -1) {
		vars = append(vars, variable{strings.TrimSpace(body[m[0]+1 : m[1]-1]), m[0], m[1]})
	}
	return vars
}

// variables finds the variables of a template's body and reports braces that
// are none. WhatsApp's manager writes two braces, and so do people who copy
// from it.
func (c *checker) variables(s *syntax.String) (vars []variable, ok bool) {
	vars = bodyVariables(s.Value)
	ok = true
	for _, v := range vars {
		at := s.At(v.from, v.to)
		switch {
		case v.from > 0 && s.Value[v.from-1] == '{':
			c.report(BadExpression, s.At(v.from-1, v.to+1), diag.Say("write one brace: {%s}", v.name), "a variable of a template stands in one brace here, not in two")
		case !goodName(v.name):
			c.report(BadExpression, at, "name it, as in {nombre}; the node that sends the template gives it a value with fill",
				"a variable of a template is a name, and %s is none", quote(s.Value[v.from:v.to]))
		case v.to-v.from != len(v.name)+2:
			c.report(BadExpression, at, diag.Say("write {%s}", v.name), "a variable of a template has no spaces in its braces")
		default:
			continue
		}
		ok = false
	}
	if i := strings.IndexByte(variableForm.ReplaceAllStringFunc(s.Value, blank), '{'); ok && i >= 0 {
		c.report(BadExpression, s.At(i, i+1), "close it, as in {nombre}, or take it out", "this brace is never closed")
		ok = false
	}
	return vars, ok
}

// blank is as many spaces as s has bytes.
func blank(s string) string { return strings.Repeat(" ", len(s)) }

func (c *checker) readTemplate(n namedTable) *template {
	t := c.open(n.Table, templateShape)
	tpl := &template{
		name:     n.name,
		at:       n.at,
		category: t.oneOf("category", "categories of templates", categories),
		consent:  t.ref("consent"),
		body:     t.words("body"),
		whole:    true,
	}
	if tpl.body != nil {
		tpl.body.body = true
		tpl.varsRead = !tpl.body.partial
		for _, s := range tpl.body.by {
			vars, ok := c.variables(s.src)
			if !ok {
				tpl.varsRead = false
			}
			if s.lang != c.source() && tpl.body.in(c.source()) != nil {
				continue
			}
			tpl.vars = nil
			for _, v := range vars {
				if !slices.Contains(tpl.vars, v.name) {
					tpl.vars = append(tpl.vars, v.name)
				}
			}
		}
	}
	if e := t.Get("buttons"); e != nil {
		_, tpl.whole = e.Value.(*syntax.List)
	}
	for _, b := range t.tables("buttons") {
		bt := c.open(b, buttonShape)
		id := bt.id("id", "a button")
		label := bt.words("label")
		if id == nil {
			tpl.whole = false
			continue
		}
		tpl.buttons = append(tpl.buttons, &button{at: b.At, id: id.Value, idAt: id.Span(), label: label})
	}
	t.readAllow(n.at)
	return tpl
}

// languageRef is what save and set call the language of a contact.
const languageRef = engine.NameLanguage
