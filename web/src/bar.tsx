import { Accounts } from "./accounts";
import type { Transport } from "./connection";
import type { Session } from "./session";
import { settings } from "./settings";

interface Props {
  session: Session;
  notice: string;
  transport: Transport;
  sql: boolean;
  onTransport(transport: Transport): void;
  onSQL(sql: boolean): void;
  onEnter(email: string, password: string): void;
  onLeave(): void;
}

/** The line above the editor: who asks, by which way, and the way out. */
export function Bar({ session, notice, transport, sql, onTransport, onSQL, onEnter, onLeave }: Props) {
  return (
    <header className="bar">
      <strong>Kontrak</strong>
      <span className="who" title={session.email}>
        {session.name}, {session.role}
      </span>
      {settings.accounts.length > 0 && (
        <span className="accounts" role="group" aria-label="Demo accounts">
          <Accounts current={session.email} onEnter={onEnter} />
        </span>
      )}
      <span role="alert">{notice}</span>
      <label>
        Send by{" "}
        <select value={transport} onChange={(event) => onTransport(event.target.value as Transport)}>
          <option value="http">HTTP</option>
          <option value="websocket">WebSocket</option>
        </select>
      </label>
      {settings.sql && (
        <label title="Answers hold the SQL statements of the query, under extensions.sql">
          <input type="checkbox" checked={sql} onChange={(event) => onSQL(event.target.checked)} /> Show SQL
        </label>
      )}
      <a href="/about" target="_blank">
        About
      </a>
      <button type="button" onClick={onLeave}>
        Sign out
      </button>
    </header>
  );
}
