package storetest

import (
	"sync"

	"cauce/engine"
)

// Allowed is the gate's word on a message that answers somebody who just wrote,
// for judges that let everything start: a store only passes it on.
func Allowed() engine.Permit { return allowed() }

var allowed = sync.OnceValue(func() engine.Permit {
	wrote := engine.Conversation{LastInbound: engine.Stamp(start.UnixMicro())}
	p, d := new(engine.Service).Permit(&wrote, &engine.Outgoing{Kind: engine.OutText, Body: "Hola"}, start, start)
	if !p.Allows() {
		panic("the gate refuses an answer: " + string(d.Reason))
	}
	return p
})
