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
  const node = make('button', className, ...before, make('span', '', label));
  node.type = 'button';
  node.addEventListener('click', onClick);
  return node;
}

// preview is one line about a message.
export function preview(m) {
  if (m.text && m.kind !== 'note') return bare(m.text);
  if (m.media) return hasWord('media_' + m.media.kind) ? word('media_' + m.media.kind) : m.media.kind;
  if (m.place) return word('location');
  return '';
}

function mediaCard(media) {
  const label = media.filename || word('media_' + media.kind);
  if (media.id && media.kind === 'image') {
    const img = make('img', 'picture');
    img.alt = label;
    img.src = 'api/media/' + encodeURIComponent(media.id);
    return img;
  }
  if (media.id && media.kind === 'audio') {
    const audio = make('audio');
    audio.controls = true;
    audio.preload = 'none';
    audio.setAttribute('aria-label', label);
    audio.src = 'api/media/' + encodeURIComponent(media.id);
    return audio;
  }
  const card = make('div', 'card', icon(media.kind === 'image' || media.kind === 'sticker' ? 'i-image' : media.kind === 'audio' ? 'i-voice' : 'i-file'));
  const text = make('span', '', make('b', '', label));
  if (media.link) text.append(make('small', '', word('notFetched') + ' ', make('code', '', media.link)));
  card.append(text);
  return card;
}

function placeCard(place) {
  const spot = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  return make('div', 'place', make('div', 'map', icon('i-pin')),
    make('div', 'where', make('b', '', place.name || word('location')), make('small', '', place.address || spot)));
}

function quoteOf(quoted, jump, serviceName) {
  const node = make('button', 'quote', make('b', '', quoted.mine ? word('you') : serviceName), make('span', '', preview(quoted)));
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
  if (m.header) box.append(make('div', 'header', m.header));
  if (m.kind === 'contacts') {
    for (const name of m.text.split('\n')) box.append(make('div', 'card', icon('i-person'), make('span', '', make('b', '', name), make('small', '', word('contact')))));
  } else if (m.text) {
    const text = make('div', 'text');
    text.append(format(m.text));
    if (/^\p{Extended_Pictographic}(\p{Emoji_Modifier}|\u200d|\ufe0f|\p{Extended_Pictographic}){0,7}$/u.test(m.text)) text.classList.add('emoji');
    box.append(text);
  }
  if (m.footer) box.append(make('div', 'footer', m.footer));

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
    const a = make('a', 'action', icon('i-out'), make('span', '', m.link.text));
    a.href = m.link.url; // http or https: the server let nothing else in
    a.target = '_blank';
    a.rel = 'noopener noreferrer';
    stack.append(a);
  }
  return item;
}
