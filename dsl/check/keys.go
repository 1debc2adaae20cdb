package check

import "cauce/engine"

// A shape is what may stand in one kind of table. The language is these rows:
// a later version moves names from later to keys.
type shape struct {
	what  string   // in an author's words, with its article
	keys  []string // what this version knows, in the order an author would write it
	need  []string // those of keys that must be there
	later []string // in the language, and not yet in this version
}

var (
	serviceShape = &shape{
		what: "service.toml",
		keys: []string{"name", "languages", "timezone", "privacy", "home", "not_understood", "sells", "commerce_policy",
			"human", "stop", "welcome_back", "hint", "sensitive", "data", "template"},
		// human is missed by the pass that looks for a way to a person.
		need:  []string{"name", "languages", "timezone", "privacy", "home", "not_understood", "stop", "hint"},
		later: []string{"quiet", "anywhere", "consent", "connection", "allow"},
	}
	humanShape = &shape{
		what: "[human]",
		keys: []string{"words", "say", "closed", "hours", "holidays", "give_up", "idle", "after", "path"},
		need: []string{"say"},
	}
	pathShape = &shape{
		what: "a path to a person",
		keys: []string{"inbox", "phone", "email", "form", "visit", "always"},
	}
	giveUpShape      = &shape{what: "give_up", keys: []string{"after", "say", "template"}}
	stopShape        = &shape{what: "[stop]", keys: []string{"words", "say"}, need: []string{"say"}}
	welcomeBackShape = &shape{what: "[welcome_back]", keys: []string{"say"}, need: []string{"say"}}
	hintShape        = &shape{what: "[hint]", keys: []string{"say"}, need: []string{"say"}}
	sensitiveShape   = &shape{what: "[sensitive]", keys: []string{"say", "path"}}
	dataShape        = &shape{
		what: "data",
		keys: []string{"type", "min", "max", "of", "default", "purpose", "needs", "keep", "sensitive", "share"},
		// A flow's own data needs nothing; data.go asks the service's.
		need:  []string{"type"},
		later: []string{"pattern", "fields", "given", "allow"},
	}
	templateShape = &shape{
		what:  "a template",
		keys:  []string{"category", "body", "buttons"},
		need:  []string{"category", "body"},
		later: []string{"consent", "allow"},
	}
	buttonShape = &shape{
		what: "a template's button",
		keys: []string{"id", "label"},
		need: []string{"id", "label"},
	}

	flowShape = &shape{
		what:  "a flow",
		keys:  []string{"title", "keywords", "begins", "outcomes", "data", "node"},
		need:  []string{"begins", "node"},
		later: []string{"moved", "allow"},
	}
	nodeShape = &shape{
		what: "a node",
		keys: []string{"say", "ask", "choose", "save", "opener", "retry", "otherwise", "silence", "when", "wait",
			"template", "fill", "set", "go", "end"},
		later: []string{"link", "header", "footer", "check", "shape", "want", "tag", "count", "withdraw", "forget",
			"image", "video", "audio", "document", "sticker", "location", "contact_card", "hold", "outside",
			"purpose", "allow", "share"},
	}
	rowShape = &shape{
		what:  "a row of choose",
		keys:  []string{"id", "label", "also", "note", "if", "say", "set", "go", "end"},
		need:  []string{"id"},
		later: []string{"section", "tag", "count"},
	}
	buttonRowShape = &shape{
		what:  "a row for a template's button",
		keys:  []string{"id", "also", "say", "set", "go", "end"},
		need:  []string{"id"},
		later: []string{"tag", "count"},
	}
	caseShape    = &shape{what: "a row of when", keys: []string{"if", "go", "end"}, need: []string{"if"}}
	silenceShape = &shape{what: "silence", keys: []string{"after", "say", "times", "go", "end"}, need: []string{"after"}}
	waitShape    = &shape{what: "wait", keys: []string{"for", "at", "until", "reply"}}
)

// laterVerbs are the verbs this version lacks. A node that has one can't be
// understood; it is reported once, and counts as leading anywhere.
var laterVerbs = []string{"consent", "split", "call", "get", "post", "put", "patch", "delete", "schedule", "cancel", "handover"}

// A keyUse says which verbs have a use for a key of a node. A key that is not
// here goes with every verb.
type keyUse struct {
	key   string
	verbs []engine.Verb
	help  string // for those who put it elsewhere
}

var keyUses = []keyUse{
	{"choose", []engine.Verb{engine.AskVerb, engine.TemplateV}, "choices belong to a question: add ask = \"…\", or to a template"},
	{"save", []engine.Verb{engine.AskVerb}, "only a question saves an answer: add ask = \"…\", or give the value with set"},
	{"opener", []engine.Verb{engine.AskVerb}, "opener is the button that opens a question's list"},
	{"retry", []engine.Verb{engine.AskVerb, engine.TemplateV}, "retry answers what a question can't use: add ask = \"…\""},
	{"otherwise", []engine.Verb{engine.AskVerb, engine.TemplateV, engine.WhenVerb}, "use go = \"…\" to say where it leads"},
	{"silence", []engine.Verb{engine.AskVerb, engine.TemplateV}, "only a question or a template waits for an answer; wait = { … } lets time pass"},
	{"fill", []engine.Verb{engine.TemplateV}, "fill gives a template its values; in words, write {…}"},
	{"go", []engine.Verb{engine.None, engine.SayVerb, engine.AskVerb, engine.WaitVerb, engine.TemplateV}, "each row says where it leads; otherwise = \"…\" is for when no row is true"},
	{"end", []engine.Verb{engine.None, engine.EndVerb, engine.SayVerb, engine.AskVerb, engine.WaitVerb, engine.TemplateV}, "each row says where it leads; otherwise = \"…\" is for when no row is true"},
}

// ownTargets are the targets that begin with @, and those that will.
var (
	ownTargets   = []engine.Own{engine.ToHuman, engine.ToStop, engine.ToHome, engine.ToOffer}
	laterTargets = []string{"@back"}
)

// laterNames are names of the language that expressions can't use yet.
var laterNames = []string{"contact.timezone", "contact.name", "now", "today", "operator.name", "result", "purpose",
	"value", "it"}

// laterFunctions are functions of the language that this version lacks.
var laterFunctions = []string{"day", "add", "days_until", "weeks_between", "months_from", "plural", "title", "last4",
	"list", "agreed", "opens"}

// reservedNames are no names for data: Cauce's own, and the words that mean
// something inside an expression.
var reservedNames = []string{
	"contact", "human", "word", "operator", "raw", "first_time", "opens", "now", "today", "result", "purpose",
	"value", "it",
	"and", "or", "not", "in", "if", "else", "let", "true", "false", "nil", "matches", "contains", "startswith",
	"endswith",
	"min", "max", "abs", "round", "len", "lower", "upper", "trim", "int", "string", "day", "add", "days_until",
	"weeks_between", "months_from", "div", "plural", "title", "last4", "list", "known", "agreed",
}

// The closed lists of words.
var (
	dataTypes      = []string{"text", "integer", "bool", "choice"}
	laterDataTypes = []string{"number", "date", "time", "phone", "email", "location", "media", "list"}
	categories     = []string{"utility", "marketing", "authentication"}
)
