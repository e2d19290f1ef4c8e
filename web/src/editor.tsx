import "./monaco";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import { useEffect, useMemo, useRef } from "react";
import { connect, type Transport } from "./connection";
import { sampleOf } from "./samples";
import type { Session } from "./session";

interface Props {
  session: Session;
  transport: Transport;
  /** Whether to ask for the SQL statements of operations. */
  sql: boolean;
  /** Called when the server does not take the token any more. */
  onEnd(): void;
}

/** GraphiQL, asking as the session's user. Mount it anew for another session. */
export default function Editor({ session, transport, sql, onEnd }: Props) {
  const chosen = useRef({ transport, sql });
  chosen.current = { transport, sql };
  const connection = useMemo(() => connect(session, () => chosen.current, onEnd), [session, onEnd]);
  useEffect(() => () => connection.close(), [connection]);

  const sample = sampleOf(session.role);
  const storage = useMemo(() => drawer(session.email), [session.email]);
  return (
    <GraphiQL
      fetcher={connection.fetcher}
      storage={storage}
      defaultTabs={[{ query: sample }]}
      shouldPersistHeaders={false}
      schemaDescription
      inputValueDeprecation
    >
      <GraphiQL.Logo>
        <SampleButton query={sample} />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

/** Opens the sample in a new tab. */
function SampleButton({ query }: { query: string }) {
  const { addTab } = useGraphiQLActions();
  const editor = useGraphiQL((state) => state.queryEditor);
  function open() {
    addTab();
    editor?.setValue(query);
  }
  return (
    <button type="button" className="graphiql-un-styled sample" onClick={open}>
      Sample query
    </button>
  );
}

/** The part of the browser's storage that keeps one account's tabs and history. */
function drawer(email: string): Storage {
  const prefix = `kontrak:${email}:`;
  const names = () => Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  return {
    get length() {
      return names().length;
    },
    key: (index) => names()[index]?.slice(prefix.length) ?? null,
    getItem: (name) => localStorage.getItem(prefix + name),
    setItem: (name, value) => localStorage.setItem(prefix + name, value),
    removeItem: (name) => localStorage.removeItem(prefix + name),
    clear: () => names().forEach((name) => localStorage.removeItem(name)),
  };
}
