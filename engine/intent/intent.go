// Package intent says whether a message asks the service to stop, for a
// person, or to start again, and how sure that is.
//
// A Recognizer is made once for a service, from its languages and its authors'
// own words, and is asked about every message. After the normalisation of
// engine/words it looks for reserved words, which without courtesy are the
// whole message, and for frames, which stand inside it:
//
//	STOP · ¡Stop, por favor! · stoppp 🛑 · s.t.o.p · stpo          stop, act
//	please don't text me again · no me escriban más                stop, act
//	enough · take me out                                           stop, ask
//	quiero hablar con una persona                                  human, act
//	bus stop · he won't stop hitting me · una persona me pegó      none
//
// A frame is a way of asking, such as a verb of stopping with messages as its
// object; a guard is what turns a frame off, such as somebody else being the
// one who does not stop. Both are data: frames/<language>.tsv (grammar.go says
// how to read them), beside the words of vocabulary.tsv, both for 28 languages.
// The help words of the vocabulary reserve nothing. English is always among the
// languages, because STOP is typed everywhere.
//
// A guard reaches no further than its clause, whose borders are what people
// wrote (clause.go) and words such as "but".
//
// Where frames and guards cannot tell, nothing is recognised: a wrong stop
// silences somebody who needs the service.
//
// When one word means two things, the language decides: the service's first
// language comes before its second, any of them before tags that only the
// authors' own words name, those before English (where it is not declared), and
// all before the further languages of one call. Within a language stop comes before human and human
// before start.
//
// What a match causes is not decided here. In particular Start is reported
// whoever writes; only for a person who is stopped does it mean anything.
package intent

// A Kind is what a message asks for.
type Kind uint8

const (
	None  Kind = iota // nothing that is reserved
	Stop              // not to be written to any more
	Human             // a person of the service
	Start             // to be written to again
)

// String returns "none", "stop", "human" or "start".
func (k Kind) String() string {
	switch k {
	case Stop:
		return "stop"
	case Human:
		return "human"
	case Start:
		return "start"
	}
	return "none"
}

// A Tier is how sure the recogniser is, and so what may be done.
type Tier uint8

const (
	NoTier Tier = iota // nothing was recognised
	Ask                // unsure: ask what was meant
	Act                // sure: do it
)

// String returns "-", "ask" or "act".
func (t Tier) String() string {
	switch t {
	case Ask:
		return "ask"
	case Act:
		return "act"
	}
	return "-"
}

// A Match is what was recognised. The zero Match is nothing.
type Match struct {
	Kind Kind
	Tier Tier

	// Word is what made the match: the entry of the vocabulary, as it is written
	// there, or the words of the message (in normal form) that a frame fits.
	Word string

	// Rule is which rule did: "word", "phrase", "typo" or "ambiguous", or the
	// frame as it is written in frames/.
	Rule string

	// Language is the tag under which the service, the author's own words or
	// the call names the language of Word; "en" where only English knows it.
	Language string
}
