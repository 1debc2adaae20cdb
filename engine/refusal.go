package engine

import "cauce/engine/eval"

// A Refusal says why what a script asks for can't be, to its author. Format and
// values stay apart, so that it can be said in another language.
type Refusal struct{ Why eval.Said }

func (r *Refusal) Error() string { return r.Why.String() }

// Refuse makes a Refusal. What fills the format is plain, or a type of data.
func Refuse(format eval.Format, values ...any) error {
	return &Refusal{eval.Said{Format: format, Values: values}}
}
