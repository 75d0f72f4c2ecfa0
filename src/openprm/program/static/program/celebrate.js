// Confetti when a partner first looks at its progress after a rise: once in each browser, never for those who prefer
// less motion. It is decoration alone: the page says the same in words.
(() => {
  "use strict";
  const place = document.querySelector("[data-celebrate]");
  if (!place) return;
  const key = `openprm-celebrated-${place.dataset.celebrate}`;
  try {
    if (localStorage.getItem(key)) return;
    localStorage.setItem(key, "1");
  } catch {
    return;
  }
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
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
})();
