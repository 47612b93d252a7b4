// The web API of docs/contracts.md, and what its failures mean to a person.

const TIMEOUT_MS = 15000;
const OFFLINE = "没有连上网络，这句话还没有发出去。请检查网络后重试。";
const SLOW = "网络太慢，等了很久没有回音。可以重试，不会重复提问。";
const BROKEN = "小法这会儿出了点问题，您的话没有丢。请过一会儿重试；着急请拨打 12348。";

/** `kind`: "retry" (the same request may be sent again), "session" (ours is no longer valid), "refused" (it never will be). */
export class ApiError extends Error {
  constructor(kind, message, status = 0, code = "", requestId = "") {
    super(message);
    Object.assign(this, { kind, status, code, requestId });
  }
}

export class Api {
  #csrf = null;
  #starting = null;
  session = null;

  /** First contact, or coming back: the cookie decides. Also renews an expired CSRF token. Asked for twice at once
   *  (page opening, person already sending) it goes out once: two first contacts would make two sessions. */
  start() {
    this.#starting ??= this.#call("POST", "/api/session", {})
      .then((session) => {
        this.session = session;
        this.#csrf = session.csrf;
        return session;
      })
      .finally(() => (this.#starting = null));
    return this.#starting;
  }

  async consent() {
    await this.#withSession(() => this.#call("POST", "/api/consent", { agreed: true }));
    this.session.consented = true;
  }

  send(message) {
    return this.#withSession(() => this.#call("POST", "/api/messages", message));
  }

  messages(after) {
    return this.#withSession(() => this.#call("GET", `/api/messages?after=${encodeURIComponent(after)}`));
  }

  feedback(body) {
    return this.#withSession(() => this.#call("POST", "/api/feedback", body));
  }

  statute(law, article) {
    return this.#call("GET", `/api/statutes/${encodeURIComponent(law)}/${encodeURIComponent(article)}`);
  }

  /** The kiosk: the person goes, and with them all that was said. */
  async leave() {
    if (!this.session) await this.start();
    await this.#call("POST", "/kiosk/leave", {});
    this.session = this.#csrf = null;
  }

  take() {
    return this.#withSession(() => this.#call("POST", "/kiosk/take", {}));
  }

  async forget() {
    await this.#withSession(() => this.#call("DELETE", "/api/me"));
    this.session = this.#csrf = null;
  }

  // A token can expire while the page lies open in a pocket: renew once, quietly, then try again. Consent that the server
  // no longer knows comes back as the same status and is for the caller to ask again.
  async #withSession(run) {
    if (!this.session) await this.start();
    try {
      return await run();
    } catch (error) {
      if (error.kind !== "session") throw error;
      await this.start();
      if (!this.session.consented) throw error;
      return run();
    }
  }

  async #call(method, path, body) {
    const headers = { Accept: "application/json" };
    if (this.#csrf && method !== "GET") headers["X-CSRF-Token"] = this.#csrf;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    let response;
    let data = null;
    try {
      response = await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
      });
      const raw = await response.text();
      try {
        data = raw ? JSON.parse(raw) : null;
      } catch { /* a proxy's HTML page: the status alone counts */ }
    } catch {
      throw new ApiError("retry", abort.signal.aborted ? SLOW : OFFLINE);
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return data;
    const { code = "", message = "", request_id: requestId = "" } = (data && data.error) || {};
    const { status } = response;
    const kind = status >= 500 || status === 429 || status === 408 ? "retry" : status === 401 || status === 403 ? "session" : "refused";
    throw new ApiError(kind, message || BROKEN, status, code, requestId);
  }
}
