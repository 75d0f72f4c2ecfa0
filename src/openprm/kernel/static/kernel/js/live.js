// The page changes when the data does. One event stream per tab; a fact about a deal becomes the DOM event "live:deal"
// on <body>, with the ids that changed, for whoever listens (hx-trigger="live:deal from:body").
(() => {
  "use strict";
  const address = document.body.dataset.live;
  if (!address || !window.EventSource) return;

  const TOGETHER = 250; // ms: facts that come in a burst are told once
  const SPREAD = 400; // ms: many browsers do not all ask in the same moment
  const LONGEST = 60000;
  const waiting = new Map();
  let source = null;
  let pause = 1000;
  let retry = 0;
  let missed = false;
  let timer = 0;

  const tell = () => {
    timer = 0;
    const facts = [...waiting];
    waiting.clear();
    for (const [noun, detail] of facts) {
      document.body.dispatchEvent(new CustomEvent(`live:${noun}`, { detail: { ids: [...detail.ids], events: [...detail.events] } }));
    }
  };

  const note = (noun, event, id) => {
    const detail = waiting.get(noun) || { ids: new Set(), events: new Set() };
    if (id) detail.ids.add(id);
    if (event) detail.events.add(event);
    waiting.set(noun, detail);
    timer ||= setTimeout(tell, TOGETHER + Math.random() * SPREAD);
  };

  // After a gap nobody knows what was missed, so everything that listens asks again.
  const catchUp = () => {
    for (const element of document.querySelectorAll("[hx-trigger*='live:']")) {
      for (const [, noun] of element.getAttribute("hx-trigger").matchAll(/live:([\w-]+)/g)) note(noun);
    }
  };

  const open = () => {
    clearTimeout(retry);
    if (source || document.hidden) return;
    source = new EventSource(address);
    source.onopen = () => {
      pause = 1000;
      if (missed) catchUp();
      missed = false;
    };
    source.onmessage = (message) => {
      const fact = JSON.parse(message.data);
      note(fact.event.split(".")[0], fact.event, fact.id);
    };
    source.onerror = () => {
      missed = true;
      if (source && source.readyState === EventSource.CLOSED) {
        close();
        retry = setTimeout(open, pause + Math.random() * 1000);
        pause = Math.min(pause * 2, LONGEST);
      }
    };
  };

  const close = () => {
    clearTimeout(retry);
    source?.close();
    source = null;
  };

  // A tab in the background needs no news; it catches up when it is looked at again.
  let hiding = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => {
        missed = true;
        close();
      }, 30000);
    } else {
      open();
    }
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (event.persisted) missed = true;
    open();
  });
  open();
})();
