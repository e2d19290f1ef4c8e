// The editor makes style elements while it runs. The content security policy
// takes those only with the nonce of this page, and the editor knows no nonces.
import { nonce } from "./settings";

const create = document.createElement.bind(document) as Document["createElement"];

document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const made = create(name, options);
  if (made instanceof HTMLStyleElement) made.nonce = nonce;
  return made;
}) as Document["createElement"];
