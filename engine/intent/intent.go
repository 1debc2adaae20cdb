// Package intent says whether a message asks the service to stop, for a
// person, or to start again.
//
// A Recognizer is made once for a service, from its languages and its authors'
// own words, and is asked about every message. It reads the whole message:
// after the normalisation of engine/words, and without the courtesy words at
// its ends, it must be one of the reserved words.
//
//	STOP · ¡Stop, por favor! · stoppp 🛑 · stop stop · s.t.o.p      stop
//	bus stop · don't stop · una persona me pegó                    none
//
// The vocabulary (vocabulary.tsv, 28 languages) is data of this package; its
// help words reserve nothing. English is always among the languages, because
// STOP is typed everywhere.
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

	// Word is the entry of the vocabulary, as it is written there.
	Word string

	// Language is the tag under which the service, the author's own words or
	// the call names the language of Word; "en" where only English knows it.
	Language string
}
