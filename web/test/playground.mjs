// Uses the playground as a person does, in a real browser, and fails when
// something goes wrong or when anything leaves the host.
//
//   node playground.mjs '{"chromium", "demo", "serve": {"url", "email", "password"}, "shots"}'
//
// demo is the address of a demo; serve is a server with one account; shots is a
// directory for pictures, or empty.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const given = JSON.parse(process.argv[2]);

// wrong is all that a page should not have done.
const wrong = [];
let expected = 0; // errors in the console that a step brings about on purpose

/** watch notes what the page complains of, and whom it asks. */
async function watch(page, origin) {
  const host = new URL(origin).host;
  const note = (text) => wrong.push(`${origin}: ${text}`);
  page.on("pageerror", (error) => note(`uncaught: ${error.stack}`));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    if (expected > 0 && message.text().includes("401")) return void expected--;
    note(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.protocol !== "blob:" && url.host !== host) note(`left the host: ${url}`);
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== host) note(`left the host: ${socket.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && response.status() !== 401) note(`${response.status()} ${response.url()}`);
  });
  await page.exposeBinding("violated", (_, text) => note(`content security policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (e) => window.violated(`${e.effectiveDirective} ${e.blockedURI} ${e.sample} ${e.sourceFile}:${e.lineNumber}`));
  });
}

async function shoot(page, name) {
  if (given.shots) await page.screenshot({ path: join(given.shots, name + ".png") });
}

const editor = (page) => page.locator(".graphiql-query-editor");
const answer = (page) => page.locator(".graphiql-response");
const who = (page) => page.locator(".bar .who");

/** shown waits until the element holds the text; the editor's spaces are hard ones. */
async function shown(locator, text) {
  await locator.filter({ hasText: new RegExp(text.replaceAll(" ", "\\s")) }).waitFor();
}

/** runs presses the button and gives the answer, which must be whole. */
async function runs(page, arrives) {
  await page.getByRole("button", { name: /^Execute query/ }).click();
  const body = await arrives;
  assert.equal(body.errors, undefined, JSON.stringify(body.errors));
  assert.ok(body.data, "no data");
  await shown(answer(page), '"data"');
  return body.data;
}

function byHTTP(page) {
  return page
    .waitForResponse((r) => r.url().endsWith("/query") && !r.request().postData().includes("IntrospectionQuery"))
    .then((r) => r.json());
}

/** bySocket gives the next result that comes by a WebSocket, and who it was opened as. */
function bySocket(page) {
  return new Promise((resolve) =>
    page.once("websocket", (socket) => {
      let token;
      socket.on("framesent", ({ payload }) => (token ??= JSON.parse(payload).payload?.Authorization));
      socket.on("framereceived", ({ payload }) => {
        const message = JSON.parse(payload);
        if (message.type === "error") resolve({ errors: message.payload });
        if (message.type === "next") resolve({ ...message.payload, token });
      });
      socket.on("close", () => resolve({ errors: "the socket was closed" }));
    }),
  );
}

/** forge puts a token that nobody made into what the page sends. */
async function forge(page, way) {
  if (way === "http") {
    expected++;
    await page.route("**/query", (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: "Bearer gone" } }),
    );
    return;
  }
  await page.routeWebSocket("**/query", (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => server.send(text.replace(/Bearer [^"]*/, "Bearer gone")));
  });
  await page.reload(); // the page's WebSocket is replaced when it loads
  await shown(editor(page), "query");
}

const roles = { institution: "query Contracts", partner: "query Work", supervisor: "query Queue", admin: "query BackOffice" };

const steps = {
  async "every role of the demo signs in and runs its sample"(page) {
    await page.goto(given.demo);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await shoot(page, "sign-in");
    for (const [role, sample] of Object.entries(roles)) {
      await page.getByRole("button", { name: role, exact: true }).click();
      await shown(who(page), `, ${role}`);
      await shown(editor(page), sample);
      const data = await runs(page, byHTTP(page));
      const lists = Object.values(data).filter((list) => list.nodes);
      assert.ok(lists.every((list) => list.nodes.length > 0), `${role}: an empty list in ${Object.keys(data)}`);
      await shoot(page, role);
    }
  },
  async "a reload keeps the session, another tab does not have it"(page) {
    await page.reload();
    await shown(who(page), ", admin");
    await shown(editor(page), roles.admin);
    const stored = await page.evaluate(() => JSON.stringify(localStorage));
    const { token } = await page.evaluate(() => JSON.parse(sessionStorage.getItem("kontrak:session")));
    assert.ok(token.length > 20 && !stored.includes(token), "the token is kept in localStorage");
    const other = await page.context().newPage();
    await watch(other, given.demo);
    await other.goto(given.demo);
    await other.getByRole("button", { name: "Sign in" }).waitFor();
    await other.close();
  },
  async "documentation, completion, formatting, history and the sample button work"(page) {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.locator(".graphiql-doc-explorer").getByText("Query", { exact: true }).click();
    await page.locator(".graphiql-doc-explorer").getByText("viewer", { exact: true }).waitFor();
    await shoot(page, "documentation");
    await page.getByRole("button", { name: "Show History" }).click();
    await page.locator(".graphiql-history").getByText("BackOffice").first().waitFor();
    await page.getByRole("button", { name: "Hide History" }).click();
    await page.getByRole("button", { name: "New tab" }).click();
    await editor(page).click();
    await page.keyboard.type("{vie");
    await page.locator(".squiggly-error").first().waitFor();
    await page.keyboard.press("Control+Space");
    await page.locator(".suggest-widget.visible").getByText("viewer").first().waitFor();
    await shoot(page, "completion");
    await page.keyboard.press("Enter");
    await page.keyboard.type("{email");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Prettify query/ }).click();
    await shown(editor(page), "{ *viewer");
    await runs(page, byHTTP(page));
    await page.getByRole("button", { name: "Sample query" }).click();
    await shown(editor(page), roles.admin);
  },
  async "queries go by WebSocket, as the same user, and show their SQL where it is asked for"(page) {
    await page.getByRole("combobox", { name: "Send by" }).selectOption("websocket");
    await page.getByRole("checkbox", { name: "Show SQL" }).check();
    const arrives = bySocket(page);
    const data = await runs(page, arrives);
    const { token } = await page.evaluate(() => JSON.parse(sessionStorage.getItem("kontrak:session")));
    assert.equal((await arrives).token, `Bearer ${token}`);
    assert.ok(data.proofs.nodes.length > 0, "somebody else was answered: only an admin sees proofs");
    assert.ok((await arrives).extensions.sql.count > 0);
  },
  async "the SQL of a query by HTTP is shown where it is asked for, and not otherwise"(page) {
    await page.getByRole("combobox", { name: "Send by" }).selectOption("http");
    for (const asked of [true, false]) {
      await page.getByRole("checkbox", { name: "Show SQL" }).setChecked(asked);
      const arrives = byHTTP(page);
      await runs(page, arrives);
      assert.equal((await arrives).extensions?.sql?.count > 0, asked);
      if (asked) await shoot(page, "sql");
    }
  },
  async "signing out forgets the session; a wrong password is said"(page) {
    await page.getByRole("button", { name: "Sign out" }).click();
    assert.equal(await page.evaluate(() => sessionStorage.getItem("kontrak:session")), null);
    await page.getByLabel("E-mail address").fill("admin@demo.test");
    await page.getByLabel("Password").fill("not it");
    expected++;
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
    await shoot(page, "wrong-password");
    await page.getByLabel("Password").fill("demo-password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await shown(who(page), ", admin");
  },
  async "a session that the server ends leads back to the sign-in"(page) {
    for (const way of ["http", "websocket"]) {
      await shown(editor(page), "query");
      await forge(page, way);
      await page.getByRole("combobox", { name: "Send by" }).selectOption(way);
      await page.getByRole("button", { name: /^Execute query/ }).click();
      await page.getByRole("alert").filter({ hasText: "session has ended" }).waitFor();
      await page.unrouteAll();
      await page.getByRole("button", { name: "admin", exact: true }).click();
    }
  },
  async "outside of the demo there is only the form"(page) {
    await page.goto(given.serve.url);
    await page.getByLabel("E-mail address").fill(given.serve.email);
    assert.equal(await page.getByRole("button").count(), 1);
    await shoot(page, "serve");
    await page.getByLabel("Password").fill(given.serve.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await shown(editor(page), roles.admin);
    await runs(page, byHTTP(page));
    assert.equal(await page.locator(".bar .accounts").count(), 0);
    assert.equal(await page.getByRole("checkbox").count(), 0);
  },
};

const profile = mkdtempSync(join(tmpdir(), "playground-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: given.chromium,
  headless: true,
  viewport: { width: 1360, height: 850 },
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});
let failed = false;
try {
  browser.setDefaultTimeout(30_000);
  const pages = { demo: await browser.newPage(), serve: await browser.newPage() };
  await watch(pages.demo, given.demo);
  await watch(pages.serve, given.serve.url);
  for (const [name, step] of Object.entries(steps)) {
    const page = name.startsWith("outside") ? pages.serve : pages.demo;
    const began = Date.now();
    try {
      await page.bringToFront(); // pages in the background are slow
      await step(page);
      assert.deepEqual(wrong, []);
      console.log(`ok: ${name}, ${Date.now() - began} ms`);
    } catch (error) {
      failed = true;
      await shoot(page, "failed");
      console.log(`FAILED: ${name}\n${error.stack}\n${wrong.join("\n")}`);
      break;
    }
  }
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
