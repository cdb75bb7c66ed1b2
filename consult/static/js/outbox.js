/* What is written and has not reached the server, kept in this browser (IndexedDB) per person: it outlives a crash, a tunnel and the end of
   the session, and is sent only while the person who wrote it is signed in. An entry: {key, reader, url, page, label, pairs, at, state, said}.
   `pairs` are the fields to post, `file` is one that is sent besides; `state` is waiting, refused (the server said why) or disputed (somebody
   else wrote there). */
const NAME = "consult", STORE = "outbox";
export const reader = document.body.dataset.reader ?? "";

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, {keyPath: "key"});
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function within(mode, act) {
  const transaction = (await database()).transaction(STORE, mode);
  const result = act(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const keyOf = (url) => `${reader}\n${new URL(url, location.href).pathname}`;

/** Says to later pages, without opening the database, that something may wait. */
export const FLAG = "consult.waiting";

/** Keep an entry in place of what was kept of the same address; resolves once it is on disk. */
export async function keep(entry) {
  localStorage.setItem(FLAG, "1");
  await within("readwrite", (store) => store.put({reader, state: "waiting", page: location.pathname, at: Date.now(), ...entry, key: entry.key ?? keyOf(entry.url)}));
}

/** Everything that waits, of whomever; the oldest first. */
export async function everything() {
  try { return (await within("readonly", (store) => store.getAll())).sort((a, b) => a.at - b.at); } catch { return []; }
}

/** What waits of the reader. */
export const mine = async () => (await everything()).filter((entry) => entry.reader === reader);

/** Let an entry go, unless it was written over since `at`. */
export async function drop(key, at) {
  const transaction = (await database()).transaction(STORE, "readwrite");
  const store = transaction.objectStore(STORE);
  const asked = store.get(key);
  asked.onsuccess = () => { if (asked.result && (at === undefined || asked.result.at <= at)) store.delete(key); };
  return new Promise((resolve) => { transaction.oncomplete = () => resolve(); });
}

let current;
/** Who is signed in now, with the token of their session: asked again after every failure, never taken from a page that was stored. */
export async function session(address, again = false) {
  if (current && !again) return current;
  const answer = await fetch(address, {redirect: "manual", cache: "no-store", headers: {Accept: "application/json"}});
  current = answer.ok ? await answer.json() : {reader: null, token: ""};
  return current;
}

/** What travels: fields alone, or a file, which the browser itself says how to read. */
function body(entry) {
  if (!entry.file) return new URLSearchParams(entry.pairs);
  const form = new FormData();
  form.append("file-file", entry.file, entry.label);
  return form;
}

/** Post an entry. Resolves to {outcome, ...}: saved, disputed, refused, locked, signed_out, other_reader, offline. */
export async function send(entry, address) {
  try {
    for (const again of [false, true]) {
      const who = await session(address, again);
      if (!who.reader) continue;
      if (who.reader !== entry.reader) return {outcome: "other_reader"};
      const answer = await fetch(entry.url, {method: "POST", redirect: entry.form ? "follow" : "manual", body: body(entry), headers: {Accept: "application/json", "X-CSRFToken": who.token}});
      if (answer.type === "opaqueredirect" || [400, 401, 403].includes(answer.status)) { if (!again) continue; return {outcome: "signed_out"}; }
      return entry.form ? outcomeOfForm(answer) : outcomeOf(answer);
    }
    return {outcome: "signed_out"};
  } catch { return {outcome: "offline"}; }
}

async function outcomeOf(answer) {
  if (answer.status >= 500 || answer.status === 429) return {outcome: "offline"};
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return {outcome: "saved", ...told};
  if (answer.status === 409) return {outcome: told.locked ? "locked" : "disputed", ...told};
  return {outcome: "refused", ...told};
}

/** A whole form that was sent later: it led somewhere when it was taken. */
function outcomeOfForm(answer) {
  if (answer.status >= 500 || answer.status === 429) return {outcome: "offline"};
  if (!answer.ok) return {outcome: "refused"};
  return answer.redirected && !/\/sign-in/.test(answer.url) ? {outcome: "saved", url: answer.url} : {outcome: "signed_out"};
}
