// Calls to our own server. Failures are told apart because they are treated differently:
// "network" (away: try again), "stale" (somebody was first), "refused" (it will never take this).

class CallFailed extends Error {
  constructor(kind, { status = 0, text = "", hint = "", code = "", current = [] } = {}) {
    super(text || kind);
    Object.assign(this, { kind, status, text, hint, code, current });
  }
}

const TEMPORARY = new Set([408, 425, 429]);

const inJson = (response) => response.json();
const inBytes = (response) => response.arrayBuffer();

export class Api {
  /** @param translate turns a message key and its values into the screen's language */
  constructor({ workspace, translate, fetcher = (...call) => fetch(...call) }) {
    this.workspace = workspace;
    this.translate = translate;
    this.fetcher = fetcher;
  }

  address(path, query = {}) {
    const parameters = new URLSearchParams({ w: this.workspace });
    for (const [name, value] of Object.entries(query)) {
      if (value != null) parameters.set(name, value);
    }
    return `/api${path}?${parameters}`;
  }

  /** Ask, and read the answer with `read`, within a limit for both. */
  async call(address, options = {}, read = inJson, seconds = 30) {
    const control = new AbortController();
    const passOn = () => control.abort();
    options.signal?.addEventListener("abort", passOn);
    const timer = setTimeout(passOn, seconds * 1000);
    try {
      const response = await this.fetcher(address, { ...options, signal: control.signal });
      if (!response.ok) throw await this.failure(response);
      return await read(response);
    } catch (error) {
      if (error instanceof CallFailed || options.signal?.aborted) throw error;
      throw new CallFailed("network");
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", passOn);
    }
  }

  async failure(response) {
    const body = await response.json().catch(() => ({}));
    const error = body.error || {};
    const told = {
      status: response.status,
      code: error.code || "",
      text: error.message ? this.translate(error.message, error.values) : error.text || "",
      hint: error.hint ? this.translate(error.hint, error.values) : "",
      current: body.current || [],
    };
    if (response.status === 409) return new CallFailed("stale", told);
    if (response.status >= 500 || TEMPORARY.has(response.status)) return new CallFailed("network", told);
    return new CallFailed("refused", told);
  }

  json(path, query) {
    return this.call(this.address(path, query));
  }

  post(path, body, { workspace = this.workspace } = {}) {
    return this.call(`/api${path}?${new URLSearchParams({ w: workspace })}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      keepalive: JSON.stringify(body).length < 60_000,
    });
  }

  video = (id, person) => this.json(`/videos/${id}`, { person });
  objects = (id) => this.json(`/videos/${id}/objects`);
  refit = (id, track, bound) => this.json(`/videos/${id}/tracks/${track}/refit`, bound);
  tracks = (id, from, to, ids) => this.json(`/videos/${id}/tracks`, { from, to, ids });
  segments = (id) => this.json(`/videos/${id}/segments`);
  history = (id, query) => this.json(`/videos/${id}/history`, query);
  restorePreview = (id, query) => this.json(`/videos/${id}/restore`, query);
  restore = (moment) => this.post("/restore", moment);
  addEventClasses = () => this.post("/event-classes", {});
  changes = (id, since, here) => this.json(`/videos/${id}/changes`, { since, ...here });
  notes = (id) => this.json(`/videos/${id}/notes`);
  preferences = (person) => this.json("/preferences", { person });
  keep = (person, name, value) => this.post("/preferences", { person, name, value });
  /** A place worth a jump: what is "crossing", "empty" or "low-score". */
  place = (id, what, query) => this.json(`/videos/${id}/${what}`, query);

  /** Seconds of every frame, exact. */
  async times(id) {
    return new Float64Array(await this.call(this.address(`/videos/${id}/times`), {}, inBytes));
  }

  marks = (id, ids) => this.json(`/videos/${id}/marks`, { ids: ids.join(",") });
  /** Its bytes, or null while it is being made. */
  waveform = (id) => this.call(this.address(`/videos/${id}/waveform`), {}, (response) => (response.status === 202 ? null : inBytes(response)));

  /** The picture of a frame, and the index it says it has. */
  frame(id, frame, version, signal) {
    const read = async (response) => ({ index: response.headers.get("X-Frame-Index"), blob: await response.blob() });
    return this.call(this.frameAddress(id, frame, version), { signal }, read);
  }

  frameAddress = (id, frame, version) =>
    this.address(`/videos/${id}/frames/${frame}.jpg`, { v: version });
  proxyAddress = (id) => this.address(`/videos/${id}/proxy.mp4`);

  follow = (wish) => this.post("/follow", wish);
  followed = (job) => this.json(`/follow/${job}`);
  stopFollow = (job) => this.post(`/follow/${job}/stop`, {});

  /** Send one item of the queue. */
  send(item) {
    const { batch, person, video, edits } = item;
    const options = { workspace: item.workspace };
    if (item.kind === "notes") return this.post("/notes", { batch, person, video, ...item.note }, options);
    if (item.kind === "edits") return this.post("/edits", { batch, person, video, edits }, options);
    return this.post(`/${item.kind}`, { batch, person, video }, options);
  }
}
