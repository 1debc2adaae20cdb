package check

import "cauce/engine/eval"

// compileBounds compiles the bounds of data that are worked out: "today".
func (c *checker) compileBounds(list []*datum, env eval.Schema) {
	for _, d := range list {
		for _, e := range []*edge{d.least, d.most} {
			if e == nil || e.src == nil || c.faults >= maxFaults {
				continue
			}
			var fault *eval.Error
			if e.prog, fault = eval.Compile(e.src.Value, env, d.typ); fault != nil {
				e.prog = nil
				c.fault(e.src, fault, env)
			}
		}
		c.compileBounds(d.fields, env)
	}
}

// unsetBounds reports bounds that read data which may have no value: an answer
// could then neither fit nor not.
func (c *checker) unsetBounds(list []*datum) {
	for _, d := range list {
		for _, e := range []*edge{d.least, d.most} {
			if e == nil || e.prog == nil {
				continue
			}
			for _, u := range e.prog.Unguarded() {
				c.reportUnset(nil, u.Name, []place{{e.src, u}})
			}
		}
		c.unsetBounds(d.fields)
	}
}
