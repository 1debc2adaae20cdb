// Package whatsapp is the door between the runtime and Meta's Cloud API: the
// webhook in, the send call out. It knows the wire and nothing of flows,
// stores or conversations.
//
// In: NewHandler answers Meta's handshake and takes its POSTs. The signature is
// verified over the raw bytes before anything looks at them; then Decode turns
// the body into a runtime.Delivery, which is handed on whole. 200 means that it
// is on file. Once a body is signed, nothing in it is an error: what we do not
// know, or cannot read, is kept as a notice, and the rest goes on. Failing the
// POST would make WhatsApp repeat the whole batch for seven days.
//
// Out: Client is the runtime's Sender. It says what became of a message in
// four words (runtime.Fate), which it takes from WhatsApp's error code, never
// from a text; and from how far the request came when there is no answer.
//
// What people wrote and who they are never stands in an error, a log line or a
// shape that comes from here.
//
// The facts about the wire are those of the Cloud API in November 2026; each is
// named where it is used. What Meta adds later arrives as a notice, not as a
// failure.
package whatsapp
