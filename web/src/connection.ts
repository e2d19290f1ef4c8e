// The way to the graph, by HTTP and by WebSocket, with one token for both.
import type { Fetcher, FetcherOpts, FetcherParams, FetcherReturnType } from "@graphiql/toolkit";
import { getOperationAST } from "graphql";
import { createClient } from "graphql-ws";
import type { Session } from "./session";

/** How queries and mutations travel. Subscriptions always take the WebSocket. */
export type Transport = "http" | "websocket";

/** How an operation travels, and what is asked for with it. */
export interface Choice {
  transport: Transport;
  sql: boolean;
}

export interface Connection {
  fetcher: Fetcher;
  close(): void;
}

const path = "/query";

/** The close code of graphql-transport-ws for a token that is not taken. */
const forbidden = 4403;

/**
 * Connects as the session's user. chosen is asked for each operation; ended is told
 * when the server does not take the token any more.
 */
export function connect(session: Session, chosen: () => Choice, ended: () => void): Connection {
  const authorization = { Authorization: `Bearer ${session.token}` };
  const socket = createClient({
    url: location.origin.replace(/^http/, "ws") + path,
    connectionParams: authorization,
    retryAttempts: 0,
    on: {
      closed: (event) => {
        if ((event as CloseEvent).code === forbidden) ended();
      },
    },
  });

  async function overHTTP(params: FetcherParams, options?: FetcherOpts) {
    const answer = await fetch(path, {
      method: "POST",
      headers: {
        ...options?.headers,
        ...authorization,
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json",
      },
      body: JSON.stringify(params),
    });
    if (answer.status === 401) ended();
    return answer.json();
  }

  return {
    fetcher(asked, options) {
      const { transport, sql } = chosen();
      const introspects = asked.operationName === "IntrospectionQuery";
      const params = sql && !introspects ? { ...asked, extensions: { sql: true } } : asked;
      const subscribes =
        options?.documentAST && getOperationAST(options.documentAST, params.operationName)?.operation === "subscription";
      // Introspection stays with HTTP, so that the schema is there even when no
      // WebSocket comes through.
      const overSocket = subscribes || (transport === "websocket" && !introspects);
      if (!overSocket) return overHTTP(params, options);
      // Results as they travel, which GraphiQL's types tell apart from results as they are made.
      return socket.iterate(params as Parameters<typeof socket.iterate>[0]) as FetcherReturnType;
    },
    close: () => void socket.dispose(),
  };
}
