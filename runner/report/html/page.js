"use strict";
(() => {
  const DARK = JSON.parse(document.getElementById("dark").textContent);
  const charts = new Map(); // figure element -> { pack, candles, fine, drawn }
  const root = document.documentElement;
  const touch = matchMedia("(pointer: coarse)").matches;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const SETTINGS = { displaylogo: false, displayModeBar: false, doubleClick: "reset+autosize", showTips: false };
  const PAPER = 0.75; // of a chart's height is left in print, so that pages fill
  let printing = false;

  const dark = () => !printing && (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  // ---- what travels in the page

  async function inflated(packed) {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  const text = async (element) => new TextDecoder().decode(await inflated(element.textContent));

  let started = null;
  function engine() {
    started ??= text(document.getElementById("engine")).then((source) => {
      const script = document.createElement("script");
      script.textContent = source;
      document.head.append(script);
    });
    return started;
  }

  // Five planes of zigzag int32, lowest bytes first; see charts/prices.py.
  function candles(buffer, facts) {
    const bytes = new Uint8Array(buffer), n = facts.count;
    const plane = (number) => {
      const out = new Int32Array(n), from = 20 * n / 5 * number;
      for (let i = 0; i < n; i++) {
        const z = (bytes[from + i] | bytes[from + n + i] << 8 | bytes[from + 2 * n + i] << 16 | bytes[from + 3 * n + i] << 24) >>> 0;
        out[i] = z & 1 ? -((z + 1) / 2) : z / 2;
      }
      return out;
    };
    const [late, gap, above, below, body] = [0, 1, 2, 3, 4].map(plane);
    const made = { x: new Float64Array(n), open: new Float64Array(n), high: new Float64Array(n), low: new Float64Array(n), close: new Float64Array(n) };
    let time = facts.first - facts.every, last = 0;
    for (let i = 0; i < n; i++) {
      time += facts.every + late[i] * 1000;
      const open = last + gap[i], close = open + body[i];
      made.x[i] = time;
      made.open[i] = open * facts.step;
      made.close[i] = close * facts.step;
      made.high[i] = (Math.max(open, close) + above[i]) * facts.step;
      made.low[i] = (Math.min(open, close) - below[i]) * facts.step;
      last = close;
    }
    return made;
  }

  const first = (sorted, value) => {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = low + high >> 1;
      if (sorted[middle] < value) low = middle + 1; else high = middle;
    }
    return low;
  };

  // The candles between two times, neighbours merged until there are at most `most`.
  function merged(all, from, to, most) {
    const start = Math.max(0, first(all.x, from) - 1), end = Math.min(all.x.length, first(all.x, to) + 1);
    const size = Math.max(1, Math.ceil((end - start) / most)), out = { x: [], open: [], high: [], low: [], close: [] };
    for (let i = start - start % size; i < end; i += size) {
      const last = Math.min(i + size, all.x.length);
      let high = -Infinity, low = Infinity;
      for (let k = i; k < last; k++) { high = Math.max(high, all.high[k]); low = Math.min(low, all.low[k]); }
      out.x.push(all.x[i]); out.open.push(all.open[i]); out.high.push(high); out.low.push(low); out.close.push(all.close[last - 1]);
    }
    return out;
  }

  // ---- drawing

  const painted = (value) =>
    typeof value === "string" ? DARK[value] ?? value
      : Array.isArray(value) ? value.map(painted)
        : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, painted(each)]))
          : value;

  const canvas = (figure) => figure.querySelector(".canvas");

  async function unpack(figure) {
    const chart = charts.get(figure);
    if (!chart.pack) {
      chart.pack = JSON.parse(await text(figure.querySelector(".pack")));
      const fine = chart.pack.candles && figure.parentNode.querySelector("script.candles");
      if (fine) chart.fine = candles(await inflated(fine.textContent), chart.pack.candles);
    }
    return chart;
  }

  function draw(figure) {
    const chart = charts.get(figure), place = canvas(figure);
    const made = structuredClone(chart.pack.figure), shown = dark() ? painted(made) : made;
    if (touch) shown.layout.dragmode = false;
    if (printing) shown.layout.height = Math.round(shown.layout.height * PAPER);
    place.style.height = `${shown.layout.height}px`;
    shown.layout.width = place.clientWidth;
    if (place.clientWidth < 520) narrow(shown.layout);
    const held = chart.drawn && place.layout?.xaxis?.autorange === false ? place.layout.xaxis.range : chart.drawn ? null : shown.layout.xaxis?.range;
    const range = held ? [...held] : null;
    if (range) { shown.layout.xaxis.range = range; shown.layout.xaxis.autorange = false; }
    Plotly.react(place, shown.data, shown.layout, SETTINGS);
    if (!chart.drawn && chart.fine) place.on("plotly_relayout", (change) => moved(figure, change));
    if (chart.fine) refine(figure, range);
    chart.drawn = true;
    figure.dataset.drawn = "yes";
  }

  function narrow(layout) {
    layout.margin = { ...layout.margin, l: Math.min(layout.margin.l, 48), r: Math.min(layout.margin.r, 56) };
    for (const note of layout.annotations ?? []) if (note.font) note.font.size = Math.min(note.font.size, 10);
    layout.font = { ...layout.font, size: 11 };
    if (layout.legend) layout.legend = { ...layout.legend, y: layout.xaxis?.title ? -0.3 : -0.12, yanchor: "top", font: { size: 10 } };
    if (layout.showlegend !== false) { layout.margin.b = 110; layout.margin.t = Math.min(layout.margin.t, 40); }
  }

  const moment = (value) => typeof value === "number" ? value : Date.parse(value.replace(" ", "T") + (value.includes(" ") ? "Z" : ""));

  function moved(figure, change) {
    if (!("xaxis.range[0]" in change || "xaxis.range" in change || "xaxis.autorange" in change)) return;
    const range = canvas(figure).layout.xaxis.range;
    refine(figure, change["xaxis.autorange"] ? null : range);
  }

  // Candles as fine as the width shows, and a price axis that fits what is seen.
  function refine(figure, range) {
    const chart = charts.get(figure), place = canvas(figure), all = chart.fine;
    if (!all || !all.x.length) return;
    const [from, to] = range ? range.map(moment) : [all.x[0], all.x[all.x.length - 1] + chart.pack.candles.every];
    const most = Math.max(80, Math.min(420, Math.floor(place.clientWidth / 2.6)));
    const seen = merged(all, from, to, most);
    const high = seen.high.reduce((a, b) => Math.max(a, b), -Infinity), low = seen.low.reduce((a, b) => Math.min(a, b), Infinity);
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    const axis = { ...place.layout.xaxis, type: "date", autorange: false, range: [new Date(from).toISOString(), new Date(to).toISOString()] };
    const height = { ...place.layout.yaxis, autorange: false, range: [low - room, high + room] };
    const data = [{ ...place.data[0], ...seen }, ...place.data.slice(1)];
    Plotly.react(place, data, { ...place.layout, xaxis: axis, yaxis: height }, SETTINGS);
  }

  async function show(figure) {
    const chart = charts.get(figure);
    if (chart.wanted) return chart.wanted;
    chart.wanted = Promise.all([engine(), unpack(figure)]).then(() => draw(figure)).catch(() => damaged(figure));
    return chart.wanted;
  }

  // A file that was cut on its way: what can be read is shown, what cannot is said.
  function damaged(figure) {
    canvas(figure).textContent = "This chart cannot be drawn; every table is complete without it.";
    canvas(figure).style.height = "";
  }

  const again = () => { for (const [figure, chart] of charts) if (chart.drawn) draw(figure); };

  // ---- the reader's hands

  function zoom(figure, from, to) {
    const room = Math.max((to - from) * 0.6, 20 * charts.get(figure).pack.candles.every);
    Plotly.relayout(canvas(figure), { "xaxis.range": [new Date(from - room).toISOString(), new Date(to + room).toISOString()] });
  }

  const rows = (symbol) => [...document.querySelectorAll(".trades tbody tr")].filter((row) => row.dataset.symbol === symbol);

  async function step(button) {
    const figure = button.closest("section").querySelector("figure.chart"), chart = charts.get(figure);
    await show(figure);
    if (button.dataset.step === "all") {
      chart.at = undefined;
      const all = chart.fine, end = all.x[all.x.length - 1] + chart.pack.candles.every;
      return Plotly.relayout(canvas(figure), { "xaxis.range": [new Date(all.x[0]).toISOString(), new Date(end).toISOString()] });
    }
    if (button.dataset.step === "account") {
      chart.at = undefined;
      return Plotly.relayout(canvas(figure), { "xaxis.range": chart.pack.figure.layout.xaxis.range.map((each) => new Date(each).toISOString()) });
    }
    const trades = rows(figure.id.replace("chart-", "")).reverse();
    if (!trades.length) return;
    const last = trades.length - 1;
    chart.at = chart.at === undefined ? (button.dataset.step === "next" ? 0 : last) : Math.max(0, Math.min(last, chart.at + (button.dataset.step === "next" ? 1 : -1)));
    zoom(figure, Number(trades[chart.at].dataset.from), Number(trades[chart.at].dataset.to));
  }

  async function visit(row) {
    const figure = document.getElementById(`chart-${row.dataset.symbol}`);
    if (!figure) return;
    figure.closest("section").scrollIntoView({ behavior: "smooth" });
    await show(figure);
    zoom(figure, Number(row.dataset.from), Number(row.dataset.to));
  }

  async function changed(figure, change) {
    await show(figure);
    const chart = charts.get(figure);
    chart.pack.figure = change(chart.pack.figure);
    draw(figure);
  }

  function turn() {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("prop-runner-theme", root.dataset.theme); } catch { /* a page without storage forgets */ }
    again();
  }

  // ---- beginning

  function begin() {
    try { root.dataset.theme = localStorage.getItem("prop-runner-theme") ?? ""; } catch { /* the system's choice */ }
    if (!root.dataset.theme) delete root.dataset.theme;
    const toggle = document.getElementById("theme");
    toggle.hidden = false;
    toggle.addEventListener("click", turn);
    system.addEventListener("change", again);
    for (const figure of document.querySelectorAll("figure.chart")) {
      charts.set(figure, {});
      figure.addEventListener("figure", (event) => changed(figure, event.detail)); // a page's own script wants another picture
    }
    for (const walk of document.querySelectorAll(".walk")) {
      walk.hidden = false;
      walk.addEventListener("click", (event) => event.target.dataset.step && step(event.target));
    }
    document.querySelector(".trades")?.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-symbol]");
      if (row) visit(row);
    });
    const near = new IntersectionObserver((seen) => seen.forEach((each) => each.isIntersecting && show(each.target)), { rootMargin: "500px" });
    for (const figure of charts.keys()) near.observe(figure);
    inView().then(() => setTimeout(rest, 300));
    let width = innerWidth, pause = 0;
    addEventListener("resize", () => {
      if (innerWidth === width || printing) return;
      width = innerWidth;
      clearTimeout(pause);
      pause = setTimeout(again, 150);
    });
    addEventListener("beforeprint", () => paper(true));
    addEventListener("afterprint", () => paper(false));
  }

  // A moment for the reader's hands; a window that is never idle or paints no frames goes on all the same.
  const breath = () => new Promise((free) => { setTimeout(free, 40); window.requestIdleCallback?.(free); });

  // What the window shows is drawn at once, from the top, however tall it is: observers only speak after a frame was painted.
  async function inView() {
    const seen = [...charts.keys()].filter((figure) => figure.getBoundingClientRect().top < innerHeight + 200);
    for (const figure of seen) await show(figure);
  }

  // What is not near yet is drawn when nothing else is to be done, so that printing finds every chart.
  async function rest() {
    for (const figure of charts.keys()) {
      if (charts.get(figure).wanted) { await show(figure); continue; }
      await breath();
      await show(figure);
    }
    root.dataset.ready = "yes";
  }

  function paper(now) {
    printing = now;
    if (!window.Plotly) return;
    for (const [figure, chart] of charts) if (chart.pack) {
      if (now) canvas(figure).style.width = figure.closest(".grid") ? "330px" : "690px";
      else canvas(figure).style.width = "";
      draw(figure);
    }
  }

  if (typeof DecompressionStream === "undefined") {
    document.querySelector("main").prepend("This browser is too old to draw the charts; every table is complete without them.");
  } else begin();
})();
