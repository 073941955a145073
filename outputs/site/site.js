"use strict";
// The dashboard: what is chosen is in the address, data come one script for each region.
const GMSD = (() => {
  const regions = {};
  let index = null, waiting = [];
  const chosen = { g: "", c: "", v: "now", l: "nl", s: "0" };
  const at = id => document.getElementById(id);
  const say = key => WORDS[chosen.l][key];
  const nameOf = code => index.regions[code] || index.groups[code];
  const print = value => value === null ? "." : value.toLocaleString(chosen.l === "nl" ? "nl-NL" : "en-GB");

  function element(name, attributes, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  function start(content) {
    index = content;
    for (const [key, value] of new URLSearchParams(location.hash.slice(1))) if (key in chosen) chosen[key] = value;
    const gemeenten = Object.keys(index.regions).filter(code => code.startsWith("GM"));
    if (!gemeenten.includes(chosen.g)) chosen.g = gemeenten[0];
    if (!nameOf(chosen.c)) chosen.c = index.country;
    if (!WORDS[chosen.l]) chosen.l = "nl";
    at("choose").addEventListener("submit", event => event.preventDefault());
    at("gemeente").addEventListener("change", event => choose({ g: event.target.value, s: "0" }));
    at("compare").addEventListener("change", event => choose({ c: event.target.value }));
    for (const code of ["nl", "en"]) at(code).addEventListener("click", () => choose({ l: code }));
    for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => choose({ v: button.dataset.view }));
    choose({});
  }

  function receive(code, content) {
    regions[code] = content;
    if (chosen.g in regions && chosen.c in regions) show();
  }

  function choose(change) {
    Object.assign(chosen, change);
    history.replaceState(null, "", "#" + new URLSearchParams(chosen));
    for (const code of [chosen.g, chosen.c]) {
      if (code in regions || waiting.includes(code)) continue;
      waiting.push(code);
      document.body.append(element("script", { src: `data/${code}.js` }));
    }
    if (chosen.g in regions && chosen.c in regions) show();
  }

  function show() {
    document.documentElement.lang = chosen.l;
    for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
    for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", say(one.dataset.label));
    for (const code of ["nl", "en"]) at(code).setAttribute("aria-pressed", String(chosen.l === code));
    for (const one of document.querySelectorAll("[data-view]")) {
      one.hidden = one.dataset.view === "life" && !drawn("own").length;
      if (one.dataset.view === chosen.v) one.setAttribute("aria-current", "page"); else one.removeAttribute("aria-current");
    }
    fillChoices();
    const heading = element("h2", {}, `${nameOf(chosen.g)}: ${say(chosen.v)}`);
    const views = { now: showNow, time: showTime, wijk: showWijk, life: showLife };
    at("content").replaceChildren(heading, ...(views[chosen.v] || showNow)());
    at("foot").replaceChildren(...foot());
    document.title = `${nameOf(chosen.g)} – ${say("title")}`;
    at("status").textContent = heading.textContent;
  }

  function fillChoices() {
    const codes = prefix => Object.keys(index.regions).filter(code => code.startsWith(prefix)).sort((a, b) => nameOf(a).localeCompare(nameOf(b), "nl"));
    const options = (found, value) => found.map(code => {
      const made = element("option", { value: code }, nameOf(code));
      made.selected = code === value;
      return made;
    });
    at("gemeente").replaceChildren(...options(codes("GM"), chosen.g));
    const parts = [["country", [index.country]], ["groups", Object.keys(index.groups)], ["provinces", codes("PV")], ["gemeenten", codes("GM")]];
    at("compare").replaceChildren(...parts.filter(([, found]) => found.length).map(([key, found]) => element("optgroup", { label: say(key) }, ...options(found, chosen.c))));
  }

  const drawn = shows => index.figures.filter(one => one.shows === shows && (one.tile || shows === "wijken" || shows === "own")).sort((a, b) => (a.tile || 9) - (b.tile || 9));
  const labels = figure => figure.codes.map(([, text]) => text[chosen.l]);

  function showNow() {
    const figures = drawn("codes");
    if (!figures.length) return [element("p", {}, say("none"))];
    return [legend(both()), element("div", { class: "grid" }, ...figures.map(figure => {
      const last = figure.periods.length - 1;
      const [own, other] = [chosen.g, chosen.c].map(code => parts(figure, code, nameOf(code) + ": "));
      const series = own.flatMap((one, number) => [one, other[number]]);
      const keys = figure.series.length ? [legend(series.map(one => one.name))] : [];
      const words = sentence(figure, labels(figure), withEnds(series));
      const svg = Draw.bars(labels(figure), series, words, print, say("hidden"));
      return card(figure, figure.periods[last][chosen.l], [...keys, svg], labels(figure), withEnds(series));
    }))];
  }

  // A region in the latest half-year: one series, or one for each that stands beside a code.
  function parts(figure, code, before) {
    const last = figure.periods.length - 1, number = Math.max(figure.series.length, 1);
    const part = (row, nth) => row.filter((_, at) => at % number === nth);
    const names = figure.series.length ? figure.series.map(text => before + text[chosen.l]) : [nameOf(code)];
    return names.map((name, nth) => ({
      name, values: part(regions[code].rows[figure.code][last], nth),
      ends: ((regions[code].ends[figure.code] || [])[last] || []).map(row => part(row, nth))
    }));
  }

  // For tables and words: every series, and the ends of its intervals after it.
  const withEnds = series => series.flatMap(one => [one, ...one.ends.map((values, end) => ({ name: `${one.name}: ${say(end ? "upper" : "lower")}`, values }))]);

  function showTime() {
    const figures = drawn("periods").filter(figure => figure.periods.length > 1);
    if (!figures.length) return [element("p", { class: "warn" }, say("once"))];
    return [legend(both()), element("div", { class: "grid wide" }, ...figures.map(figure => {
      const periods = figure.periods.map(one => one[chosen.l]);
      const series = [chosen.g, chosen.c].flatMap(code => labels(figure).map((label, number) => ({ name: `${nameOf(code)}, ${label}`, values: regions[code].rows[figure.code].map(row => row[number]) })));
      const charts = labels(figure).map((label, number) => {
        const two = [chosen.g, chosen.c].map(code => ({ name: nameOf(code), values: regions[code].rows[figure.code].map(row => row[number]) }));
        return element("div", {}, element("h4", {}, label), Draw.lines(periods, two, sentence({ title: { [chosen.l]: label }, unit: figure.unit }, periods, two), print, say("hidden")));
      });
      return card(figure, "", [element("div", { class: "multiples" }, ...charts)], periods, series);
    }))];
  }

  function showWijk() {
    const figures = drawn("wijken");
    if (!figures.length) return [element("p", {}, say("none"))];
    return figures.map(figure => {
      const own = regions[chosen.g], wijken = Object.keys(own.wijken);
      const subject = Math.min(Number(chosen.s) || 0, figure.codes.length - 1);
      const values = Object.fromEntries(wijken.map(wijk => [wijk, own.byWijk[figure.code][wijk][subject]]));
      const select = element("select", { id: "subject-" + figure.code }, ...labels(figure).map((label, number) => {
        const made = element("option", { value: number }, label);
        made.selected = number === subject;
        return made;
      }));
      select.addEventListener("change", event => { choose({ s: event.target.value }); at("subject-" + figure.code).focus(); });
      const picker = element("p", {}, element("label", { for: select.id }, say("subject")), " ", select);
      const inside = [picker, ...theMap(figure, own, values, labels(figure)[subject])];
      const names = [...wijken.map(wijk => own.wijken[wijk]), nameOf(chosen.g)];
      const rows = [...wijken.map(wijk => own.byWijk[figure.code][wijk]), own.rows[figure.code][figure.periods.length - 1]];
      const series = labels(figure).map((name, number) => ({ name, values: rows.map(row => row[number]) }));
      return card(figure, figure.periods[figure.periods.length - 1][chosen.l], inside, names, series, true);
    });
  }

  // A cohort: the gemeente by itself, each code once for every series of the figure.
  function showLife() {
    const figures = drawn("own");
    if (!figures.length) return [element("p", {}, say("none"))];
    return [element("div", { class: "grid" }, ...figures.map(figure => {
      const series = parts(figure, chosen.g, "");
      const svg = Draw.bars(labels(figure), series, sentence(figure, labels(figure), series), print, say("hidden"));
      return card(figure, "", [legend(series.map(one => one.name)), svg], labels(figure), series);
    }))];
  }

  function theMap(figure, own, values, label) {
    if (!Object.keys(own.map).length) return [element("p", { class: "note" }, say("noMap"))];
    const words = `${figure.title[chosen.l]}, ${label}, ${nameOf(chosen.g)} ${say("byWijk")}`;
    const { svg, known } = Draw.map(own.map, values, own.wijken, words, print, say("hidden"));
    const key = known.map(one => {
      const box = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      box.setAttribute("viewBox", "0 0 20 12"); box.setAttribute("class", "key"); box.setAttribute("aria-hidden", "true");
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of Object.entries({ width: 20, height: 12, fill: one.colour })) rect.setAttribute(name, value);
      box.append(rect);
      return element("li", {}, box, one.from === one.to ? print(one.from) : `${print(one.from)} ${say("to")} ${print(one.to)}`);
    });
    return [element("div", { class: "map" }, svg, element("ul", { class: "keys" }, ...key, element("li", {}, element("span", { class: "hatch", "aria-hidden": "true" }), say("hidden"))))];
  }

  function card(figure, period, drawing, categories, series, open) {
    const table = asTable(figure, categories, series);
    const details = element("details", open ? { open: "" } : {}, element("summary", {}, say("table")), element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": figure.title[chosen.l] }, table));
    const what = element("details", {}, element("summary", {}, say("what")), element("p", {}, figure.definition[chosen.l]));
    const link = element("a", { class: "download", download: `gmsd_${chosen.g}_${figure.code}.csv`, href: "data:text/csv;charset=utf-8," + encodeURIComponent(asCsv(categories, series)) }, say("download"));
    return element("article", { class: "card", "data-figure": figure.code },
      element("h3", {}, figure.title[chosen.l]),
      element("p", { class: "note" }, [figure.unit[chosen.l], period].filter(Boolean).join(", ")),
      ...drawing, details, what, element("p", {}, link));
  }

  function asTable(figure, categories, series) {
    const head = element("tr", {}, element("td", {}), ...series.map(one => element("th", { scope: "col", class: "n" }, one.name)));
    const body = categories.map((name, row) => element("tr", {}, element("th", { scope: "row" }, name), ...series.map(one => cell(one.values[row]))));
    return element("table", {}, element("caption", {}, `${figure.title[chosen.l]}, ${figure.unit[chosen.l]}`), element("thead", {}, head), element("tbody", {}, ...body));
  }

  function cell(value) {
    if (value !== null) return element("td", { class: "n" }, print(value));
    return element("td", { class: "n hid" }, element("span", { "aria-hidden": "true" }, "."), element("span", { class: "sr" }, say("hidden")));
  }

  function asCsv(categories, series) {
    const quoted = words => `"${words.replaceAll('"', '""')}"`;
    const lines = [["", ...series.map(one => one.name)].map(quoted).join(";")];
    categories.forEach((name, row) => lines.push([quoted(name), ...series.map(one => one.values[row] === null ? "." : one.values[row])].join(";")));
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }

  const sentence = (figure, categories, series) => `${say("chart")}. ${figure.title[chosen.l]}, ${figure.unit[chosen.l]}. ` +
    series.map(one => `${one.name}: ${categories.map((name, row) => `${name} ${one.values[row] === null ? say("hidden") : print(one.values[row])}`).join(", ")}`).join(". ");

  const both = () => [chosen.g, chosen.c].map(nameOf);
  const legend = names => element("p", { class: "legend" }, ...names.flatMap((name, number) => [element("span", { class: "box c" + number, "aria-hidden": "true" }), name + " "]));

  function foot() {
    const made = [element("p", {}, `${say("source")} ${say("rounded")}`)];
    if (Object.keys(index.groups).length) made.push(element("p", {}, say("middle")));
    made.push(element("ul", {}, ...index.symbols.map(([sign, text]) => element("li", {}, element("strong", {}, sign), " ", text[chosen.l]))));
    return made;
  }

  return { start, receive };
})();
