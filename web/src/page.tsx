import { lazy, Suspense, useCallback, useState } from "react";
import { Bar } from "./bar";
import type { Transport } from "./connection";
import { restored, type Session, signIn, signOut } from "./session";
import { SignIn } from "./signin";

// The editor is large: it comes while somebody signs in.
const editor = import("./editor");
const Editor = lazy(() => editor);

/** The whole page: the sign-in, or the editor of whoever has signed in. */
export function Page() {
  const [session, setSession] = useState<Session | null>(restored);
  const [notice, setNotice] = useState("");
  const [transport, setTransport] = useState<Transport>("http");
  const [sql, setSQL] = useState(false);

  const enter = useCallback(async (email: string, password: string) => {
    try {
      setSession(await signIn(email, password));
      setNotice("");
    } catch (failure) {
      setNotice((failure as Error).message);
    }
  }, []);

  const leave = useCallback((why = "") => {
    signOut();
    setSession(null);
    setNotice(why);
  }, []);

  const ended = useCallback(() => leave("Your session has ended. Sign in again."), [leave]);

  if (!session) return <SignIn notice={notice} onEnter={enter} />;
  return (
    <>
      <Bar
        session={session}
        notice={notice}
        transport={transport}
        sql={sql}
        onTransport={setTransport}
        onSQL={setSQL}
        onEnter={enter}
        onLeave={() => leave()}
      />
      <main className="editor">
        <Suspense fallback={<p className="waiting">The editor is loading…</p>}>
          <Editor key={session.token} session={session} transport={transport} sql={sql} onEnd={ended} />
        </Suspense>
      </main>
    </>
  );
}
