package engine

// FlowID, NodeID and TransitionID name parts of a service. A flow's name is
// the stem of its file, a node's is the author's; a transition's is the
// engine's: the node, a slash and what sets it off (semana/answer).
type (
	FlowID       string
	NodeID       string
	TransitionID string
)
