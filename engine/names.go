package engine

import (
	"maps"

	"cauce/engine/eval"
)

// The names expressions may use besides declared data. Word names are for
// texts: they print the service's own word in capitals.
const (
	NameLanguage  = "contact.language" // BCP-47 tag; may be saved and set
	NameZone      = "contact.timezone" // IANA name; may be set
	NameContact   = "contact.name"     // their profile name; never in a template
	NameNow       = "now"              // the time of day, in their zone
	NameToday     = "today"            // the date, in their zone
	NameRaw       = "raw"              // the last answer, as written
	NameFirstTime = "first_time"       // this person never wrote before this session
	NameOpen      = "human.open"       // the inbox is open now
	NameOpens     = "opens"            // when it opens next, in words
	NameOperator  = "operator.name"    // who has, or last had, the conversation
	NameResult    = "result"           // of the last call or fetch
	NameStatus    = "result.status"    // the HTTP status; 0 when nothing came
	NameOutcome   = "result.outcome"   // of the last call
	NameWordStop  = "word.stop"
	NameWordHuman = "word.human"
	NameWordStart = "word.start"
)

// Names that stand for something in one place only.
const (
	NamePurpose = "purpose" // in a consent's words: what they are asked to agree to
	NameValue   = "value"   // in a check: the answer
	NameIt      = "it"      // in rows made from a list: it.field is a field of the element
	// AgreedTo and a consent's name: whether a live consent is kept. It is what
	// agreed("x") reads; no source can say it.
	AgreedTo = "agreed."
)

// Schema is what expressions of a service may name: its data, the flow's own
// (which hide the service's), its consents, and the built-in names. Of the
// definition only Languages, Data and Consents are looked at.
func Schema(d *Definition, own []Datum) eval.Schema {
	env := eval.Schema{
		NameLanguage:  {Type: eval.Choice, Options: d.Languages},
		NameZone:      {Type: eval.Text},
		NameContact:   {Type: eval.Text, MayBeUnset: true},
		NameNow:       {Type: eval.Time},
		NameToday:     {Type: eval.Date},
		NameRaw:       {Type: eval.Text, MayBeUnset: true},
		NameFirstTime: {Type: eval.Bool},
		NameOpen:      {Type: eval.Bool},
		NameOpens:     {Type: eval.Text},
		NameOperator:  {Type: eval.Text, MayBeUnset: true},
		NameResult:    {Type: eval.Document, MayBeUnset: true},
		NameStatus:    {Type: eval.Integer, MayBeUnset: true},
		NameOutcome:   {Type: eval.Text, MayBeUnset: true},
		NameWordStop:  {Type: eval.Text},
		NameWordHuman: {Type: eval.Text},
		NameWordStart: {Type: eval.Text},
	}
	for _, c := range d.Consents {
		env[AgreedTo+c.Name] = eval.Name{Type: eval.Bool}
	}
	for _, list := range [][]Datum{d.Data, own} {
		for i := range list {
			declare(env, list[i].Name, &list[i])
		}
	}
	return env
}

// SchemaOf is a schema with the fields of a list's elements, as rows made from
// it read them: it.title.
func SchemaOf(env eval.Schema, fields []Datum) eval.Schema {
	out := maps.Clone(env)
	for i := range fields {
		declare(out, NameIt+"."+fields[i].Name, &fields[i])
	}
	return out
}

// NameOf is data as a name that expressions read, and that their values are made
// to fit: eval.CompileName, eval.Convert.
func NameOf(d *Datum) eval.Name {
	n := eval.Name{Type: d.Type, MayBeUnset: !d.Default.IsSet()}
	for _, o := range d.Options {
		n.Options = append(n.Options, o.ID)
	}
	if d.Type != eval.List {
		return n
	}
	if d.Max != nil {
		n.Max = int(min(*d.Max, eval.MaxElements))
	}
	n.Fields = eval.Schema{}
	for i := range d.Fields {
		n.Fields[d.Fields[i].Name] = NameOf(&d.Fields[i])
	}
	return n
}

func declare(env eval.Schema, name string, d *Datum) {
	env[name] = NameOf(d)
	if d.Type == eval.Location {
		for field, t := range LocationFields {
			env[name+"."+field] = eval.Name{Type: t, MayBeUnset: true}
		}
	}
}

// LocationFields are what may be read of a place: x.latitude.
var LocationFields = map[string]eval.Type{
	"latitude": eval.Number, "longitude": eval.Number, "name": eval.Text, "address": eval.Text,
}
