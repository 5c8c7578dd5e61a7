// Timing, for the browser tests and for `performance` tools: opening, key press to painted picture,
// and mouse-up to saved. In the page: window.__dataguard = {opened, steps, edits, lastStep, lastEdit}.

const KEPT = 2000;

export class Probe {
  /** @param begunAt when the annotator began to ask for its video, on the page's clock */
  constructor(begunAt) {
    this.begunAt = begunAt;
    this.figures = { opened: null, steps: [], edits: [], lastStep: null, lastEdit: null };
    this.inputAt = null;
    this.mouseUpAt = null;
    this.edits = new Map();
    window.__dataguard = this.figures;
  }

  /** The first picture is painted with its labels, and every track has its row. */
  opened() {
    this.figures.opened ??= performance.now() - this.begunAt;
  }

  /** A key or a click that asks for another frame. */
  input(at) {
    this.inputAt = at;
  }

  mouseUp(at) {
    this.mouseUpAt = at;
  }

  /** The wanted frame is drawn; the browser shows it at the end of this animation frame. */
  painted(frame, kind) {
    if (this.inputAt === null) return;
    const from = this.inputAt;
    if (kind !== "preview") this.inputAt = null;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const step = { frame, kind, ms: performance.now() - from };
      push(this.figures.steps, step);
      this.figures.lastStep = step;
      tell("dataguard-step", from, step);
    };
    channel.port2.postMessage(0);
  }

  submitted(batch) {
    this.edits.set(batch, this.mouseUpAt ?? performance.now());
    this.mouseUpAt = null;
  }

  saved(batch) {
    const from = this.edits.get(batch);
    if (from == null) return;
    this.edits.delete(batch);
    const edit = { batch, ms: performance.now() - from };
    push(this.figures.edits, edit);
    this.figures.lastEdit = edit;
    tell("dataguard-edit", from, edit);
  }
}

function push(list, figure) {
  list.push(figure);
  if (list.length > KEPT) list.shift();
}

/** For who watches or records now; the page itself keeps none, or they would grow all day. */
function tell(name, start, detail) {
  performance.measure(name, { start, duration: detail.ms, detail });
  performance.clearMeasures(name);
}
