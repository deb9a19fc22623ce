/*
 * The widget: a button on any page that opens the chat in a frame. The server calls this function with the words in
 * each language. On the page: <script src="https://…/widget.js" async></script>, with data-lang="en" if need be.
 */
(function (words) {
  'use strict';

  var script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  if (!script || window.wenzhengWidget) { return; }
  window.wenzhengWidget = true;

  var site = script.src.split('/').slice(0, 3).join('/');
  var wish = script.getAttribute('data-lang') || document.documentElement.lang || navigator.language || '';
  var tags = Object.keys(words);
  function fits(tag) { return tag.toLowerCase() === wish.toLowerCase(); }
  function speaks(tag) { return tag.split('-')[0] === wish.toLowerCase().split('-')[0]; }
  var tag = tags.filter(fits)[0] || tags.filter(speaks)[0] || (words['zh-CN'] ? 'zh-CN' : tags[0]);
  var mine = words[tag];

  /* The page's own style must not reach in, and its policy may forbid style elements: so each property is set. */
  function dress(node, style) {
    Object.keys(style).forEach(function (name) { node.style.setProperty(name, style[name], 'important'); });
  }
  var LETTERS = '600 18px/1.4 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif';

  function button(text) {
    var made = document.createElement('button');
    made.type = 'button';
    made.lang = tag;
    made.textContent = text;
    dress(made, {
      'font': LETTERS, 'color': '#ffffff', 'background': '#0b4a8f', 'border': '2px solid #ffffff',
      'border-radius': '8px', 'padding': '12px 18px', 'min-height': '48px', 'cursor': 'pointer',
      'box-shadow': '0 2px 8px rgba(0, 0, 0, 0.35)'
    });
    return made;
  }

  var opener, panel = null, frame = null, isOpen = false;

  function build() {
    panel = document.createElement('div');
    panel.id = 'wenzheng-panel';
    panel.lang = tag;
    panel.setAttribute('role', 'dialog');
    panel.setAttribute('aria-label', mine.title);
    frame = document.createElement('iframe');
    frame.title = mine.title;
    frame.src = site + '/?embed=1&lang=' + encodeURIComponent(tag);
    dress(frame, { 'flex': '1 1 auto', 'width': '100%', 'border': '0', 'background': '#ffffff' });
    var closer = button(mine.close);
    dress(closer, { 'flex': 'none', 'border-radius': '0', 'box-shadow': 'none', 'border': '0', 'padding': '8px 18px' });
    closer.addEventListener('click', close);
    panel.appendChild(closer);
    panel.appendChild(frame);
    // The frame's page takes the focus when it is there.
    frame.addEventListener('load', function () { if (isOpen) { frame.focus(); } });
    document.body.appendChild(panel);
  }
  function layOut() {
    if (!panel) { return; }
    var small = window.innerWidth < 520 || window.innerHeight < 520;
    dress(panel, {
      'display': isOpen ? 'flex' : 'none', 'flex-direction': 'column', 'position': 'fixed', 'z-index': '2147483000',
      'right': small ? '0' : '20px', 'bottom': small ? '0' : '20px', 'width': small ? '100%' : '420px',
      'height': small ? '100%' : '680px', 'max-height': small ? '100%' : 'calc(100vh - 40px)',
      'background': '#ffffff', 'border': small ? '0' : '2px solid #0b4a8f', 'box-shadow': '0 4px 24px rgba(0, 0, 0, 0.4)'
    });
  }
  function open() {
    isOpen = true;
    if (!panel) { build(); }
    layOut();
    opener.setAttribute('aria-expanded', 'true');
    opener.setAttribute('aria-controls', panel.id);
    dress(opener, { 'display': 'none' });
    frame.focus();
  }
  function close() {
    if (!isOpen) { return; }
    isOpen = false;
    layOut();
    opener.setAttribute('aria-expanded', 'false');
    dress(opener, { 'display': 'block' });
    opener.focus();
  }
  function begin() {
    opener = button(mine.open);
    opener.setAttribute('aria-haspopup', 'dialog');
    opener.setAttribute('aria-expanded', 'false');
    dress(opener, { 'position': 'fixed', 'right': '20px', 'bottom': '20px', 'z-index': '2147483000', 'display': 'block' });
    opener.addEventListener('click', open);
    document.body.appendChild(opener);
    document.addEventListener('keydown', function (event) {
      if ((event.key === 'Escape' || event.key === 'Esc') && !event.isComposing) { close(); }
    });
    // Esc inside the frame comes as a message from it.
    window.addEventListener('message', function (event) {
      if (frame && event.source === frame.contentWindow && event.origin === site && event.data === 'wenzheng-close') {
        close();
      }
    });
    window.addEventListener('resize', layOut);
  }
  if (document.body) { begin(); } else { document.addEventListener('DOMContentLoaded', begin); }
})
