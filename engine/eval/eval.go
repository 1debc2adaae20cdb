// Package eval is what authors may compute: conditions (semana >= 37),
// assignments (min(semana + 1, 42)) and the {…} in words for people.
//
// Compile reads an expression against a Schema, the names it may use and their
// types, and either says in an author's words what is wrong and where, or
// returns a Program. CompileText does the same for a text with {…} in it, and
// returns a Wording. Both are made once, when a service is loaded; neither ever
// changes, and any number of goroutines may run one at once.
//
// What it promises:
//   - what compiles cannot fail for its types; at run time an expression fails
//     only when it reads data that is not kept, divides by zero, makes a
//     number, a text or a date too large, or uses a part of a result as what it
//     is not. It then returns an error, and never a value that is silently
//     wrong;
//   - the same values give the same result: no clock, no chance, no order of a
//     map, nothing from outside but the Values it is given;
//   - nothing runs long: there are no loops, and a source has at most
//     MaxSource letters and MaxParts parts.
//
// The language is a part of expr-lang's. Its lexer and parser read the source;
// this package then checks the tree and its types itself, because the messages
// of the library speak of tokens and Go types; it rewrites the tree so that
// arithmetic can't overflow in silence and unset data is noticed; and the
// library's compiler and machine run the result. What is on is a list (the
// functions, the operators); everything else of expr is off.
//
// Some functions read a name by themselves, and it is asked for like any other:
// day, plural and a number with decimals read contact.language, days_until
// reads today, and agreed("x") reads agreed.x.
//
// What a fetch brought, a Document, has parts: result.body.items[0].name. They
// have no type until they are used, and are converted when the expression runs
// to the type that is wanted there: see Convert.
//
// Whether data may be read before it is kept is not decided here: Unguarded
// tells where it happens, and the checker, who knows the flow, judges.
package eval

// Bounds of what is compiled and made. They are ours, and far above what a
// condition in a flow needs.
const (
	MaxSource = 1000   // letters (code points) of an expression
	MaxParts  = 200    // names, values and signs of an expression
	MaxDepth  = 20     // brackets and ? … : inside one another
	MaxText   = 10_000 // letters of a text with {…}
	MaxResult = 4096   // letters of a text that an expression or a Wording makes; WhatsApp's longest body
)

// Name is one thing an expression may read.
type Name struct {
	// Type is its type. Zero says that the type is not known, because its
	// declaration is wrong: an expression that reads it compiles without a
	// second complaint, and never runs.
	Type Type
	// Options are the ids of a Choice. None: nothing is said about ids.
	Options []string
	// Fields are what each element of a List has.
	Fields Schema
	// Max is how many elements a List has, at most; zero: MaxElements.
	Max int
	// MayBeUnset says that nothing may be kept when it is read.
	MayBeUnset bool
}

// Schema holds the names an expression may read. Some have a dot in them, like
// contact.language. Those that begin with "agreed." are Bools that only
// agreed(…) reads.
type Schema map[string]Name

// Values is what a run reads from. It is asked at most once a run for each name
// the program uses, and for no other; the zero Value says that nothing is kept.
type Values interface {
	Value(name string) Value
}

// Use is a place where an expression reads data.
type Use struct {
	Name     string
	From, To int // bytes of the source
}
