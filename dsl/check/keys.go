package check

import (
	"cauce/dsl/diag"
	"cauce/engine"
)

// A shape is what may stand in one kind of table. The language is these rows.
type shape struct {
	what diag.Phrase // in an author's words, with its article
	keys []string    // in the order an author would write them
	need []string    // those of keys that must be there
}

var (
	serviceShape = &shape{
		what: "service.toml",
		keys: []string{"name", "languages", "timezone", "privacy", "home", "not_understood", "sells", "commerce_policy",
			"quiet", "human", "stop", "welcome_back", "hint", "sensitive", "anywhere", "consent", "data", "template", "connection",
			"allow"},
		// human is missed by the pass that looks for a way to a person.
		need: []string{"name", "languages", "timezone", "privacy", "home", "not_understood", "stop", "hint"},
	}
	humanShape = &shape{
		what: "[human]",
		keys: []string{"words", "say", "closed", "hours", "holidays", "give_up", "idle", "after", "path", "allow"},
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
		keys: []string{"type", "min", "max", "pattern", "of", "fields", "default", "given", "purpose", "needs", "keep",
			"sensitive", "share", "allow"},
		// A flow's own data needs nothing; data.go asks the service's.
		need: []string{"type"},
	}
	fieldShape = &shape{
		what: "a field of a list",
		keys: []string{"type", "min", "max", "pattern", "of", "default"},
		need: []string{"type"},
	}
	anywhereShape = &shape{
		what: "[[anywhere]]",
		keys: []string{"words", "flow", "leaves", "urgent"},
		need: []string{"words", "flow"},
	}
	consentShape = &shape{
		what: "a consent",
		keys: []string{"version", "messages", "purpose"},
		need: []string{"version", "purpose"},
	}
	connectionShape = &shape{
		what: "a connection",
		keys: []string{"url", "headers"},
		need: []string{"url"},
	}
	templateShape = &shape{
		what: "a template",
		keys: []string{"category", "consent", "body", "buttons", "allow"},
		need: []string{"category", "body"},
	}
	buttonShape = &shape{
		what: "a template's button",
		keys: []string{"id", "label"},
		need: []string{"id", "label"},
	}

	flowShape = &shape{
		what: "a flow",
		keys: []string{"title", "keywords", "begins", "outcomes", "data", "node", "moved", "allow"},
		need: []string{"begins", "node"},
	}
	nodeShape = &shape{
		what: "a node",
		keys: []string{
			"consent", "image", "video", "audio", "document", "sticker", "location", "contact_card", "say", "ask",
			"yes", "no", "choose", "save", "check", "want", "shape", "opener", "retry", "otherwise", "silence",
			"link", "header", "footer", "template", "fill", "when", "split", "call", "with", "on", "wait", "fetch",
			"get", "post", "put", "patch", "delete", "query", "body", "timeout", "schedule", "cancel", "handover",
			"tell", "priority", "done", "closed", "nobody", "failed", "set", "tag", "count", "withdraw", "forget",
			"hold", "outside", "purpose", "go", "end", "allow",
		},
	}
	rowShape = &shape{
		what: "a row of choose",
		keys: []string{"id", "label", "also", "note", "section", "if", "say", "set", "tag", "count", "go", "end"},
		need: []string{"id"},
	}
	fromShape = &shape{
		what: "choose",
		keys: []string{"from", "label", "id", "note", "section", "if", "say", "set", "tag", "count", "go", "end", "rows"},
		need: []string{"from", "label", "id"},
	}
	buttonRowShape = &shape{
		what: "a row for a template's button",
		keys: []string{"id", "also", "say", "set", "tag", "count", "go", "end"},
		need: []string{"id"},
	}
	agreeShape = &shape{
		what: "an answer to a consent",
		keys: []string{"label", "also", "note", "say", "set", "tag", "count", "go", "end"},
		need: []string{"label"},
	}
	checkShape   = &shape{what: "a row of check", keys: []string{"if", "say"}, need: []string{"if", "say"}}
	caseShape    = &shape{what: "a row of when", keys: []string{"if", "go", "end"}, need: []string{"if"}}
	silenceShape = &shape{what: "silence", keys: []string{"after", "say", "times", "go", "end"}, need: []string{"after"}}
	waitShape    = &shape{what: "wait", keys: []string{"for", "at", "until", "reply"}}
	linkShape    = &shape{what: "link", keys: []string{"label", "url"}, need: []string{"label", "url"}}
	shareShape   = &shape{what: "a row of split", keys: []string{"share", "go", "end"}, need: []string{"share"}}
	wayShape     = &shape{what: "an outcome", keys: []string{"go", "end"}}
	holdShape    = &shape{what: "hold", keys: []string{"for", "else"}, need: []string{"for", "else"}}
	// schedule says when by one of in, at and on; calls.go asks for it.
	scheduleShape = &shape{what: "schedule", keys: []string{"flow", "in", "at", "on", "with"}, need: []string{"flow"}}
	fileShape     = &shape{what: "a picture, video, sound or sticker", keys: []string{"file", "alt", "if"}, need: []string{"file"}}
	documentShape = &shape{what: "a document", keys: []string{"file", "name", "if"}, need: []string{"file"}}
	placeShape    = &shape{what: "a location", keys: []string{"lat", "lng", "name", "address", "if"}, need: []string{"lat", "lng"}}
	cardShape     = &shape{what: "a contact card", keys: []string{"name", "phone", "email", "if"}, need: []string{"name"}}
)

// insideVerbs says of keys that stand inside others where that is, to those who
// put them into the node itself.
var insideVerbs = map[string]diag.Phrase{
	"for":   `it stands inside wait = { for = "7 days" } or hold = { for = "48 hours", else = "…" }`,
	"until": `it stands inside wait = { until = "tomorrow 08:00" }`,
	"reply": `it stands inside wait = { for = "7 days", reply = "…" }`,
	"at":    `it stands inside wait or schedule = { …, at = "10:00" }`,
	"in":    `it stands inside schedule = { flow = "…", in = "3 days" }`,
	"flow":  `it stands inside schedule = { flow = "…", in = "3 days" }; call = "…" runs a flow at once`,
	"after": `it stands inside silence = { after = "4 hours", go = "…" }`,
	"times": `it stands inside silence = { after = "4 hours", say = "…", times = 2, go = "…" }`,
	"else":  `it stands inside hold = { for = "48 hours", else = "…" }`,
	"from":  `it stands inside choose = { from = "…", id = "{it.id}", label = "{it.…}" }`,
	"if":    `it stands inside a row: when = [ { if = "…", go = "…" } ]`,
	"share": `it stands inside split = [ { share = 50, go = "…" } ]`,
}

// A keyUse says which verbs have a use for a key of a node. A key that is not
// here goes with every verb.
type keyUse struct {
	key   string
	verbs []engine.Verb
	help  diag.Phrase // for those who put it elsewhere
}

// The verbs that share keys.
var (
	asks   = []engine.Verb{engine.AskVerb, engine.ConsentVerb}
	waits  = []engine.Verb{engine.AskVerb, engine.ConsentVerb, engine.TemplateV}
	speaks = []engine.Verb{engine.SayVerb, engine.AskVerb, engine.ConsentVerb}
	leads  = []engine.Verb{engine.None, engine.SayVerb, engine.AskVerb, engine.ConsentVerb, engine.WaitVerb,
		engine.TemplateV, engine.CallVerb, engine.FetchVerb, engine.ScheduleVerb, engine.HandoverVerb}
)

const (
	showHelp     = "pictures, sounds and places go with words: add say = \"…\", or put it into a node with say or ask"
	fetchHelp    = "it belongs to a request: fetch = \"…\" with the name of a connection"
	handHelp     = "it belongs to a node that gives the conversation to a person: handover = \"…\""
	sharesHelp   = "write whole numbers, such as 50 and 50: what counts is how they compare"
	priorityHelp = "0 is usual, and 9 goes first"
	rowsHelp     = "each row says where it leads; otherwise = \"…\" is for when no row is true"
)

var keyUses = []keyUse{
	{"yes", []engine.Verb{engine.ConsentVerb}, "yes and no answer a consent; a question has choose = [ … ]"},
	{"no", []engine.Verb{engine.ConsentVerb}, "yes and no answer a consent; a question has choose = [ … ]"},
	{"choose", waits, "choices belong to a question: add ask = \"…\", or to a template"},
	{"save", []engine.Verb{engine.AskVerb, engine.FetchVerb}, "only a question saves an answer: add ask = \"…\", or give the value with set"},
	{"check", []engine.Verb{engine.AskVerb}, "check looks at the answer to a question: add ask = \"…\""},
	{"want", []engine.Verb{engine.AskVerb}, "want says what answers a question: add ask = \"…\""},
	{"shape", asks, "shape says how the choices of a question look: add ask = \"…\""},
	{"opener", asks, "opener is the button that opens a question's list"},
	{"retry", waits, "retry answers what a question can't use: add ask = \"…\""},
	{"otherwise", []engine.Verb{engine.AskVerb, engine.ConsentVerb, engine.TemplateV, engine.WhenVerb}, "use go = \"…\" to say where it leads"},
	{"silence", waits, "only a question or a template waits for an answer; wait = { … } lets time pass"},
	{"link", []engine.Verb{engine.SayVerb}, "WhatsApp shows a link's button only under a say; in a question, write the address into the words"},
	{"header", speaks, "a header stands above words: add say = \"…\" or ask = \"…\""},
	{"footer", speaks, "a footer stands below words: add say = \"…\" or ask = \"…\""},
	{"fill", append([]engine.Verb{engine.TemplateV}, speaks...), "fill gives a template its values; in words, write {…}"},
	{"on", []engine.Verb{engine.CallVerb}, "on says where the outcomes of a called flow lead: add call = \"…\""},
	{"with", []engine.Verb{engine.CallVerb}, "with gives data to a called flow: add call = \"…\", or put it into schedule"},
	{"get", []engine.Verb{engine.FetchVerb}, fetchHelp},
	{"post", []engine.Verb{engine.FetchVerb}, fetchHelp},
	{"put", []engine.Verb{engine.FetchVerb}, fetchHelp},
	{"patch", []engine.Verb{engine.FetchVerb}, fetchHelp},
	{"delete", []engine.Verb{engine.FetchVerb}, fetchHelp + "; data is forgotten with forget"},
	{"query", []engine.Verb{engine.FetchVerb}, fetchHelp},
	{"body", []engine.Verb{engine.FetchVerb}, fetchHelp},
	{"timeout", []engine.Verb{engine.FetchVerb}, fetchHelp + "; for an answer that never comes, use silence"},
	{"failed", []engine.Verb{engine.FetchVerb}, fetchHelp},
	{"tell", []engine.Verb{engine.HandoverVerb}, handHelp},
	{"priority", []engine.Verb{engine.HandoverVerb}, handHelp},
	{"done", []engine.Verb{engine.HandoverVerb}, handHelp},
	{"closed", []engine.Verb{engine.HandoverVerb}, handHelp},
	{"nobody", []engine.Verb{engine.HandoverVerb}, handHelp},
	{"image", speaks, showHelp}, {"video", speaks, showHelp}, {"audio", speaks, showHelp}, {"document", speaks, showHelp},
	{"sticker", speaks, showHelp}, {"location", speaks, showHelp}, {"contact_card", speaks, showHelp},
	{"hold", speaks, "hold keeps words until people write: add say = \"…\" or ask = \"…\""},
	{"outside", speaks, "outside is the template that goes instead of words: add say = \"…\" or ask = \"…\""},
	{"purpose", speaks, "purpose says which consent words need: add say = \"…\" or ask = \"…\""},
	{"go", leads, rowsHelp},
	{"end", append([]engine.Verb{engine.EndVerb}, leads...), rowsHelp},
}

// ownTargets are the targets that begin with @.
var ownTargets = []engine.Own{engine.ToHuman, engine.ToStop, engine.ToBack, engine.ToHome, engine.ToOffer}

// localNames are names that stand for something in one place only.
var localNames = map[string]diag.Phrase{
	engine.NamePurpose: "in the words of a consent",
	engine.NameValue:   "in the conditions and words of check",
	engine.NameIt:      "in rows that are made from a list, and in list(…)",
}

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
	dataTypes = []string{"text", "integer", "number", "bool", "date", "time", "choice", "phone", "email", "location",
		"media", "list"}
	// fieldTypes are what an element of a list may have.
	fieldTypes = []string{"text", "integer", "number", "bool", "date", "time", "choice", "phone", "email"}
	categories = []string{"utility", "marketing", "authentication"}
)
