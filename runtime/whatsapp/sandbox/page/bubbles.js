// A message on the phone: one list item for each, made from what the server tells and
// replaced when it tells something new.
import { bare, format } from './format.js';
import { clock, hasWord, word } from './words.js';

export function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', '#' + name);
  svg.append(use);
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}

export function button(className, label, onClick, ...before) {
  const node = make('button', className, ...before, said('span', '', label));
  node.type = 'button';
  node.addEventListener('click', onClick);
  return node;
}

// preview is one line about a message.
export function preview(m) {
  if (m.text && m.kind !== 'note') return bare(m.text);
  if (m.media) return hasWord('media_' + m.media.kind) ? word('media_' + m.media.kind) : m.media.kind;
  if (m.place) return word('location');
  if (m.cards) return m.cards.map((c) => c.name).join(', ');
  return '';
}

// said is words of people or of the service: each runs the way its own letters do.
export function said(tag, className, text) {
  const node = make(tag, className, text);
  node.dir = 'auto';
  return node;
}

const pictures = new Map([['image', 'picture'], ['sticker', 'sticker']]);

function mediaCard(media) {
  const label = media.filename || word(media.voice ? 'voice' : 'media_' + media.kind);
  const source = media.id && 'api/media/' + encodeURIComponent(media.id);
  if (source && pictures.has(media.kind)) {
    const img = make('img', pictures.get(media.kind));
    img.alt = label;
    img.src = source;
    return img;
  }
  if (source && (media.kind === 'audio' || media.kind === 'video')) {
    const player = make(media.kind, media.kind === 'video' ? 'picture' : '');
    player.controls = true;
    player.preload = media.kind === 'video' ? 'metadata' : 'none'; // a video shows where it begins
    player.setAttribute('aria-label', label);
    player.src = source;
    return media.voice ? make('div', 'voice', icon('i-voice'), player) : player;
  }
  const card = make(source ? 'a' : 'div', 'card', icon(pictures.has(media.kind) ? 'i-image' : media.kind === 'audio' ? 'i-voice' : 'i-file'));
  const text = make('span', '', said('b', '', label));
  if (source) {
    card.href = source;
    card.download = label; // never opened as a page of this one
    text.append(make('small', '', word('media_document')));
  }
  if (media.link) text.append(make('small', '', word('notFetched') + ' ', make('code', '', media.link)));
  card.append(text);
  return card;
}

function contactCard(card) {
  const lines = [...(card.phones || []), ...(card.emails || [])];
  if (lines.length === 0) lines.push(word('contact'));
  return make('div', 'card', icon('i-person'), make('span', '', said('b', '', card.name), ...lines.map((line) => make('small', '', line))));
}

function placeCard(place) {
  const spot = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  return make('div', 'place', make('div', 'map', icon('i-pin')),
    make('div', 'where', said('b', '', place.name || word('location')), said('small', '', place.address || spot)));
}

function quoteOf(quoted, jump, serviceName) {
  const node = make('button', 'quote', make('b', '', quoted.mine ? word('you') : serviceName), said('span', '', preview(quoted)));
  node.type = 'button';
  node.title = word('quoted');
  node.addEventListener('click', () => jump(quoted.id));
  return node;
}

// note is a call of the service the API refused, told in the chat it was meant for.
function note(m) {
  const box = make('div', 'note', make('b', '', word('refusedHere')));
  const plain = 'refused_' + m.code;
  if (hasWord(plain)) box.append(make('span', '', word(plain)));
  const technical = make('small', '', `${m.code} · ${m.text}`);
  if (m.count > 1) technical.append(' · ', word('times', { n: m.count }));
  box.append(technical);
  return make('li', 'line', box);
}

// bubble renders a message. context has: serviceName, find(id), jump(id), tap(message, choice),
// openList(message), sendLocation().
export function bubble(m, context) {
  if (m.kind === 'note') {
    const item = note(m);
    item.dataset.id = m.id;
    return item;
  }
  const box = make('div', 'bubble');
  const item = make('li', m.mine ? 'line mine' : 'line theirs', make('div', 'stack', box));
  item.dataset.id = m.id;
  item.dataset.kind = m.kind;
  box.append(make('span', 'spoken', (m.mine ? word('you') : context.serviceName) + ': '));

  if (m.template) {
    const badge = make('span', 'badge', word('template'));
    badge.title = word('templateOf', { name: m.template, category: m.category });
    box.append(badge);
  }
  const quoted = m.quote && context.find(m.quote);
  if (quoted) box.append(quoteOf(quoted, context.jump, context.serviceName));
  if (m.media) box.append(mediaCard(m.media));
  if (m.place) box.append(placeCard(m.place));
  for (const card of m.cards || []) box.append(contactCard(card));
  if (m.header) box.append(said('div', 'header', m.header));
  if (m.text) {
    const text = said('div', 'text', '');
    text.append(format(m.text));
    if (/^\p{Extended_Pictographic}(\p{Emoji_Modifier}|\u200d|\ufe0f|\p{Extended_Pictographic}){0,7}$/u.test(m.text)) text.classList.add('emoji');
    box.append(text);
  }
  if (m.footer) box.append(said('div', 'footer', m.footer));

  const meta = make('span', 'meta');
  const time = make('time', '', clock(m.at));
  time.dateTime = new Date(m.at).toISOString();
  meta.append(time);
  if (m.mine) {
    const tick = make('span', 'tick ' + m.state, icon(m.state === 'read' ? 't-delivered' : 't-' + m.state));
    tick.title = word(m.state);
    tick.append(make('span', 'spoken', word(m.state)));
    meta.append(tick);
  }
  box.append(meta);
  if (m.reaction) box.append(make('span', 'reaction', m.reaction));

  const stack = item.firstChild;
  const action = (label, name, run, chosen) => {
    const node = button(chosen ? 'action chosen' : 'action', label, run, icon(chosen ? 'i-check' : name));
    if (chosen) node.append(make('span', 'spoken', ' (' + word('chosen') + ')'));
    stack.append(node);
    return node;
  };
  (m.buttons || []).forEach((label, i) => action(label, 'i-reply', () => context.tap(m, i), m.chosen === i));
  if (m.kind === 'list') action(m.opener, 'i-list', () => context.openList(m)).setAttribute('aria-haspopup', 'dialog');
  if (m.kind === 'location_request') action(word('sendLocation'), 'i-pin', () => context.sendLocation());
  if (m.link) {
    const a = make('a', 'action', icon('i-out'), said('span', '', m.link.text));
    a.title = m.link.url;
    a.href = m.link.url; // http or https: the server let nothing else in
    a.target = '_blank';
    a.rel = 'noopener noreferrer';
    stack.append(a);
  }
  return item;
}
