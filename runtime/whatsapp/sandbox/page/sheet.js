// The panel that rises from the bottom of the phone: a list's rows, things to send, people.
// While it is open the rest of the page is inert; Escape, the shade and the cross close it, and
// the focus goes back to where it was.
const $ = (id) => document.getElementById(id);
let before = null;

export function openSheet(title, ...children) {
  if ($('sheet').hidden) before = document.activeElement;
  $('sheet-title').textContent = title;
  $('sheet-body').replaceChildren(...children);
  $('sheet-body').scrollTop = 0;
  $('shade').hidden = $('sheet').hidden = false;
  $('app').inert = $('side').inert = true;
  const first = $('sheet-body').querySelector('input, button, a') || $('sheet-title');
  first.focus({ preventScroll: true });
}

export function closeSheet() {
  if ($('sheet').hidden) return;
  $('shade').hidden = $('sheet').hidden = true;
  $('app').inert = $('side').inert = false;
  $('sheet-body').replaceChildren();
  if (before && before.isConnected) before.focus({ preventScroll: true });
  else $('text').focus({ preventScroll: true });
  before = null;
}

export const sheetIsOpen = () => !$('sheet').hidden;

$('shade').addEventListener('click', closeSheet);
$('sheet-close').addEventListener('click', closeSheet);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && sheetIsOpen()) {
    event.preventDefault();
    closeSheet();
  }
  if (event.key === 'Tab' && sheetIsOpen()) { // stay inside
    const stops = [...$('sheet').querySelectorAll('button, input, a[href]')].filter((n) => !n.disabled && n.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement === edge || !$('sheet').contains(document.activeElement)) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  }
});
