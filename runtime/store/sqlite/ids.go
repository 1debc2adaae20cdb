package sqlite

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"

	"cauce/runtime/store"
)

// Digits and lower-case letters in their order in ASCII, without the four that
// are misread on paper.
var digits = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newID makes an id of 26 letters: six bytes of milliseconds, so that ids sort
// by time, and ten random ones, so that nobody guesses one.
func newID() store.ContactID {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(time.Now().UnixMilli())<<16)
	rand.Read(b[6:])
	return store.ContactID(digits.EncodeToString(b[:]))
}
