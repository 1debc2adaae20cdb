package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// newID makes a message id in WhatsApp's likeness: base64 of a number, a direction and random
// digits. Nobody may read meaning into it; the likeness is there so that its length, case and
// signs (+ / =) are met in the sandbox first. 80 random bits keep ids apart across restarts.
func newID(digits string, inbound bool) string {
	random := make([]byte, 10)
	rand.Read(random)
	way := byte(0x11)
	if inbound {
		way = 0x12
	}
	b := append([]byte{0x1c, 0x18, byte(len(digits))}, digits...)
	b = append(b, 0x15, 0x02, 0x00, way, 0x18, 0x14)
	b = append(b, strings.ToUpper(hex.EncodeToString(random))...)
	return "wamid." + base64.StdEncoding.EncodeToString(append(b, 0x00))
}

// number is a long decimal id, such as media have.
func number() string {
	b := make([]byte, 15)
	rand.Read(b)
	for i := range b {
		b[i] = '1' + b[i]%9
	}
	return string(b)
}
