(first, second) => {
  // Takes a snapshot in an isolated world, which the page cannot manipulate; or, called as (elements, query) in the
  // page's world, reads elements that Playwright has found. PageReader parses the result: records, the head first, then
  // one per query, each of units. Not JSON, since some sites' libraries modify it in the page's world.
  const UNIT = '\u001f';
  const RECORD = '\u001e';
  const INNER_RECORD = '\u001d';
  const INNER_UNIT = '\u001c';
  const HIDDEN = /^(script|style|template|noscript)$/;
  const BREAK = /^(address|article|aside|blockquote|br|caption|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|legend|li|main|nav|ol|option|p|pre|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul)$/;

  const clean = (text) => String(text).replace(/[\u001c-\u001f]/g, ' ');
  const gap = (node) => (node.nodeType === 1 && BREAK.test(node.localName) ? ' ' : '');

  // The text of the DOM regardless of styles, with a space at the boundaries of blocks and lines.
  const textOf = (root) => {
    let text = '';
    let node = root;
    for (;;) {
      if (node.nodeType === 3) {
        text += node.data;
      } else if (node === root || !HIDDEN.test(node.localName)) {
        text += gap(node);
        if (node.firstChild) {
          node = node.firstChild;
          continue;
        }
      }
      while (node !== root && !node.nextSibling) {
        text += gap(node);
        node = node.parentNode;
      }
      if (node === root) {
        return text;
      }
      text += gap(node);
      node = node.nextSibling;
    }
  };

  // Text, attribute and HTML of an element, each empty if not requested.
  const units = (element, query, unit) => {
    const value = query.attribute ? element.getAttribute(query.attribute) : null;
    return (
      unit + (query.text ? clean(textOf(element)) : '') +
      unit + (value === null ? '' : '=' + clean(value)) +
      unit + (query.html ? clean(element.innerHTML) : '')
    );
  };

  const record = (elements, query) => {
    let all = '';
    for (let i = 0; i < elements.length; i++) {
      all += units(elements[i], query, UNIT) + UNIT;
      for (let j = 0; j < query.within.length; j++) {
        const inner = query.within[j];
        const found = inner.selector ? elements[i].querySelectorAll(inner.selector) : [elements[i]];
        all += INNER_RECORD;
        for (let k = 0; k < found.length; k++) {
          all += units(found[k], inner, INNER_UNIT);
        }
      }
      if (all.length > query.limit) {
        return 'cut';
      }
    }
    return 'all' + all;
  };

  if (second) {
    return record(first, second);
  }

  const read = () => {
    const visit = performance.getEntriesByType('navigation')[0];
    let seen = '';
    const brief = first.marks.length > 0 && document.getElementsByTagName('*').length <= first.brief;
    if (first.withText || brief) {
      seen = document.body ? document.body.innerText : document.documentElement ? document.documentElement.textContent : '';
    }
    let answer = [
      clean(location.href),
      visit && visit.responseStatus ? visit.responseStatus : 0,
      document.readyState,
      clean(String(seen).slice(0, first.limit)),
      clean(document.baseURI),
      brief ? 'brief' : '',
      first.marks.map((mark) => (document.querySelector(mark) ? '1' : '0')).join(''),
    ].join(UNIT);
    for (let i = 0; i < first.queries.length; i++) {
      const query = first.queries[i];
      let elements = null;
      try {
        elements = query.css ? document.querySelectorAll(query.selector) : null;
      } catch (e) {
        // Not valid CSS for the browser, but perhaps for Playwright.
      }
      answer += RECORD + (elements === null ? '?' : record(elements, query));
    }
    return answer;
  };

  // The changes of the document since the last read, kept in this world between reads.
  let watch = globalThis.rowhound;
  if (!watch || watch.document !== document) {
    watch = { document, changed: true, wake: null, gap: 15, readAt: 0 };
    globalThis.rowhound = watch;
    const note = () => {
      watch.changed = true;
      if (watch.wake) {
        watch.wake();
      }
    };
    new MutationObserver(note).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    // Style sheets and animations change the visible text too.
    ['readystatechange', 'load', 'transitionend', 'animationend', 'toggle'].forEach((kind) =>
      document.addEventListener(kind, note, { capture: true, passive: true }),
    );
  }

  return new Promise((answer, fail) => {
    let patience = 0;
    let rest = 0;
    const end = () => {
      clearTimeout(patience);
      clearTimeout(rest);
      watch.wake = null;
      watch.changed = false;
      try {
        answer(read());
      } catch (e) {
        fail(e);
      }
      // A page that changes all the time is read less often.
      watch.readAt = performance.now();
      watch.gap = Math.min(100, watch.gap * 1.2);
    };
    watch.wake = () => {
      if (document.readyState === 'loading' || !watch.changed) {
        return;
      }
      watch.wake = null;
      const wait = watch.readAt + watch.gap - performance.now();
      if (watch.readAt && wait > 0) {
        rest = setTimeout(end, wait);
      } else {
        end();
      }
    };
    if (first.patience > 0) {
      patience = setTimeout(end, first.patience);
      watch.wake();
    } else {
      end();
    }
  });
}
