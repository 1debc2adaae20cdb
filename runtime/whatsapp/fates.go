package whatsapp

import (
	"time"

	"cauce/runtime"
)

// verdict is what an error code means for the message that was being sent.
type verdict struct {
	from, to int // codes, both included
	fate     runtime.Fate
	after    time.Duration // how long WhatsApp asks to wait, where it says so
	meaning  string
}

// verdicts are WhatsApp's error codes in the order of their numbers, as of
// November 2026 (Cloud API, error codes). What WhatsApp calls a permanent fault
// of one message is Never, of an account or a token Halt. Three entries deserve
// a reason:
//
//   - 1 and 131000 are failures WhatsApp does not explain; the message may be on
//     its way, so they are Unknown.
//   - A paused template (132015) may stay so for hours. It is Never: what waits
//     is the head of its contact's queue, and would keep answers from leaving.
//   - A template that is missing (132001), and other things a person can put
//     right that touch only some messages, are Never too: Halt keeps everybody
//     waiting. Dead messages are on file and can be queued again.
var verdicts = []verdict{
	{0, 0, runtime.Halt, 0, "WhatsApp can't tell who we are"},
	{1, 1, runtime.Unknown, 0, "unknown failure"},
	{2, 2, runtime.Wait, 0, "WhatsApp is down or overloaded"},
	{3, 3, runtime.Halt, 0, "a permission is missing"},
	{4, 4, runtime.Wait, 0, "too many calls of the app"},
	{10, 10, runtime.Halt, 0, "a permission is missing"},
	{33, 33, runtime.Halt, 0, "the phone number id is gone, or we may not use it"},
	{100, 100, runtime.Never, 0, "a parameter is wrong"},
	{190, 190, runtime.Halt, 0, "the token has expired or was revoked"},
	{200, 299, runtime.Halt, 0, "a permission is missing"},
	{368, 368, runtime.Halt, 0, "the account is blocked for breaking a policy"},
	{613, 613, runtime.Wait, 0, "too many calls"},
	{80007, 80007, runtime.Wait, 0, "too many calls of the account"},
	{130403, 130403, runtime.Never, 0, "we have blocked this person"},
	{130429, 130429, runtime.Wait, 0, "too many messages of this number"},
	{130472, 130472, runtime.Never, 0, "the person is part of an experiment"},
	{130497, 130497, runtime.Never, 0, "we may not write to this country"},
	{131000, 131000, runtime.Unknown, 0, "unknown failure"},
	{131005, 131005, runtime.Halt, 0, "a permission is missing"},
	{131008, 131008, runtime.Never, 0, "a parameter is missing"},
	{131009, 131009, runtime.Never, 0, "the value of a parameter is wrong"},
	{131014, 131014, runtime.Never, 0, "the media could not be fetched"},
	{131016, 131016, runtime.Wait, 0, "the service is not available"},
	{131020, 131020, runtime.Never, 0, "a group refuses it"},
	{131021, 131021, runtime.Never, 0, "the recipient is the sender"},
	{131026, 131026, runtime.Never, 0, "the person can't get it"},
	{131030, 131030, runtime.Never, 0, "the recipient is not on the list of a test number"},
	{131031, 131031, runtime.Halt, 0, "the account is locked"},
	{131037, 131037, runtime.Halt, 0, "the number has no approved display name"},
	{131041, 131041, runtime.Never, 0, "a group refuses it"},
	{131042, 131042, runtime.Halt, 0, "there is a problem with the payment"},
	{131045, 131045, runtime.Halt, 0, "the number is not registered rightly"},
	{131047, 131047, runtime.Never, 0, "the window is shut"},
	{131048, 131048, runtime.Never, 0, "the number sent too much that people took for spam"},
	{131049, 131049, runtime.Never, 0, "the person gets no more marketing for now"},
	{131050, 131050, runtime.Never, 0, "the person stopped marketing messages"},
	{131051, 131051, runtime.Never, 0, "the type of message is not supported"},
	{131052, 131052, runtime.Never, 0, "the media could not be fetched"},
	{131053, 131053, runtime.Unknown, 0, "the media could not be uploaded"},
	{131055, 131055, runtime.Never, 0, "the method is not allowed"},
	{131056, 131056, runtime.Wait, 0, "too many messages to this person"},
	{131057, 131057, runtime.Wait, 20 * time.Second, "the number is in maintenance"},
	{131059, 131060, runtime.Never, 0, "refused"},
	{131062, 131062, runtime.Never, 0, "this message needs a phone number"},
	{131063, 131063, runtime.Never, 0, "marketing is off for the account"},
	{131064, 131064, runtime.Never, 0, "templates are limited for a wrong category"},
	{131200, 131299, runtime.Never, 0, "a group refuses it"},
	{132000, 132000, runtime.Never, 0, "the template takes another number of values"},
	{132001, 132001, runtime.Never, 0, "there is no such template in this language, or it is not approved"},
	{132005, 132005, runtime.Never, 0, "the filled template is too long"},
	{132007, 132007, runtime.Never, 0, "the template breaks a policy"},
	{132008, 132008, runtime.Never, 0, "a value does not fit the template"},
	{132012, 132012, runtime.Never, 0, "a value does not fit the template"},
	{132015, 132015, runtime.Never, 0, "the template is paused"},
	{132016, 132016, runtime.Never, 0, "the template is disabled"},
	{132018, 132018, runtime.Never, 0, "a value does not fit the template"},
	{132068, 132068, runtime.Never, 0, "the Flow is blocked"},
	{132069, 132069, runtime.Wait, 0, "the Flow is throttled"},
	{133000, 133016, runtime.Halt, 0, "the number is not registered"},
	{134011, 134011, runtime.Never, 0, "the terms of payments are not accepted"},
	{134100, 134100, runtime.Never, 0, "not a marketing message"},
	{134101, 134101, runtime.Wait, 10 * time.Minute, "the template is not ready for marketing"},
	{134102, 134102, runtime.Never, 0, "the template can't be used for marketing"},
	{135000, 135000, runtime.Never, 0, "a parameter is wrong"},
	{137000, 137000, runtime.Never, 0, "the person may be another one now"},
	{138000, 138999, runtime.Never, 0, "a call was refused"},
	{139000, 139200, runtime.Never, 0, "refused"},
	{141008, 141008, runtime.Halt, 0, "the account is locked"},
	{141014, 141014, runtime.Halt, 0, "the account is banned"},
	{147001, 147005, runtime.Never, 0, "the username is refused"},
	{2388000, 2388999, runtime.Never, 0, "the template is refused"},
	{2494100, 2494100, runtime.Wait, 0, "the number is in maintenance"},
}

// lookup finds the verdict on a code, if WhatsApp documents it.
func lookup(code int) (verdict, bool) {
	for _, v := range verdicts {
		if v.from <= code && code <= v.to {
			return v, true
		}
	}
	return verdict{}, false
}
