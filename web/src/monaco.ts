// What the code editor below GraphiQL needs of the page.
import type {} from "monaco-editor"; // declares MonacoEnvironment
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

// Its workers are files of this page.
self.MonacoEnvironment = {
  getWorker(_: string, label: string) {
    switch (label) {
      case "json":
        return new JsonWorker();
      case "graphql":
        return new GraphQLWorker();
    }
    return new EditorWorker();
  },
};

// An editor that goes away rejects the work that it had put off, and nobody waits
// for that any more.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof Error && event.reason.name === "Canceled") event.preventDefault();
});
