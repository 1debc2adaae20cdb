// The phone. The server's stream is the only truth: it opens with the whole state and goes on
// with every change, so nothing here guesses. Only the list of people is kept in this browser,
// because a server that was restarted has forgotten them while its database has not.
import { bubble, button, icon, make, preview, said } from './bubbles.js';
import { closeSheet, openSheet, sheetIsOpen } from './sheet.js';
import { clock, currentLanguage, day, hasWord, moment, sameDay, setLanguage, word } from './words.js';

const $ = (id) => document.getElementById(id);
const memory = {
  get(key, otherwise) {
    try { return JSON.parse(localStorage.getItem('cauce.' + key)) ?? otherwise; } catch { return otherwise; }
  },
  people() {
    const list = memory.get('people', []);
    return Array.isArray(list) ? list : [];
  },
  set(key, value) {
    try { localStorage.setItem('cauce.' + key, JSON.stringify(value)); } catch { /* a browser that keeps nothing still works until the tab closes */ }
  },
};

const state = {
  service: { name: '', number: '' },
  people: new Map(), // id → { id, name, phone, user_id, unread, trouble, wrote, messages, typing, draft }
  current: memory.get('current', null),
  connected: true,
  alert: null,
  restarted: new Set(), // people who were here before the server's restart
};
const me = () => state.people.get(state.current);

// --- talking to the server

async function call(method, path, body, type = 'application/json') {
  let response;
  try {
    response = await fetch('api/' + path, {
      method, headers: body === undefined ? {} : { 'Content-Type': type },
      body: body === undefined || type !== 'application/json' ? body : JSON.stringify(body),
    });
  } catch {
    throw 'notSent';
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw hasWord(answer.error || '') ? answer.error : 'notSent';
  return answer;
}

// attempt runs a call and says in plain words what went wrong, if something did.
async function attempt(work) {
  try {
    const answer = await work();
    complaint = null;
    showBanner();
    return answer;
  } catch (reason) {
    if (typeof reason !== 'string') throw reason;
    complaint = reason;
    showBanner();
    return null;
  }
}
let complaint = null;

function gesture(what) {
  const person = me();
  if (!person) return Promise.resolve(null);
  return attempt(() => call('POST', `people/${encodeURIComponent(person.id)}/messages`, what));
}

function connect() {
  const stream = new EventSource('api/events');
  const on = (name, handler) => stream.addEventListener(name, (event) => handler(JSON.parse(event.data)));
  on('state', begin);
  on('person', (face) => { keep(face); showPeople(); showChatHead(); showBanner(); });
  on('gone', ({ person }) => { forget(person); });
  on('message', ({ person, message }) => receive(person, message));
  on('typing', ({ person, until }) => { setTyping(person, until); });
  on('alert', (alert) => { state.alert = alert; showBanner(); });
  stream.onerror = () => {
    state.connected = false;
    showBanner();
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000); // a refusal ends the browser's own tries
  };
}

// begin takes the whole state: at first, and after every time the connection was lost.
async function begin(all) {
  state.connected = true;
  state.service = { name: all.name, number: all.number };
  if (!memory.get('language', null)) useLanguage(all.language);
  const drafts = new Map([...state.people].map(([id, p]) => [id, p.draft]));
  state.people = new Map();
  for (const { messages, ...face } of all.people) {
    keep(face);
    const p = state.people.get(face.id);
    p.messages = messages;
    p.draft = drafts.get(face.id);
  }
  const seen = memory.get('alert', 0);
  state.alert = all.alert && all.alert.at > seen ? all.alert : null;
  for (const p of memory.people().filter((p) => !state.people.has(p.id))) {
    if (p.wrote) state.restarted.add(p.id);
    try {
      keep(await call('POST', 'people', { name: p.name, phone: p.phone, user_id: p.user_id, wrote: p.wrote }));
    } catch (reason) {
      if (reason === 'bad-person') dropFromMemory(p.id); // not ours: something else wrote there
      else if (typeof reason === 'string') complaint = reason;
      else throw reason;
    }
  }
  if (state.people.size === 0) await somebodyNew();
  choose(state.people.has(state.current) ? state.current : state.people.keys().next().value);
  showAll();
}

// --- people

const somebodyNew = () => attempt(() => call('POST', 'people', {}).then(keep));

function keep(face) {
  const known = state.people.get(face.id);
  state.people.set(face.id, { messages: [], ...known, trouble: undefined, ...face });
  const list = memory.people().filter((p) => p.id !== face.id);
  const { id, name, phone, user_id, wrote } = face;
  memory.set('people', [...list, { id, name, phone, user_id, wrote }].sort((a, b) => order(a.id) - order(b.id)));
}
const order = (id) => [...state.people.keys()].indexOf(id);

const dropFromMemory = (id) => memory.set('people', memory.people().filter((p) => p.id !== id));

function forget(id) {
  state.people.delete(id);
  dropFromMemory(id);
  if (state.current === id) {
    choose(state.people.keys().next().value);
    $('text').value = me()?.draft || '';
  }
  showAll();
}

function choose(id) {
  const leaving = me();
  if (leaving) leaving.draft = $('text').value;
  state.current = id ?? null;
  memory.set('current', state.current);
  if (leaving) $('text').value = me()?.draft || ''; // else it was typed before the page was ready, and stays
  fit();
}

function pick(id) {
  choose(id);
  closeSheet();
  complaint = null;
  showAll();
  $('text').focus({ preventScroll: true });
}

function looked() {
  const person = me();
  if (person && person.unread > 0 && document.visibilityState === 'visible') {
    person.unread = 0;
    call('POST', `people/${encodeURIComponent(person.id)}/seen`, {}).catch(() => {}); // told again with the next message
    showPeople();
  }
}

function receive(id, message) {
  const person = state.people.get(id);
  if (!person) return;
  const at = person.messages.findIndex((m) => m.id === message.id);
  if (at >= 0) person.messages[at] = message;
  else {
    person.messages.push(message);
    if (!message.mine && message.kind !== 'note') person.unread++;
  }
  if (id === state.current) {
    showMessage(person, message, at < 0);
    looked();
  }
  showPeople();
}

function setTyping(id, until) {
  const person = state.people.get(id);
  if (!person) return;
  clearTimeout(person.typing);
  person.typing = until > Date.now() ? setTimeout(() => setTyping(id, 0), until - Date.now()) : 0;
  if (id === state.current) showTyping();
}

const phoneNumber = (digits) => digits.startsWith('57') && digits.length === 12
  ? `+57 ${digits.slice(2, 5)} ${digits.slice(5, 8)} ${digits.slice(8)}` : '+' + digits;

const known = (p) => (p.phone ? phoneNumber(p.phone) : '@' + p.username);

function dress(node, name, id) {
  let hue = 0;
  for (const c of id || name) hue = (hue * 31 + c.codePointAt(0)) % 9973;
  node.className = node.className.replace(/ ?hue-\d/, '') + ' hue-' + (hue % 6);
  node.textContent = ([...name][0] || '?').toLocaleUpperCase();
  return node;
}

// --- showing

function showAll() {
  showWords();
  showPeople();
  showChatHead();
  showBanner();
  showLog();
  looked();
}

function showWords() {
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll('[data-word-label]')) {
    node.setAttribute('aria-label', word(node.dataset.wordLabel));
    if (node.tagName === 'BUTTON') node.title = word(node.dataset.wordLabel);
  }
  for (const node of document.querySelectorAll('[data-language]')) node.setAttribute('aria-pressed', node.dataset.language === currentLanguage());
}

function personRow(p) {
  const last = p.messages.findLast((m) => m.kind !== 'note');
  const row = make('button', 'person', dress(make('span', 'avatar'), p.name, p.id),
    make('span', 'lines',
      make('span', 'top', make('b', '', p.name), make('small', '', last ? clock(last.at) : '')),
      make('span', 'bottom', make('span', '', last ? (last.mine ? word('you') + ': ' : '') + preview(last) : known(p)))));
  row.type = 'button';
  row.dataset.person = p.id;
  if (p.id === state.current) row.setAttribute('aria-current', 'true');
  if (p.unread > 0) {
    const dot = make('span', 'unread', String(p.unread), make('span', 'spoken', ' ' + word('unread')));
    row.querySelector('.bottom').append(dot);
  }
  row.addEventListener('click', () => pick(p.id));
  return make('li', '', row);
}

function showPeople() {
  const focused = document.activeElement?.dataset?.person;
  const list = $('people-list');
  list.replaceChildren(...[...state.people.values()].map(personRow));
  if (focused && !sheetIsOpen()) list.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const others = [...state.people.values()].filter((p) => p.id !== state.current && p.unread > 0);
  $('elsewhere').hidden = others.length === 0;
  document.title = (others.length || (me()?.unread && document.hidden) ? '• ' : '') + state.service.name + ' · Cauce';
  const open = document.querySelector('#sheet-body .people ul');
  if (open) open.replaceChildren(...[...state.people.values()].map(personRow));
}

function showChatHead() {
  $('service-name').textContent = state.service.name;
  dress($('service-avatar'), state.service.name, 'service');
  const person = me();
  for (const id of ['me', 'me-mobile']) if (person) dress($(id), person.name, person.id);
  $('info').setAttribute('aria-label', person ? `${word('aboutPerson')}: ${person.name}` : word('aboutPerson'));
  $('info').title = person ? `${person.name} · ${known(person)}` : '';
  showTyping();
}

function showTyping() {
  const on = Boolean(me()?.typing);
  const subtitle = on ? word('typing') : word('testNumber') + ' · ' + state.service.number;
  if ($('subtitle').textContent !== subtitle) $('subtitle').textContent = subtitle; // or it is read out again
  $('subtitle').classList.toggle('busy', on);
  const log = $('log');
  log.querySelector('.typing')?.remove();
  if (on) {
    log.append(make('li', 'line theirs typing', make('div', 'stack', make('div', 'bubble', make('i'), make('i'), make('i')))));
    follow();
  }
}

// showBanner tells the one thing that is wrong, the gravest first.
function showBanner() {
  const person = me();
  const lines = [];
  let dismiss = null;
  if (!state.connected) lines.push(word('offline'));
  else if (complaint) {
    lines.push(word(complaint));
    dismiss = () => { complaint = null; };
  } else if (person?.trouble) {
    const { reason, status, waiting } = person.trouble;
    const left = waiting === 1 ? word('one') : word('many', { n: waiting });
    lines.push(word(reason === 'status' && status === 401 ? 'trouble_401' : 'trouble_' + reason, { status, waiting: left }));
  } else if (state.alert) {
    const { code, details, at } = state.alert;
    lines.push(`${word('refused')} (${code}).`);
    lines.push(hasWord('refused_' + code) ? word('refused_' + code) : details);
    dismiss = () => { memory.set('alert', at); state.alert = null; };
  }
  const banner = $('banner');
  const text = lines.join(' ');
  if (banner.dataset.text === text) return; // said once
  banner.dataset.text = text;
  banner.hidden = text === '';
  banner.replaceChildren(make('span', '', text));
  if (dismiss) banner.append(button('plain', word('dismiss'), () => { dismiss(); showBanner(); }));
}

const context = {
  get serviceName() { return state.service.name; },
  find: (id) => me()?.messages.find((m) => m.id === id),
  jump(id) {
    const item = $('log').querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!item) return;
    item.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    item.classList.remove('flash');
    void item.offsetWidth; // so that the animation starts again
    item.classList.add('flash');
  },
  tap(message, choice) {
    return gesture({ type: 'tap', message: message.id, choice });
  },
  openList(message) {
    const parts = [];
    for (const section of message.sections) {
      if (section.title) parts.push(said('h3', '', section.title));
      const rows = section.rows.map((row) => {
        const node = make('button', 'row', make('span', '', said('b', '', row.title), ...(row.description ? [said('small', '', row.description)] : [])), icon(message.chosen === row.choice ? 'i-check' : 'i-go'));
        node.type = 'button';
        node.addEventListener('click', () => { closeSheet(); context.tap(message, row.choice); });
        return make('li', '', node);
      });
      parts.push(make('ul', 'rows', ...rows));
    }
    openSheet(message.opener, ...parts);
  },
  sendLocation() {
    return gesture({ type: 'location', latitude: 4.59808, longitude: -74.07609, name: word('plaza') });
  },
};

// The newest message stays in view until somebody scrolls up, also when a picture arrives late
// or a keyboard takes half the screen.
let follows = true;
let scrolled = 0;
$('log').addEventListener('scroll', () => {
  const log = $('log');
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 80) follows = true;
  else if (log.scrollTop < scrolled) follows = false; // what grows never moves up; people do
  scrolled = log.scrollTop;
});
const toBottom = () => { const log = $('log'); log.scrollTop = log.scrollHeight; follows = true; };
const follow = () => { if (follows) toBottom(); };
$('log').addEventListener('load', follow, true);
$('log').addEventListener('loadedmetadata', follow, true); // a video's size is known
new ResizeObserver(follow).observe($('log'));

function showLog() {
  const log = $('log');
  log.setAttribute('aria-busy', 'true'); // a whole chat is not read out
  log.replaceChildren();
  const person = me();
  $('text').placeholder = person && person.messages.some((m) => m.mine) ? word('write') : word('writeHola');
  if (person) {
    if (person.messages.every((m) => m.kind === 'note')) log.append(emptyChat(person));
    for (const m of person.messages) append(person, m);
  }
  showTyping();
  toBottom();
  log.removeAttribute('aria-busy');
}

function emptyChat(person) {
  const values = { name: person.name, service: state.service.name };
  const card = make('div', 'hello', make('span', 'wave', icon('i-river')));
  if (state.restarted.has(person.id)) card.append(make('p', '', word('emptyRestart', values)));
  else card.append(make('h2', '', word('emptyTitle', values)), make('p', '', word('emptyText', values)));
  card.append(button('chip', word('hola'), () => gesture({ type: 'text', text: word('hola') })));
  return make('li', 'line empty', card);
}

function append(person, m) {
  const log = $('log');
  const before = person.messages[person.messages.indexOf(m) - 1];
  if (!before || !sameDay(before.at, m.at)) log.append(make('li', 'line day', make('span', '', day(m.at))));
  const item = bubble(m, context);
  if (before && before.mine === m.mine && before.kind !== 'note' && sameDay(before.at, m.at)) item.classList.add('next');
  log.append(item);
  return item;
}

function showMessage(person, message, isNew) {
  const log = $('log');
  if (isNew) {
    log.querySelector('.empty')?.remove();
    const typing = log.querySelector('.typing');
    append(person, message).classList.add('fresh');
    if (typing) log.append(typing);
    if (message.mine) $('text').placeholder = word('write');
  } else {
    const old = log.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
    if (old) {
      const item = bubble(message, context);
      if (old.classList.contains('next')) item.classList.add('next');
      const had = old.contains(document.activeElement) ? [...old.querySelectorAll('button, a')].indexOf(document.activeElement) : -1;
      old.replaceWith(item);
      if (had >= 0) item.querySelectorAll('button, a')[had]?.focus({ preventScroll: true });
    }
  }
  if (isNew && message.mine) toBottom();
  else follow();
}

// --- what the person does

function fit() {
  const text = $('text');
  text.style.height = 'auto';
  text.style.height = Math.min(text.scrollHeight, 132) + 'px';
  $('send').disabled = text.value.trim() === '';
}

async function sendText() {
  const text = $('text').value.trim();
  const person = me();
  if (text === '' || !person) return;
  $('text').value = '';
  fit();
  if (!await gesture({ type: 'text', text }) && me()?.id === person.id && $('text').value === '') {
    $('text').value = text; // nothing written is lost
    fit();
  }
}

$('composer').addEventListener('submit', (event) => { event.preventDefault(); sendText(); });
$('text').addEventListener('input', fit);
// Enter sends and Shift+Enter breaks the line. Asked of the line break and not of the key, for
// keyboards on a screen often do not say which key it was.
let shifted = false;
$('text').addEventListener('keydown', (event) => { shifted = event.shiftKey; });
$('text').addEventListener('beforeinput', (event) => {
  if (event.inputType === 'insertLineBreak' && !shifted) {
    event.preventDefault();
    sendText();
  }
});

function sendRow(name, title, text, run) {
  const node = make('button', 'row', make('span', 'disc ' + name, icon(name)), make('span', '', make('b', '', title), make('small', '', text)));
  node.type = 'button';
  node.addEventListener('click', run);
  return make('li', '', node);
}

$('attach').addEventListener('click', () => {
  openSheet(word('attach'), make('ul', 'rows',
    sendRow('i-file', word('file'), word('fileNote'), () => { closeSheet(); $('file').click(); }),
    sendRow('i-voice', word('voice'), word('voiceNote'), () => { closeSheet(); gesture({ type: 'voice' }); }),
    sendRow('i-pin', word('location'), word('locationNote'), () => { closeSheet(); context.sendLocation(); }),
    sendRow('i-person', word('contact'), word('contactNote'), () => { closeSheet(); gesture({ type: 'contact', name: 'Ana', phone: '573005550199' }); })));
});

// What stands in the field goes along as the caption, as on a phone.
$('file').addEventListener('change', async () => {
  const [file] = $('file').files;
  $('file').value = '';
  const person = me();
  if (!file || !person) return;
  const caption = $('text').value.trim();
  const query = '?' + new URLSearchParams({ name: file.name, caption });
  const type = file.type || 'application/octet-stream';
  if (!await attempt(() => call('POST', `people/${encodeURIComponent(person.id)}/file${query}`, file, type))) return;
  if (me()?.id === person.id && $('text').value.trim() === caption && captioned(type)) {
    $('text').value = '';
    fit();
  }
});
const captioned = (type) => !type.startsWith('audio/') && type !== 'image/webp'; // the others have no place for it

function addPerson() {
  const input = make('input');
  input.id = 'new-name';
  input.maxLength = 60;
  input.autocomplete = 'off';
  input.placeholder = word('nameHint');
  const label = make('label', 'field', make('span', '', word('name')), input);
  const kinds = ['both', 'phone', 'id'].map((kind) => {
    const radio = make('input');
    radio.type = 'radio';
    radio.name = 'kind';
    radio.value = kind;
    radio.checked = kind === 'both';
    return make('label', 'radio', radio, make('span', '', word('kind_' + kind)));
  });
  const more = make('details', '', make('summary', '', word('whatIsKnown')), ...kinds);
  const submit = make('button', 'primary', word('add'));
  submit.type = 'submit';
  const form = make('form', 'new', label, more, submit);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const kind = form.querySelector('[name=kind]:checked').value;
    const person = await attempt(() => call('POST', 'people', { name: input.value.trim(), kind }));
    if (!person) {
      closeSheet();
      return;
    }
    keep(person);
    pick(person.id);
  });
  openSheet(word('newPerson'), form);
}
$('add').addEventListener('click', addPerson);

function aboutPerson() {
  const p = me();
  if (!p) return;
  const until = (p.wrote || 0) + 24 * 3600 * 1000;
  const facts = make('dl', 'facts');
  const fact = (name, value) => facts.append(make('div', '', make('dt', '', name), make('dd', '', value)));
  fact(word('phone'), p.phone ? phoneNumber(p.phone) : word('hidden'));
  if (p.username) fact(word('username'), '@' + p.username);
  if (p.user_id) fact(word('userID'), p.user_id);
  fact(word('windowOpen'), until > Date.now() ? word('windowUntil', { time: moment(until) }) : word('windowShut'));
  const remove = button('danger', word('remove'), async () => {
    if (!await attempt(() => call('DELETE', 'people/' + encodeURIComponent(p.id)))) return;
    closeSheet();
    if ([...state.people.keys()].every((id) => id === p.id)) { // a phone belongs to somebody
      const next = await attempt(() => call('POST', 'people', {}));
      if (next) {
        keep(next);
        pick(next.id);
      }
    }
  });
  openSheet(p.name, facts, remove, make('p', 'hint', word('removeNote')));
}
$('info').addEventListener('click', aboutPerson);

$('switch').addEventListener('click', () => {
  const toggle = $('side').querySelector('.toggle').cloneNode(true);
  for (const node of toggle.children) node.addEventListener('click', () => { useLanguage(node.dataset.language, true); closeSheet(); });
  openSheet(word('people'),
    make('div', 'people', make('ul', '', ...[...state.people.values()].map(personRow)), button('add', word('addPerson'), addPerson, icon('i-plus'))),
    make('ul', 'rows', make('li', '', button('row', word('aboutPerson'), aboutPerson, icon('i-person')))),
    toggle);
});

function useLanguage(tag, chosen = false) {
  setLanguage(tag);
  if (chosen) memory.set('language', tag);
  delete $('banner').dataset.text; // the same trouble, in other words
  showAll();
}
for (const node of document.querySelectorAll('[data-language]')) node.addEventListener('click', () => useLanguage(node.dataset.language, true));

document.addEventListener('visibilitychange', () => { looked(); showPeople(); });

setLanguage(memory.get('language', null) || document.documentElement.lang);
showWords();
fit();
connect();
