// Confetti when a partner first sees a rise, at once where its progress is open, else when its tab is looked at: once in
// each browser, never for those who prefer less motion. It is decoration alone: the page says the same in words.
(() => {
  "use strict";
  const isNews = (rise) => {
    const key = `openprm-celebrated-${rise}`;
    try {
      if (localStorage.getItem(key)) return false;
      localStorage.setItem(key, "1");
      return true;
    } catch {
      return false;
    }
  };

  const rain = () => {
    const canvas = document.createElement("canvas");
    canvas.className = "confetti";
    canvas.setAttribute("aria-hidden", "true");
    document.body.append(canvas);
    canvas.width = innerWidth;
    canvas.height = innerHeight;
    const pen = canvas.getContext("2d");
    const colours = ["#e4572e", "#17bebb", "#ffc914", "#2e86ab", "#76b041"];
    const pieces = Array.from({ length: 140 }, (_, number) => ({
      x: Math.random() * canvas.width,
      y: -Math.random() * canvas.height * 0.6,
      size: 5 + Math.random() * 6,
      fall: 2 + Math.random() * 3,
      drift: -1 + Math.random() * 2,
      turn: Math.random() * Math.PI,
      colour: colours[number % colours.length],
    }));
    const began = performance.now();
    const draw = (now) => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      for (const piece of pieces) {
        piece.y += piece.fall;
        piece.x += piece.drift;
        piece.turn += 0.08;
        pen.save();
        pen.translate(piece.x, piece.y);
        pen.rotate(piece.turn);
        pen.fillStyle = piece.colour;
        pen.fillRect(-piece.size / 2, -piece.size / 4, piece.size, piece.size / 2);
        pen.restore();
      }
      if (now - began < 3500) requestAnimationFrame(draw);
      else canvas.remove();
    };
    requestAnimationFrame(draw);
  };

  const celebrate = () => {
    const place = document.querySelector("[data-celebrate]");
    if (!place || document.hidden || !isNews(place.dataset.celebrate)) return;
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) rain();
  };

  document.addEventListener("htmx:after:swap", celebrate);
  document.addEventListener("visibilitychange", celebrate);
  celebrate();
})();
