import { type SubmitEvent, useState } from "react";
import { Accounts } from "./accounts";
import { settings } from "./settings";

interface Props {
  /** Why the last attempt failed, or why a session ended. */
  notice: string;
  onEnter(email: string, password: string): Promise<void>;
}

/** The page of whoever has not signed in yet. */
export function SignIn({ notice, onEnter }: Props) {
  const [busy, setBusy] = useState(false);

  async function enter(email: string, password: string) {
    setBusy(true);
    await onEnter(email, password);
    setBusy(false);
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void enter(String(form.get("email")), String(form.get("password")));
  }

  return (
    <main className="signin">
      <h1>Kontrak</h1>
      <p>Sign in to ask the graph. What it answers depends on who you are.</p>
      <fieldset disabled={busy}>
        {settings.accounts.length > 0 && (
          <section aria-label="Demo accounts">
            <h2>As somebody of the demo</h2>
            <div className="accounts">
              <Accounts described onEnter={enter} />
            </div>
          </section>
        )}
        <form onSubmit={submit}>
          {settings.accounts.length > 0 && <h2>With an account</h2>}
          <label>
            E-mail address
            <input name="email" type="email" autoComplete="username" required />
          </label>
          <label>
            Password
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          <button type="submit">Sign in</button>
        </form>
      </fieldset>
      <p role="alert">{notice}</p>
      <p>
        <a href="/about">What there is beside the graph</a>
      </p>
    </main>
  );
}
