package sandbox

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Template is a message Meta would have approved, in one language.
//
// Body holds its variables as Meta writes them, {{1}} or {{first_name}}, or in single braces,
// {first_name}, when the caller does not know which of the two was registered: such a body
// takes named parameters as well as positional ones (then in order of first appearance).
// A doubled brace that opens no variable is a brace.
type Template struct {
	Name     string
	Language string // exactly as it is sent: "es", "en_US"
	Category string // utility, marketing or authentication
	Body     string
	Buttons  []string // labels of its quick replies, in order
}

type registry map[string]map[string]*Template // name, language

var templateName = regexp.MustCompile(`^[a-z0-9_]+$`)

func newRegistry(list []Template) (registry, error) {
	r := registry{}
	for i := range list {
		t := list[i]
		where := fmt.Sprintf("sandbox: template %q in %q", t.Name, t.Language)
		switch {
		case !templateName.MatchString(t.Name) || len(t.Name) > maxTemplateName:
			return nil, fmt.Errorf("%s: a name has lower-case letters, digits and underscores, at most %d", where, maxTemplateName)
		case t.Language == "":
			return nil, fmt.Errorf("%s: the language is missing", where)
		case !slices.Contains([]string{"utility", "marketing", "authentication"}, t.Category):
			return nil, fmt.Errorf("%s: unknown category %q", where, t.Category)
		case t.Body == "" || utf8.RuneCountInString(t.Body) > maxTemplateBody:
			return nil, fmt.Errorf("%s: the body has 1 to %d letters", where, maxTemplateBody)
		case len(t.Buttons) > maxQuickReplies:
			return nil, fmt.Errorf("%s: at most %d buttons", where, maxQuickReplies)
		case r[t.Name][t.Language] != nil:
			return nil, fmt.Errorf("%s: registered twice", where)
		}
		for _, label := range t.Buttons {
			if n := utf8.RuneCountInString(label); n < 1 || n > maxTemplateButton {
				return nil, fmt.Errorf("%s: a button has 1 to %d letters", where, maxTemplateButton)
			}
		}
		t.Buttons = slices.Clone(t.Buttons)
		if r[t.Name] == nil {
			r[t.Name] = map[string]*Template{}
		}
		r[t.Name][t.Language] = &t
	}
	return r, nil
}

// A piece of a body is literal text, or a variable.
type piece struct {
	text     string
	variable string
	meta     bool // written {{…}}: the way it was registered is known
}

var (
	metaVariable   = regexp.MustCompile(`^\{\{\s*([a-z0-9_]+)\s*\}\}`)
	singleVariable = regexp.MustCompile(`^\{\s*([a-z][a-z0-9_]*)\s*\}`)
)

func pieces(body string) []piece {
	var out []piece
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, piece{text: text.String()})
			text.Reset()
		}
	}
	for body != "" {
		if m := metaVariable.FindStringSubmatch(body); m != nil {
			flush()
			out, body = append(out, piece{variable: m[1], meta: true}), body[len(m[0]):]
		} else if strings.HasPrefix(body, "{{") {
			text.WriteByte('{')
			body = body[2:]
		} else if m := singleVariable.FindStringSubmatch(body); m != nil {
			flush()
			out, body = append(out, piece{variable: m[1]}), body[len(m[0]):]
		} else {
			text.WriteByte(body[0])
			body = body[1:]
		}
	}
	flush()
	return out
}

// variables of a body, each once: by number when all are numbers, else as they first appear.
func variables(body []piece) (names []string, positional, named bool) {
	positional, named = true, true // which ways of sending the body allows
	for _, p := range body {
		if p.variable == "" || slices.Contains(names, p.variable) {
			continue
		}
		names = append(names, p.variable)
		if _, err := strconv.Atoi(p.variable); err == nil {
			named = false
		} else if p.meta {
			positional = false
		}
	}
	if positional && !named {
		slices.SortFunc(names, func(a, b string) int {
			x, _ := strconv.Atoi(a)
			y, _ := strconv.Atoi(b)
			return cmp.Compare(x, y)
		})
	}
	return names, positional, named
}

// A parameter of a component, already as text.
type parameter struct{ name, text string }

// fill writes the parameters into the body.
func (t *Template) fill(params []parameter) (string, *fault) {
	body := pieces(t.Body)
	names, positional, named := variables(body)
	if len(params) != len(names) {
		return "", faultf(132000, "body: number of localizable_params (%d) does not match the expected number of params (%d)", len(params), len(names))
	}
	values := map[string]string{}
	byName := slices.ContainsFunc(params, func(p parameter) bool { return p.name != "" })
	switch {
	case byName && !named:
		return "", faultf(132012, "body: this template's variables are numbered; parameter_name is not expected")
	case len(params) > 0 && !byName && !positional:
		return "", faultf(132012, "body: this template's variables are named; every parameter needs parameter_name")
	}
	for i, p := range params {
		name := names[i]
		if byName {
			name = p.name
			if !slices.Contains(names, name) {
				return "", faultf(132012, "body: the template has no variable %q", clip(name, 40))
			}
		}
		if _, twice := values[name]; twice {
			return "", faultf(132012, "body: variable %q is given twice", clip(name, 40))
		}
		values[name] = p.text
	}
	var out strings.Builder
	for _, p := range body {
		out.WriteString(p.text)
		out.WriteString(values[p.variable])
	}
	if n := utf8.RuneCountInString(out.String()); n > maxTemplateBody {
		return "", faultf(132005, "body: %d letters when filled. Max length: %d", n, maxTemplateBody)
	}
	return out.String(), nil
}

// readTemplate checks a template send against the registry and fills it.
func (s *Sandbox) readTemplate(b sendBody, m *send) {
	o := b.child("template", "name", "language", "components", "namespace")
	name := o.text("name", maxTemplateName)
	code := o.child("language", "code", "policy").text("code", 32)
	if b.c.fault != nil {
		return
	}
	t := s.registry[name][code]
	if t == nil {
		b.c.fail(132001, "template name (%s) does not exist in %s", name, code)
		return
	}
	if t.Category == "authentication" && m.recipient != "" {
		b.c.fail(131062, "Authentication templates need a phone number")
		return
	}
	var params []parameter
	payloads := make([]string, len(t.Buttons))
	copy(payloads, t.Buttons) // WhatsApp's default: the payload is the label
	given := map[string]bool{}
	var components []object
	if o.has("components") {
		for i, raw := range o.items("components", 0, maxQuickReplies+3) {
			components = append(components, b.c.object(raw, item("template.components", i), "type", "sub_type", "index", "parameters"))
		}
	}
	for _, c := range components {
		slot := c.oneOf("type", "header", "body", "button")
		if slot == "button" {
			index := quickReply(c, t, payloads)
			slot += strconv.Itoa(index)
		}
		if b.c.fault != nil {
			return
		}
		if given[slot] {
			b.c.fail(132012, "%s is given twice", c.at)
			return
		}
		given[slot] = true
		switch {
		case slot == "header" && c.has("parameters") && len(c.items("parameters", 0, maxContacts)) > 0:
			b.c.fail(132000, "header: number of localizable_params does not match the expected number of params (0)")
		case slot == "body" && c.has("parameters"):
			params = c.parameters()
		}
	}
	if b.c.fault != nil {
		return
	}
	text, f := t.fill(params)
	if f != nil {
		b.c.fault = f
		return
	}
	m.template = t
	m.show.Text, m.show.Template, m.show.Category, m.show.Buttons = text, t.Name, t.Category, t.Buttons
	for i, label := range t.Buttons {
		m.show.choices = append(m.show.choices, choice{id: payloads[i], title: label})
	}
}

// quickReply reads a button component and puts its payload in place.
func quickReply(c object, t *Template, payloads []string) int {
	if kind := c.text("sub_type", maxHeader); c.c.fault == nil && kind != "quick_reply" {
		c.c.fail(132012, "%s: the template's buttons are quick replies", c.at)
	}
	i := int(c.number("index", 0, maxQuickReplies-1))
	if c.c.fault == nil && i >= len(t.Buttons) {
		c.c.fail(132012, "%s: the template has %d buttons", c.at, len(t.Buttons))
	}
	for j, raw := range c.items("parameters", 1, 1) {
		p := c.c.object(raw, item(c.at+".parameters", j), "type", "payload")
		p.oneOf("type", "payload")
		if payload := p.text("payload", maxTextBody); c.c.fault == nil {
			payloads[i] = payload
		}
	}
	return i
}

// parameters of a body component, as the text the person will see.
func (o object) parameters() []parameter {
	var out []parameter
	for i, raw := range o.items("parameters", 0, maxTemplateBody) {
		p := o.c.object(raw, item(o.at+".parameters", i), "type", "text", "currency", "date_time", "parameter_name")
		param := parameter{name: p.maybe("parameter_name", maxHeader)}
		switch p.oneOf("type", "text", "currency", "date_time") {
		case "text":
			param.text = p.text("text", maxTextBody)
		case "currency":
			param.text = p.child("currency", "fallback_value", "code", "amount_1000").text("fallback_value", maxTextBody)
		case "date_time":
			param.text = p.child("date_time", "fallback_value", "calendar", "day_of_week", "day_of_month", "year", "month", "hour", "minute", "component", "timestamp").text("fallback_value", maxTextBody)
		}
		out = append(out, param)
	}
	return out
}
