// What one person has entered on this device: a record for each mark, file and visit.
//
// A record has an `id` that begins with "<user>:", so that people who share a device never meet
// each other's. It lies in IndexedDB; where that is forbidden or full, in memory, and then it lives
// as long as the page.
const NAME = "portal";
const RECORDS = "records";

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("blocked")));
  });

const opened = async () => {
  try {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener("upgradeneeded", () => {
      request.result.createObjectStore(RECORDS, { keyPath: "id" });
    });
    return await answered(request);
  } catch {
    return null;
  }
};

export class Store {
  constructor(user) {
    this.range = IDBKeyRange.bound(`${user}:`, `${user};`, false, true);
    this.database = opened();
    this.memory = new Map();
  }

  // Whether something would be lost with the page.
  get volatile() {
    return [...this.memory.values()].some((record) => record.state !== "sent");
  }

  async all() {
    const database = await this.database;
    const kept = database
      ? await answered(database.transaction(RECORDS).objectStore(RECORDS).getAll(this.range))
      : [];
    return [...kept, ...this.memory.values()].sort((one, other) => one.entered - other.entered);
  }

  put(record) {
    return this.change(record.id, () => record);
  }

  remove(id) {
    return this.change(id, () => null);
  }

  // Replaces a record by what `update` makes of it, in one step; null removes it, and undefined
  // leaves it as it is.
  async change(id, update) {
    const database = await this.database;
    if (database && !this.memory.has(id)) {
      try {
        return await this.changeOnDisk(database, id, update);
      } catch {
        // full: the page keeps what the device does not take
      }
    }
    const record = update(this.memory.get(id));
    if (record) this.memory.set(id, record);
    else if (record === null) this.memory.delete(id);
    return undefined;
  }

  changeOnDisk(database, id, update) {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(RECORDS, "readwrite");
      const records = transaction.objectStore(RECORDS);
      records.get(id).addEventListener("success", (event) => {
        const record = update(event.target.result);
        if (record) records.put(record);
        else if (record === null) records.delete(id);
      });
      transaction.addEventListener("complete", () => resolve());
      transaction.addEventListener("abort", () => reject(transaction.error));
    });
  }
}
