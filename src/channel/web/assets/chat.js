/*
 * The chat page's script: sends without a reload, and shows what comes without one. The page works without it.
 *
 * Written for the browsers of old phones: no syntax newer than ECMAScript 5, and each newer interface is looked for
 * before it is used. Words come from the page; nothing that was said becomes markup (textContent only).
 */
(function () {
  'use strict';

  var page = document.getElementById('chat');
  var log = document.getElementById('log');
  if (!page || !log || !window.fetch || !window.JSON || !window.Promise) { return; }

  var words = JSON.parse(page.getAttribute('data-words'));
  var language = page.getAttribute('data-language');
  var embedded = page.hasAttribute('data-embedded');
  var composer = document.getElementById('composer');
  var input = document.getElementById('text');
  var statusLine = document.getElementById('status');
  var welcome = document.getElementById('welcome');
  var down = document.getElementById('down');

  var FIRST_PAUSE = 1000;       // before the first try anew, in milliseconds; doubled each time
  var LONGEST_PAUSE = 30000;
  var SILENCE = 45000;          // the server says something every 15 s: longer silence is a dead line
  var HELD_BACK = 8000;         // a stream that says nothing at all for so long is held back by a proxy
  var LOOK_SOON = 3000, LOOK_LATER = 15000;

  /* ---- What the browser keeps ---- */

  var prefix = embedded ? 'wenzheng-embedded-' : 'wenzheng-';
  // Storage may be forbidden inside another site's page, or full: then the page's own memory must do.
  var memory = {};
  var storage = (function () {
    try {
      window.localStorage.setItem(prefix + 'probe', '1');
      window.localStorage.removeItem(prefix + 'probe');
      return window.localStorage;
    } catch (error) { return null; }
  }());
  function recall(name) {
    return storage ? storage.getItem(prefix + name) : (memory[name] || null);
  }
  function keep(name, value) {
    if (!storage) { memory[name] = value; return; }
    try {
      if (value === null) { storage.removeItem(prefix + name); } else { storage.setItem(prefix + name, value); }
    } catch (error) {
      memory[name] = value;
      storage = null;
    }
  }

  /* Messages that the server has not acknowledged, oldest first: {id, body, label}. */
  function waiting() {
    try {
      var list = JSON.parse(recall('unsent') || '[]');
      return Array.isArray(list) ? list : [];
    } catch (error) { return []; }
  }
  function keepWaiting(list) { keep('unsent', list.length ? JSON.stringify(list) : null); }
  function forget(id) {
    keepWaiting(waiting().filter(function (message) { return message.id !== id; }));
  }

  /* ---- Speaking to the server ---- */

  var token = embedded ? recall('token') : null;
  var sessionAsked = null;

  function headers(more) {
    var all = more || {};
    all['Accept-Language'] = language;
    if (token) { all.Authorization = 'Bearer ' + token; }
    return all;
  }
  function ask(path, options) {
    var all = options || {};
    all.headers = headers(all.headers);
    all.credentials = 'same-origin';
    all.cache = 'no-store';
    return fetch(path, all);
  }
  /* A page without our cookie (inside another site, or where cookies are off) gets a token and keeps it itself. */
  function newSession() {
    if (!sessionAsked) {
      sessionAsked = fetch('/api/chat/session', { method: 'POST', credentials: 'same-origin' })
        .then(function (response) {
          if (!response.ok) { throw new Error('no session: ' + response.status); }
          return response.json();
        })
        .then(function (session) {
          token = session.token;
          // On our own page the cookie is the visitor's name; a token stands in only until the page is loaded again.
          if (embedded) { keep('token', token); }
          sessionAsked = null;
        }, function (error) {
          sessionAsked = null;
          throw error;
        });
    }
    return sessionAsked;
  }
  function pauseAfter(failures) {
    var pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * Math.pow(2, Math.min(failures, 10)));
    // Spread out, so that a restarted server isn't met by all pages at once.
    return pause * (0.75 + Math.random() / 2);
  }

  /* ---- Showing messages ---- */

  var byId = {}, byPosition = {}, lastPosition = 0;

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }
  function who(name, entry) {
    var line = element('p', 'who', name + ' ');
    if (entry.when) {
      var time = element('time', '', entry.when);
      time.setAttribute('datetime', entry.at);
      line.appendChild(time);
    }
    return line;
  }
  /* Quotations are Chinese whatever language the page has: a screen reader must change its voice for them. */
  function markLanguage(node, text) {
    if (language.indexOf('zh') !== 0 && /[\u4e00-\u9fff]/.test(text)) { node.setAttribute('lang', 'zh-CN'); }
    return node;
  }
  function block(part) {
    switch (part.kind) {
      case 'text': return element('p', 'text', part.text);
      case 'heading': return element('h2', '', part.text);
      case 'quote': return markLanguage(element('blockquote', '', part.text), part.text);
      case 'list':
        var list = element('ul');
        part.lines.forEach(function (line) { list.appendChild(element('li', '', line)); });
        return list;
      case 'source':
        var source = markLanguage(element('div', 'source'), part.title);
        var cite = element('cite');
        if (/^https?:\/\//i.test(part.url)) {
          var link = element('a', '', part.title);
          link.href = part.url;
          link.target = '_blank';
          link.rel = 'noopener noreferrer';
          cite.appendChild(link);
        } else {
          cite.textContent = part.title;
        }
        source.appendChild(cite);
        part.lines.forEach(function (line) { source.appendChild(element('p', '', line)); });
        return source;
      default: return element('p', 'text', part.text || '');
    }
  }
  function heardNode(entry) {
    var node = element('article', 'message heard');
    node.setAttribute('data-position', entry.position);
    node.appendChild(who(words.service, entry));
    entry.blocks.forEach(function (part) { node.appendChild(block(part)); });
    if (entry.choices.length) {
      var group = element('div', 'choices');
      group.setAttribute('role', 'group');
      group.setAttribute('aria-label', words.choices);
      entry.choices.forEach(function (choice) {
        var button = element('button', '', choice.label);
        button.type = 'button';
        button.name = 'choice';
        button.value = choice.action;
        group.appendChild(button);
      });
      node.appendChild(group);
    }
    return node;
  }
  function saidNode(id, text, entry) {
    var node = element('article', 'message said');
    node.setAttribute('data-id', id);
    node.appendChild(who(words.you, entry || {}));
    node.appendChild(element('p', 'text', text));
    return node;
  }
  /* Whether the end of the last message is in sight, or nearly. How far the page itself goes on says little: what stands
     below the talk is high on a phone. */
  function atEnd() {
    var last = log.lastElementChild;
    var sight = Math.min(composer.getBoundingClientRect().top, window.innerHeight);
    return !last || last.getBoundingClientRect().bottom - sight < 80;
  }
  /* Adds a message before another one, or at the end. Who reads further up is not pulled away. */
  function add(node, next) {
    var follow = !next && atEnd();
    log.insertBefore(node, next || null);
    welcome.hidden = true;
    if (follow) { show(node); }
    return node;
  }
  function show(node) {
    // The input may stand over the lower part of the window: what lies behind it can't be read.
    var over = window.getComputedStyle(composer).position.indexOf('sticky') >= 0 ? composer.offsetHeight : 0;
    var excess = node.offsetHeight - (window.innerHeight - over - 16);
    // What fits is shown whole. A longer answer is read from its top, unless its choices would be just out of sight:
    // then its first lines, which repeat the question, may be.
    if (excess > (node.querySelector('.choices') ? 80 : 0)) { node.scrollIntoView(); }
    else { window.scrollBy(0, node.getBoundingClientRect().bottom - (window.innerHeight - over - 8)); }
    offerDown();
  }
  /* The way down is offered while there is more below. */
  function offerDown() {
    if (!down) { return; }
    var last = log.lastElementChild;
    down.hidden = !last || last.getBoundingClientRect().bottom <= composer.getBoundingClientRect().top + 8;
  }
  function find(entry) { return entry.kind === 'said' ? byId[entry.id] : byPosition[entry.position]; }
  function place(entry, next) {
    var node;
    if (entry.kind === 'said') {
      node = byId[entry.id] = add(saidNode(entry.id, entry.text, entry), next);
      forget(entry.id);
    } else {
      node = byPosition[entry.position] = add(heardNode(entry), next);
      noteHeard(entry.position);
    }
    return node;
  }
  function noteHeard(position) {
    lastPosition = Math.max(lastPosition, position);
    expecting = false;
    tell('');
  }
  function heard(entry) {
    if (!byPosition[entry.position]) { entry.kind = 'heard'; place(entry); }
  }
  /* The server's order holds: what is missing here goes to where it stands there. */
  function merge(entries) {
    var before = null;
    entries.forEach(function (entry) {
      var node = find(entry);
      if (!node) {
        node = place(entry, before ? before.nextSibling : log.firstChild);
      } else if (entry.kind === 'said') {
        settle(entry.id);
      }
      before = node;
    });
  }
  function readPage() {
    Array.prototype.forEach.call(log.children, function (node) {
      if (node.hasAttribute('data-id')) { byId[node.getAttribute('data-id')] = node; forget(node.getAttribute('data-id')); }
      var position = Number(node.getAttribute('data-position'));
      if (position) { byPosition[position] = node; lastPosition = Math.max(lastPosition, position); }
    });
  }
  function tell(text) {
    if (statusLine.textContent !== text) { statusLine.textContent = text; }
  }

  /* ---- Sending ---- */

  var told = {};                // what had been heard when a message was first sent
  var busy = false, failures = 0, retry = null, expecting = false, expectingSince = 0;

  function makeId() {
    var bytes = [], index;
    if (window.crypto && window.crypto.getRandomValues) {
      bytes = window.crypto.getRandomValues(new Uint8Array(16));
    } else {
      for (index = 0; index < 16; index += 1) { bytes.push(Math.floor(Math.random() * 256)); }
    }
    var id = '';
    for (index = 0; index < 16; index += 1) { id += (bytes[index] + 256).toString(16).slice(1); }
    return id;
  }
  function say(body, label) {
    var message = { id: makeId(), body: body, label: label };
    keepWaiting(waiting().concat([message]));
    show(showWaiting(message));
    failures = 0;
    sendNext();
  }
  function showWaiting(message) {
    var node = byId[message.id];
    if (!node) {
      node = byId[message.id] = add(saidNode(message.id, message.label));
      node.appendChild(element('p', 'state', words.sending));
    }
    return node;
  }
  function state(id, text) {
    var line = byId[id] && byId[id].querySelector('.state');
    if (line) { line.textContent = text; }
  }
  function settle(id) {
    forget(id);
    state(id, words.sent);
  }
  function expect() {
    expecting = true;
    expectingSince = Date.now();
    tell(words.working);
    window.setTimeout(function () { if (expecting && Date.now() - expectingSince >= 30000) { tell(''); } }, 30500);
    if (polling) { pollAgain(LOOK_SOON); }
  }
  /* One at a time and in order; the same id until the server has it. */
  function sendNext() {
    var message = waiting()[0];
    if (busy || !message) { return; }
    busy = true;
    window.clearTimeout(retry);
    var request = { id: message.id };
    Object.keys(message.body).forEach(function (name) { request[name] = message.body[name]; });
    state(message.id, words.sending);
    // Kept over retries: a lost acknowledgement may be followed by the answer, and then by the second one.
    if (told[message.id] === undefined) { told[message.id] = lastPosition; }
    ask('/api/chat/messages', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request)
    }).then(function (response) {
      if (response.ok) {
        failures = 0;
        settle(message.id);
        // The answer may have overtaken this acknowledgement.
        if (lastPosition === told[message.id]) { expect(); }
        return null;
      }
      if (response.status === 401) { return newSession().then(function () { failures += 1; throw new Error('again'); }); }
      if (response.status === 429 || response.status >= 500) {
        var wait = Number(response.headers.get('Retry-After')) * 1000;
        var error = new Error('later');
        error.pause = wait > 0 ? wait : 0;
        throw error;
      }
      return response.json().then(function (problem) { refused(message, problem.message); },
        function () { refused(message, words.failed); });
    }).then(function () {
      busy = false;
      sendNext();
    }, function (error) {
      busy = false;
      state(message.id, words.waiting);
      retry = window.setTimeout(sendNext, Math.max(error.pause || 0, pauseAfter(failures)));
      failures += 1;
    });
  }
  /* It will never be taken as it is: say why, and give the words back. */
  function refused(message, why) {
    forget(message.id);
    state(message.id, words.failed + ' · ' + why);
    if (byId[message.id]) { byId[message.id].className += ' refused'; }
    tell(words.failed + ' · ' + why);
    if (message.body.text && !input.value) { input.value = message.body.text; }
  }
  function submit() {
    var text = input.value.replace(/^\s+|\s+$/g, '');
    if (!text) { tell(words.empty); input.focus(); return; }
    input.value = '';
    say({ text: text }, text);
    input.focus();
  }

  composer.addEventListener('submit', function (event) {
    event.preventDefault();
    submit();
  });
  input.addEventListener('keydown', function (event) {
    // While a Chinese input method is composing, Enter picks its candidate. Safari ends the composition before the
    // key event and says 229 instead.
    if (event.isComposing || event.keyCode === 229) { return; }
    if ((event.key === 'Enter' || event.keyCode === 13) && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      submit();
    }
  });
  page.addEventListener('click', function (event) {
    var button = event.target;
    while (button && button !== page && button.nodeName !== 'BUTTON') { button = button.parentNode; }
    if (!button || button === page) { return; }
    if (button.name === 'choice') {
      event.preventDefault();
      say({ choice: button.value }, button.textContent);
    } else if (button.name === 'start') {
      event.preventDefault();
      say({ start: button.value }, words.start);
      input.focus();
    }
  });
  if (down) {
    down.addEventListener('click', function () {
      window.scrollTo(0, document.documentElement.scrollHeight);
      offerDown();
    });
    window.addEventListener('scroll', offerDown);
    window.addEventListener('resize', offerDown);
  }
  document.addEventListener('keydown', function (event) {
    if (embedded && window.parent !== window && (event.key === 'Escape' || event.key === 'Esc') && !event.isComposing) {
      window.parent.postMessage('wenzheng-close', '*');
    }
  });

  /* ---- Hearing ---- */

  var stream = null, streamFailures = 0, reconnect = null, polling = false, poll = null;

  function stop() {
    window.clearTimeout(reconnect);
    window.clearTimeout(poll);
    if (stream) { stream.end(); stream = null; }
  }
  function again() {
    window.clearTimeout(reconnect);
    if (streamFailures > 1) { tell(words.offline); }
    reconnect = window.setTimeout(connect, pauseAfter(streamFailures));
    streamFailures += 1;
  }
  function connect() {
    stop();
    if (document.hidden) { return; }
    if (polling) { pollAgain(0); return; }
    var controller = window.AbortController ? new AbortController() : null;
    var reader = null, over = false, silence = null;
    var mine = stream = {
      end: function () {
        over = true;
        window.clearTimeout(silence);
        if (controller) { controller.abort(); }
        // Aborting ends the reader too; where it can't, the reader must be told.
        if (reader) { try { reader.cancel().then(null, function () {}); } catch (error) { /* ended already */ } }
      }
    };
    function lost() {
      if (over) { return; }
      mine.end();
      if (stream === mine) { stream = null; }
      again();
    }
    function listen(milliseconds, then) {
      window.clearTimeout(silence);
      silence = window.setTimeout(then, milliseconds);
    }
    function startPolling() {
      if (over) { return; }
      mine.end();
      stream = null;
      polling = true;
      pollAgain(0);
    }
    listen(HELD_BACK, startPolling);
    ask('/api/chat/events?after=' + lastPosition, controller ? { signal: controller.signal } : {})
      .then(function (response) {
        if (over) { return null; }
        if (response.status === 401) { return newSession().then(lost, lost); }
        if (!response.ok) { return lost(); }
        if (!response.body || !response.body.getReader || !window.TextDecoder) { return startPolling(); }
        reader = response.body.getReader();
        var decoder = new TextDecoder('utf-8'), rest = '', data = '';
        function line(text) {
          if (text === '') {
            if (data) { heard(JSON.parse(data)); }
            data = '';
          } else if (text.indexOf('data:') === 0) {
            data += (data ? '\n' : '') + text.slice(5).replace(/^ /, '');
          }
        }
        function next() {
          return reader.read().then(function (chunk) {
            if (over) { return null; }
            if (chunk.done) { return lost(); }
            if (streamFailures) { streamFailures = 0; if (!expecting) { tell(''); } }
            listen(SILENCE, lost);
            var lines = (rest + decoder.decode(chunk.value, { stream: true })).split('\n');
            rest = lines.pop();
            lines.forEach(function (text) { line(text.replace(/\r$/, '')); });
            return next();
          });
        }
        return next();
      })
      .then(null, lost);
  }
  /* For lines that hold a stream back: asking now and then, sooner while an answer is expected. */
  function pollAgain(pause) {
    window.clearTimeout(poll);
    poll = window.setTimeout(function () {
      if (document.hidden) { return; }
      ask('/api/chat/history?after=' + lastPosition).then(function (response) {
        if (response.status === 401) { return newSession(); }
        if (!response.ok) { throw new Error('history: ' + response.status); }
        return response.json().then(function (history) { history.entries.forEach(heard); });
      }).then(function () {
        streamFailures = 0;
        pollAgain(expecting && Date.now() - expectingSince < 60000 ? LOOK_SOON : LOOK_LATER);
      }, function () {
        streamFailures += 1;
        if (streamFailures > 1) { tell(words.offline); }
        pollAgain(pauseAfter(streamFailures));
      });
    }, pause);
  }
  /* The whole conversation: for a page that has none yet, or was out of sight. */
  function sync() {
    return ask('/api/chat/history').then(function (response) {
      if (response.status === 401) { return newSession().then(sync); }
      if (!response.ok) { throw new Error('history: ' + response.status); }
      return response.json().then(function (history) { merge(history.entries); });
    });
  }
  function resume() {
    sync().then(null, function () { /* the stream catches up, or says that the line is broken */ }).then(function () {
      connect();
      sendNext();
    });
  }

  document.addEventListener('visibilitychange', function () {
    // A page out of sight holds no line: browsers allow six to a site, and phones pay for each.
    if (document.hidden) { stop(); } else { streamFailures = 0; resume(); }
  });
  window.addEventListener('pageshow', function (event) { if (event.persisted) { resume(); } });
  window.addEventListener('online', function () { failures = 0; streamFailures = 0; sendNext(); connect(); });
  window.addEventListener('offline', function () { tell(words.offline); });

  /* ---- Beginning ---- */

  function hide(id) {
    var node = document.getElementById(id);
    if (node) { node.hidden = true; }
  }
  hide('unsupported');
  document.getElementById('keys').hidden = false;
  readPage();
  if (document.getElementById('pending')) { hide('pending'); expect(); }
  if (embedded) {
    // What was said before is not news: it is not read aloud.
    log.setAttribute('aria-live', 'off');
    sync().then(null, function () {}).then(function () {
      window.setTimeout(function () { log.setAttribute('aria-live', 'polite'); }, 500);
      waiting().forEach(showWaiting);
      connect();
      sendNext();
      input.focus();
    });
  } else {
    waiting().forEach(showWaiting);
    connect();
    sendNext();
    if (log.lastElementChild) { show(log.lastElementChild); }
  }
}());
