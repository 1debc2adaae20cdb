// WhatsApp's marks in a text: *bold* _italic_ ~struck~ `code` ```block```. What people and
// services write only ever becomes text nodes, never HTML.

const tags = { '*': 'strong', '_': 'em', '~': 's' };
const wordish = /[\p{L}\p{N}]/u;

// A mark opens after the start, a space or a sign, right before something; it closes right after
// something, before the end, a space or a sign; both on one line.
function closing(text, open, end) {
  const mark = text[open];
  if (open > 0 && wordish.test(text[open - 1])) return -1;
  if (open + 1 >= end || /\s/.test(text[open + 1]) || text[open + 1] === mark) return -1;
  for (let i = open + 2; i < end; i++) {
    if (text[i] === '\n') return -1;
    if (text[i] === mark && !/\s/.test(text[i - 1]) && (i + 1 >= text.length || !wordish.test(text[i + 1]))) return i;
  }
  return -1;
}

const address = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]*_~`]/g;
const addressHere = new RegExp(address.source, 'y'); // its own, for both kinds remember where they stopped

function plain(text, parent) {
  let from = 0;
  for (const match of text.matchAll(address)) {
    parent.append(text.slice(from, match.index));
    const a = document.createElement('a');
    a.href = match[0];
    a.textContent = match[0];
    a.target = '_blank';
    a.rel = 'noopener noreferrer';
    parent.append(a);
    from = match.index + match[0].length;
  }
  parent.append(text.slice(from));
}

function write(text, start, end, parent) {
  let from = start;
  const flush = (to) => { if (to > from) plain(text.slice(from, to), parent); };
  const element = (tag, open, close, size) => {
    flush(open);
    const node = document.createElement(tag);
    if (tag === 'code') node.textContent = text.slice(open + size, close);
    else write(text, open + size, close, node);
    parent.append(node);
    from = close + size;
    return from;
  };
  for (let i = start; i < end;) {
    addressHere.lastIndex = i;
    const found = text[i] === 'h' && addressHere.exec(text);
    if (found && i + found[0].length <= end) { // marks inside an address are letters of it
      i += found[0].length;
      continue;
    }
    if (text.startsWith('```', i) && i + 3 <= end) {
      const close = text.indexOf('```', i + 3);
      i = close > i + 3 && close + 3 <= end ? element('code', i, close, 3) : i + 3;
      continue;
    } else if (text[i] === '`') {
      const close = text.indexOf('`', i + 1);
      if (close > i + 1 && close < end && !text.slice(i, close).includes('\n')) { i = element('code', i, close, 1); continue; }
    } else if (tags[text[i]]) {
      const close = closing(text, i, end);
      if (close > 0) { i = element(tags[text[i]], i, close, 1); continue; }
    }
    i++;
  }
  flush(end);
}

// format returns a fragment that shows the text with its marks.
export function format(text) {
  const out = document.createDocumentFragment();
  write(text, 0, text.length, out);
  return out;
}

// bare is the text without its marks, for previews.
export const bare = (text) => format(text).textContent.replace(/\s+/g, ' ').trim();
