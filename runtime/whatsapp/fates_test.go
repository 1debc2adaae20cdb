package whatsapp

import (
	"testing"

	"cauce/runtime"
)

func TestTheVerdictsStandInOrderAndApart(t *testing.T) {
	last := -1
	for _, v := range verdicts {
		if v.from <= last || v.to < v.from {
			t.Errorf("%d–%d stands behind %d", v.from, v.to, last)
		}
		if v.meaning == "" || v.after < 0 || v.after > 0 && v.fate != runtime.Wait {
			t.Errorf("%d: %+v", v.from, v)
		}
		last = v.to
	}
}

// The codes a number meets in its life, by what the runtime must do. A code in
// the wrong list loses messages, or sends them twice, or stops a number.
func TestWhatACodeMeans(t *testing.T) {
	for fate, codes := range map[runtime.Fate][]int{
		// It may have gone out.
		runtime.Unknown: {1, 131000, 131053},
		// The same message, later.
		runtime.Wait: {2, 4, 613, 80007, 130429, 131016, 131056, 131057, 132069, 134101, 2494100},
		// Nothing more goes out until a person has put it right.
		runtime.Halt: {0, 3, 10, 33, 190, 200, 210, 299, 368, 131005, 131031, 131037, 131042, 131045, 133000, 133010, 133016, 141008, 141014},
		// This one message is dead; the next may be fine.
		runtime.Never: {100, 130403, 130472, 130497, 131008, 131009, 131021, 131026, 131030, 131047, 131048, 131049, 131050, 131051, 131062, 131063,
			131064, 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 134100, 134102, 135000, 137000},
	} {
		for _, code := range codes {
			if v, ok := lookup(code); !ok || v.fate != fate {
				t.Errorf("%d: fate %d (listed: %v), want %d", code, v.fate, ok, fate)
			}
		}
	}
	for _, code := range []int{-1, 5, 34, 189, 191, 300, 130000, 131001, 999999999} {
		if v, ok := lookup(code); ok {
			t.Errorf("%d is listed as %+v", code, v)
		}
	}
}
