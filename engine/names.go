package engine

import "cauce/engine/eval"

// The names expressions may use besides declared data. Word names are for
// texts: they print the service's own word in capitals.
const (
	NameLanguage  = "contact.language" // BCP-47 tag; may be saved and set
	NameRaw       = "raw"              // the last answer, as written
	NameFirstTime = "first_time"       // this person never wrote before this session
	NameOpen      = "human.open"       // the inbox is open now
	NameOpens     = "opens"            // when it opens next, in words
	NameWordStop  = "word.stop"
	NameWordHuman = "word.human"
	NameWordStart = "word.start"
)

// Schema is what expressions of a service may name: its data, the flow's own
// (which hide the service's), and the built-in names.
func Schema(languages []string, data, own []Datum) eval.Schema {
	env := eval.Schema{
		NameLanguage:  {Type: eval.Choice, Options: languages},
		NameRaw:       {Type: eval.Text, MayBeUnset: true},
		NameFirstTime: {Type: eval.Bool},
		NameOpen:      {Type: eval.Bool},
		NameOpens:     {Type: eval.Text},
		NameWordStop:  {Type: eval.Text},
		NameWordHuman: {Type: eval.Text},
		NameWordStart: {Type: eval.Text},
	}
	for _, list := range [][]Datum{data, own} {
		for _, d := range list {
			n := eval.Name{Type: d.Type, MayBeUnset: !d.Default.IsSet()}
			for _, o := range d.Options {
				n.Options = append(n.Options, o.ID)
			}
			env[d.Name] = n
		}
	}
	return env
}
