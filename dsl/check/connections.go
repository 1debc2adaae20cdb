package check

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"cauce/dsl/diag"
	"cauce/dsl/syntax"
	"cauce/engine"
)

// readConnection reads [connection.x]: a host that flows may call.
func (c *checker) readConnection(n namedTable) *connection {
	t := c.open(n.Table, connectionShape)
	out := &connection{name: n.name, at: n.at}
	if v := t.text("url"); v != nil {
		out.url = c.base(v)
	}
	e := t.Get("headers")
	headers, ok := as[*syntax.Table](c, e, "a table", `write headers = { Authorization = "env:CLINIC_TOKEN" }`)
	if !ok {
		return out
	}
	var seen []string
	for _, h := range headers.Entries {
		s, ok := as[*syntax.String](c, h, "text", quotesHelp(h.Value))
		if !ok || !c.checkHeader(h, s) {
			continue
		}
		if lower := strings.ToLower(h.Key); slices.Contains(seen, lower) {
			c.report(DuplicateID, h.KeyAt, "keep one of them: capitals make no difference", "the header %s is here twice", quote(h.Key))
		} else {
			seen = append(seen, lower)
		}
		out.headers = append(out.headers, engine.Header{Name: h.Key, Value: s.Value})
	}
	return out
}

// base reads the address that every path of a connection is put behind. What a
// connection sends must not be read on its way: only a machine's own address
// may do without https.
func (c *checker) base(v *syntax.String) string {
	const help = `write the start of every address: "https://api.example.org/v1"`
	u, err := url.Parse(v.Value)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsAny(v.Value, " \t\n{}"):
		c.report(BadAddress, v.Span(), help, "%s is not an address that can be called", quote(v.Value))
	case u.User != nil:
		c.report(PlainSecret, v.Span(), `take it out, and write headers = { Authorization = "env:CLINIC_TOKEN" }`, "this address holds a name or a password")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		c.report(BadAddress, v.Span(), "write https://; http:// is only for this machine: http://localhost", "what is sent to %s could be read by others on its way", quote(v.Value))
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		c.report(BadAddress, v.Span(), "keep what stands before it; a node gives the rest as query = { … }", "a connection's address ends with its path")
	default:
		return strings.TrimRight(v.Value, "/")
	}
	return ""
}

// loopback reports whether a host is the machine itself.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

var (
	headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")
	envForm    = regexp.MustCompile(`^env:[A-Za-z_][A-Za-z0-9_]{0,99}$`)
	// secretHeader are headers whose value is a secret, whatever it looks like.
	secretHeader = regexp.MustCompile(`(?i)auth|token|secret|passw|cookie|credential|signature|(^|[-_])(api)?key($|[-_])|apikey`)
	secretValue  = regexp.MustCompile(`(?i)^(bearer|basic|digest|token|apikey) `)
)

// ownHeaders are what the caller writes by itself; another would be sent twice,
// or cut the message short.
var ownHeaders = []string{"host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "te",
	"trailer", "expect", "idempotency-key"}

// checkHeader reports a header that can't be sent, or that holds a secret.
func (c *checker) checkHeader(e *syntax.Entry, v *syntax.String) bool {
	value := v.Value
	env := strings.HasPrefix(value, "env:")
	switch {
	case !headerForm.MatchString(e.Key):
		c.report(BadName, e.KeyAt, `names of headers are like X-Clinic or Authorization`, "%s can't be the name of a header", quote(e.Key))
	case slices.Contains(ownHeaders, strings.ToLower(e.Key)):
		c.report(MisplacedKey, e.KeyAt, "take it out", "Cauce writes the header %s by itself", quote(e.Key))
	case strings.TrimSpace(value) == "":
		c.report(EmptyText, v.Span(), "write its value, or take it out", "%s is empty", quote(e.Key))
	case env && !envForm.MatchString(value):
		c.report(BadName, v.Span(), `write the name of a setting of the machine that runs Cauce: "env:CLINIC_TOKEN"`, "%s names no setting", quote(value))
	case !env && (secretHeader.MatchString(e.Key) || secretValue.MatchString(value)):
		c.report(PlainSecret, v.Span(), `write "env:CLINIC_TOKEN", and give the whole value to CLINIC_TOKEN where Cauce runs`,
			"a secret stands in this file, for everybody who reads it")
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		c.report(BadAddress, v.Span(), "write it on one line", "a header's value is one line")
	default:
		return true
	}
	return false
}

// bindConnection finds a connection; nil when there is none, or none can be known.
func (c *checker) bindConnection(r ref) *connection {
	if r.name == "" || c.service.broken || !c.service.present {
		return nil
	}
	if o := c.service.connectionBy[r.name]; o != nil {
		return o
	}
	if c.declared("connection", r.name) {
		return nil // reported where it stands
	}
	help := diag.Say(`add [connection.%s] to service.toml, with url = "https://…"`, r.name)
	if !goodName(r.name) {
		help = ""
	}
	c.report(UnknownConnection, r.at, c.didYouMean(r.name, c.service.connectionNames, help), "no connection is named %s", quote(r.name))
	return nil
}

func (o *connection) lower() engine.Connection {
	out := engine.Connection{Name: o.name, URL: o.url, Headers: slices.Clone(o.headers), Origin: origin(o.at)}
	slices.SortFunc(out.Headers, func(a, b engine.Header) int { return strings.Compare(a.Name, b.Name) })
	return out
}
