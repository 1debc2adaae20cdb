package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cauce/engine"
	"cauce/engine/limits"
	"cauce/engine/policy"
	"cauce/runtime/store"
)

// HandoverID names one request of one contact for a person. It never names the
// contact's next one.
type HandoverID struct {
	Contact store.ContactID
	Visit   uint64
}

func (id HandoverID) String() string {
	return string(id.Contact) + "-" + strconv.FormatUint(id.Visit, 10)
}

// ParseHandoverID reads what String wrote. ErrNoHandover: it is no such id.
func ParseHandoverID(s string) (HandoverID, error) {
	contact, visit, found := strings.Cut(s, "-")
	n, err := strconv.ParseUint(visit, 10, 64)
	id := HandoverID{store.ContactID(contact), n}
	odd := func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') }
	if !found || err != nil || contact == "" || strings.ContainsFunc(contact, odd) || id.String() != s {
		return HandoverID{}, ErrNoHandover
	}
	return id, nil
}

// Claim, Reply and Release are what an operator does with a request. Operator is
// who, as the person may be told: 1 to MaxOperator letters.
type (
	// Claim takes it. Who has it already may claim it again.
	Claim struct {
		Handover HandoverID
		Operator string
	}
	// Reply writes to the person, as the operator who has it.
	Reply struct {
		Handover HandoverID
		Operator string
		Text     string // as long as WhatsApp's texts may be
	}
	// Release gives the person back to the flows, by the operator who has it.
	Release struct {
		Handover HandoverID
		Operator string
	}
)

// MaxOperator is how long an operator's name may be, in letters.
const MaxOperator = 60

// ErrNoHandover: nobody ever asked for a person under that id.
var ErrNoHandover = errors.New("no such handover")

// Unfit is something an operator gave that can't be used as it is.
type Unfit struct {
	Field string // operator, text, after, limit
	Words string // for a person: what is wrong, and what would do
}

func (u *Unfit) Error() string { return u.Field + ": " + u.Words }

// Refusal is a no to something an operator did. Nothing was changed, or sent.
type Refusal struct {
	// Reason is the gate's code where the gate said no, else one of Over,
	// NotClaimed and Taken.
	Reason   string
	Operator string // with Taken: who has it
	Words    string // for a person
}

func (r *Refusal) Error() string { return r.Words }

// Reasons that are not the gate's: the request is over; nobody has it yet;
// another operator has it.
const (
	Over       = "over"
	NotClaimed = "not-claimed"
	Taken      = "taken"
)

// refused is the gate's no to a reply.
func refused(reason policy.Reason) *Refusal {
	words := "the gate's answer is " + string(reason)
	switch reason {
	case policy.WindowShut:
		words = "more than 24 hours have passed since they last wrote, and until they write again WhatsApp takes no free text for them"
	case policy.Stopped:
		words = "they asked to be left alone"
	}
	return &Refusal{Reason: string(reason), Words: "not sent: " + words}
}

// Claim gives a request that waits to an operator.
func (s *Service) Claim(ctx context.Context, c Claim) error {
	return s.operate(ctx, c.Handover, engine.Operator{Act: engine.Claims, Name: c.Operator})
}

// Reply writes to the person, if the gate lets it: it then is owed to them like
// every message.
func (s *Service) Reply(ctx context.Context, r Reply) error {
	switch {
	case strings.TrimSpace(r.Text) == "":
		return &Unfit{"text", "there are no words in it"}
	case !utf8.ValidString(r.Text):
		return &Unfit{"text", "it is not UTF-8"}
	case limits.TextBody.Over(r.Text) != limits.Fits:
		return &Unfit{"text", fmt.Sprintf("it is longer than the %d letters that WhatsApp takes; send it in parts", limits.TextBody.Max())}
	}
	return s.operate(ctx, r.Handover, engine.Operator{Act: engine.Replies, Name: r.Operator, Text: r.Text})
}

// Release gives the person back to the flows.
func (s *Service) Release(ctx context.Context, r Release) error {
	return s.operate(ctx, r.Handover, engine.Operator{Act: engine.Releases, Name: r.Operator, Done: "done"})
}

// operate is the only door for operators: what they do is one event, handled
// in one transaction in which it is also seen who has the request. The error is
// an *Unfit, a *Refusal, ErrNoHandover, or the store's or a flow's own.
func (s *Service) operate(ctx context.Context, id HandoverID, ev engine.Operator) error {
	var err error
	if ev.Name, err = operatorName(ev.Name); err != nil {
		return err
	}
	ev.Now = time.Now()
	var w wakes
	var no *Refusal
	err = s.store.Update(ctx, store.Address{Contact: id.Contact}, func(tx store.Tx) error {
		no = nil // this may be the second run
		c, err := conversation(tx)
		if err != nil {
			return err
		}
		if id.Visit == 0 || id.Visit > c.Visits {
			return ErrNoHandover
		}
		var on bool
		if no, on = mayOperate(c.Handover, id.Visit, ev); !on {
			return nil
		}
		res, err := s.advance(tx, c, ev, &w)
		if err == nil && ev.Act == engine.Replies {
			no = decided(res)
		}
		return err
	})
	switch {
	case errors.Is(err, store.ErrNoContact):
		return ErrNoHandover
	case errors.Is(err, ErrNoHandover):
		return ErrNoHandover
	case err != nil:
		return fmt.Errorf("%s of %s: %w", ev.Act, id, err)
	}
	s.wake(&w)
	if no != nil {
		return no
	}
	return nil
}

// mayOperate sees who has a request. Nothing is left to do where it goes not on
// and there is no refusal either.
func mayOperate(h *engine.Handover, visit uint64, ev engine.Operator) (no *Refusal, goesOn bool) {
	switch {
	case h == nil || h.Visit != visit:
		return &Refusal{Reason: Over, Words: "this request is over: the person is with the flows again, left, or asked anew"}, false
	case h.With == "" && ev.Act != engine.Claims:
		return &Refusal{Reason: NotClaimed, Words: "nobody has this request yet; claim it first"}, false
	case h.With != "" && h.With != ev.Name:
		return &Refusal{Reason: Taken, Operator: h.With, Words: h.With + " has this request"}, false
	case h.With != "" && ev.Act == engine.Claims:
		return nil, false // theirs already
	}
	return nil, true
}

// decided is the gate's no to what an operator wrote; nil if it is on its way.
func decided(res *engine.Result) *Refusal {
	reason := policy.Reason("unknown") // nothing that was not seen to leave counts as sent
	for _, e := range res.Effects {
		switch e := e.(type) {
		case engine.Send:
			if e.Message.Cause == policy.FromOperator {
				return nil
			}
		case engine.Record:
			if e.Kind == engine.RecordDecision {
				reason = policy.Reason(e.Code)
			}
		}
	}
	return refused(reason)
}

// operatorName is a name as it is kept: people are told it, so it holds
// nothing but what can be read on one line.
func operatorName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", &Unfit{"operator", "say who it is: a name that the person may be told"}
	case utf8.RuneCountInString(name) > MaxOperator:
		return "", &Unfit{"operator", fmt.Sprintf("a name has at most %d letters", MaxOperator)}
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", &Unfit{"operator", "a name is letters, digits, signs and spaces, on one line"}
	case name[0] == '@':
		return "", &Unfit{"operator", "a name does not begin with @"}
	}
	return name, nil
}

// Pages of handovers, and of what was said since one was asked for.
const (
	PageDefault = 50
	PageMax     = 200
	LinesMax    = 20
)

// HandoverQuery says which requests are listed.
type HandoverQuery struct {
	Inbox string // empty: every one
	After string // the Next of the page before; empty: from the first
	Limit int    // 1 to PageMax; zero: PageDefault
}

// HandoverPage is a list of requests: the highest priority first, of one
// priority the oldest first.
type HandoverPage struct {
	Handovers []Handover
	Next      string // where the next page begins; empty: this is the last
}

// Handover is a request for a person as operators see it.
type Handover struct {
	ID         HandoverID
	Inbox      string
	Since      time.Time // UTC
	Priority   int       // 0 to 9
	Operator   string    // who has it; empty: it waits
	Language   string    // the person's, BCP-47
	WindowOpen bool      // whether a reply could leave now
	Told       []store.Told
	Tags       []string
	// Lines are what was said since they asked, that message included, oldest
	// first: the last LinesMax.
	Lines []Line
}

// Line is one message of a conversation.
type Line struct {
	At   time.Time // when we handled it, UTC
	From Speaker
	Kind string // text, image, buttons, …
	Text string
}

// Speaker says whose a message is.
type Speaker string

// The person; an operator; the flows, and the service itself.
const (
	ThePerson   Speaker = "person"
	AnOperator  Speaker = "operator"
	TheServices Speaker = "service"
)

// line is an entry of the transcript as operators see it.
func line(e store.Entry) Line {
	l := Line{At: e.At, From: TheServices, Kind: e.Kind, Text: e.Text}
	switch {
	case e.Incoming:
		l.From = ThePerson
	case e.Cause == string(policy.FromOperator):
		l.From = AnOperator
	}
	return l
}

// Handovers lists the requests that wait or are with an operator.
func (s *Service) Handovers(ctx context.Context, q HandoverQuery) (HandoverPage, error) {
	if q.Limit < 0 || q.Limit > PageMax {
		return HandoverPage{}, &Unfit{"limit", fmt.Sprintf("write a number from 1 to %d", PageMax)}
	}
	limit := cmp.Or(q.Limit, PageDefault)
	asked := store.HandoverQuery{Inbox: q.Inbox, Limit: limit + 1} // one more tells whether there is a next page
	if q.After != "" {
		from, err := readPlace(q.After)
		if err != nil {
			return HandoverPage{}, err
		}
		asked.After = &from
	}
	rows, err := s.store.Handovers(ctx, asked)
	if err != nil {
		return HandoverPage{}, err
	}
	var page HandoverPage
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = place(rows[limit-1])
	}
	now := time.Now()
	for _, r := range rows {
		c, err := engine.Decode(r.Conversation)
		if err != nil {
			return HandoverPage{}, fmt.Errorf("list handovers: contact %s: %w", r.Contact, err)
		}
		said, err := s.store.Lately(ctx, r.Contact, r.Since, LinesMax)
		if err != nil {
			return HandoverPage{}, err
		}
		lines := make([]Line, 0, len(said))
		for _, e := range said {
			lines = append(lines, line(e))
		}
		page.Handovers = append(page.Handovers, Handover{
			ID: HandoverID{r.Contact, r.Visit}, Inbox: r.Inbox, Since: r.Since, Priority: r.Priority, Operator: r.Operator,
			Language: c.Language, WindowOpen: s.flows.WindowOpen(&c, now), Told: r.Told, Tags: slices.Clone(c.Tags), Lines: lines,
		})
	}
	return page, nil
}

// place is where a page ended, as a word for an address.
func place(h store.Handover) string {
	return fmt.Sprintf("%d-%d-%s", h.Priority, h.Since.UnixMicro(), h.Contact)
}

func readPlace(s string) (store.Handover, error) {
	parts := strings.SplitN(s, "-", 3)
	if len(parts) == 3 && parts[2] != "" {
		priority, err := strconv.Atoi(parts[0])
		micros, err2 := strconv.ParseInt(parts[1], 10, 64)
		if err == nil && err2 == nil {
			return store.Handover{Priority: priority, Since: time.UnixMicro(micros).UTC(), Contact: store.ContactID(parts[2])}, nil
		}
	}
	return store.Handover{}, &Unfit{"after", "it is not where a page ended; take next of the page before as it is"}
}

// keepHandover brings the list of requests up to a conversation: with every
// event, so that it is right again after whatever made it wrong.
func keepHandover(tx store.Tx, before *engine.Conversation, res *engine.Result) error {
	h := res.Conversation.Handover
	if h == nil {
		// A merge may have ended one that the conversation then never had.
		if before.Handover != nil || before.Joined != "" {
			return tx.EndHandover()
		}
		return nil
	}
	row := store.Handover{
		Visit: h.Visit, Inbox: h.Inbox, Since: h.Since.Time(), Priority: h.Priority, Operator: h.With,
	}
	for _, e := range res.Effects {
		if e, ok := e.(engine.HandOver); ok && e.Act == engine.AskedFor {
			row.Told = make([]store.Told, 0, len(e.Tell))
			for _, t := range e.Tell {
				row.Told = append(row.Told, store.Told{Name: t.Name, Value: t.Value})
			}
		}
	}
	return tx.SaveHandover(row)
}
