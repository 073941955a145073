"use strict";
// Drawings without a number that is not published: no axis has figures of its own.
const Draw = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const COLOURS = ["#0058b8", "#00a1cd", "#7d4791", "#c90c0f"];
  const CLASSES = ["#c6e2f5", "#77b5e0", "#2f76bd", "#143564"];

  function node(name, attributes, ...inside) {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  function frame(width, height, words) {
    const hatch = node("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      node("rect", { width: 6, height: 6, fill: "#fff" }),
      node("line", { x1: 0, y1: 0, x2: 0, y2: 6, stroke: "#5a5a59", "stroke-width": 2 }));
    return node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words }, node("defs", {}, hatch));
  }

  const text = (x, y, words, more) => node("text", { x, y, ...more }, words);

  // The words of a label on lines of so many characters.
  function wrapped(words, most) {
    const lines = [""];
    for (const word of words.split(" ")) {
      const last = lines[lines.length - 1];
      if (last && last.length + 1 + word.length > most) lines.push(word);
      else lines[lines.length - 1] = (last + " " + word).trim();
    }
    return lines;
  }

  // Per category a bar for each series: hidden is hatched and says so, and is never a zero.
  function bars(categories, series, words, print, hidden) {
    const narrow = matchMedia("(max-width: 40rem)").matches;
    const width = narrow ? 330 : 520, bar = 15, gap = 13, line = 15;
    const left = narrow ? 2 : Math.min(14 + 7.2 * Math.max(...categories.map(one => one.length)), 230);
    const labels = categories.map(one => wrapped(one, (narrow ? width : left - 10) / 7.2));
    const most = Math.max(1, ...series.flatMap(one => [one.values, ...one.ends].flat().filter(v => v !== null)));
    const heights = labels.map(one => narrow ? one.length * line + series.length * bar : Math.max(one.length * line, series.length * bar));
    const svg = frame(width, heights.reduce((sum, one) => sum + one + gap, 4), words);
    let y = 4;
    categories.forEach((name, at) => {
      const middle = narrow ? y + 11 : y + (heights[at] - labels[at].length * line) / 2 + 11;
      labels[at].forEach((part, number) => svg.append(text(narrow ? left : left - 8, middle + number * line, part, { "text-anchor": narrow ? "start" : "end" })));
      const first = narrow ? y + labels[at].length * line : y + (heights[at] - series.length * bar) / 2;
      y += heights[at] + gap;
      series.forEach((one, number) => {
        const value = one.values[at], place = first + number * bar, colour = COLOURS[number];
        if (value === null) {
          svg.append(node("rect", { x: left, y: place + 1, width: 12, height: bar - 2, fill: "url(#hatch)", stroke: colour, "stroke-dasharray": "3 2" }),
            text(left + 18, place + 12, ". " + hidden, { class: "quiet" }));
        } else {
          const scaled = number => (width - left - 70) * number / most;
          const ends = one.ends.map(end => left + scaled(end[at]));
          svg.append(node("rect", { x: left, y: place + 1, width: scaled(value), height: bar - 2, fill: colour }));
          if (ends.length) svg.append(...whisker(ends, place + bar / 2));
          svg.append(text(Math.max(left + scaled(value), ...ends) + 5, place + 12, print(value), { class: "value" }));
        }
      });
    });
    return svg;
  }

  // An interval: a line with an end on either side, light around dark.
  function whisker([low, high], middle) {
    const d = `M${low} ${middle}H${high}M${low} ${middle - 3}v6M${high} ${middle - 3}v6`;
    return [["#fff", 4], ["#1d1d1b", 1.5]].map(([stroke, thick]) => node("path", { d, fill: "none", stroke, "stroke-width": thick }));
  }

  // One code through time: a line for each series, broken where it is hidden.
  function lines(periods, series, words, print, hidden) {
    const unknown = series.filter(one => one.values[one.values.length - 1] === null);
    const width = 300, height = 124 + 17 * unknown.length, left = 34, right = 252, floor = 96;
    const most = Math.max(1, ...series.flatMap(one => one.values.filter(v => v !== null)));
    const x = at => periods.length < 2 ? left : left + (right - left) * at / (periods.length - 1);
    const y = value => floor - 78 * value / most;
    const svg = frame(width, height, words);
    svg.append(node("line", { x1: left, y1: floor, x2: right, y2: floor, stroke: "#5a5a59" }),
      text(left, floor + 18, periods[0], { class: "small" }),
      text(right, floor + 18, periods[periods.length - 1], { class: "small", "text-anchor": "end" }));
    const labels = [];
    series.forEach((one, number) => {
      const colour = COLOURS[number], dash = number ? "6 3" : "";
      one.values.forEach((value, at) => {
        if (value === null) return;
        const before = one.values[at - 1];
        if (at && before !== null) svg.append(node("line", { x1: x(at - 1), y1: y(before), x2: x(at), y2: y(value), stroke: colour, "stroke-width": 2.5, "stroke-dasharray": dash }));
        svg.append(node("circle", { cx: x(at), cy: y(value), r: 3.5, fill: colour }));
      });
      const last = one.values[one.values.length - 1];
      if (last !== null) labels.push({ y: y(last), words: print(last), colour });
    });
    unknown.forEach((one, at) => {
      const place = floor + 36 + 17 * at, colour = COLOURS[series.indexOf(one)];
      svg.append(node("rect", { x: left, y: place - 9, width: 12, height: 10, fill: "url(#hatch)", stroke: colour, "stroke-dasharray": "3 2" }),
        text(left + 18, place, ". " + hidden, { class: "quiet" }));
    });
    labels.sort((a, b) => a.y - b.y).forEach((one, at) => {
      one.y = at ? Math.max(one.y, labels[at - 1].y + 14) : one.y;
      svg.append(node("rect", { x: right + 8, y: one.y - 5, width: 8, height: 8, fill: one.colour }),
        text(right + 20, one.y + 4, one.words, { class: "value" }));
    });
    return svg;
  }

  // The classes of a map: as many values in each; their ends are published values.
  function classes(values) {
    const sorted = [...new Set(values.filter(v => v !== null))].sort((a, b) => a - b);
    const count = Math.min(CLASSES.length, sorted.length), found = [];
    for (let at = 0; at < count; at++) {
      const part = sorted.slice(Math.floor(at * sorted.length / count), Math.floor((at + 1) * sorted.length / count));
      found.push({ from: part[0], to: part[part.length - 1], colour: CLASSES[CLASSES.length - count + at] });
    }
    return found;
  }

  function map(paths, values, names, words, print, hidden) {
    const known = classes(Object.values(values));
    const ends = Object.values(paths).flatMap(path => path.match(/\d+,\d+/g)).map(place => place.split(",").map(Number));
    const svg = frame(Math.max(...ends.map(one => one[0])), Math.max(...ends.map(one => one[1])), words);
    for (const [wijk, path] of Object.entries(paths)) {
      const value = values[wijk];
      const fill = value === null || value === undefined ? "url(#hatch)" : known.find(one => value <= one.to).colour;
      svg.append(node("path", { d: path, fill, stroke: "#fff", "stroke-width": 4, "fill-rule": "evenodd" },
        node("title", {}, `${names[wijk]}: ${value === null || value === undefined ? hidden : print(value)}`)));
    }
    return { svg, known };
  }

  return { bars, lines, map };
})();
