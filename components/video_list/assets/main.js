// Rows of videos. Every text is set with textContent: names come from strangers.

const lists = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!lists.has(parentElement)) lists.set(parentElement, videoList(parentElement));
  const act = (action, videos) => setTriggerValue("act", { action, videos });
  lists.get(parentElement)(data.rows, data.texts, act);
}

// A list that is drawn again with every script run. Each cell that shows the same as before stays the
// same element, so that neither an open menu nor a click between press and release is lost.
function videoList(parentElement) {
  const selected = new Set();
  const drawn = new Map();
  const list = element("div", "list");
  list.setAttribute("role", "table");
  const bar = element("div", "bulk");
  let rows, texts, act, named;
  return draw;

  function draw(newRows, newTexts, newAct) {
    rows = newRows;
    texts = newTexts;
    act = newAct;
    const shown = new Set(rows.map((row) => row.id));
    for (const id of [...selected]) if (!shown.has(id)) selected.delete(id);
    const focused = parentElement.activeElement?.dataset?.focus;
    const menu = parentElement.querySelector(".menu");
    if (menu && !rows.some((row) => menu.dataset.row === menuKey(row))) menu.remove();
    if (named !== JSON.stringify(texts)) nameParts();
    arrange(rows.map(drawnRow));
    if (!list.isConnected) parentElement.append(bar, list);
    refresh();
    const again = focused && parentElement.querySelector(`[data-focus="${CSS.escape(focused)}"]`);
    if (again && again !== parentElement.activeElement) again.focus();
  }

  function nameParts() {
    named = JSON.stringify(texts);
    drawn.clear();
    list.replaceChildren(header());
    bar.replaceChildren(
      element("span", "count"),
      button(texts.suggestSelected, "plain", () => act("suggest", [...selected])),
      button(texts.removeSelected, "plain", () => act("remove", [...selected])),
      button(texts.clear, "quiet", () => {
        selected.clear();
        refresh();
      }),
    );
  }

  function drawnRow(row) {
    if (!drawn.has(row.id)) drawn.set(row.id, { made: emptyRow(row), cells: {} });
    const { made, cells } = drawn.get(row.id);
    for (const [kind, [shown, content]] of Object.entries(parts(row))) {
      const shows = JSON.stringify(shown);
      if (cells[kind]?.shows === shows) continue;
      const fresh = cell(kind, ...content());
      if (cells[kind]) cells[kind].made.replaceWith(fresh);
      else made.append(fresh);
      cells[kind] = { shows, made: fresh };
    }
    return made;
  }

  function arrange(wanted) {
    const kept = new Set(wanted);
    for (const old of [...list.children].slice(1)) if (!kept.has(old)) old.remove();
    let before = list.firstElementChild;
    for (const made of wanted) {
      if (before.nextElementSibling !== made) before.after(made);
      before = made;
    }
    for (const [id, { made }] of drawn) if (!kept.has(made)) drawn.delete(id);
  }

  function refresh() {
    bar.hidden = selected.size === 0;
    bar.querySelector(".count").textContent = texts.selected.replace("{n}", selected.size);
    for (const box of list.querySelectorAll("input[data-id]")) {
      box.checked = selected.has(Number(box.dataset.id));
      box.closest(".row").classList.toggle("selected", box.checked);
    }
    const all = list.querySelector("input.all");
    all.checked = rows.length > 0 && selected.size === rows.length;
    all.indeterminate = selected.size > 0 && selected.size < rows.length;
  }

  function header() {
    const head = element("div", "row head");
    head.setAttribute("role", "row");
    const all = element("input", "all");
    all.type = "checkbox";
    all.setAttribute("aria-label", texts.selectAll);
    all.onchange = () => {
      selected.clear();
      if (all.checked) rows.forEach((row) => selected.add(row.id));
      refresh();
    };
    const cells = [texts.video, "", texts.length, texts.people, texts.labels, texts.status, ""];
    head.append(cell("check", all), ...cells.map((text, index) => {
      const made = cell(`h${index}`, text);
      made.setAttribute("role", "columnheader");
      return made;
    }));
    return head;
  }

  function emptyRow(row) {
    const made = element("div", "row");
    made.setAttribute("role", "row");
    made.dataset.video = row.id;
    return made;
  }

  // The cells of a row: what each shows, and how it is made.
  function parts(row) {
    const { name, ready } = row;
    return {
      check: [[name], () => [choice(row)]],
      picture: [[name, ready, row.picture], () => [picture(row)]],
      name: [[name, ready, row.tags, row.remark], () => [title(row), tags(row)]],
      length: [
        [row.length, row.facts],
        () => [element("div", "strong", row.length), element("div", "faint", row.facts)],
      ],
      people: [[row.people], () => [row.people]],
      labels: [[row.counts, ready], () => [counts(row)]],
      status: [[row.tone, row.status, row.progress], () => [status(row)]],
      actions: [[name, ready], () => actions(row)],
    };
  }

  function choice(row) {
    const box = element("input");
    box.type = "checkbox";
    box.dataset.id = row.id;
    box.setAttribute("aria-label", row.name);
    box.onchange = () => {
      if (box.checked) selected.add(row.id);
      else selected.delete(row.id);
      refresh();
    };
    return box;
  }

  function picture(row) {
    const frame = element("button", "thumb");
    frame.type = "button";
    frame.tabIndex = -1;
    frame.disabled = !row.ready;
    frame.setAttribute("aria-label", `${texts.open}: ${row.name}`);
    frame.onclick = () => act("open", [row.id]);
    if (row.picture) {
      const image = element("img");
      image.loading = "lazy";
      image.decoding = "async";
      image.alt = "";
      image.src = row.picture;
      image.onerror = () => image.remove();
      frame.append(image);
    }
    return frame;
  }

  function title(row) {
    if (!row.ready) return element("div", "title", row.name);
    const link = element("button", "title link", row.name);
    link.type = "button";
    link.title = row.name;
    link.dataset.focus = `title-${row.id}`;
    link.onclick = () => act("open", [row.id]);
    return link;
  }

  function tags(row) {
    const box = element("div", "tags");
    for (const tag of row.tags) box.append(element("span", "tag", tag));
    if (row.remark) {
      const remark = element("span", "remark", row.remark);
      remark.title = row.remark;
      box.append(remark);
    }
    return box;
  }

  function counts(row) {
    const box = element("div", "counts");
    const total = row.counts.reduce((sum, [, n]) => sum + n, 0);
    if (!total) return element("div", "faint", row.ready ? texts.noLabels : "");
    const strip = element("div", "strip");
    strip.setAttribute("aria-hidden", "true");
    const words = element("div", "words");
    for (const [state, n, text] of row.counts) {
      if (!n) continue;
      const part = element("span", `part ${state}`);
      part.style.flexGrow = n;
      strip.append(part);
      const word = element("span", "word");
      word.append(element("i", `mark ${state}`), document.createTextNode(text));
      words.append(word);
    }
    box.append(strip, words);
    return box;
  }

  function status(row) {
    const box = element("div", `state ${row.tone}`);
    const text = element("div", "text", row.status);
    text.title = row.status;
    box.append(text);
    if (row.progress !== null && row.progress !== undefined) {
      const track = element("div", "progress");
      const fill = element("div", "fill");
      fill.style.width = `${Math.round(row.progress * 100)}%`;
      track.append(fill);
      box.append(track);
    }
    return box;
  }

  function actions(row) {
    const more = button("⋯", "icon", () => menu(row, more));
    more.setAttribute("aria-label", `${texts.more}: ${row.name}`);
    more.setAttribute("aria-haspopup", "menu");
    more.dataset.focus = `more-${row.id}`;
    if (!row.ready) return [more];
    return [
      button(texts.open, "main", () => act("open", [row.id])),
      button(texts.suggest, "plain", () => act("suggest", [row.id])),
      more,
    ];
  }

  // The menu of a row whose entries would be others now is out of date.
  function menuKey(row) {
    return JSON.stringify([row.id, row.ready, texts]);
  }

  function menu(row, anchor) {
    parentElement.querySelector(".menu")?.remove();
    const box = element("div", "menu");
    box.popover = "auto";
    box.setAttribute("role", "menu");
    box.dataset.row = menuKey(row);
    for (const action of row.ready ? ["rename", "tag", "remove"] : ["remove"]) {
      const item = button(texts[action], `item ${action}`, () => {
        box.hidePopover();
        act(action, [row.id]);
      });
      item.setAttribute("role", "menuitem");
      box.append(item);
    }
    parentElement.append(box);
    box.showPopover();
    const place = anchor.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const below = place.bottom + 4 + size.height < innerHeight;
    box.style.left = `${Math.max(8, place.right - size.width)}px`;
    box.style.top = `${below ? place.bottom + 4 : place.top - 4 - size.height}px`;
    box.querySelector("button").focus();
  }
}

function element(name, kind = "", text = null) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text !== null) made.textContent = text;
  return made;
}

function cell(kind, ...content) {
  const made = element("div", `cell ${kind}`);
  made.setAttribute("role", "cell");
  made.append(...content);
  return made;
}

function button(text, kind, onclick) {
  const made = element("button", `button ${kind}`, text);
  made.type = "button";
  made.onclick = onclick;
  return made;
}
