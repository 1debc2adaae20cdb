// Package store is the contract of durable storage: what the runtime asks of a
// database, and the rows that pass between them. It holds no SQL.
//
// A store keeps, for one number: contacts and the ids they are known by, one
// encoded conversation a contact, the transcript, the outbox, timers, requests for
// a person, records of decisions, the ledger of consents, tallies that are tied to
// nobody, and the first sight of everything WhatsApp reported, so that a repeat is recognised for
// as long as WhatsApp may repeat it.
//
// Three promises carry the rest of the house:
//
//   - What a call returned without an error is durable: it survives the death
//     of the process and of the machine.
//   - Everything one event causes (conversation, transcript, outbox, timers,
//     records) is in one transaction: all of it happened or none of it.
//   - Transactions of one contact are serial. A function handed to the store
//     may run twice, when its first run was rolled back; it keeps nothing of
//     its own between runs.
//
// The tests every implementation passes live in storetest.
package store

import (
	"context"
	"errors"
	"time"

	"cauce/engine"
)

// ContactID is our own id of a person. It never changes hands; a contact that
// was merged into another keeps its id as a pointer to it.
type ContactID string

// Address is what a person is known by. Any field may be empty; an Address
// with none is nobody's. WhatsApp names people by a business-scoped user id, a
// phone number or both, and either may be missing (Cloud API reference, BSUID
// and usernames).
type Address struct {
	Contact ContactID // ours; when set, the others are only links to add
	UserID  string    // business-scoped user id, "CC." and letters and digits
	Phone   string    // digits with country code, no plus
}

// Known reports whether the address names anybody at all.
func (a Address) Known() bool { return a.Contact != "" || a.UserID != "" || a.Phone != "" }

// Contact is a person on file.
type Contact struct {
	ID      ContactID
	UserID  string
	Phone   string
	Name    string // WhatsApp profile name; personal, never logged
	Created time.Time
	New     bool // created by this very transaction
}

// Inbound is one thing WhatsApp reported of a person, ready to be stepped.
type Inbound struct {
	// Key makes a repeat recognisable: number, kind and WhatsApp's own id.
	// An empty key is never taken for a repeat.
	Key  string
	From Address
	Name string // profile name, empty when the report has none
	// Received is when we got it, by our clock, in UTC.
	Received time.Time
	// Event is what the engine will be told.
	Event engine.Event
	// Shape renders the report with every string redacted, to be kept for
	// eight days if it can't be handled. May be nil.
	Shape func() []byte
}

// Outcome says what became of one Inbound.
type Outcome struct {
	Contact ContactID // empty with Repeat and with Aside
	Repeat  bool      // seen before; nothing was done
	Aside   error     // its step failed by itself; kept as a shape, nothing else of it was done
}

// Step handles one Inbound inside its transaction.
type Step func(tx Tx, in Inbound) error

// Timer wakes a flow's visit. A contact has at most one timer of a flow, visit
// and purpose; starting it again moves it.
type Timer struct {
	Contact ContactID
	Flow    string
	Visit   uint64
	Purpose string
	Due     time.Time
}

// State is where an owed message stands. Only the outbox's own calls move it.
type State string

const (
	// Queued waits for its turn, not before NotBefore.
	Queued State = "queued"
	// Sending was claimed: a request to WhatsApp may be under way.
	Sending State = "sending"
	// Indeterminate may or may not have gone out: the process died or the
	// request timed out. It waits until NotBefore for a status to tell.
	Indeterminate State = "indeterminate"
	// Sent, Delivered, Read and Failed are what WhatsApp said.
	Sent      State = "sent"
	Delivered State = "delivered"
	Read      State = "read"
	Failed    State = "failed"
	// Withdrawn was taken back before it was sent; Reason says why.
	Withdrawn State = "withdrawn"
	// Dead could not be sent and will not be tried again by itself.
	Dead State = "dead"
)

// Outgoing is a message owed to a contact: a row of the outbox.
type Outgoing struct {
	ID        int64 // ascending: the order in which a contact's messages leave
	Contact   ContactID
	To        Contact // filled by Claim and where a row is handed to a function
	Message   []byte  // encoded by the caller; opaque here
	Token     string  // unique; WhatsApp echoes it in statuses (biz_opaque_callback_data, at most 512)
	State     State
	NotBefore time.Time // UTC; zero: at once
	Created   time.Time
	Claimed   time.Time // when it was last claimed
	Attempts  int       // claims so far
	Resent    bool      // sent once more after an indeterminate send
	MessageID string    // WhatsApp's id, once known
	Reason    string    // a code: why it was withdrawn, failed, died or waits
	Recalled  bool      // withdrawn while being sent: it is never sent again
	// Permit is the gate's word by which Claim moved the row to sending, as the
	// judge gave it: only rows that Claim returns have one, and it is on no disk.
	Permit engine.Permit
}

// Verdict is what the gate says of a message about to start.
type Verdict struct {
	// Start: it goes out now, by this word of the gate. Where that allows
	// nothing, with Later set, it waits until then; without, it is withdrawn
	// for Reason.
	Start  engine.Permit
	Later  time.Time
	Reason string
}

// Judge is asked inside the claiming transaction, once for each candidate in
// the order of their ids. What it does to the transaction is kept with the
// claim, also when the verdict is not to start.
type Judge func(tx Tx, o Outgoing) (Verdict, error)

// Result is how a send ended.
type Result struct {
	ID        int64
	State     State     // Sent, Failed, Dead, Queued (again, not before Retry) or Indeterminate (judged at Retry)
	MessageID string    // with Sent
	Retry     time.Time // with Queued and Indeterminate
	Reason    string
	// UserID and Phone are what WhatsApp's answer called them: linked to the
	// contact when nobody else has them. Where the contact has another user id,
	// the number we wrote to has changed hands, and neither is linked.
	UserID string
	Phone  string
}

// Status is WhatsApp's word on a message of ours.
type Status struct {
	Key       string // first sight, as in Inbound
	MessageID string
	Token     string // our Token, where WhatsApp echoed it
	State     State  // Sent, Delivered, Read or Failed
	At        time.Time
	Received  time.Time
	Reason    string // with Failed: the error code
}

// Entry is one line of the transcript.
type Entry struct {
	At        time.Time // when we handled it
	Sent      time.Time // WhatsApp's own time, zero when unknown
	Incoming  bool
	Kind      string // text, tap, image, buttons, list, template, …
	Text      string
	MessageID string // WhatsApp's id of an inbound; our Token of an outgoing
	Cause     string
	Flow      string
	Node      string
}

// Record is a fact worth keeping beside the conversation: a decision that was
// not to send, a stop and what was recognised, a flag. It never holds a
// message's text, but for the words that were taken for a stop.
type Record struct {
	At     time.Time
	Kind   string
	Code   string
	Flow   string
	Node   string
	Detail string
}

// Consent is an entry of a contact's ledger: they agreed to a purpose, or took
// that back. An entry is never changed and never taken out.
type Consent struct {
	At        time.Time // when they did, as far as anybody knows
	Purpose   string
	Version   int
	Given     bool   // false: taken back
	Words     string // exactly what was shown and answered with yes; of a withdrawal, what they wrote
	MessageID string // WhatsApp's id of their answer; may be empty
	Source    string // flow.node, stop, preference, …
	Actor     string // who did: person, service
}

// Tally counts that somebody came by. It is tied to nobody.
type Tally struct {
	Name     string
	Row      string // may be empty
	Language string
	Day      string // 2006-01-02
	Times    int64  // how often; not read by Tx.Count
}

// Handover is a request for a person that stands: it waits for an operator, or
// one has it. A contact has at most one.
type Handover struct {
	Contact  ContactID
	Visit    uint64 // tells it from the contact's others
	Inbox    string
	Since    time.Time
	Priority int    // the highest comes first
	Operator string // who has it; empty: it waits
	Told     []Told // what the operator should know
	// Conversation is the contact's, encoded; filled where it is listed.
	Conversation []byte
}

// Told is one datum an operator is told.
type Told struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// HandoverQuery says which handovers are listed.
type HandoverQuery struct {
	Inbox string // empty: every one
	// After is where the last page ended: its Priority, Since and Contact are
	// read, and what stands behind them is listed. nil: from the first.
	After *Handover
	Limit int
}

// Tx is one transaction of one contact. It is valid only inside the function
// it was handed to.
type Tx interface {
	// Contact is the person the transaction is about.
	Contact() Contact
	// Conversation is the encoded conversation, nil for a contact that has
	// none. It is read, never changed in place.
	Conversation() ([]byte, error)
	SaveConversation(encoded []byte) error
	// Enqueue puts a message at the end of the contact's outbox. Message,
	// Token, NotBefore and Created are read; the id is returned.
	Enqueue(o Outgoing) (int64, error)
	// Withdraw takes back every message of the contact that is queued or
	// indeterminate; one that is being sent is marked Recalled, so that it is
	// never sent again. It returns how many rows it touched.
	Withdraw(reason string) (int, error)
	StartTimer(t Timer) error // t.Contact is ignored: the timer is this contact's
	StopTimer(flow string, visit uint64, purpose string) error
	// TakeTimer removes a timer and reports whether it was there and due at now.
	TakeTimer(t Timer, now time.Time) (bool, error)
	Append(e Entry) error
	Record(r Record) error
	// Consent adds an entry to the contact's ledger.
	Consent(c Consent) error
	// Count adds one to a tally, for good once the transaction is.
	Count(t Tally) error
	// SaveHandover notes that the contact's request for a person stands, and
	// how. Contact and Conversation are not read. Told nil keeps what was told
	// with the same visit.
	SaveHandover(h Handover) error
	// EndHandover forgets the contact's request, and what was told with it.
	EndHandover() error
	// Link adds ids to the contact. An id that another contact has is left
	// with that contact.
	Link(a Address) error
}

// Merge joins the encoded conversations of two contacts that proved to be one
// person. Either may be nil. heard reports which was heard from last: its
// conversation goes on, and its timers, queue and handover are kept.
type Merge func(older, newer []byte) (merged []byte, heard Heard, err error)

// Heard names one of two contacts.
type Heard int

// The contact that stays, or the one that will point to it.
const (
	Older Heard = iota
	Newer
)

// MergedAway is the reason of messages withdrawn because their contact proved
// to be another one, whose conversation goes on.
const MergedAway = "merged"

// Unjudged is the reason of messages that died because the judge asked about
// them failed twice by itself: what nobody allowed is not sent, and one such
// message does not hold up the others.
const Unjudged = "unjudged"

// Store keeps one number's books. Every method may be called by any number of
// goroutines. A context ends the caller's waiting only, never a transaction
// that has begun. A function handed to the store holds up everybody else's
// transactions: it neither waits for anything nor calls the store.
type Store interface {
	// Ingest steps a delivery in order, one transaction a message, and returns
	// when the last of them is durable. For each: a repeat of its Key ends
	// there; else its contact is found, created or merged, and step runs. A
	// step that fails twice by itself is set aside, and so is a report whose
	// address names nobody (ErrNobody) or nobody we know (ErrNoContact). The
	// error is the store's own: nothing can be said of the batch then, and
	// repeating it is harmless.
	Ingest(ctx context.Context, batch []Inbound, step Step) ([]Outcome, error)

	// Update runs fn in a transaction of the contact that who names, found,
	// created or merged as in Ingest. An error of fn rolls it back and is
	// returned; it is not tried again. ErrNoContact: who.Contact is set and
	// nobody has it. ErrNobody: who is empty.
	Update(ctx context.Context, who Address, fn func(Tx) error) error

	// Report notes statuses, forward only: sent, delivered, read; failed
	// counts after sent only, and is the end. A row is found by MessageID, else
	// by Token (which also ends an indeterminate send). One that was given up,
	// taken back or queued again while it was not known whether it had left
	// moves too when it proves to have; one that was never claimed does not. A
	// status without a token that comes before Settle has told us the
	// MessageID is kept until it does. step runs in the same transaction when
	// a message became failed, and may be nil; one that fails twice by itself
	// is set aside, and the status counts.
	Report(ctx context.Context, batch []Status, step func(tx Tx, o Outgoing) error) error

	// Claim moves messages that may start now to sending, and returns them: for
	// each contact at most the oldest one that is owed, and none while another
	// of that contact is sending or indeterminate. judge is asked first.
	// Contacts whose turn it is are taken in the order of their oldest row.
	// When many are refused, fewer than could be are returned: NextSend tells.
	// A row whose judge fails twice by itself is Dead, Unjudged. Once begun, a
	// claim is waited for whatever ctx says: its rows are the caller's duty.
	Claim(ctx context.Context, now time.Time, limit int, judge Judge) ([]Outgoing, error)

	// Settle writes down how sends ended. step runs in the same transaction
	// for each that ended Failed or Dead, and may be nil; one that fails twice
	// by itself is set aside, and the result counts. A result for a row that a
	// status has moved on already changes only what is still open. Queued is
	// Withdrawn where the row was Recalled. A result that names no row is an
	// error, and the others count.
	Settle(ctx context.Context, results []Result, step func(tx Tx, o Outgoing) error) error

	// Orphans turns every row in sending into an indeterminate one that is
	// judged at until. For a server that starts and knows that no other one
	// is sending.
	Orphans(ctx context.Context, until time.Time) (int, error)

	// Resolve asks judge about indeterminate rows whose time has come: Start
	// queues the row to be sent once more, at the head and marked Resent;
	// anything else makes it Dead with the reason. Rows that were Resent
	// before or are Recalled are not asked about: they die with the reasons
	// "indeterminate" and "recalled". A row whose judge fails twice by itself
	// is Dead, Unjudged. It returns how many rows it was about.
	Resolve(ctx context.Context, now time.Time, judge Judge) (int, error)

	// Due lists timers due at now, earliest first.
	Due(ctx context.Context, now time.Time, limit int) ([]Timer, error)

	// NextTimer and NextSend tell when there will be something to do: the
	// earliest timer; the earliest time at which a queued or indeterminate
	// message may move, some time in the past (never the zero time) if one may
	// now. ok is false when there is none.
	NextTimer(ctx context.Context) (at time.Time, ok bool, err error)
	NextSend(ctx context.Context) (at time.Time, ok bool, err error)

	// Outbox and Transcript read what is on file, oldest first, on connections
	// that never wait for a writer. Without states, Outbox is everything. Those
	// that name a contact follow one that was merged, and return ErrNoContact
	// for one that nobody has.
	Outbox(ctx context.Context, states ...State) ([]Outgoing, error)
	Transcript(ctx context.Context, who ContactID) ([]Entry, error)
	// Lookup finds a contact without creating one. ErrNoContact when there is none.
	Lookup(ctx context.Context, who Address) (Contact, error)
	// Load reads a contact's conversation, as Tx.Conversation does.
	Load(ctx context.Context, who ContactID) ([]byte, error)
	Records(ctx context.Context, who ContactID) ([]Record, error)
	// Consents is a contact's ledger, as entries were added; of a contact that
	// was merged, both ledgers in the order they were written.
	Consents(ctx context.Context, who ContactID) ([]Consent, error)
	// Tallies are all counts, by name, day, row and language.
	Tallies(ctx context.Context) ([]Tally, error)

	// Handovers lists requests for a person: the highest priority first, of one
	// priority the oldest first, of one time by contact.
	Handovers(ctx context.Context, q HandoverQuery) ([]Handover, error)
	// Lately is the end of a contact's transcript: of what was handled at since
	// or later the last lines, oldest first, at most limit of them.
	Lately(ctx context.Context, who ContactID, since time.Time, limit int) ([]Entry, error)

	// Sweep forgets what was seen or set aside before a time: first sights,
	// shapes, statuses that never found their message. A repeat of what was
	// forgotten would be new again, so before lies as far back as WhatsApp may
	// repeat (7 days) and a margin. It returns how many rows it removed, at
	// most a few thousand: more may be left when that is not zero.
	Sweep(ctx context.Context, before time.Time) (int, error)

	// Ping reports whether the books can be written now.
	Ping(ctx context.Context) error
	Close() error
}

// Errors callers act on.
var (
	// ErrNoContact: nobody is on file under that address.
	ErrNoContact = errors.New("no such contact")
	// ErrNobody: the address has no id at all.
	ErrNobody = errors.New("the address names nobody")
	// ErrNewer: the database was written by a newer version of Cauce.
	ErrNewer = errors.New("the database was written by a newer version of Cauce; run that version, or restore a backup made before it")
	// ErrLocked: another process is serving this database.
	ErrLocked = errors.New("another process is serving this database; stop it first, or give this one its own with --db")
)
