// Where the queue survives a reload: IndexedDB, or memory where the browser offers none.

const NAME = "dataguard";
const WAITING = "waiting";
const FAILED = "failed";

/** Open the store of one workspace and person; all their videos share it. */
export async function openStorage(workspace, person) {
  const owner = `${workspace}\n${person}`;
  try {
    return new BrowserStorage(await openDatabase(), owner);
  } catch {
    return new MemoryStorage();
  }
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const name of [WAITING, FAILED]) {
        request.result.createObjectStore(name, { keyPath: "batch" }).createIndex("owner", "owner");
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

class BrowserStorage {
  constructor(database, owner) {
    this.database = database;
    this.owner = owner;
    this.lasting = true;
  }

  all = () => this.read(WAITING);
  put = (item) => this.change(WAITING, (store) => store.put({ ...item, owner: this.owner }));
  remove = (batch) => this.change(WAITING, (store) => store.delete(batch));
  allFailed = () => this.read(FAILED);
  keepFailed = (item) => this.change(FAILED, (store) => store.put({ ...item, owner: this.owner }));
  removeFailed = (batch) => this.change(FAILED, (store) => store.delete(batch));

  read(name) {
    return new Promise((resolve, reject) => {
      const store = this.database.transaction(name).objectStore(name);
      const request = store.index("owner").getAll(this.owner);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  change(name, act) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
      act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  close() {
    this.database.close();
  }
}

/** The same in memory: for tests, and for browsers without IndexedDB. */
export class MemoryStorage {
  constructor() {
    this.waiting = new Map();
    this.lost = new Map();
    this.lasting = false;
  }

  all = async () => [...this.waiting.values()].map((item) => structuredClone(item));
  put = async (item) => void this.waiting.set(item.batch, structuredClone(item));
  remove = async (batch) => void this.waiting.delete(batch);
  allFailed = async () => [...this.lost.values()];
  keepFailed = async (item) => void this.lost.set(item.batch, structuredClone(item));
  removeFailed = async (batch) => void this.lost.delete(batch);

  close() {}
}
