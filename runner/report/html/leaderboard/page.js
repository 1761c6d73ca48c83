"use strict";
(() => {
  // ---- sorting: numbers by size, words by name, what is missing last

  const value = (row, column) => {
    const cell = row.cells[column], told = cell.dataset.v;
    return told === undefined ? (["", "–"].includes(cell.textContent) ? null : cell.textContent) : Number(told);
  };

  function compared(a, b) {
    if (a === null || b === null) return null;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1;
  }

  function sorted(table, head) {
    const column = head.cellIndex, body = table.tBodies[0];
    const first = head.classList.contains("w") || column === 0 ? "ascending" : "descending";
    const other = first === "ascending" ? "descending" : "ascending";
    const way = head.getAttribute("aria-sort") === first ? other : first, sign = way === "ascending" ? 1 : -1;
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", way);
    const rows = [...body.rows].map((row) => [value(row, column), row]);
    rows.sort(([a], [b]) => { const order = compared(a, b); return order === null ? (a === null) - (b === null) : sign * order; });
    body.append(...rows.map(([, row]) => row));
  }

  const table = document.querySelector(".board");
  table?.tHead.addEventListener("click", (event) => {
    const head = event.target.closest("th");
    if (head) sorted(table, head);
  });

  // ---- heat maps of another pair of settings; see heat.py

  const held = document.getElementById("jobs");
  if (!held) return;
  const jobs = JSON.parse(held.textContent);

  function grid(across, up, how) {
    const cells = jobs.labels[up].map(() => jobs.labels[across].map(() => []));
    jobs.values.forEach((each, job) => cells[jobs.places[up][job]][jobs.places[across][job]].push(each));
    const extreme = jobs.larger ? Math.max : Math.min;
    const made = (each) => how === "mean" ? each.reduce((sum, one) => sum + one, 0) / each.length : extreme(...each);
    return cells.map((row) => row.map((each) => each.length ? made(each) : null));
  }

  function form(each) {
    const [, sign, comma, digits, kind] = /^(\+?)(,?)\.(\d)([fg%])$/.exec(jobs.form);
    if (kind === "g") return String(Number(each.toPrecision(Number(digits))));
    const number = kind === "%" ? each * 100 : each, places = { minimumFractionDigits: Number(digits), maximumFractionDigits: Number(digits) };
    return (sign && each >= 0 ? "+" : "") + number.toLocaleString("en", { ...places, useGrouping: Boolean(comma) }) + (kind === "%" ? "%" : "");
  }

  function ticks(axis, key) {
    const labels = jobs.labels[key], step = Math.max(1, Math.floor(labels.length / 20)), shown = labels.map((_, at) => at).filter((at) => at % step === 0);
    return { ...axis, title: { ...axis.title, text: jobs.names[key] }, tickvals: shown, ticktext: shown.map((at) => labels[at]), range: [-0.5, labels.length - 0.5] };
  }

  function mapped(figure, across, up, how) {
    const z = grid(across, up, how), [trace] = figure.data;
    const text = z.map((row) => row.map((each) => each === null ? "" : form(each)));
    const made = {
      ...trace, z, text, x: jobs.labels[across].map((_, at) => at), y: jobs.labels[up].map((_, at) => at),
      customdata: jobs.labels[up].map((other) => jobs.labels[across].map((one) => [one, other])),
      texttemplate: z.length * z[0].length <= jobs.written ? "%{text}" : "",
      hovertemplate: `${jobs.names[across]} %{customdata[0]}, ${jobs.names[up]} %{customdata[1]}<br>${how} %{text}<extra></extra>`,
    };
    const height = jobs.around + Math.max(3, Math.min(z.length, 16)) * jobs.cell;
    return { data: [made], layout: { ...figure.layout, height, xaxis: ticks(figure.layout.xaxis, across), yaxis: ticks(figure.layout.yaxis, up) } };
  }

  const menus = ["across", "up"].map((name) => document.getElementById(name));
  for (const menu of menus) {
    menu.addEventListener("change", () => {
      const [across, up] = menus.map((each) => Number(each.value));
      if (across === up) {
        const other = menus.find((each) => each !== menu);
        other.value = String(jobs.names.findIndex((_, at) => at !== across));
        return menu.dispatchEvent(new Event("change"));
      }
      for (const how of ["mean", "best"]) {
        const change = (figure) => mapped(figure, across, up, how);
        document.getElementById(`chart-heat-${how}`).dispatchEvent(new CustomEvent("figure", { detail: change }));
      }
    });
  }
})();
