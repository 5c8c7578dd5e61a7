// Timing, for the browser tests and for `performance` tools: key press to painted picture, and
// mouse-up to saved. In the page: window.__dataguard = {steps, edits, lastStep, lastEdit}.

const KEPT = 2000;

export class Probe {
  constructor() {
    this.figures = { steps: [], edits: [], lastStep: null, lastEdit: null };
    this.inputAt = null;
    this.mouseUpAt = null;
    this.edits = new Map();
    window.__dataguard = this.figures;
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
      performance.measure("dataguard-step", { start: from, duration: step.ms, detail: step });
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
    performance.measure("dataguard-edit", { start: from, duration: edit.ms, detail: edit });
  }
}

function push(list, figure) {
  list.push(figure);
  if (list.length > KEPT) list.shift();
}
