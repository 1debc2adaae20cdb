// The page's own words. What the service says is never translated here.
const words = {
  es: {
    title: 'Teléfono de prueba',
    people: 'Personas',
    addPerson: 'Añadir persona',
    safe: 'Esto es un sandbox: todo ocurre en esta máquina. Nada sale a Internet ni llega a WhatsApp.',
    strip: 'Sandbox: nada sale de esta máquina',
    language: 'Idioma de la página',
    conversation: 'Conversación',
    attach: 'Enviar otra cosa',
    write: 'Escribe un mensaje',
    writeHola: 'Escribe «hola»',
    send: 'Enviar',
    close: 'Cerrar',
    emptyTitle: 'Eres {name}, y este es tu teléfono',
    emptyText: 'Escríbele a {service} como lo haría cualquier persona. Para empezar, saluda:',
    emptyRestart: 'Cauce se reinició y este teléfono empieza de nuevo. Lo que {service} recuerda de {name} sigue en su base de datos.',
    hola: 'hola',
    you: 'Tú',
    today: 'Hoy',
    yesterday: 'Ayer',
    typing: 'escribiendo…',
    testNumber: 'Número de prueba',
    template: 'Plantilla',
    templateOf: 'Plantilla «{name}», categoría {category}',
    choose: 'Elegir',
    chosen: 'elegido',
    waiting: 'Enviado; el servicio aún no lo recibe',
    delivered: 'Recibido por el servicio',
    read: 'Leído por el servicio',
    lost: 'No se pudo entregar',
    unread: 'mensajes sin leer',
    file: 'Foto, video o archivo',
    fileNote: 'De esta máquina, con lo escrito como pie',
    voice: 'Nota de voz',
    voiceNote: 'Dos segundos de sonido de prueba',
    location: 'Ubicación',
    locationNote: 'La Plaza de Bolívar, en Bogotá',
    plaza: 'Plaza de Bolívar',
    sendLocation: 'Enviar ubicación',
    media_image: 'Imagen', media_video: 'Video', media_audio: 'Audio', media_document: 'Documento', media_sticker: 'Sticker',
    notFetched: 'El sandbox no descarga enlaces de fuera:',
    contact: 'Contacto',
    contactNote: 'La tarjeta de Ana, con un número inventado',
    quoted: 'Ver el mensaje citado',
    newPerson: 'Nueva persona',
    name: 'Nombre',
    nameHint: 'Como aparece en su perfil',
    whatIsKnown: 'Qué sabe el servicio de esta persona',
    kind_both: 'Número e identificador (lo normal)',
    kind_phone: 'Solo el número',
    kind_id: 'Solo el identificador: oculta su número',
    add: 'Añadir',
    aboutPerson: 'Esta persona',
    phone: 'Número', userID: 'Identificador (BSUID)', username: 'Usuario', hidden: 'oculto',
    windowOpen: 'Ventana de 24 horas', windowUntil: 'abierta hasta {time}', windowShut: 'cerrada: solo llegan plantillas',
    remove: 'Quitar del teléfono',
    removeNote: 'El servicio no se entera y sigue recordándola.',
    offline: 'No hay conexión con Cauce. Si lo detuviste, vuelve a ejecutar «cauce serve --sandbox»: esta página se reconecta sola.',
    trouble_nowhere: 'El sandbox aún no sabe adónde llevar los mensajes. Espera a que el servicio termine de arrancar.',
    trouble_unreachable: 'El servicio no contesta. Mira en la terminal si se detuvo y vuelve a arrancarlo; {waiting} por entregar, y se entregará solo.',
    trouble_slow: 'El servicio tarda demasiado en contestar. Mira qué dice su registro en la terminal; se intenta de nuevo solo.',
    trouble_status: 'El servicio rechazó el mensaje (HTTP {status}). Mira qué dice su registro en la terminal; se intenta de nuevo solo.',
    trouble_401: 'El servicio rechazó la firma del mensaje (HTTP 401): su clave no es la del sandbox. Arranca los dos con «cauce serve --sandbox».',
    one: 'queda 1', many: 'quedan {n}',
    refusedHere: 'El servicio quiso escribir aquí y la API lo rechazó',
    refused: 'La API rechazó una llamada del servicio',
    refused_190: 'El servicio llama a la API con otra clave. Arranca los dos con «cauce serve --sandbox».',
    refused_131047: 'Pasaron más de 24 horas desde el último mensaje de la persona: fuera de esa ventana solo sale una plantilla.',
    refused_132001: 'Esa plantilla no existe en ese idioma. Revisa [template] en service.toml.',
    refused_132000: 'La plantilla tiene otra cantidad de variables. Revisa «fill» en el flujo.',
    times: '{n} veces',
    dismiss: 'Entendido',
    notSent: 'No se pudo enviar. Comprueba que Cauce está en marcha y vuelve a intentarlo.',
    'unknown-person': 'Esta persona ya no está en el teléfono. Añade otra.',
    'unknown-choice': 'Ese botón ya no está en este teléfono. Escribe tu respuesta.',
    'too-many-people': 'Ya hay muchas personas. Quita alguna antes de añadir otra.',
    'bad-person': 'Ese nombre no sirve: usa como mucho 60 letras.',
    'too-long': 'El mensaje es demasiado largo.',
    'not-a-file': 'Se envían fotos (JPG, PNG), videos (MP4, 3GP), sonidos, stickers (WebP), PDF, texto y documentos de oficina.',
  },
  en: {
    title: 'Test phone',
    people: 'People',
    addPerson: 'Add a person',
    safe: 'This is a sandbox: everything happens on this machine. Nothing goes out to the Internet or to WhatsApp.',
    strip: 'Sandbox: nothing leaves this machine',
    language: 'Language of this page',
    conversation: 'Conversation',
    attach: 'Send something else',
    write: 'Write a message',
    writeHola: 'Write “hola”',
    send: 'Send',
    close: 'Close',
    emptyTitle: 'You are {name}, and this is your phone',
    emptyText: 'Write to {service} as anybody would. Start with a greeting:',
    emptyRestart: 'Cauce was restarted and this phone starts afresh. What {service} remembers of {name} is still in its database.',
    hola: 'hola',
    you: 'You',
    today: 'Today',
    yesterday: 'Yesterday',
    typing: 'writing…',
    testNumber: 'Test number',
    template: 'Template',
    templateOf: 'Template “{name}”, category {category}',
    choose: 'Choose',
    chosen: 'chosen',
    waiting: 'Sent; the service does not have it yet',
    delivered: 'Received by the service',
    read: 'Read by the service',
    lost: 'Could not be delivered',
    unread: 'unread messages',
    file: 'Photo, video or file',
    fileNote: 'From this machine; what is written goes below it',
    voice: 'Voice note',
    voiceNote: 'Two seconds of test sound',
    location: 'Location',
    locationNote: 'Plaza de Bolívar, in Bogotá',
    plaza: 'Plaza de Bolívar',
    sendLocation: 'Send location',
    media_image: 'Picture', media_video: 'Video', media_audio: 'Audio', media_document: 'Document', media_sticker: 'Sticker',
    notFetched: 'The sandbox does not fetch links from outside:',
    contact: 'Contact',
    contactNote: 'Ana’s card, with a made-up number',
    quoted: 'Show the quoted message',
    newPerson: 'New person',
    name: 'Name',
    nameHint: 'As on their profile',
    whatIsKnown: 'What the service knows of this person',
    kind_both: 'Number and id (the usual)',
    kind_phone: 'Only the number',
    kind_id: 'Only the id: their number is hidden',
    add: 'Add',
    aboutPerson: 'This person',
    phone: 'Number', userID: 'Id (BSUID)', username: 'Username', hidden: 'hidden',
    windowOpen: '24-hour window', windowUntil: 'open until {time}', windowShut: 'shut: only templates arrive',
    remove: 'Take off this phone',
    removeNote: 'The service is not told and still remembers them.',
    offline: 'No connection to Cauce. If you stopped it, run “cauce serve --sandbox” again: this page reconnects by itself.',
    trouble_nowhere: 'The sandbox does not know yet where to take messages. Wait until the service has started.',
    trouble_unreachable: 'The service does not answer. See in the terminal whether it stopped, and start it again; {waiting} to deliver, which happens by itself.',
    trouble_slow: 'The service takes too long to answer. See what its log says in the terminal; it is tried again by itself.',
    trouble_status: 'The service refused the message (HTTP {status}). See what its log says in the terminal; it is tried again by itself.',
    trouble_401: 'The service refused the message’s signature (HTTP 401): its secret is not the sandbox’s. Start both with “cauce serve --sandbox”.',
    one: '1 left', many: '{n} left',
    refusedHere: 'The service tried to write here and the API refused it',
    refused: 'The API refused a call of the service',
    refused_190: 'The service calls the API with another token. Start both with “cauce serve --sandbox”.',
    refused_131047: 'More than 24 hours have passed since the person last wrote: outside that window only a template goes out.',
    refused_132001: 'There is no such template in that language. See [template] in service.toml.',
    refused_132000: 'The template has a different number of variables. See “fill” in the flow.',
    times: '{n} times',
    dismiss: 'Got it',
    notSent: 'Could not be sent. Check that Cauce is running, and try again.',
    'unknown-person': 'This person is no longer on this phone. Add another.',
    'unknown-choice': 'That button is no longer on this phone. Write your answer.',
    'too-many-people': 'There are many people already. Take one off before adding another.',
    'bad-person': 'That name will not do: use at most 60 letters.',
    'too-long': 'The message is too long.',
    'not-a-file': 'Photos (JPG, PNG), videos (MP4, 3GP), sounds, stickers (WebP), PDF, text and office documents can be sent.',
  },
};

let language = 'es';

export function setLanguage(tag) {
  language = words[tag] ? tag : 'es';
  document.documentElement.lang = language;
}

export const currentLanguage = () => language;

export function word(key, values = {}) {
  const text = words[language][key];
  if (text === undefined) throw new Error(`no words for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

export const hasWord = (key) => words[language][key] !== undefined;

// For the test that both languages say everything.
export const keys = (tag) => Object.keys(words[tag]).sort();

const formats = new Map();
function dates(options) {
  const key = language + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, options));
  return formats.get(key);
}

export const clock = (ms) => dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);

export function day(ms) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (ms >= midnight) return word('today');
  if (ms >= new Date(midnight).setDate(new Date(midnight).getDate() - 1)) return word('yesterday');
  return dates({ weekday: 'long', day: 'numeric', month: 'long' }).format(ms);
}

export const moment = (ms) => dates({ weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);

export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();
