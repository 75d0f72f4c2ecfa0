// Charts from the JSON beside their canvas, in the colours of the theme, drawn again when the theme or the page changes.
(() => {
  "use strict";
  if (window.openprmCharts) return;
  window.openprmCharts = true;
  const drawn = new Map();
  const language = document.documentElement.lang || undefined;

  // Chart.js knows neither variables nor light-dark(): a hidden element resolves them, one pixel makes them plain.
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const pixel = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const colour = (name, opacity = 1) => {
    probe.style.color = `var(${name})`;
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = getComputedStyle(probe).color;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
  };
  const palette = () => Array.from({ length: 8 }, (_, at) => colour(`--chart-${at + 1}`));
  const written = (data, short) => {
    const style = { maximumFractionDigits: short ? 1 : 2, notation: short ? "compact" : "standard" };
    if (data.currency) Object.assign(style, { style: "currency", currency: data.currency, minimumFractionDigits: 0 });
    const format = new Intl.NumberFormat(language, style);
    return (value) => (data.unit && !short ? `${format.format(value)} ${data.unit}` : format.format(value));
  };

  const sets = (data) => {
    const colours = palette();
    const round = data.kind === "doughnut";
    return data.series.map((series, at) => {
      const name = series.tone ? `--${series.tone}-ink` : `--chart-${(at % 8) + 1}`;
      const own = colour(name);
      const line = data.kind === "line" || data.kind === "area";
      return {
        label: series.label,
        data: series.data,
        backgroundColor: round ? colours : line ? colour(name, 0.14) : own,
        borderColor: round ? colour("--surface") : own,
        borderWidth: round ? 2 : line ? 2 : 0,
        borderRadius: line || round ? 0 : 4,
        borderSkipped: data.kind === "stacked-bar" ? false : "start",
        maxBarThickness: 44,
        fill: data.kind === "area",
        tension: 0.3,
        pointRadius: line && series.data.length > 24 ? 0 : 3,
        pointHoverRadius: 5,
        pointBackgroundColor: own,
      };
    });
  };

  const settings = (data) => {
    const ink = colour("--ink-soft");
    const lines = colour("--line");
    const sideways = data.kind === "horizontal-bar";
    const stacked = data.kind === "stacked-bar";
    const short = written(data, true);
    const full = written(data, false);
    const values = { stacked, beginAtZero: true, border: { display: false }, grid: { color: lines }, ticks: { color: ink, maxTicksLimit: 6, callback: (value) => short(value), precision: data.currency ? undefined : 0 } };
    const names = { stacked, border: { color: lines }, grid: { display: false }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 } };
    const round = data.kind === "doughnut";
    return {
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: sideways ? "y" : "x",
      cutout: "66%",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 350 },
      interaction: { mode: round ? "nearest" : "index", intersect: round, axis: sideways ? "y" : "x" },
      scales: round ? {} : { x: sideways ? values : names, y: sideways ? names : values },
      plugins: {
        legend: { display: round || data.series.length > 1, position: round ? "right" : "bottom", align: round ? "center" : "start", labels: { color: colour("--ink"), usePointStyle: true, pointStyle: "circle", boxWidth: 8, boxHeight: 8, padding: 14 } },
        tooltip: { backgroundColor: colour("--surface-raised"), titleColor: colour("--ink-strong"), bodyColor: colour("--ink"), borderColor: colour("--line-strong"), borderWidth: 1, padding: 10, cornerRadius: 8, boxPadding: 4, usePointStyle: true, callbacks: { label: (item) => ` ${round ? item.label : item.dataset.label}: ${full(item.raw)}` } },
      },
      onHover: (event, hit) => {
        if (data.urls.length) event.native.target.style.cursor = hit.length ? "pointer" : "";
      },
      onClick: (_event, hit) => {
        const address = hit.length && data.urls[hit[0].index];
        if (address) location.href = address;
      },
    };
  };

  const TYPES = { doughnut: "doughnut", line: "line", area: "line" };
  const draw = (canvas) => {
    const source = document.getElementById(canvas.dataset.chart);
    if (!source) return;
    const before = drawn.get(canvas);
    const data = JSON.parse(source.textContent);
    if (before?.text === source.textContent && before.theme === document.documentElement.dataset.bsTheme) return;
    before?.chart.destroy();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    const chart = new Chart(canvas, { type: TYPES[data.kind] ?? "bar", data: { labels: data.labels, datasets: sets(data) }, options: settings(data) });
    drawn.set(canvas, { chart, text: source.textContent, theme: document.documentElement.dataset.bsTheme });
  };
  const drawAll = () => {
    for (const [canvas, { chart }] of drawn) {
      if (!canvas.isConnected) {
        chart.destroy();
        drawn.delete(canvas);
      }
    }
    document.querySelectorAll("canvas[data-chart]").forEach(draw);
  };
  document.addEventListener("themechange", () => requestAnimationFrame(drawAll));
  document.addEventListener("htmx:after:swap", drawAll);
  document.addEventListener("ready:charts", drawAll);
})();
