// Who has signed in. The token is kept in this tab only, and goes with it.

export interface Session {
  token: string;
  email: string;
  name: string;
  role: string;
}

const key = "kontrak:session";

/** The session that this tab had before it was loaded again. */
export function restored(): Session | null {
  const text = sessionStorage.getItem(key);
  return text ? (JSON.parse(text) as Session) : null;
}

/** Signs in, or fails with what the server says. */
export async function signIn(email: string, password: string): Promise<Session> {
  const answer = await fetch("/api/v1/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error?.message ?? `The server answered ${answer.status}.`);
  const { user, tokens } = body.data;
  const session = { token: tokens.access_token, email: user.email, name: user.full_name, role: user.role };
  sessionStorage.setItem(key, JSON.stringify(session));
  return session;
}

export function signOut(): void {
  sessionStorage.removeItem(key);
}
